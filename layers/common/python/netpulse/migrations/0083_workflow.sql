-- Who works on an alert and until when, what they say, who is asked next, and who is on call.
ALTER TABLE netpulse.alerts
    ADD COLUMN assigned_to uuid,
    ADD COLUMN acknowledged_until timestamptz,
    ADD COLUMN acknowledged_until_worse boolean NOT NULL DEFAULT false;

CREATE TABLE netpulse.alert_comments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    alert_id uuid NOT NULL REFERENCES netpulse.alerts (id) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    author_id uuid,
    author_name text NOT NULL DEFAULT '',
    text text NOT NULL
);
CREATE INDEX alert_comments_alert ON netpulse.alert_comments (alert_id, at);
SELECT netpulse.make_tenant_table('netpulse.alert_comments');

CREATE TABLE netpulse.on_call_schedules (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    time_zone text NOT NULL,
    -- layers of members who take turns, the first that has somebody wins; and who stands in
    layers jsonb NOT NULL,
    overrides jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, name)
);
SELECT netpulse.make_tenant_table('netpulse.on_call_schedules');

CREATE TABLE netpulse.escalation_policies (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    -- as in silences; none: every alert. The first policy by priority that matches is followed.
    matchers jsonb NOT NULL DEFAULT '[]',
    priority integer NOT NULL DEFAULT 100,
    -- [{"after_seconds", "channel_ids", "schedule_ids"}]
    steps jsonb NOT NULL,
    -- how often the steps are gone through again
    repeats smallint NOT NULL DEFAULT 0 CHECK (repeats BETWEEN 0 AND 20),
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, name)
);
SELECT netpulse.make_tenant_table('netpulse.escalation_policies');

-- How far the escalation of an open alert has come.
CREATE TABLE netpulse.alert_escalations (
    alert_id uuid PRIMARY KEY REFERENCES netpulse.alerts (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    policy_id uuid NOT NULL REFERENCES netpulse.escalation_policies (id) ON DELETE CASCADE,
    step smallint NOT NULL,
    round smallint NOT NULL
);
SELECT netpulse.make_tenant_table('netpulse.alert_escalations');
