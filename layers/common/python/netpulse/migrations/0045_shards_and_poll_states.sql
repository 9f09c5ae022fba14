-- Pollers share the fleet by shards. The shard is computed here as in pollers/domain/schedule.py,
-- so that a poller reads its own devices and no others.
CREATE FUNCTION netpulse.shard_of(device_id uuid) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT get_byte(sha256(uuid_send(device_id)), 0)::smallint $$;
CREATE INDEX devices_shard ON netpulse.devices (netpulse.shard_of(id))
    WHERE is_active AND retired_at IS NULL;

-- The poller's own memory of a device's verdict, written when it changes: whoever polls the device
-- next goes on with the probes counted so far.
CREATE TABLE netpulse.poll_states (
    device_id uuid PRIMARY KEY REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    poller text NOT NULL,
    -- the fence: what comes with a lower epoch of the device's shard changes nothing
    epoch bigint NOT NULL,
    state varchar(10) NOT NULL CHECK (state IN ('up', 'down', 'degraded', 'unknown')),
    is_hard boolean NOT NULL,
    -- the last probes that still count, oldest first: [["down", "2026-01-01T00:00:00+00:00"], …]
    history jsonb NOT NULL DEFAULT '[]',
    first_failed_at timestamptz,
    reason text NOT NULL DEFAULT '',
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);
CREATE INDEX poll_states_organization ON netpulse.poll_states (organization_id);
SELECT netpulse.make_tenant_table('netpulse.poll_states');
REVOKE INSERT, UPDATE, DELETE ON netpulse.poll_states FROM netpulse_app;
