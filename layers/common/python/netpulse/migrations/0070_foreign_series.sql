-- Series that a Prometheus writes here: by their labels, beside those that NetPulse measures itself.
-- Their samples stand in the same store; docs/metrics.md tells how.

-- Who was scraped: what comes from one job and instance shares its slots, so it shares rows.
CREATE TABLE netpulse.metric_sources (
    -- from the devices' own numbers, for both are device_number in the store
    number integer PRIMARY KEY DEFAULT nextval(pg_get_serial_sequence('netpulse.devices', 'number')),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    job text NOT NULL CHECK (length(job) <= 512),
    instance text NOT NULL CHECK (length(instance) <= 512),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, job, instance)
);
SELECT netpulse.make_tenant_table('netpulse.metric_sources');

CREATE TABLE netpulse.foreign_series (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    source_number integer NOT NULL REFERENCES netpulse.metric_sources (number) ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 512),
    -- all labels but the name, as they were sent
    labels jsonb NOT NULL,
    -- SHA-256 of name and labels: what makes the series itself
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    block smallint NOT NULL CHECK (block >= 0),
    position smallint NOT NULL CHECK (position BETWEEN 1 AND 64),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, fingerprint),
    UNIQUE (source_number, block, position)
);
CREATE INDEX foreign_series_name ON netpulse.foreign_series (organization_id, name);
SELECT netpulse.make_tenant_table('netpulse.foreign_series');

-- What a metric is, as the sender's metadata says.
CREATE TABLE netpulse.foreign_metrics (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 512),
    type varchar(20) NOT NULL,
    help text NOT NULL DEFAULT '' CHECK (length(help) <= 2000),
    unit varchar(50) NOT NULL DEFAULT '',
    PRIMARY KEY (organization_id, name)
);
SELECT netpulse.make_tenant_table('netpulse.foreign_metrics');

-- The queries ask for a metric of a whole organisation.
CREATE INDEX series_metric ON netpulse.series (organization_id, metric);
DO $$ BEGIN
    EXECUTE format('GRANT USAGE ON SEQUENCE %s TO netpulse_system',
                   pg_get_serial_sequence('netpulse.devices', 'number'));
END $$;
