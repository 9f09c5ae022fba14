-- More kinds of rules, levels, n of m, overrides, versions; and what a rule remembers of a series.
ALTER TABLE netpulse.alert_rules
    DROP CONSTRAINT alert_rules_kind_check,
    ADD CONSTRAINT alert_rules_kind_check CHECK (kind IN (
        'device_down', 'threshold', 'rate', 'delta', 'percent_of_speed', 'missing_data',
        'status_change', 'anomaly', 'forecast')),
    -- from here on the trouble is critical, whatever the rule's own severity
    ADD COLUMN critical_threshold double precision,
    ADD COLUMN keep_firing_seconds integer NOT NULL DEFAULT 0
        CHECK (keep_firing_seconds BETWEEN 0 AND 86400),
    -- trouble when `breaches` of the last `of_last` values are; over after `clears` good ones in a row
    ADD COLUMN breaches smallint NOT NULL DEFAULT 1 CHECK (breaches BETWEEN 1 AND 60),
    ADD COLUMN of_last smallint NOT NULL DEFAULT 1 CHECK (of_last BETWEEN breaches AND 60),
    ADD COLUMN clears smallint NOT NULL DEFAULT 1 CHECK (clears BETWEEN 1 AND 60),
    -- rate, delta: the span a change is measured over; missing_data: how long nothing may come;
    -- forecast: how far it looks ahead
    ADD COLUMN window_seconds integer NOT NULL DEFAULT 0
        CHECK (window_seconds BETWEEN 0 AND 2592000),
    -- what only one kind has: from_value, to_value, speed_bps, sensitivity
    ADD COLUMN particulars jsonb NOT NULL DEFAULT '{}',
    -- [{"device_id", "threshold", "clear_threshold", "critical_threshold", "for_seconds", "enabled"}]
    ADD COLUMN overrides jsonb NOT NULL DEFAULT '[]';

-- Each version of a rule as it was saved, and by whom.
CREATE TABLE netpulse.alert_rule_versions (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    rule_id uuid NOT NULL REFERENCES netpulse.alert_rules (id) ON DELETE CASCADE,
    version integer NOT NULL,
    saved_at timestamptz NOT NULL,
    saved_by uuid,
    rule jsonb NOT NULL,
    PRIMARY KEY (rule_id, version)
);
SELECT netpulse.make_tenant_table('netpulse.alert_rule_versions');

-- What a rule remembers of a series from one value to the next; there is a row only while it must.
CREATE TABLE netpulse.alert_memories (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    fingerprint text NOT NULL,
    rule_id uuid NOT NULL REFERENCES netpulse.alert_rules (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    memory jsonb NOT NULL,
    PRIMARY KEY (organization_id, fingerprint)
) WITH (fillfactor = 70);
CREATE INDEX alert_memories_device ON netpulse.alert_memories (device_id);
CREATE INDEX alert_memories_rule ON netpulse.alert_memories (rule_id);
SELECT netpulse.make_tenant_table('netpulse.alert_memories');
