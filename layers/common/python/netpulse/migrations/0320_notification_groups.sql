-- Channels group alerts as Alertmanager's routes do: how, which groups there are, what they said.
ALTER TABLE netpulse.notification_channels
    ADD COLUMN group_by text[] NOT NULL DEFAULT '{alertname}'
        CHECK (cardinality(group_by) <= 20),
    ADD COLUMN group_wait_seconds integer NOT NULL DEFAULT 30 CHECK (group_wait_seconds >= 0),
    ADD COLUMN group_interval_seconds integer NOT NULL DEFAULT 300
        CHECK (group_interval_seconds > 0),
    ADD COLUMN repeat_interval_seconds integer NOT NULL DEFAULT 14400
        CHECK (repeat_interval_seconds > 0),
    -- each critical alert by itself, and nothing of it waits
    ADD COLUMN critical_at_once boolean NOT NULL DEFAULT true;

CREATE TABLE netpulse.notification_groups (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    channel_id uuid NOT NULL REFERENCES netpulse.notification_channels (id) ON DELETE CASCADE,
    at_once boolean NOT NULL,
    -- of its labels, which may be too long for an index
    fingerprint varchar(64) NOT NULL,
    labels jsonb NOT NULL,
    -- NULL: it has nothing to say
    due_at timestamptz,
    flushed_at timestamptz,
    -- its last message: {at, firing, resolved}
    logged jsonb,
    updated_at timestamptz NOT NULL,
    UNIQUE (channel_id, at_once, fingerprint)
) WITH (fillfactor = 80);
CREATE INDEX notification_groups_due ON netpulse.notification_groups (organization_id, due_at)
    WHERE due_at IS NOT NULL;
CREATE INDEX notification_groups_age ON netpulse.notification_groups USING brin (updated_at);
SELECT netpulse.make_tenant_table('netpulse.notification_groups');

CREATE TABLE netpulse.notification_group_alerts (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    group_id uuid NOT NULL REFERENCES netpulse.notification_groups (id) ON DELETE CASCADE,
    alert_id uuid NOT NULL,
    -- the alert and how grave it was when it joined: another key is news
    key text NOT NULL,
    is_resolved boolean NOT NULL,
    is_muted boolean NOT NULL,
    is_taken boolean NOT NULL,
    -- what was said of it last
    news jsonb NOT NULL,
    PRIMARY KEY (group_id, alert_id)
) WITH (fillfactor = 80);
CREATE INDEX notification_group_alerts_alert ON netpulse.notification_group_alerts (alert_id);
SELECT netpulse.make_tenant_table('netpulse.notification_group_alerts');

-- The storm brake of an organisation; without a row, ours.
CREATE TABLE netpulse.notification_settings (
    organization_id uuid PRIMARY KEY REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    most_a_minute integer NOT NULL CHECK (most_a_minute BETWEEN 1 AND 1000),
    updated_at timestamptz NOT NULL
);
SELECT netpulse.make_tenant_table('netpulse.notification_settings');
SELECT netpulse.make_audited(
    'netpulse.notification_settings', 'notification_settings', 'organization_id', '');

ALTER TABLE netpulse.deliveries DROP CONSTRAINT deliveries_purpose_check;
ALTER TABLE netpulse.deliveries ADD CONSTRAINT deliveries_purpose_check
    CHECK (purpose IN
        ('problem', 'recovery', 'acknowledged', 'batch', 'digest', 'test', 'report'));
ALTER TABLE netpulse.deliveries
    -- of the group that speaks; NULL: alerts that speak for themselves
    ADD COLUMN group_labels jsonb,
    -- how many more of the group fire than the message lists
    ADD COLUMN unlisted integer NOT NULL DEFAULT 0;

-- What went on all the while is told as often as its group speaks; everything else once.
ALTER TABLE netpulse.delivery_items DROP CONSTRAINT delivery_items_event_check;
ALTER TABLE netpulse.delivery_items ADD CONSTRAINT delivery_items_event_check
    CHECK (event IN ('problem', 'recovery', 'acknowledged', 'ongoing'));
ALTER TABLE netpulse.delivery_items
    DROP CONSTRAINT delivery_items_alert_id_event_alert_seq_channel_id_recipien_key;
CREATE UNIQUE INDEX delivery_items_once ON netpulse.delivery_items
    (alert_id, event, alert_seq, channel_id, recipient) NULLS NOT DISTINCT
    WHERE event <> 'ongoing';
CREATE INDEX delivery_items_alert ON netpulse.delivery_items (alert_id);
