-- Devices that have said hello, with what they offered last (JSON).
CREATE TABLE devices (
  tenant  text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  device  text COLLATE "C" NOT NULL,
  offer   bytea NOT NULL,
  seen_at bigint NOT NULL,
  PRIMARY KEY (tenant, user_id, device)
);

-- Calls of tools on devices. session, session_id, run and name are null where a person asked; until is null where a run did.
CREATE TABLE tool_calls (
  tenant     text COLLATE "C" NOT NULL,
  id         text COLLATE "C" NOT NULL,
  session    bigint,
  session_id text COLLATE "C",
  run        text COLLATE "C",
  name       bytea,
  number     bigint GENERATED ALWAYS AS IDENTITY,
  user_id    text COLLATE "C" NOT NULL,
  device     text COLLATE "C" NOT NULL,
  tool       bytea NOT NULL,
  arguments  bytea NOT NULL,
  created_at bigint NOT NULL,
  deadline   bigint NOT NULL,
  ended_at   bigint,
  result     bytea,
  error      bytea,
  code       text COLLATE "C",
  until      bigint,
  PRIMARY KEY (tenant, id)
) WITH (fillfactor = 80);
CREATE INDEX tool_calls_open ON tool_calls (session, number) WHERE ended_at IS NULL AND session IS NOT NULL;
CREATE INDEX tool_calls_by_end ON tool_calls (tenant, until) WHERE until IS NOT NULL;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['devices', 'tool_calls'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_tenant ON %I'
      ' USING (tenant = (SELECT nullif(current_setting(''app.tenant'', true), '''')))'
      ' WITH CHECK (tenant = (SELECT nullif(current_setting(''app.tenant'', true), '''')))', name);
  END LOOP;
END
$$;
