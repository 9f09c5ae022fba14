-- Checks: named probes of what a device serves, each in its own interval. The name is the check's
-- identity in series ('check:<name>') and alerts, so it never changes.
CREATE TABLE netpulse.device_checks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    kind varchar(10) NOT NULL CHECK (kind IN ('tcp', 'http', 'dns', 'ssh')),
    settings jsonb NOT NULL DEFAULT '{}',
    credential_id uuid REFERENCES netpulse.credentials (id),
    interval_seconds integer NOT NULL DEFAULT 60 CHECK (interval_seconds BETWEEN 10 AND 3600),
    timeout_seconds real NOT NULL DEFAULT 10 CHECK (timeout_seconds BETWEEN 0.5 AND 30),
    enabled boolean NOT NULL DEFAULT true,
    -- ssh: the SHA-256 fingerprint of the host key that was seen first, written by the poller
    pinned_host_key text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (device_id, name)
);
CREATE INDEX device_checks_organization ON netpulse.device_checks (organization_id, name);
CREATE INDEX device_checks_credential ON netpulse.device_checks (credential_id)
    WHERE credential_id IS NOT NULL;
SELECT netpulse.make_tenant_table('netpulse.device_checks');

-- What a check said last; written by the poller when that changed, and once a minute.
CREATE TABLE netpulse.device_check_results (
    check_id uuid PRIMARY KEY REFERENCES netpulse.device_checks (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    ok boolean NOT NULL,
    reason text NOT NULL DEFAULT '',
    response_ms double precision,
    -- since when it has been ok, or failing
    since timestamptz NOT NULL,
    checked_at timestamptz NOT NULL
) WITH (fillfactor = 70);
SELECT netpulse.make_tenant_table('netpulse.device_check_results');

-- Whether an organisation's checks may be sent beyond the device they belong to.
CREATE TABLE netpulse.check_policies (
    organization_id uuid PRIMARY KEY REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    beyond_device boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT netpulse.make_tenant_table('netpulse.check_policies');

-- A channel of its own: a poller need not read its devices anew when a check changes.
CREATE FUNCTION netpulse.announce_check_change() RETURNS trigger
LANGUAGE plpgsql
AS $$ BEGIN NOTIFY netpulse_checks; RETURN NULL; END $$;
CREATE TRIGGER checks_changed AFTER INSERT OR UPDATE OR DELETE ON netpulse.device_checks
    FOR EACH STATEMENT EXECUTE FUNCTION netpulse.announce_check_change();
CREATE TRIGGER checks_changed AFTER INSERT OR UPDATE OR DELETE ON netpulse.check_policies
    FOR EACH STATEMENT EXECUTE FUNCTION netpulse.announce_check_change();
CREATE TRIGGER checks_changed AFTER INSERT OR UPDATE OR DELETE ON netpulse.credentials
    FOR EACH STATEMENT EXECUTE FUNCTION netpulse.announce_check_change();
CREATE TRIGGER checks_changed AFTER INSERT OR UPDATE OR DELETE ON netpulse.devices
    FOR EACH STATEMENT EXECUTE FUNCTION netpulse.announce_check_change();
CREATE TRIGGER checks_changed AFTER INSERT OR UPDATE OR DELETE ON netpulse.alert_rules
    FOR EACH STATEMENT EXECUTE FUNCTION netpulse.announce_check_change();
