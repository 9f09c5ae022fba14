-- One row a message to one recipient, from queued to sent or dead; kept when its channel is gone.
CREATE TABLE netpulse.deliveries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    -- no foreign key: what was sent stays true after the channel is deleted; NULL: logged only
    channel_id uuid,
    channel_kind varchar(20) NOT NULL,
    channel_name varchar(255) NOT NULL DEFAULT '',
    recipient text NOT NULL DEFAULT '',
    purpose varchar(20) NOT NULL
        CHECK (purpose IN ('problem', 'recovery', 'acknowledged', 'batch', 'test')),
    state varchar(20) NOT NULL CHECK (state IN
        ('queued', 'sending', 'sent', 'delivered', 'failed', 'dead', 'dropped', 'logged')),
    reason text NOT NULL DEFAULT '',
    -- still waiting for more alerts to tell of in the same message
    collecting boolean NOT NULL DEFAULT false,
    -- a person sends it again, whatever became of its alerts
    forced boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    gives_up_at timestamptz NOT NULL,
    claimed_at timestamptz,
    sent_at timestamptz,
    last_error text NOT NULL DEFAULT '',
    provider_message_id text NOT NULL DEFAULT '',
    cost text NOT NULL DEFAULT '',
    subject text NOT NULL DEFAULT '',
    body text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
) WITH (fillfactor = 80);
-- a channel's recipient has at most one message that collects
CREATE UNIQUE INDEX deliveries_collecting ON netpulse.deliveries (channel_id, recipient)
    WHERE collecting;
CREATE INDEX deliveries_open ON netpulse.deliveries (due_at)
    WHERE state IN ('queued', 'sending', 'failed');
CREATE INDEX deliveries_newest ON netpulse.deliveries (organization_id, created_at DESC, id);
CREATE INDEX deliveries_age ON netpulse.deliveries USING brin (created_at);
SELECT netpulse.make_tenant_table('netpulse.deliveries');

-- What a message tells: one row an alert's event. The unique key is why nobody is told twice.
CREATE TABLE netpulse.delivery_items (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    delivery_id uuid NOT NULL REFERENCES netpulse.deliveries (id) ON DELETE CASCADE,
    channel_id uuid,
    recipient text NOT NULL,
    alert_id uuid NOT NULL,
    alert_seq integer NOT NULL,
    event varchar(20) NOT NULL CHECK (event IN ('problem', 'recovery', 'acknowledged')),
    -- what is told, as the fact said it
    news jsonb NOT NULL,
    -- why it is not told after all
    dropped text NOT NULL DEFAULT '',
    UNIQUE NULLS NOT DISTINCT (alert_id, event, alert_seq, channel_id, recipient)
);
CREATE INDEX delivery_items_delivery ON netpulse.delivery_items (delivery_id);
SELECT netpulse.make_tenant_table('netpulse.delivery_items');

-- The newest of each alert's transitions that was heard of: facts may come late and in any order.
CREATE TABLE netpulse.alert_fences (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    alert_id uuid PRIMARY KEY,
    alert_seq integer NOT NULL,
    resolved boolean NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX alert_fences_age ON netpulse.alert_fences USING brin (updated_at);
SELECT netpulse.make_tenant_table('netpulse.alert_fences');
