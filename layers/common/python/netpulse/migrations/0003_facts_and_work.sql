-- The event log (outbox), what consumers have seen, jobs with progress, and due timers.

-- The counter every fact of an organisation takes its seq from: gapless, because its row lock is
-- held until the transaction that took the number commits.
CREATE TABLE netpulse.fact_counters (
    organization_id uuid PRIMARY KEY REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    last_seq bigint NOT NULL DEFAULT 0
);
SELECT netpulse.make_tenant_table('netpulse.fact_counters');
GRANT SELECT, INSERT, UPDATE ON netpulse.fact_counters TO netpulse_auth;

CREATE TABLE netpulse.outbox (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    event_id uuid NOT NULL,
    source text NOT NULL,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    correlation_id text NOT NULL,
    causation_id text,
    data jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    PRIMARY KEY (organization_id, seq)
);
CREATE INDEX outbox_unpublished ON netpulse.outbox (recorded_at) WHERE published_at IS NULL;
CREATE INDEX outbox_recorded ON netpulse.outbox USING brin (recorded_at);
SELECT netpulse.make_tenant_table('netpulse.outbox');
GRANT SELECT, INSERT, UPDATE ON netpulse.outbox TO netpulse_auth;

CREATE TABLE netpulse.consumed_events (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    consumed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX consumed_events_age ON netpulse.consumed_events USING brin (consumed_at);
SELECT netpulse.make_tenant_table('netpulse.consumed_events');

CREATE TABLE netpulse.jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    progress real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    request jsonb NOT NULL DEFAULT '{}',
    result jsonb,
    error jsonb,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz
);
CREATE INDEX jobs_organization ON netpulse.jobs (organization_id, created_at DESC);
SELECT netpulse.make_tenant_table('netpulse.jobs');

-- A timer is owned by the domain named in purpose; a delayed message wakes it, the minute sweep
-- catches what the message missed.
CREATE TABLE netpulse.timers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    purpose text NOT NULL,
    subject text NOT NULL,
    due_at timestamptz NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, purpose, subject)
);
CREATE INDEX timers_due ON netpulse.timers (due_at);
SELECT netpulse.make_tenant_table('netpulse.timers');
