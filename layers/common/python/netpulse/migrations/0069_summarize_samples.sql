-- New rows' page ranges are summarised when the rollup is about to read them; waiting for autovacuum
-- to do it would mean reading the whole day until then.
CREATE FUNCTION netpulse.summarize_samples(first timestamptz, last timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp SET lock_timeout = '1s'
AS $$
DECLARE
    index_oid oid;
    done integer := 0;
BEGIN
    FOR index_oid IN
        SELECT i.indexrelid
        FROM generate_series((first AT TIME ZONE 'UTC')::date, (last AT TIME ZONE 'UTC')::date,
                             interval '1 day') AS day
        JOIN pg_index i ON i.indrelid = to_regclass('netpulse.samples_' || to_char(day, 'YYYYMMDD'))
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_am a ON a.oid = c.relam AND a.amname = 'brin'
    LOOP
        done := done + brin_summarize_new_values(index_oid);
    END LOOP;
    RETURN done;
EXCEPTION WHEN lock_not_available THEN
    -- A vacuum is at it, and summarises as it goes.
    RETURN done;
END $$;
REVOKE ALL ON FUNCTION netpulse.summarize_samples(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.summarize_samples(timestamptz, timestamptz) TO netpulse_system;
