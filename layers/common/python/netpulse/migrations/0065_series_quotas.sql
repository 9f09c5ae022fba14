-- How many series an organisation may have, and how many were refused.
CREATE TABLE netpulse.series_quotas (
    organization_id uuid PRIMARY KEY REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    series_limit integer NOT NULL DEFAULT 100000 CHECK (series_limit >= 0),
    -- registrations refused since ever, and how many of them the upkeep has told of
    refused bigint NOT NULL DEFAULT 0,
    told bigint NOT NULL DEFAULT 0,
    refused_at timestamptz
);
SELECT netpulse.make_tenant_table('netpulse.series_quotas');
-- Whoever runs NetPulse sets the limit; an organisation sees it.
REVOKE INSERT, UPDATE, DELETE ON netpulse.series_quotas FROM netpulse_app;
CREATE INDEX series_organization ON netpulse.series (organization_id);

-- Registers series (of living devices) as far as the quota goes; how many it refused. A series that
-- is there already counts as neither.
CREATE FUNCTION netpulse.register_series(
    organization_ids uuid[], device_ids uuid[], device_numbers integer[], entities text[],
    metrics text[], units text[], kinds text[], blocks smallint[], positions smallint[])
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    organization uuid;
    room bigint;
    wanted bigint;
    refused_now integer := 0;
BEGIN
    FOR organization IN SELECT DISTINCT o FROM unnest(organization_ids) AS o ORDER BY o LOOP
        INSERT INTO netpulse.series_quotas (organization_id)
        SELECT id FROM netpulse.organizations WHERE id = organization
        ON CONFLICT DO NOTHING;
        -- One registration of an organisation at a time, or two would share the same room.
        SELECT q.series_limit INTO room FROM netpulse.series_quotas q
        WHERE q.organization_id = organization FOR UPDATE;
        room := greatest(room - (SELECT count(*) FROM netpulse.series s
                                 WHERE s.organization_id = organization), 0);
        WITH new AS (
            SELECT n.* FROM unnest(organization_ids, device_ids, device_numbers, entities, metrics,
                                   units, kinds, blocks, positions) WITH ORDINALITY
                AS n (organization_id, device_id, device_number, entity, metric, unit, kind, block,
                      position, i)
            JOIN netpulse.devices d ON d.id = n.device_id AND d.organization_id = n.organization_id
            WHERE n.organization_id = organization AND NOT EXISTS (
                SELECT FROM netpulse.series s WHERE s.device_id = n.device_id
                    AND s.entity = n.entity AND s.metric = n.metric)
        ), added AS (
            INSERT INTO netpulse.series (organization_id, device_id, device_number, entity, metric,
                                         unit, kind, block, position)
            SELECT organization_id, device_id, device_number, entity, metric, unit, kind, block,
                   position
            FROM new ORDER BY i LIMIT room
            ON CONFLICT DO NOTHING
        )
        SELECT count(*) INTO wanted FROM new;
        IF wanted > room THEN
            refused_now := refused_now + (wanted - room)::integer;
            UPDATE netpulse.series_quotas
            SET refused = refused + (wanted - room), refused_at = now()
            WHERE organization_id = organization;
        END IF;
    END LOOP;
    RETURN refused_now;
END $$;
REVOKE ALL ON FUNCTION netpulse.register_series(
    uuid[], uuid[], integer[], text[], text[], text[], text[], smallint[], smallint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.register_series(
    uuid[], uuid[], integer[], text[], text[], text[], text[], smallint[], smallint[])
    TO netpulse_system;

-- Refusals nobody was told of yet, by organisation.
CREATE FUNCTION netpulse.tell_refused_series() RETURNS TABLE (organization_id uuid, number bigint)
LANGUAGE sql
AS $$
    WITH untold AS (
        SELECT q.organization_id, q.refused - q.told AS number FROM netpulse.series_quotas q
        WHERE q.told < q.refused FOR UPDATE
    )
    UPDATE netpulse.series_quotas q SET told = q.refused FROM untold
    WHERE q.organization_id = untold.organization_id
    RETURNING q.organization_id, untold.number
$$;
REVOKE ALL ON FUNCTION netpulse.tell_refused_series() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.tell_refused_series() TO netpulse_system;

-- Rows kept aside since this was last asked.
ALTER TABLE netpulse.time_series_progress
    ADD COLUMN quarantine_told_until timestamptz NOT NULL DEFAULT '-infinity';
CREATE INDEX quarantined_samples_received ON netpulse.quarantined_samples (received_at);
CREATE FUNCTION netpulse.tell_quarantined() RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    since timestamptz;
    -- A batch under way may bear an earlier instant than this one.
    until timestamptz := now() - interval '30 seconds';
BEGIN
    SELECT quarantine_told_until INTO since FROM netpulse.time_series_progress FOR UPDATE;
    IF until <= since THEN
        RETURN 0;
    END IF;
    UPDATE netpulse.time_series_progress SET quarantine_told_until = until;
    RETURN (SELECT count(*) FROM netpulse.quarantined_samples
            WHERE received_at > since AND received_at <= until);
END $$;
REVOKE ALL ON FUNCTION netpulse.tell_quarantined() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.tell_quarantined() TO netpulse_system;
