-- Reports that are made again and again, at a local time; next_run_at is what the sweep claims.
CREATE TABLE netpulse.report_schedules (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    kind varchar(20) NOT NULL CHECK (kind IN ('uptime', 'performance', 'alerts', 'custom')),
    definition jsonb NOT NULL,
    period varchar(20) NOT NULL,
    cadence varchar(10) NOT NULL CHECK (cadence IN ('daily', 'weekly', 'monthly')),
    local_time time NOT NULL,
    weekday smallint NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    day_of_month smallint NOT NULL CHECK (day_of_month BETWEEN 1 AND 31),
    time_zone text NOT NULL,
    recipients text[] NOT NULL DEFAULT '{}',
    -- NULL: disabled
    next_run_at timestamptz,
    last_run_at timestamptz,
    last_report_id uuid,
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (organization_id, name)
);
CREATE INDEX report_schedules_due ON netpulse.report_schedules (next_run_at)
    WHERE next_run_at IS NOT NULL;
SELECT netpulse.make_tenant_table('netpulse.report_schedules');
