-- One row per session. first: the oldest sequence that can be replayed.
CREATE TABLE sessions (
  key        INTEGER PRIMARY KEY,
  tenant     TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  owner      TEXT    NOT NULL,
  epoch      TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  metadata   TEXT,
  first      INTEGER NOT NULL DEFAULT 1,
  checkpoint INTEGER NOT NULL DEFAULT 0,
  messages   TEXT,
  UNIQUE (tenant, id)
);
CREATE INDEX sessions_by_owner ON sessions (tenant, owner, created_at DESC, id);
CREATE INDEX sessions_by_age ON sessions (tenant, created_at DESC, id);

-- The events of one group commit, of whichever sessions: written in one piece, kept until they are in blocks.
CREATE TABLE journal (
  id   INTEGER PRIMARY KEY,
  data BLOB NOT NULL
);

-- Consecutive events of one session. id = session key << 36 | first sequence: a session's blocks lie together, in order.
CREATE TABLE blocks (
  id   INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,
  time INTEGER NOT NULL,
  data BLOB    NOT NULL
);
CREATE INDEX blocks_by_age ON blocks (time, last);

CREATE TABLE runs (
  tenant      TEXT    NOT NULL,
  id          TEXT    NOT NULL,
  session     INTEGER NOT NULL,
  ordinal     INTEGER NOT NULL,
  user        TEXT    NOT NULL,
  agent       TEXT    NOT NULL,
  status      TEXT    NOT NULL,
  attempt     INTEGER NOT NULL,
  lost        INTEGER NOT NULL,
  lease_owner TEXT,
  lease_until INTEGER,
  message     TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  metadata    TEXT,
  created_at  INTEGER NOT NULL,
  not_before  INTEGER,
  started_at  INTEGER,
  ended_at    INTEGER,
  cancel_by   INTEGER,
  resume      TEXT,
  code        TEXT,
  failure     TEXT,
  UNIQUE (session, ordinal),
  UNIQUE (id, tenant)
);
CREATE INDEX runs_open ON runs (session, ordinal) WHERE ended_at IS NULL;
CREATE INDEX runs_leased ON runs (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX runs_cancelled ON runs (cancel_by) WHERE cancel_by IS NOT NULL AND ended_at IS NULL;

CREATE TABLE approvals (
  tenant      TEXT    NOT NULL,
  id          TEXT    NOT NULL,
  session     INTEGER NOT NULL,
  run         TEXT    NOT NULL,
  request     TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER,
  decision    TEXT,
  decided_by  TEXT,
  edited_args TEXT,
  reason      TEXT,
  decided_at  INTEGER,
  UNIQUE (tenant, id)
);
CREATE INDEX approvals_waiting ON approvals (session) WHERE decision IS NULL;
CREATE INDEX approvals_expiring ON approvals (expires_at) WHERE decision IS NULL AND expires_at IS NOT NULL;

CREATE TABLE answers (
  session INTEGER NOT NULL,
  user    TEXT    NOT NULL,
  command TEXT    NOT NULL,
  answer  BLOB    NOT NULL,
  until   INTEGER NOT NULL,
  PRIMARY KEY (session, user, command)
) WITHOUT ROWID;
CREATE INDEX answers_by_end ON answers (until);

CREATE TABLE queue (
  session    INTEGER NOT NULL,
  run        TEXT    NOT NULL,
  agent      TEXT    NOT NULL,
  since      INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  PRIMARY KEY (session, run)
) WITHOUT ROWID;
CREATE INDEX queue_by_age ON queue (agent, since);
