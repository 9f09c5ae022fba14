-- Series, and samples as one row a device, block and slot: 64 values share a row's overhead.
CREATE TABLE netpulse.series (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    device_number integer NOT NULL,
    entity text NOT NULL DEFAULT '',
    metric varchar(50) NOT NULL,
    unit varchar(20) NOT NULL DEFAULT '',
    kind varchar(10) NOT NULL CHECK (kind IN ('gauge', 'counter', 'rate', 'status')),
    -- where the value stands: samples.values[position] of the rows of this block
    block smallint NOT NULL CHECK (block >= 0),
    position smallint NOT NULL CHECK (position BETWEEN 1 AND 64),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (device_id, entity, metric),
    UNIQUE (device_number, block, position)
);
SELECT netpulse.make_tenant_table('netpulse.series');

-- organization_number and device_number are the ids' short forms: they stand in every row.
CREATE TABLE netpulse.samples (
    organization_number integer NOT NULL,
    device_number integer NOT NULL,
    block smallint NOT NULL,
    slot_at timestamptz NOT NULL,
    -- NaN: no value in this slot
    values double precision[] NOT NULL,
    PRIMARY KEY (device_number, block, slot_at)
) PARTITION BY RANGE (slot_at);

ALTER TABLE netpulse.samples ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON netpulse.samples TO netpulse_app
    USING (organization_number = (SELECT o.number FROM netpulse.organizations o
                                  WHERE o.id = netpulse.current_organization()));
CREATE POLICY system ON netpulse.samples TO netpulse_system USING (true) WITH CHECK (true);
GRANT SELECT ON netpulse.samples TO netpulse_app;
GRANT SELECT, INSERT, UPDATE ON netpulse.samples TO netpulse_system;

-- Samples whose slot no partition covers (a broken clock) are kept aside, never lost with a batch.
CREATE TABLE netpulse.quarantined_samples (
    organization_number integer NOT NULL,
    device_number integer NOT NULL,
    block smallint NOT NULL,
    slot_at timestamptz NOT NULL,
    values double precision[] NOT NULL,
    reason text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE netpulse.quarantined_samples ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON netpulse.quarantined_samples TO netpulse_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON netpulse.quarantined_samples TO netpulse_system;

-- Daily partitions from first_day to last_day (UTC). COPY FROM refuses tables with row-level
-- security, so the poller (netpulse_system alone) copies straight into a day's partition;
-- tenants have no grant on partitions and read through the parent and its policy.
CREATE FUNCTION netpulse.ensure_sample_partitions(first_day date, last_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
DECLARE
    day date;
    partition_name text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('netpulse.ensure_sample_partitions'));
    FOR day IN SELECT generate_series(first_day, last_day, interval '1 day')::date LOOP
        partition_name := 'samples_' || to_char(day, 'YYYYMMDD');
        IF to_regclass('netpulse.' || partition_name) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE netpulse.%I PARTITION OF netpulse.samples FOR VALUES FROM (%L) TO (%L)',
                partition_name, day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00');
            EXECUTE format('GRANT SELECT, INSERT, UPDATE ON netpulse.%I TO netpulse_system', partition_name);
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION netpulse.ensure_sample_partitions(date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.ensure_sample_partitions(date, date) TO netpulse_system;

CREATE FUNCTION netpulse.drop_sample_partitions(before_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
DECLARE
    partition_name text;
    dropped integer := 0;
BEGIN
    FOR partition_name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'netpulse.samples'::regclass
          AND c.relname < 'samples_' || to_char(before_day, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE netpulse.%I', partition_name);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION netpulse.drop_sample_partitions(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.drop_sample_partitions(date) TO netpulse_system;

-- Our own bucket function, so that every engine agrees: buckets start on Monday 2000-01-03 UTC.
CREATE FUNCTION netpulse.time_bucket(width interval, at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT date_bin(width, at, timestamptz '2000-01-03 00:00+00') $$;

-- The blueprint's table, for people with SQL and Grafana.
CREATE VIEW netpulse.device_metrics WITH (security_invoker = true) AS
SELECT s.slot_at AS time,
       r.device_id,
       (CASE WHEN r.entity = '' THEN r.metric
             ELSE left(r.metric || ':' || r.entity, 50) END)::varchar(50) AS metric_type,
       s.values[r.position] AS value,
       r.unit
FROM netpulse.samples s
JOIN netpulse.series r ON r.device_number = s.device_number AND r.block = s.block
WHERE s.values[r.position] IS NOT NULL AND s.values[r.position] <> 'NaN'::double precision;
GRANT SELECT ON netpulse.device_metrics TO netpulse_app, netpulse_system;
