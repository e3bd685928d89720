-- The wire that asked for a run; null where none did.
ALTER TABLE runs ADD COLUMN connection text COLLATE "C";
CREATE INDEX runs_asked ON runs (tenant, connection) WHERE ended_at IS NULL AND connection IS NOT NULL;
