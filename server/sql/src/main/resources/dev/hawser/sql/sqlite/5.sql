-- Devices that have said hello, with what they offered last (JSON).
CREATE TABLE devices (
  tenant  TEXT    NOT NULL,
  user    TEXT    NOT NULL,
  device  TEXT    NOT NULL,
  offer   TEXT    NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, user, device)
) WITHOUT ROWID;
CREATE INDEX devices_by_age ON devices (tenant, user, seen_at DESC);

-- Calls of tools on devices. session, run and name are null where a person asked; until is null where a run did.
CREATE TABLE tool_calls (
  tenant     TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  session    INTEGER,
  run        TEXT,
  name       TEXT,
  user       TEXT    NOT NULL,
  device     TEXT    NOT NULL,
  tool       TEXT    NOT NULL,
  arguments  TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  deadline   INTEGER NOT NULL,
  ended_at   INTEGER,
  result     TEXT,
  error      TEXT,
  code       TEXT,
  until      INTEGER,
  UNIQUE (tenant, id)
);
CREATE INDEX tool_calls_open ON tool_calls (session) WHERE ended_at IS NULL;
CREATE INDEX tool_calls_overdue ON tool_calls (deadline) WHERE ended_at IS NULL AND session IS NOT NULL;
CREATE INDEX tool_calls_by_end ON tool_calls (until) WHERE until IS NOT NULL;
