-- Moving closed days from hot rows into chunks, and dropping what is older than anybody keeps.

-- Days before a day whose partitions have rows, oldest first.
CREATE FUNCTION netpulse.days_to_compact(before date) RETURNS SETOF date
LANGUAGE plpgsql
AS $$
DECLARE
    partition_name text;
    filled boolean;
BEGIN
    FOR partition_name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'netpulse.samples'::regclass
          AND c.relname < 'samples_' || to_char(before, 'YYYYMMDD')
        ORDER BY c.relname
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM netpulse.%I)', partition_name) INTO filled;
        IF filled THEN
            RETURN NEXT to_date(right(partition_name, 8), 'YYYYMMDD');
        END IF;
    END LOOP;
END $$;

-- Keeps writers (not readers) out of a day until the transaction ends.
CREATE FUNCTION netpulse.close_samples(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
BEGIN
    EXECUTE format('LOCK TABLE netpulse.%I IN SHARE ROW EXCLUSIVE MODE',
                   'samples_' || to_char(day, 'YYYYMMDD'));
END $$;

-- Empties the partition of a day whose rows are in chunks now; it stays for late samples.
CREATE FUNCTION netpulse.empty_samples(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
BEGIN
    EXECUTE format('TRUNCATE netpulse.%I', 'samples_' || to_char(day, 'YYYYMMDD'));
    UPDATE netpulse.time_series_progress SET compacted_until = greatest(compacted_until, day + 1);
END $$;

-- Deletes what each organisation no longer keeps; how many rows (chunks and buckets).
CREATE FUNCTION netpulse.forget_time_series(today date) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    org record;
    oldest date := today - 90;
    gone integer := 0;
    more integer;
BEGIN
    FOR org IN
        SELECT o.number, coalesce(p.raw_days, 90) AS raw_days,
               coalesce(p.five_minute_days, 90) AS five_minute_days,
               coalesce(p.hourly_days, 365) AS hourly_days, coalesce(p.daily_days, 1825) AS daily_days
        FROM netpulse.organizations o
        LEFT JOIN netpulse.retention_policies p ON p.organization_id = o.id
    LOOP
        oldest := least(oldest, today - org.raw_days);
        DELETE FROM netpulse.chunks
        WHERE organization_number = org.number AND day < today - org.raw_days;
        GET DIAGNOSTICS more = ROW_COUNT;
        gone := gone + more;
        DELETE FROM netpulse.rollups_5m WHERE organization_number = org.number
            AND bucket_at < (today - org.five_minute_days)::timestamp AT TIME ZONE 'UTC';
        GET DIAGNOSTICS more = ROW_COUNT;
        gone := gone + more;
        DELETE FROM netpulse.rollups_1h WHERE organization_number = org.number
            AND bucket_at < (today - org.hourly_days)::timestamp AT TIME ZONE 'UTC';
        GET DIAGNOSTICS more = ROW_COUNT;
        gone := gone + more;
        DELETE FROM netpulse.rollups_1d WHERE organization_number = org.number
            AND bucket_at < (today - org.daily_days)::timestamp AT TIME ZONE 'UTC';
        GET DIAGNOSTICS more = ROW_COUNT;
        gone := gone + more;
    END LOOP;
    DELETE FROM netpulse.quarantined_samples WHERE received_at < now() - interval '30 days';
    PERFORM netpulse.drop_sample_partitions(oldest);
    RETURN gone;
END $$;

DO $$
DECLARE signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['days_to_compact(date)', 'close_samples(date)', 'empty_samples(date)',
                                     'forget_time_series(date)'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION netpulse.%s FROM PUBLIC', signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION netpulse.%s TO netpulse_system', signature);
    END LOOP;
END $$;
