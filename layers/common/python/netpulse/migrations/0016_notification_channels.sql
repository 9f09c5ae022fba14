-- Where an organisation wants to be told: one row an address list or webhook.
CREATE TABLE netpulse.notification_channels (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    kind varchar(20) NOT NULL CHECK (kind IN ('email', 'sms', 'webhook')),
    -- email and sms: {"to": […]}; webhook: {"url": …}
    config jsonb NOT NULL,
    -- what signs a webhook's bodies, sealed by netpulse.secrets
    sealed_secret bytea,
    severities text[] NOT NULL
        CHECK (severities <@ ARRAY['info', 'warning', 'critical'] AND cardinality(severities) > 0),
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, name)
);
SELECT netpulse.make_tenant_table('netpulse.notification_channels');
