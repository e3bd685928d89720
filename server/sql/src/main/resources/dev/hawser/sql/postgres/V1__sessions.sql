-- Times are milliseconds since 1970 UTC. What people and agents have written is bytea: text cannot hold a NUL.
-- Every table has a tenant and forced row security; the policies are at the end.

-- Content, strictly per tenant ---------------------------------------------------------------------------------------

CREATE TABLE sessions (
  key        bigint PRIMARY KEY,
  tenant     text COLLATE "C" NOT NULL,
  id         text COLLATE "C" NOT NULL,
  owner      text COLLATE "C" NOT NULL,
  epoch      text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  metadata   bytea
);
CREATE INDEX sessions_by_owner ON sessions (tenant, owner, created_at DESC, id);
CREATE INDEX sessions_by_age ON sessions (tenant, created_at DESC, id);

CREATE TABLE events (
  session  bigint NOT NULL,
  sequence bigint NOT NULL,
  time     bigint NOT NULL,
  tenant   text COLLATE "C" NOT NULL,
  type     text COLLATE "C" NOT NULL,
  run      text COLLATE "C",
  data     bytea NOT NULL,
  PRIMARY KEY (session, sequence)
);

-- The messages folded from a log up to and including a sequence.
CREATE TABLE checkpoints (
  session  bigint PRIMARY KEY,
  tenant   text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  messages bytea NOT NULL
);

CREATE TABLE runs (
  tenant      text COLLATE "C" NOT NULL,
  id          text COLLATE "C" NOT NULL,
  session     bigint NOT NULL,
  session_id  text COLLATE "C" NOT NULL,
  ordinal     bigint NOT NULL,
  user_id     text COLLATE "C" NOT NULL,
  agent       text COLLATE "C" NOT NULL,
  status      text COLLATE "C" NOT NULL,
  attempt     int NOT NULL,
  lost        int NOT NULL,
  lease_owner text COLLATE "C",
  lease_until bigint,
  message     text COLLATE "C" NOT NULL,
  text        bytea NOT NULL,
  metadata    bytea,
  created_at  bigint NOT NULL,
  not_before  bigint,
  started_at  bigint,
  ended_at    bigint,
  cancel_by   bigint,
  resume      text COLLATE "C",
  code        text COLLATE "C",
  failure     bytea,
  PRIMARY KEY (tenant, id),
  UNIQUE (session, ordinal)
) WITH (fillfactor = 80);
CREATE INDEX runs_open ON runs (session, ordinal) WHERE ended_at IS NULL;
CREATE INDEX runs_pending ON runs (tenant, user_id) WHERE ended_at IS NULL;

CREATE TABLE approvals (
  tenant      text COLLATE "C" NOT NULL,
  id          text COLLATE "C" NOT NULL,
  session     bigint NOT NULL,
  session_id  text COLLATE "C" NOT NULL,
  run         text COLLATE "C" NOT NULL,
  number      bigint GENERATED ALWAYS AS IDENTITY,
  request     bytea NOT NULL,
  created_at  bigint NOT NULL,
  expires_at  bigint,
  decision    text COLLATE "C",
  decided_by  text COLLATE "C",
  edited_args bytea,
  reason      bytea,
  decided_at  bigint,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX approvals_waiting ON approvals (session, number) WHERE decision IS NULL;

-- command: SHA-256 of the user and the command's id.
CREATE TABLE answers (
  session bigint NOT NULL,
  command bytea NOT NULL,
  tenant  text COLLATE "C" NOT NULL,
  answer  bytea NOT NULL,
  until   bigint NOT NULL,
  PRIMARY KEY (session, command)
);
CREATE INDEX answers_by_end ON answers (tenant, until);

CREATE TABLE tickets (
  tenant     text COLLATE "C" NOT NULL,
  digest     text COLLATE "C" NOT NULL,
  user_id    text COLLATE "C" NOT NULL,
  expires_at bigint,
  until      bigint NOT NULL,
  PRIMARY KEY (tenant, digest)
);
CREATE INDEX tickets_by_user ON tickets (tenant, user_id, until);

CREATE TABLE tenants (
  tenant text COLLATE "C" PRIMARY KEY,
  active boolean NOT NULL
);

CREATE TABLE members (
  tenant  text COLLATE "C" NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id text COLLATE "C" NOT NULL,
  issuer  text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  active  boolean NOT NULL,
  PRIMARY KEY (tenant, user_id),
  UNIQUE (tenant, issuer, subject)
);
CREATE INDEX members_by_subject ON members (issuer, subject);

-- Work lists: keys, counters and times, kept in the same transactions as the content -----------------------------------

-- Where each session's log stands: the row that a writer locks. version: raised by whoever changes anything of the session.
CREATE TABLE heads (
  key     bigint PRIMARY KEY,
  tenant  text COLLATE "C" NOT NULL,
  session text COLLATE "C" NOT NULL,
  epoch   text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  first   bigint NOT NULL,
  last    bigint NOT NULL,
  ordinal bigint NOT NULL,
  oldest  bigint,
  UNIQUE (tenant, session)
) WITH (fillfactor = 50);
CREATE INDEX heads_by_age ON heads (oldest) WHERE oldest IS NOT NULL;
CREATE SEQUENCE session_keys INCREMENT BY 64;

CREATE TABLE queue (
  session    bigint NOT NULL,
  run        text COLLATE "C" NOT NULL,
  tenant     text COLLATE "C" NOT NULL,
  session_id text COLLATE "C" NOT NULL,
  agent      text COLLATE "C" NOT NULL,
  since      bigint NOT NULL,
  visible_at bigint NOT NULL,
  not_before bigint NOT NULL,
  PRIMARY KEY (session, run)
) WITH (fillfactor = 50);
CREATE INDEX queue_by_age ON queue (agent, since, session, run);

-- kind: 0 an approval expires, 1 a cancel becomes overdue, 2 a lease lapses.
CREATE TABLE deadlines (
  session    bigint NOT NULL,
  kind       smallint NOT NULL,
  id         text COLLATE "C" NOT NULL,
  tenant     text COLLATE "C" NOT NULL,
  session_id text COLLATE "C" NOT NULL,
  at         bigint NOT NULL,
  PRIMARY KEY (session, kind, id)
);
CREATE INDEX deadlines_by_time ON deadlines (at);

-- Where a run is, for agents whose key speaks for no tenant.
CREATE TABLE run_places (
  id         text COLLATE "C" NOT NULL,
  tenant     text COLLATE "C" NOT NULL,
  session_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (id, tenant)
);

-- The hours in which answers (kind 0) or tickets (kind 1) of a tenant end.
CREATE TABLE expiries (
  hour   bigint NOT NULL,
  kind   smallint NOT NULL,
  tenant text COLLATE "C" NOT NULL,
  PRIMARY KEY (hour, kind, tenant)
);

-- Row security -----------------------------------------------------------------------------------------------------------

-- A setting that is not there, or empty, is no tenant: nothing equals NULL. The subselects are evaluated once a statement.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['sessions', 'events', 'checkpoints', 'runs', 'approvals', 'answers', 'tickets', 'tenants',
      'members', 'heads', 'queue', 'deadlines', 'run_places', 'expiries'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_tenant ON %I'
      ' USING (tenant = (SELECT nullif(current_setting(''app.tenant'', true), '''')))'
      ' WITH CHECK (tenant = (SELECT nullif(current_setting(''app.tenant'', true), '''')))', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['heads', 'queue', 'deadlines', 'run_places', 'expiries'] LOOP
    EXECUTE format('CREATE POLICY worklist ON %I FOR SELECT'
      ' USING ((SELECT current_setting(''app.worklist'', true)) = ''on'')', name);
  END LOOP;
END
$$;
-- Hiding what was handed out; which columns may change is a matter of grants, and the tenant is none of them.
CREATE POLICY claims ON queue FOR UPDATE
  USING ((SELECT current_setting('app.worklist', true)) = 'on')
  WITH CHECK ((SELECT current_setting('app.worklist', true)) = 'on');
-- Whose somebody is must be known before a tenant can be: a subject sees its own memberships, and their tenants.
CREATE POLICY own_memberships ON members FOR SELECT
  USING (issuer = (SELECT nullif(current_setting('app.issuer', true), ''))
    AND subject = (SELECT nullif(current_setting('app.user', true), '')));
CREATE POLICY own_memberships ON tenants FOR SELECT
  USING (tenant IN (SELECT m.tenant FROM members m
    WHERE m.issuer = (SELECT nullif(current_setting('app.issuer', true), ''))
      AND m.subject = (SELECT nullif(current_setting('app.user', true), ''))));
