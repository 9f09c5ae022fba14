-- How rollups move on, and how a batch of them is saved.

CREATE INDEX series_counters ON netpulse.series (device_number, block) WHERE kind = 'counter';

-- Announces everything up to an instant as to be rolled up: from here on samples before it are late.
CREATE FUNCTION netpulse.announce_rollup(until timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    from_here timestamptz;
BEGIN
    -- Waits for the batches under way: what they write is there when the range is read.
    PERFORM pg_advisory_xact_lock(netpulse.rollup_lock());
    SELECT rolled_until INTO from_here FROM netpulse.time_series_progress FOR UPDATE;
    IF from_here = '-infinity' THEN
        SELECT netpulse.time_bucket('5 minutes', min(slot_at)) INTO from_here FROM netpulse.samples;
    END IF;
    IF until > coalesce(from_here, '-infinity') THEN
        UPDATE netpulse.time_series_progress SET rolled_until = until;
        IF from_here < until THEN
            INSERT INTO netpulse.rollup_ranges (begin_at, end_at) VALUES (from_here, until);
        END IF;
    END IF;
END $$;

CREATE FUNCTION netpulse.save_rollups(
    tier text, buckets timestamptz[], devices integer[], organizations integer[], blocks smallint[],
    width integer, counts integer[], sums double precision[], lows double precision[],
    highs double precision[], lasts double precision[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('
        INSERT INTO netpulse.%I (bucket_at, device_number, organization_number, block,
                                 counts, sums, lows, highs, lasts)
        SELECT n.bucket_at, n.device, n.organization, n.block,
               $6[(n.i - 1) * $5 + 1 : n.i * $5], $7[(n.i - 1) * $5 + 1 : n.i * $5],
               $8[(n.i - 1) * $5 + 1 : n.i * $5], $9[(n.i - 1) * $5 + 1 : n.i * $5],
               $10[(n.i - 1) * $5 + 1 : n.i * $5]
        FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS n (bucket_at, device, organization, block, i)
        ON CONFLICT (device_number, block, bucket_at) DO UPDATE SET
            counts = excluded.counts, sums = excluded.sums, lows = excluded.lows,
            highs = excluded.highs, lasts = excluded.lasts',
        CASE WHEN tier IN ('rollups_5m', 'rollups_1h', 'rollups_1d') THEN tier END)
    USING buckets, devices, organizations, blocks, width, counts, sums, lows, highs, lasts;
END $$;

DO $$
DECLARE signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['announce_rollup(timestamptz)',
        'save_rollups(text, timestamptz[], integer[], integer[], smallint[], integer, integer[], '
        'double precision[], double precision[], double precision[], double precision[])'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION netpulse.%s FROM PUBLIC', signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION netpulse.%s TO netpulse_system', signature);
    END LOOP;
END $$;
