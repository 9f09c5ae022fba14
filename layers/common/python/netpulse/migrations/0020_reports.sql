-- Reports that were asked for. Where one stands is its job's state; its files are in S3.
CREATE TABLE netpulse.reports (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    job_id uuid NOT NULL REFERENCES netpulse.jobs (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    kind varchar(20) NOT NULL CHECK (kind IN ('uptime', 'performance', 'alerts', 'custom')),
    -- {"scope": {"device_ids", "group_ids", "tags"}, "sections", "metrics", "formats"}
    definition jsonb NOT NULL,
    begin_at timestamptz NOT NULL,
    end_at timestamptz NOT NULL,
    time_zone text NOT NULL,
    schedule_id uuid,
    recipients text[] NOT NULL DEFAULT '{}',
    -- format -> bytes, of each file that is made
    files jsonb NOT NULL DEFAULT '{}',
    created_by uuid,
    created_at timestamptz NOT NULL,
    CHECK (begin_at < end_at)
);
CREATE INDEX reports_organization ON netpulse.reports (organization_id, created_at DESC, id);
CREATE UNIQUE INDEX reports_job ON netpulse.reports (job_id);
SELECT netpulse.make_tenant_table('netpulse.reports');
