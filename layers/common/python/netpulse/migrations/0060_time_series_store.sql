-- The store of time series: hot rows, chunks of closed days, rollups, and what keeps them true.
-- docs/time-series.md tells how they hang together.

-- Who sees rows that carry an organisation's number: tenants read their own, workers do all.
CREATE FUNCTION netpulse.make_time_series_table(series_table regclass) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', series_table);
    EXECUTE format(
        'CREATE POLICY tenant ON %s TO netpulse_app USING (organization_number = '
        '(SELECT o.number FROM netpulse.organizations o WHERE o.id = netpulse.current_organization()))',
        series_table);
    EXECUTE format(
        'CREATE POLICY system ON %s TO netpulse_system USING (true) WITH CHECK (true)', series_table);
    EXECUTE format('GRANT SELECT ON %s TO netpulse_app', series_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO netpulse_system', series_table);
END $$;
REVOKE ALL ON FUNCTION netpulse.make_time_series_table(regclass) FROM PUBLIC;

-- The same hot rows with their columns in the order that wastes no padding: 8 bytes a row.
DROP VIEW netpulse.device_metrics;
ALTER TABLE netpulse.samples RENAME TO samples_before;
ALTER TABLE netpulse.samples_before RENAME CONSTRAINT samples_pkey TO samples_before_pkey;
DO $$
DECLARE partition_name text;
BEGIN
    FOR partition_name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                          WHERE i.inhparent = 'netpulse.samples_before'::regclass LOOP
        EXECUTE format('ALTER TABLE netpulse.%I RENAME TO %I', partition_name, 'before_' || partition_name);
    END LOOP;
END $$;
CREATE TABLE netpulse.samples (
    slot_at timestamptz NOT NULL,
    device_number integer NOT NULL,
    organization_number integer NOT NULL,
    block smallint NOT NULL,
    -- NaN: no value
    values double precision[] NOT NULL,
    PRIMARY KEY (device_number, block, slot_at)
) PARTITION BY RANGE (slot_at);
SELECT netpulse.make_time_series_table('netpulse.samples');

-- A day's partition is made aside and attached: CREATE … PARTITION OF would lock out every reader.
CREATE OR REPLACE FUNCTION netpulse.ensure_sample_partitions(first_day date, last_day date) RETURNS integer
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
                'CREATE TABLE netpulse.%I (LIKE netpulse.samples INCLUDING DEFAULTS, '
                'CONSTRAINT %I CHECK (slot_at >= %L AND slot_at < %L))',
                partition_name, partition_name || '_day',
                day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00');
            EXECUTE format(
                'ALTER TABLE netpulse.samples ATTACH PARTITION netpulse.%I FOR VALUES FROM (%L) TO (%L)',
                partition_name, day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00');
            EXECUTE format('ALTER TABLE netpulse.%I DROP CONSTRAINT %I',
                           partition_name, partition_name || '_day');
            EXECUTE format(
                'GRANT SELECT, INSERT, UPDATE ON netpulse.%I TO netpulse_system',
                partition_name);
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;

DO $$
DECLARE day date;
BEGIN
    FOR day IN SELECT DISTINCT (slot_at AT TIME ZONE 'UTC')::date FROM netpulse.samples_before LOOP
        PERFORM netpulse.ensure_sample_partitions(day, day);
    END LOOP;
    INSERT INTO netpulse.samples (slot_at, device_number, organization_number, block, values)
    SELECT slot_at, device_number, organization_number, block, values FROM netpulse.samples_before;
END $$;
DROP TABLE netpulse.samples_before;
SELECT netpulse.ensure_sample_partitions(current_date - 3, current_date + 3);

-- A closed day of a device's block: each series' values one after another, bit-packed without loss
-- (netpulse.timeseries.codec; netpulse.chunk_column() reads them in SQL).
CREATE TABLE netpulse.chunks (
    device_number integer NOT NULL,
    organization_number integer NOT NULL,
    day date NOT NULL,
    -- how many slots
    n integer NOT NULL CHECK (n > 0),
    block smallint NOT NULL,
    -- where each column of `data` ends: the slots' times first, then the values of position 1, 2, …
    ends integer[] NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (device_number, block, day)
);
-- Packed already; out of line and whole, so that one column is read without its neighbours.
ALTER TABLE netpulse.chunks ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE INDEX chunks_day ON netpulse.chunks (day, organization_number);
SELECT netpulse.make_time_series_table('netpulse.chunks');

-- The newest row of each block: one short look instead of a search a series.
CREATE TABLE netpulse.latest_samples (
    slot_at timestamptz NOT NULL,
    device_number integer NOT NULL,
    organization_number integer NOT NULL,
    block smallint NOT NULL,
    values double precision[] NOT NULL,
    PRIMARY KEY (device_number, block)
) WITH (fillfactor = 50);
CREATE INDEX latest_samples_organization ON netpulse.latest_samples (organization_number);
SELECT netpulse.make_time_series_table('netpulse.latest_samples');

-- Rollups: a row a block and bucket, an element a position; counters as rates a second.
DO $$
DECLARE tier text;
BEGIN
    FOREACH tier IN ARRAY ARRAY['rollups_5m', 'rollups_1h', 'rollups_1d'] LOOP
        EXECUTE format('CREATE TABLE netpulse.%I (
            bucket_at timestamptz NOT NULL,
            device_number integer NOT NULL,
            organization_number integer NOT NULL,
            block smallint NOT NULL,
            counts integer[] NOT NULL,
            sums double precision[] NOT NULL,
            lows double precision[] NOT NULL,
            highs double precision[] NOT NULL,
            lasts double precision[] NOT NULL,
            PRIMARY KEY (device_number, block, bucket_at)
        ) WITH (toast_tuple_target = 8160)', tier);
        EXECUTE format('CREATE INDEX %I ON netpulse.%I USING brin (bucket_at)', tier || '_bucket', tier);
        PERFORM netpulse.make_time_series_table(format('netpulse.%I', tier)::regclass);
    END LOOP;
END $$;

-- Up to where each thing has come; ingest reads it under a shared lock that the rollup takes alone.
CREATE TABLE netpulse.time_series_progress (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- 5-minute buckets before this instant are rolled up, or dirty, or within rollup_ranges
    rolled_until timestamptz NOT NULL DEFAULT '-infinity',
    -- days before this one may have chunks
    compacted_until date NOT NULL DEFAULT '-infinity'
);
INSERT INTO netpulse.time_series_progress DEFAULT VALUES;

-- Stretches of time announced to be rolled up and not yet done: a killed run's are done by the next.
CREATE TABLE netpulse.rollup_ranges (
    begin_at timestamptz PRIMARY KEY,
    end_at timestamptz NOT NULL
);

-- Buckets of five minutes that a late sample made wrong.
CREATE TABLE netpulse.dirty_buckets (
    bucket_at timestamptz NOT NULL,
    device_number integer NOT NULL,
    organization_number integer NOT NULL,
    block smallint NOT NULL,
    PRIMARY KEY (device_number, block, bucket_at)
);

DO $$
DECLARE books text;
BEGIN
    FOREACH books IN ARRAY ARRAY['time_series_progress', 'rollup_ranges', 'dirty_buckets'] LOOP
        EXECUTE format('ALTER TABLE netpulse.%I ENABLE ROW LEVEL SECURITY', books);
        EXECUTE format('CREATE POLICY system ON netpulse.%I TO netpulse_system USING (true) WITH CHECK (true)', books);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.%I TO netpulse_system', books);
    END LOOP;
END $$;

-- The instant before which every bucket has its rollup; NULL when nothing was rolled up yet.
CREATE FUNCTION netpulse.rolled_until() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
    SELECT nullif(least(p.rolled_until, (SELECT min(r.begin_at) FROM netpulse.rollup_ranges r)), '-infinity')
    FROM netpulse.time_series_progress p
$$;
REVOKE ALL ON FUNCTION netpulse.rolled_until() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.rolled_until() TO netpulse_app, netpulse_system;

-- How long each organisation keeps what, and how many series it may have.
CREATE TABLE netpulse.retention_policies (
    organization_id uuid PRIMARY KEY REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    raw_days integer NOT NULL DEFAULT 90 CHECK (raw_days BETWEEN 1 AND 3650),
    five_minute_days integer NOT NULL DEFAULT 90 CHECK (five_minute_days BETWEEN 1 AND 3650),
    hourly_days integer NOT NULL DEFAULT 365 CHECK (hourly_days BETWEEN 1 AND 3650),
    daily_days integer NOT NULL DEFAULT 1825 CHECK (daily_days BETWEEN 1 AND 36500),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (hourly_days <= daily_days)
);
SELECT netpulse.make_tenant_table('netpulse.retention_policies');

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
