-- One surface of SQL, two engines: `native` (any PostgreSQL) and `timescale` (a server that offers
-- TimescaleDB: hot rows are a hypertable, whose chunks make and drop themselves). Closed days are
-- packed by us in both: TimescaleDB's columnstore takes half as much again, refuses tables with
-- row-level security, and needs its own licence.
CREATE TABLE netpulse.time_series_engine (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    name text NOT NULL CHECK (name IN ('native', 'timescale')),
    -- the extension's version and licence (apache or timescale) where there is one
    version text,
    licence text
);
ALTER TABLE netpulse.time_series_engine ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON netpulse.time_series_engine TO netpulse_system USING (true);
GRANT SELECT ON netpulse.time_series_engine TO netpulse_system;

CREATE FUNCTION netpulse.time_series_engine() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$ SELECT name FROM netpulse.time_series_engine $$;
REVOKE ALL ON FUNCTION netpulse.time_series_engine() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.time_series_engine() TO netpulse_app, netpulse_system;

-- What the server offers: the setting netpulse.engine (native, timescale; else whatever is there)
-- decides, then the extension, which must be loaded with the server.
CREATE FUNCTION netpulse.probe_engine() RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    wanted text := coalesce(nullif(current_setting('netpulse.engine', true), ''), 'auto');
BEGIN
    IF wanted = 'native'
       OR NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb') THEN
        IF wanted = 'timescale' THEN
            RAISE EXCEPTION 'netpulse.engine is timescale, and this server has no TimescaleDB';
        END IF;
        RETURN 'native';
    END IF;
    BEGIN
        CREATE EXTENSION IF NOT EXISTS timescaledb;
    EXCEPTION WHEN OTHERS THEN
        IF wanted = 'timescale' THEN
            RAISE;
        END IF;
        RAISE NOTICE 'TimescaleDB is there and cannot be used: %', SQLERRM;
        RETURN 'native';
    END;
    RETURN 'timescale';
END $$;
REVOKE ALL ON FUNCTION netpulse.probe_engine() FROM PUBLIC;

-- Makes the hot rows a hypertable and puts TimescaleDB's words behind our functions.
CREATE FUNCTION netpulse.become_timescale() RETURNS void
LANGUAGE plpgsql
AS $timescale$
DECLARE partition_name text;
BEGIN
    ALTER TABLE netpulse.samples RENAME TO samples_before;
    ALTER TABLE netpulse.samples_before RENAME CONSTRAINT samples_pkey TO samples_before_pkey;
    CREATE TABLE netpulse.samples (
        slot_at timestamptz NOT NULL,
        device_number integer NOT NULL,
        organization_number integer NOT NULL,
        block smallint NOT NULL,
        values double precision[] NOT NULL,
        PRIMARY KEY (device_number, block, slot_at)
    );
    PERFORM public.create_hypertable('netpulse.samples', 'slot_at',
        chunk_time_interval => interval '1 day', create_default_indexes => false);
    PERFORM netpulse.make_time_series_table('netpulse.samples');
    -- Chunks have the hypertable's grants and not its policies: nobody may name them.
    REVOKE USAGE ON SCHEMA _timescaledb_internal FROM PUBLIC;
    INSERT INTO netpulse.samples (slot_at, device_number, organization_number, block, values)
    SELECT slot_at, device_number, organization_number, block, values FROM netpulse.samples_before;
    DROP TABLE netpulse.samples_before CASCADE;

    -- Chunks come with their first row.
    CREATE OR REPLACE FUNCTION netpulse.ensure_sample_partitions(first_day date, last_day date)
    RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = netpulse, pg_temp
    AS 'SELECT 0';
    CREATE OR REPLACE FUNCTION netpulse.has_sample_partition(day date) RETURNS boolean
    LANGUAGE sql STABLE AS 'SELECT true';
    -- COPY refuses a hypertable with row-level security, and a chunk has no name to go by: every
    -- batch is staged.
    CREATE OR REPLACE FUNCTION netpulse.begin_samples(
        first timestamptz, last timestamptz, ahead interval DEFAULT '10 minutes') RETURNS boolean
    LANGUAGE sql AS 'SELECT false';
    CREATE OR REPLACE FUNCTION netpulse.drop_sample_partitions(before_day date) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = netpulse, pg_temp
    AS $$
        SELECT count(*)::integer FROM public.drop_chunks(
            'netpulse.samples', older_than => before_day::timestamp AT TIME ZONE 'UTC')
    $$;
    CREATE OR REPLACE FUNCTION netpulse.days_to_compact(before date) RETURNS SETOF date
    LANGUAGE sql SECURITY DEFINER SET search_path = netpulse, pg_temp
    AS $$
        SELECT d.day FROM (
            SELECT DISTINCT (c.range_start AT TIME ZONE 'UTC')::date AS day
            FROM timescaledb_information.chunks c
            WHERE c.hypertable_schema = 'netpulse' AND c.hypertable_name = 'samples') d
        WHERE d.day < before AND EXISTS (
            SELECT FROM netpulse.samples s
            WHERE s.slot_at >= d.day::timestamp AT TIME ZONE 'UTC'
              AND s.slot_at < (d.day + 1)::timestamp AT TIME ZONE 'UTC')
        ORDER BY d.day
    $$;
    CREATE OR REPLACE FUNCTION netpulse.close_samples(day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp
    AS $$
    BEGIN
        -- The whole table: a late sample would make the day's chunk anew.
        LOCK TABLE netpulse.samples IN SHARE ROW EXCLUSIVE MODE;
    END $$;
    CREATE OR REPLACE FUNCTION netpulse.empty_samples(day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp
    AS $$
    BEGIN
        PERFORM public.drop_chunks(
            'netpulse.samples', older_than => (day + 1)::timestamp AT TIME ZONE 'UTC',
            newer_than => day::timestamp AT TIME ZONE 'UTC');
        UPDATE netpulse.time_series_progress SET compacted_until = greatest(compacted_until, day + 1);
    END $$;
END $timescale$;
REVOKE ALL ON FUNCTION netpulse.become_timescale() FROM PUBLIC;

DO $$
DECLARE engine text := netpulse.probe_engine();
BEGIN
    IF engine = 'timescale' THEN
        PERFORM netpulse.become_timescale();
    END IF;
    INSERT INTO netpulse.time_series_engine (name, version, licence)
    SELECT engine, (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'),
           CASE WHEN engine = 'timescale' THEN current_setting('timescaledb.license', true) END;
END $$;
