-- Taking samples in: once a slot, however late, whatever the sender's clock says.

-- Two rows of one slot as one: what was there first stays, what it lacks is added.
CREATE FUNCTION netpulse.merge_values(old double precision[], new double precision[])
RETURNS double precision[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT ARRAY(
        SELECT CASE WHEN u.o IS NULL OR u.o = 'NaN' THEN coalesce(u.n, 'NaN') ELSE u.o END
        FROM unnest(old, new) WITH ORDINALITY AS u (o, n, i) ORDER BY u.i)
$$;
CREATE AGGREGATE netpulse.merged_values(double precision[]) (
    SFUNC = netpulse.merge_values, STYPE = double precision[], PARALLEL = SAFE);

CREATE FUNCTION netpulse.has_more_values(old double precision[], new double precision[]) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT EXISTS (SELECT FROM unnest(old, new) AS u (o, n)
                   WHERE u.n <> 'NaN' AND (u.o IS NULL OR u.o = 'NaN'))
$$;

-- Ingest holds this lock with others, the rollup alone for the moment in which it moves on: every
-- sample is either there when its bucket is rolled up, or marks the bucket dirty.
CREATE FUNCTION netpulse.rollup_lock() RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT hashtext('netpulse.rollup')::bigint $$;

-- The session's own table, in which a batch is copied; empty again after each commit.
CREATE FUNCTION netpulse.stage_samples() RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF to_regclass('pg_temp.staged_samples') IS NULL THEN
        CREATE TEMP TABLE staged_samples (
            slot_at timestamptz NOT NULL,
            device_number integer NOT NULL,
            organization_number integer NOT NULL,
            block smallint NOT NULL,
            values double precision[] NOT NULL
        ) ON COMMIT DELETE ROWS;
    END IF;
END $$;

CREATE FUNCTION netpulse.has_sample_partition(day date) RETURNS boolean
LANGUAGE sql STABLE
AS $$ SELECT to_regclass('netpulse.samples_' || to_char(day, 'YYYYMMDD')) IS NOT NULL $$;

-- Rows no clock can have written, or too old for the organisation: kept aside, and counted.
CREATE FUNCTION netpulse.quarantine_staged_samples(latest timestamptz) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE moved integer;
BEGIN
    WITH bad AS (
        DELETE FROM pg_temp.staged_samples s
        USING (SELECT o.number, coalesce(p.raw_days, 90) AS raw_days
               FROM netpulse.organizations o
               LEFT JOIN netpulse.retention_policies p ON p.organization_id = o.id) k
        WHERE k.number = s.organization_number
          AND (s.slot_at > latest OR s.slot_at < now() - make_interval(days => k.raw_days))
        RETURNING s.*
    )
    INSERT INTO netpulse.quarantined_samples
        (organization_number, device_number, block, slot_at, values, reason)
    SELECT organization_number, device_number, block, slot_at, values,
           CASE WHEN slot_at > latest THEN 'from the future' ELSE 'older than the raw retention' END
    FROM bad;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END $$;

-- Plans with the batch's own instants, so that only its days' partitions are touched.
CREATE FUNCTION netpulse.merge_staged_samples(first timestamptz, last timestamptz) RETURNS integer
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan
AS $$
DECLARE changed integer;
BEGIN
    UPDATE netpulse.samples s SET values = netpulse.merge_values(s.values, m.values)
    FROM (SELECT device_number, block, slot_at, netpulse.merged_values(values) AS values
          FROM pg_temp.staged_samples GROUP BY 1, 2, 3) m
    WHERE s.device_number = m.device_number AND s.block = m.block AND s.slot_at = m.slot_at
      AND s.slot_at >= first AND s.slot_at <= last
      AND netpulse.has_more_values(s.values, m.values);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;

-- Takes what pg_temp.staged_samples holds. recorded: new rows; merged: rows that were there and got
-- values they lacked; late: rows whose buckets were rolled up already; quarantined: rows kept aside.
CREATE FUNCTION netpulse.take_staged_samples(
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
    INSERT INTO netpulse.latest_samples AS l
        (slot_at, device_number, organization_number, block, values)
    SELECT DISTINCT ON (device_number, block)
        slot_at, device_number, organization_number, block, values
    FROM pg_temp.staged_samples ORDER BY device_number, block, slot_at DESC
    ON CONFLICT (device_number, block) DO UPDATE SET
        slot_at = excluded.slot_at,
        values = CASE WHEN l.slot_at = excluded.slot_at
                      THEN netpulse.merge_values(l.values, excluded.values) ELSE excluded.values END
    WHERE l.slot_at < excluded.slot_at
       OR l.slot_at = excluded.slot_at AND netpulse.has_more_values(l.values, excluded.values);
    IF first < rolled THEN
        INSERT INTO netpulse.dirty_buckets (bucket_at, device_number, organization_number, block)
        SELECT DISTINCT netpulse.time_bucket('5 minutes', slot_at), device_number,
            organization_number, block
        FROM pg_temp.staged_samples WHERE slot_at < rolled
        ON CONFLICT DO NOTHING;
        SELECT count(*) INTO late FROM pg_temp.staged_samples WHERE slot_at < rolled;
    END IF;
END $$;

-- Begins a batch with slots from first to last: whether none of them is late, of the future or
-- without a partition, so that its rows may be copied straight into their days' partitions.
CREATE FUNCTION netpulse.begin_samples(
    first timestamptz, last timestamptz, ahead interval DEFAULT '10 minutes') RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(netpulse.rollup_lock());
    RETURN first >= now() - interval '1 day' AND last <= now() + ahead
        AND first >= (SELECT rolled_until FROM netpulse.time_series_progress)
        AND netpulse.has_sample_partition((first AT TIME ZONE 'UTC')::date)
        AND netpulse.has_sample_partition((last AT TIME ZONE 'UTC')::date);
END $$;

-- The newest rows of a batch copied so; the values of row i end at ends[i] of flat.
CREATE FUNCTION netpulse.note_latest(
    slots timestamptz[], devices integer[], organizations integer[], blocks smallint[],
    ends integer[], flat double precision[]) RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO netpulse.latest_samples AS l
        (slot_at, device_number, organization_number, block, values)
    SELECT n.slot_at, n.device, n.organization, n.block, flat[coalesce(ends[n.i - 1], 0) + 1 : n.upto]
    FROM unnest(slots, devices, organizations, blocks, ends)
        WITH ORDINALITY AS n (slot_at, device, organization, block, upto, i)
    ORDER BY n.device, n.block
    ON CONFLICT (device_number, block) DO UPDATE SET
        slot_at = excluded.slot_at,
        values = CASE WHEN l.slot_at = excluded.slot_at
                      THEN netpulse.merge_values(l.values, excluded.values) ELSE excluded.values END
    WHERE l.slot_at < excluded.slot_at
       OR l.slot_at = excluded.slot_at AND netpulse.has_more_values(l.values, excluded.values)
$$;

DO $$
DECLARE signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY[
        'stage_samples()', 'begin_samples(timestamptz, timestamptz, interval)',
        'note_latest(timestamptz[], integer[], integer[], smallint[], integer[], double precision[])',
        'quarantine_staged_samples(timestamptz)',
        'merge_staged_samples(timestamptz, timestamptz)', 'take_staged_samples(interval)'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION netpulse.%s FROM PUBLIC', signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION netpulse.%s TO netpulse_system', signature);
    END LOOP;
END $$;
