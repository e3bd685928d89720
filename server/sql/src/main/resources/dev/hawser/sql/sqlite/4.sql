-- The records of live wires. until: from when on a wire counts as gone, renewed while it lives.
CREATE TABLE connections (
  tenant        TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  user          TEXT    NOT NULL,
  connected_at  INTEGER NOT NULL,
  last_activity INTEGER NOT NULL,
  source_ip     TEXT    NOT NULL,
  user_agent    TEXT,
  endpoint      TEXT    NOT NULL,
  until         INTEGER NOT NULL,
  PRIMARY KEY (id, tenant)
) WITHOUT ROWID;
CREATE INDEX connections_by_end ON connections (until);
