-- The newest row as it stands after the merge: a batch may bring one slot in several rows.
CREATE OR REPLACE FUNCTION netpulse.take_staged_samples(
    ahead interval DEFAULT '10 minutes',
    OUT recorded integer, OUT merged integer, OUT late integer, OUT quarantined integer)
LANGUAGE plpgsql
AS $$
DECLARE
    total integer;
    first timestamptz;
    last timestamptz;
    rolled timestamptz;
BEGIN
    recorded := 0; merged := 0; late := 0; quarantined := 0;
    PERFORM pg_advisory_xact_lock_shared(netpulse.rollup_lock());
    SELECT rolled_until INTO rolled FROM netpulse.time_series_progress;
    SELECT count(*), min(slot_at), max(slot_at) INTO total, first, last FROM pg_temp.staged_samples;
    -- A day is the shortest raw retention there is: nothing younger needs a look.
    IF last > now() + ahead OR first < now() - interval '1 day' THEN
        quarantined := netpulse.quarantine_staged_samples(now() + ahead);
        SELECT count(*), min(slot_at), max(slot_at) INTO total, first, last
        FROM pg_temp.staged_samples;
    END IF;
    IF total = 0 THEN
        RETURN;
    END IF;
    PERFORM netpulse.ensure_sample_partitions(day, day)
    FROM (SELECT DISTINCT (slot_at AT TIME ZONE 'UTC')::date AS day FROM pg_temp.staged_samples) d
    WHERE NOT netpulse.has_sample_partition(day);
    INSERT INTO netpulse.samples (slot_at, device_number, organization_number, block, values)
    SELECT slot_at, device_number, organization_number, block, values FROM pg_temp.staged_samples
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS recorded = ROW_COUNT;
    IF recorded < total THEN
        merged := netpulse.merge_staged_samples(first, last);
    END IF;
    PERFORM netpulse.note_latest_staged(first, last);
    IF first < rolled THEN
        INSERT INTO netpulse.dirty_buckets (bucket_at, device_number, organization_number, block)
        SELECT DISTINCT netpulse.time_bucket('5 minutes', slot_at), device_number,
            organization_number, block
        FROM pg_temp.staged_samples WHERE slot_at < rolled
        ON CONFLICT DO NOTHING;
        SELECT count(*) INTO late FROM pg_temp.staged_samples WHERE slot_at < rolled;
    END IF;
END $$;

CREATE FUNCTION netpulse.note_latest_staged(first timestamptz, last timestamptz) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    INSERT INTO netpulse.latest_samples AS l
        (slot_at, device_number, organization_number, block, values)
    SELECT s.slot_at, s.device_number, s.organization_number, s.block, s.values
    FROM (SELECT device_number, block, max(slot_at) AS slot_at
          FROM pg_temp.staged_samples GROUP BY 1, 2) n
    JOIN netpulse.samples s ON s.device_number = n.device_number AND s.block = n.block
        AND s.slot_at = n.slot_at AND s.slot_at >= first AND s.slot_at <= last
    ORDER BY s.device_number, s.block
    ON CONFLICT (device_number, block) DO UPDATE SET
        slot_at = excluded.slot_at, values = excluded.values
    WHERE l.slot_at <= excluded.slot_at;
END $$;
REVOKE ALL ON FUNCTION netpulse.note_latest_staged(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.note_latest_staged(timestamptz, timestamptz) TO netpulse_system;

-- The first rollup begins with the oldest sample there is, which may be younger than its end.
CREATE OR REPLACE FUNCTION netpulse.announce_rollup(until timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    rolled timestamptz;
    from_here timestamptz;
BEGIN
    -- Waits for the batches under way: what they write is there when the range is read.
    PERFORM pg_advisory_xact_lock(netpulse.rollup_lock());
    SELECT rolled_until INTO rolled FROM netpulse.time_series_progress FOR UPDATE;
    IF until <= rolled THEN
        RETURN;
    END IF;
    from_here := rolled;
    IF rolled = '-infinity' THEN
        SELECT netpulse.time_bucket('5 minutes', min(slot_at)) INTO from_here FROM netpulse.samples;
    END IF;
    UPDATE netpulse.time_series_progress SET rolled_until = until;
    IF from_here < until THEN
        INSERT INTO netpulse.rollup_ranges (begin_at, end_at) VALUES (from_here, until);
    END IF;
END $$;
