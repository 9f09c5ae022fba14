-- How soon somebody must be on an alert, and how soon it must be over.
CREATE TABLE netpulse.service_levels (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    -- as in silences; none: every alert. The first by priority that matches counts.
    matchers jsonb NOT NULL DEFAULT '[]',
    priority integer NOT NULL DEFAULT 100,
    respond_seconds integer CHECK (respond_seconds BETWEEN 60 AND 31536000),
    restore_seconds integer CHECK (restore_seconds BETWEEN 60 AND 31536000),
    -- {"time_zone", "weekdays", "from_time", "to_time"}; null: always
    hours jsonb,
    -- told at 50, 75 and 100 % of a time
    channel_ids uuid[] NOT NULL DEFAULT '{}',
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, name),
    CHECK (respond_seconds IS NOT NULL OR restore_seconds IS NOT NULL)
);
SELECT netpulse.make_tenant_table('netpulse.service_levels');
