-- What keeps people from being told: silences, inhibition rules and maintenance windows.
CREATE TABLE netpulse.silences (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    -- [{"name", "op", "value"}]: an alert is silenced when all match
    matchers jsonb NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    -- ends as soon as nothing it matches is open any more
    until_resolved boolean NOT NULL DEFAULT false,
    comment text NOT NULL DEFAULT '',
    created_by uuid,
    created_by_name text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (ends_at >= starts_at)
);
CREATE INDEX silences_ending ON netpulse.silences (organization_id, ends_at);
SELECT netpulse.make_tenant_table('netpulse.silences');

CREATE TABLE netpulse.inhibition_rules (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    source_matchers jsonb NOT NULL,
    target_matchers jsonb NOT NULL,
    equal text[] NOT NULL DEFAULT '{}',
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, name)
);
SELECT netpulse.make_tenant_table('netpulse.inhibition_rules');

CREATE TABLE netpulse.maintenance_windows (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    comment text NOT NULL DEFAULT '',
    -- as in alert_rules.scope
    scope jsonb NOT NULL,
    -- with what hangs on those devices alone
    with_children boolean NOT NULL DEFAULT true,
    -- the clock of the wall: 01:00 to 05:00 in this zone, whatever daylight saving makes of it
    time_zone text NOT NULL,
    starts_local timestamp NOT NULL,
    duration_seconds integer NOT NULL CHECK (duration_seconds BETWEEN 60 AND 2592000),
    -- {"frequency": "daily|weekly|monthly", "interval", "weekdays", "month_day", "until"} or null
    recurrence jsonb,
    enabled boolean NOT NULL DEFAULT true,
    created_by uuid,
    created_by_name text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT netpulse.make_tenant_table('netpulse.maintenance_windows');

CREATE INDEX device_status_maintenance ON netpulse.device_status (organization_id)
    WHERE maintenance;
