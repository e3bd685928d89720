-- The state folded from a log together with its messages (JSON); null where there was none.
ALTER TABLE checkpoints ADD COLUMN state bytea;
