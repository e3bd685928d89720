-- The records of live wires. until: from when on a wire counts as gone, renewed while it lives.
CREATE TABLE connections (
  tenant        text COLLATE "C" NOT NULL,
  id            text COLLATE "C" NOT NULL,
  user_id       text COLLATE "C" NOT NULL,
  connected_at  bigint NOT NULL,
  last_activity bigint NOT NULL,
  source_ip     text COLLATE "C" NOT NULL,
  user_agent    bytea,
  endpoint      text COLLATE "C" NOT NULL,
  until         bigint NOT NULL,
  PRIMARY KEY (tenant, id)
) WITH (fillfactor = 50);

-- Whose a wire is, for callers whose key speaks for no tenant.
CREATE TABLE connection_places (
  id     text COLLATE "C" NOT NULL,
  tenant text COLLATE "C" NOT NULL,
  PRIMARY KEY (id, tenant),
  FOREIGN KEY (tenant, id) REFERENCES connections ON DELETE CASCADE
);
CREATE INDEX connection_places_by_tenant ON connection_places (tenant, id);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['connections', 'connection_places'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_tenant ON %I'
      ' USING (tenant = (SELECT nullif(current_setting(''app.tenant'', true), '''')))'
      ' WITH CHECK (tenant = (SELECT nullif(current_setting(''app.tenant'', true), '''')))', name);
  END LOOP;
END
$$;
CREATE POLICY worklist ON connection_places FOR SELECT
  USING ((SELECT current_setting('app.worklist', true)) = 'on');
