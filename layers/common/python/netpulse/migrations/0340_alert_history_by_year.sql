-- The history of alerts in a partition a year: an old year goes as one file, not row by row. What
-- no year has room for (a broken clock) is kept in the rest.
ALTER TABLE netpulse.alert_history RENAME TO alert_history_before;
ALTER TABLE netpulse.alert_history_before RENAME CONSTRAINT alert_history_pkey TO alert_history_before_pkey;
CREATE TABLE netpulse.alert_history (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    alert_id uuid NOT NULL REFERENCES netpulse.alerts (id) ON DELETE CASCADE,
    seq integer NOT NULL,
    at timestamptz NOT NULL,
    from_state varchar(20),
    to_state varchar(20) NOT NULL,
    reason text NOT NULL,
    actor_id uuid,
    note text NOT NULL DEFAULT '',
    value double precision,
    PRIMARY KEY (alert_id, seq, at)
) PARTITION BY RANGE (at);
SELECT netpulse.make_tenant_table('netpulse.alert_history');

-- Nobody has a grant on a partition: all read and write through the parent and its policies.
CREATE TABLE netpulse.alert_history_rest PARTITION OF netpulse.alert_history DEFAULT;
ALTER TABLE netpulse.alert_history_rest ENABLE ROW LEVEL SECURITY;

-- Years (UTC) from the first to the last; a year takes over what the rest holds of it.
CREATE FUNCTION netpulse.ensure_alert_history_years(first_year integer, last_year integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
DECLARE
    year integer;
    partition_name text;
    begins timestamptz;
    ends timestamptz;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('netpulse.ensure_alert_history_years'));
    FOR year IN SELECT generate_series(first_year, last_year) LOOP
        partition_name := 'alert_history_' || year;
        CONTINUE WHEN to_regclass('netpulse.' || partition_name) IS NOT NULL;
        begins := make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC');
        ends := make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC');
        -- Made aside and attached: CREATE … PARTITION OF would lock out every reader. Whoever
        -- writes waits from here on, so that nothing comes into the rest behind our back.
        EXECUTE format(
            'CREATE TABLE netpulse.%I (LIKE netpulse.alert_history INCLUDING DEFAULTS, '
            'CONSTRAINT %I CHECK (at >= %L AND at < %L))',
            partition_name, partition_name || '_year', begins, ends);
        LOCK TABLE netpulse.alert_history IN SHARE ROW EXCLUSIVE MODE;
        EXECUTE format(
            'WITH moved AS (DELETE FROM netpulse.alert_history_rest '
            'WHERE at >= %L AND at < %L RETURNING *) INSERT INTO netpulse.%I SELECT * FROM moved',
            begins, ends, partition_name);
        EXECUTE format(
            'ALTER TABLE netpulse.alert_history ATTACH PARTITION netpulse.%I FOR VALUES FROM (%L) TO (%L)',
            partition_name, begins, ends);
        EXECUTE format('ALTER TABLE netpulse.%I DROP CONSTRAINT %I',
                       partition_name, partition_name || '_year');
        EXECUTE format('ALTER TABLE netpulse.%I ENABLE ROW LEVEL SECURITY', partition_name);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION netpulse.ensure_alert_history_years(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.ensure_alert_history_years(integer, integer) TO netpulse_system;

-- Drops the years before one; the alerts themselves stay, as the figures are made of them.
CREATE FUNCTION netpulse.drop_alert_history_years(before_year integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
DECLARE
    partition_name text;
    dropped integer := 0;
BEGIN
    FOR partition_name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'netpulse.alert_history'::regclass
          AND c.relname ~ '^alert_history_\d{4}$' AND right(c.relname, 4)::integer < before_year
    LOOP
        EXECUTE format('DROP TABLE netpulse.%I', partition_name);
        dropped := dropped + 1;
    END LOOP;
    DELETE FROM netpulse.alert_history_rest WHERE at < make_timestamptz(before_year, 1, 1, 0, 0, 0, 'UTC');
    RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION netpulse.drop_alert_history_years(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.drop_alert_history_years(integer) TO netpulse_system;

DO $$
DECLARE this_year integer := extract(year FROM now() AT TIME ZONE 'UTC');
BEGIN
    PERFORM netpulse.ensure_alert_history_years(
        -- what is older still goes into the rest
        greatest(this_year - 20, least(this_year, (
            SELECT min(extract(year FROM at AT TIME ZONE 'UTC'))::integer
            FROM netpulse.alert_history_before))),
        this_year + 1);
END $$;
INSERT INTO netpulse.alert_history
    (organization_id, alert_id, seq, at, from_state, to_state, reason, actor_id, note, value)
SELECT organization_id, alert_id, seq, at, from_state, to_state, reason, actor_id, note, value
FROM netpulse.alert_history_before;
DROP TABLE netpulse.alert_history_before;
