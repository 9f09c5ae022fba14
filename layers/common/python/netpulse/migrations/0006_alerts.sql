-- Rules, alerts (one row an alert, whatever its transitions) and the history of each transition.
CREATE TABLE netpulse.alert_rules (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    description text NOT NULL DEFAULT '',
    kind varchar(20) NOT NULL CHECK (kind IN ('device_down', 'threshold')),
    metric varchar(50),
    -- fnmatch pattern of entities, e.g. 'if:ge-0/0/*'; '*' matches all
    entity varchar(255) NOT NULL DEFAULT '*',
    comparison varchar(2) CHECK (comparison IN ('>', '>=', '<', '<=', '==', '!=')),
    threshold double precision,
    clear_threshold double precision,
    for_seconds integer NOT NULL DEFAULT 0 CHECK (for_seconds BETWEEN 0 AND 86400),
    severity varchar(20) NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    -- {"device_ids": [], "group_ids": [], "tags": [], "device_types": []}; all empty: every device
    scope jsonb NOT NULL DEFAULT '{}',
    enabled boolean NOT NULL DEFAULT true,
    built_in boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, name),
    CHECK (kind <> 'threshold' OR (metric IS NOT NULL AND comparison IS NOT NULL AND threshold IS NOT NULL))
);
SELECT netpulse.make_tenant_table('netpulse.alert_rules');
CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE OR DELETE ON netpulse.alert_rules
    FOR EACH STATEMENT EXECUTE FUNCTION netpulse.announce_inventory_change();

CREATE TABLE netpulse.alerts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid REFERENCES netpulse.devices (id) ON DELETE SET NULL,
    rule_id uuid REFERENCES netpulse.alert_rules (id) ON DELETE SET NULL,
    fingerprint text NOT NULL,
    alert_type varchar(50) NOT NULL,
    severity varchar(20) NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    state varchar(20) NOT NULL
        CHECK (state IN ('pending', 'firing', 'acknowledged', 'suppressed', 'resolved')),
    reason text NOT NULL DEFAULT '',
    message text NOT NULL,
    metric varchar(50),
    entity text NOT NULL DEFAULT '',
    value double precision,
    -- monotonic with each transition: a late consumer compares it
    seq integer NOT NULL DEFAULT 1,
    -- when the trouble began (the first failed probe), when it was held long enough, when seen last
    began_at timestamptz NOT NULL,
    fired_at timestamptz,
    last_slot_at timestamptz,
    acknowledged_by uuid,
    acknowledged_at timestamptz,
    acknowledge_note text NOT NULL DEFAULT '',
    acknowledged boolean GENERATED ALWAYS AS (acknowledged_at IS NOT NULL) STORED,
    resolved_at timestamptz,
    resolved_by uuid,
    resolved boolean GENERATED ALWAYS AS (resolved_at IS NOT NULL) STORED,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- the same fingerprint never opens twice
CREATE UNIQUE INDEX alerts_open_fingerprint ON netpulse.alerts (organization_id, fingerprint)
    WHERE resolved_at IS NULL;
CREATE INDEX idx_alerts_organization_severity ON netpulse.alerts (organization_id, severity);
CREATE INDEX idx_alerts_device_time ON netpulse.alerts (device_id, created_at DESC);
CREATE INDEX idx_alerts_org_created ON netpulse.alerts (organization_id, created_at DESC);
SELECT netpulse.make_tenant_table('netpulse.alerts');

CREATE TABLE netpulse.alert_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    alert_id uuid NOT NULL REFERENCES netpulse.alerts (id) ON DELETE CASCADE,
    seq integer NOT NULL,
    at timestamptz NOT NULL,
    from_state varchar(20),
    to_state varchar(20) NOT NULL,
    reason text NOT NULL,
    actor_id uuid,
    note text NOT NULL DEFAULT '',
    value double precision,
    UNIQUE (alert_id, seq)
);
SELECT netpulse.make_tenant_table('netpulse.alert_history');
