-- One-time tickets, by a digest: their texts are secrets. expires_at: the credential's end, null for none.
CREATE TABLE tickets (
  tenant     TEXT    NOT NULL,
  digest     TEXT    NOT NULL,
  user       TEXT    NOT NULL,
  expires_at INTEGER,
  until      INTEGER NOT NULL,
  PRIMARY KEY (tenant, digest)
) WITHOUT ROWID;
CREATE INDEX tickets_of_user ON tickets (tenant, user, until);
CREATE INDEX tickets_by_end ON tickets (until);

CREATE TABLE tenants (
  id     TEXT    NOT NULL PRIMARY KEY,
  active INTEGER NOT NULL
) WITHOUT ROWID;

-- Who is which user of a tenant. A subject is somebody only beside its issuer.
CREATE TABLE members (
  tenant  TEXT    NOT NULL,
  user    TEXT    NOT NULL,
  issuer  TEXT    NOT NULL,
  subject TEXT    NOT NULL,
  active  INTEGER NOT NULL,
  PRIMARY KEY (tenant, user),
  UNIQUE (subject, issuer, tenant)
) WITHOUT ROWID;

CREATE INDEX runs_pending ON runs (tenant, user) WHERE ended_at IS NULL;
