-- Chunks read by SQL alone: the format of netpulse.timeseries.codec, step by step. Python reads the
-- same bytes a hundred times faster; this is for people with a SQL prompt, Grafana and doubt.

CREATE FUNCTION netpulse.bits_to_float8(bits bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT CASE WHEN bits < 0 THEN -1 ELSE 1 END * CASE (bits >> 52) & 2047
        WHEN 2047 THEN CASE WHEN bits & 4503599627370495 = 0 THEN 'Infinity'::float8 ELSE 'NaN' END
        WHEN 0 THEN (bits & 4503599627370495)::float8 * power(2::float8, -1074)
        ELSE (1 + (bits & 4503599627370495)::float8 / 4503599627370496::float8)
             * power(2::float8, ((bits >> 52) & 2047) - 1023)
    END
$$;

-- Eight bytes from a place (from 0) as a signed number.
CREATE FUNCTION netpulse.bytes_to_bigint(data bytea, place integer) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT ('x' || encode(substring(data FROM place + 1 FOR 8), 'hex'))::bit(64)::bigint $$;

-- The sum of two numbers modulo 2^64, as a signed one.
CREATE FUNCTION netpulse.wrapping_sum(a bigint, b bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT (((a >> 32) + (b >> 32) + (((a & 4294967295) + (b & 4294967295)) >> 32)) << 32)
           | (((a & 4294967295) + (b & 4294967295)) & 4294967295)
$$;

-- The packed numbers of a column whose widths begin at a place: blocks of 32, highest bit first.
CREATE FUNCTION netpulse.unpack_bits(data bytea, place integer, n integer)
RETURNS TABLE (i integer, residual bigint)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    WITH block AS (
        SELECT b, get_byte(data, place + b) AS width,
               place + (n + 31) / 32
               + 4 * coalesce(sum(get_byte(data, place + b)) OVER (ORDER BY b ROWS
                     BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::integer AS start
        FROM generate_series(0, (n + 31) / 32 - 1) AS b
    ), spot AS (
        SELECT 32 * b + k AS i, width, start + (k * width) / 8 AS byte,
               64 - width - (k * width) % 8 AS shift
        FROM block, generate_series(0, 31) AS k WHERE 32 * b + k < n
    ), windowed AS (
        SELECT i, width, byte, shift, netpulse.bytes_to_bigint(data || '\x0000000000000000'::bytea, byte) AS word
        FROM spot WHERE width > 0
    )
    SELECT i, CASE WHEN shift >= 0 THEN word >> shift
                   ELSE (word << -shift) | (get_byte(data, byte + 8) >> (8 + shift))::bigint END
              & CASE width WHEN 64 THEN -1 ELSE ~((-1)::bigint << width) END
    FROM windowed
    UNION ALL
    SELECT i, 0 FROM spot WHERE width = 0
$$;

-- The integers of a column whose model begins at a place.
CREATE FUNCTION netpulse.unpack_integers(data bytea, place integer, n integer) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    bent integer := get_byte(data, place + 1);
    base bigint := netpulse.bytes_to_bigint(data, place + 2);
    unit bigint := netpulse.bytes_to_bigint(data, place + 10);
    slope bigint := netpulse.bytes_to_bigint(data, place + 18);
BEGIN
    IF bent = 0 THEN
        RETURN (SELECT array_agg(netpulse.wrapping_sum(base, residual * unit) ORDER BY i)
                FROM netpulse.unpack_bits(data, place + 26, n));
    END IF;
    RETURN (
        WITH folded AS (
            SELECT i, ((residual >> 1) & 9223372036854775807) # -(residual & 1) AS step
            FROM netpulse.unpack_bits(data, place + 26, n)
        ), steps AS (
            SELECT i, CASE WHEN bent = 1 THEN step WHEN i = 0 THEN 0
                           ELSE slope + (sum(step) OVER (ORDER BY i))::bigint END AS step
            FROM folded
        )
        SELECT array_agg(base + unit * q ORDER BY i)
        FROM (SELECT i, (sum(step) OVER (ORDER BY i))::bigint AS q FROM steps) AS summed
    );
END $$;

-- A column of a chunk as values; NaN: a gap.
CREATE FUNCTION netpulse.chunk_column(data bytea, n integer) RETURNS double precision[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    kind integer := get_byte(data, 4);
    gaps integer := get_byte(data, 5) * 256 + get_byte(data, 6);
    place integer := 7 + 8 * gaps;
    digits integer;
    found double precision[];
    gap bigint;
    first integer;
BEGIN
    IF kind = 0 THEN
        RETURN array_fill('NaN'::double precision, ARRAY[n]);
    ELSIF kind = 1 THEN
        found := array_fill(netpulse.bits_to_float8(netpulse.bytes_to_bigint(data, place)), ARRAY[n]);
    ELSE
        digits := get_byte(data, place);
        found := (SELECT array_agg(CASE WHEN kind = 2 THEN x::double precision / power(10::double precision, digits)
                                        ELSE netpulse.bits_to_float8(x << digits) END ORDER BY i)
                  FROM unnest(netpulse.unpack_integers(data, place, n)) WITH ORDINALITY AS u (x, i));
    END IF;
    FOR number IN 0 .. gaps - 1 LOOP
        gap := netpulse.bytes_to_bigint(data, 7 + 8 * number);
        first := (gap >> 32)::integer;
        FOR slot IN first + 1 .. first + (gap & 4294967295)::integer LOOP
            found[slot] := 'NaN';
        END LOOP;
    END LOOP;
    RETURN found;
END $$;

-- The samples of one position of a chunk, from its column of times and its own.
CREATE FUNCTION netpulse.chunk_samples(times bytea, data bytea, n integer)
RETURNS TABLE (slot_at timestamptz, value double precision)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 1440
AS $$
    SELECT timestamptz '1970-01-01 00:00+00' + t * interval '1 microsecond', v
    FROM unnest(netpulse.unpack_integers(times, 7, n), netpulse.chunk_column(data, n)) AS u (t, v)
    WHERE v <> 'NaN'
$$;

-- The first day that has no chunk yet; before it, an hot row may repeat what its chunk has.
CREATE FUNCTION netpulse.compacted_until() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$ SELECT p.compacted_until::timestamp AT TIME ZONE 'UTC' FROM netpulse.time_series_progress p $$;
REVOKE ALL ON FUNCTION netpulse.compacted_until() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.compacted_until() TO netpulse_app, netpulse_system;

CREATE FUNCTION netpulse.is_in_chunk(device integer, of_block smallint, at timestamptz, nth integer)
RETURNS boolean
LANGUAGE sql STABLE STRICT
AS $$
    SELECT EXISTS (
        SELECT FROM netpulse.chunks c
        CROSS JOIN LATERAL netpulse.chunk_samples(
            substring(c.data FROM 1 FOR c.ends[1]),
            substring(c.data FROM c.ends[nth] + 1 FOR c.ends[nth + 1] - c.ends[nth]), c.n) v
        WHERE c.device_number = device AND c.block = of_block
          AND c.day = (at AT TIME ZONE 'UTC')::date AND v.slot_at = at)
$$;

-- The blueprint's table over all there is, of some time: reads no chunk of another day.
CREATE FUNCTION netpulse.device_metrics_between(begin_at timestamptz, end_at timestamptz)
RETURNS TABLE ("time" timestamptz, device_id uuid, metric_type varchar(50), value double precision,
               unit varchar(20))
LANGUAGE sql STABLE
AS $$
    SELECT v.slot_at, r.device_id,
           (CASE WHEN r.entity = '' THEN r.metric
                 ELSE left(r.metric || ':' || r.entity, 50) END)::varchar(50),
           v.value, r.unit
    FROM netpulse.series r
    CROSS JOIN LATERAL (
        SELECT s.slot_at, s.values[r.position] AS value
        FROM netpulse.samples s
        WHERE s.device_number = r.device_number AND s.block = r.block
          AND s.slot_at >= begin_at AND s.slot_at < end_at
          AND s.values[r.position] <> 'NaN'::double precision
          AND NOT (s.slot_at < (SELECT netpulse.compacted_until())
                   AND netpulse.is_in_chunk(s.device_number, s.block, s.slot_at, r.position))
        UNION ALL
        SELECT u.slot_at, u.value
        FROM netpulse.chunks c
        CROSS JOIN LATERAL netpulse.chunk_samples(
            substring(c.data FROM 1 FOR c.ends[1]),
            substring(c.data FROM c.ends[r.position] + 1
                      FOR c.ends[r.position + 1] - c.ends[r.position]), c.n) u
        WHERE c.device_number = r.device_number AND c.block = r.block
          AND c.day >= (begin_at AT TIME ZONE 'UTC')::date
          AND c.day <= (end_at AT TIME ZONE 'UTC')::date
          AND u.slot_at >= begin_at AND u.slot_at < end_at
    ) v
$$;
REVOKE ALL ON FUNCTION netpulse.device_metrics_between(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.device_metrics_between(timestamptz, timestamptz)
    TO netpulse_app, netpulse_system;

CREATE OR REPLACE VIEW netpulse.device_metrics WITH (security_invoker = true) AS
SELECT m."time", m.device_id, m.metric_type::varchar(50), m.value, m.unit::varchar(20)
FROM netpulse.device_metrics_between('-infinity', 'infinity') m;
