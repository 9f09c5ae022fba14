-- The schema, the application's roles and the one helper that makes a table a tenant table.
-- Roles are created without a password: the migrate handler sets each from its secret.
CREATE SCHEMA IF NOT EXISTS netpulse;

DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['netpulse_app', 'netpulse_auth', 'netpulse_system'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role_name);
        END IF;
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA netpulse TO netpulse_app, netpulse_auth, netpulse_system;

-- The organisation of this transaction; NULL (so: no row) when none was set.
CREATE FUNCTION netpulse.current_organization() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('netpulse.organization_id', true), '')::uuid $$;

-- netpulse_system serves workers that span organisations (poller, relay, sweeps); RDS has no
-- BYPASSRLS to give, so it gets a policy of its own instead.
CREATE FUNCTION netpulse.make_tenant_table(tenant_table regclass) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
        'CREATE POLICY tenant ON %s TO netpulse_app, netpulse_auth '
        'USING (organization_id = (SELECT netpulse.current_organization())) '
        'WITH CHECK (organization_id = (SELECT netpulse.current_organization()))', tenant_table);
    EXECUTE format(
        'CREATE POLICY system ON %s TO netpulse_system USING (true) WITH CHECK (true)', tenant_table);
    EXECUTE format(
        'GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO netpulse_app, netpulse_system', tenant_table);
END $$;

REVOKE ALL ON FUNCTION netpulse.make_tenant_table(regclass) FROM PUBLIC;
