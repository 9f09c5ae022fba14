-- Scans that repeat. The sweep of the minute starts what is due, as anybody would start a scan.
CREATE TABLE netpulse.discovery_schedules (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    every_hours smallint NOT NULL CHECK (every_hours BETWEEN 1 AND 720),
    -- the scan as it is asked for each time
    scan jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    next_at timestamptz NOT NULL,
    last_started_at timestamptz,
    -- why the last one could not be started, empty when it was
    last_error varchar(500) NOT NULL DEFAULT '',
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (organization_id, name)
);
CREATE INDEX discovery_schedules_due ON netpulse.discovery_schedules (next_at) WHERE enabled;
SELECT netpulse.make_tenant_table('netpulse.discovery_schedules');
SELECT netpulse.make_audited(
    'netpulse.discovery_schedules', 'discovery_schedule', 'id', 'name', '',
    'next_at,last_started_at,last_error');

ALTER TABLE netpulse.discovery_scans
    ADD COLUMN schedule_id uuid REFERENCES netpulse.discovery_schedules (id) ON DELETE SET NULL;
CREATE INDEX discovery_scans_of_schedule ON netpulse.discovery_scans (schedule_id, created_at DESC)
    WHERE schedule_id IS NOT NULL;
