-- One incident an outage: the device at its root, the devices it took with it, the alerts of both.
CREATE TABLE netpulse.incidents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    root_device_id uuid REFERENCES netpulse.devices (id) ON DELETE SET NULL,
    title text NOT NULL,
    severity varchar(20) NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    state varchar(20) NOT NULL CHECK (state IN ('open', 'resolved')),
    reason text NOT NULL,
    -- devices in it now beside its root, and how many there were at most
    affected integer NOT NULL DEFAULT 0,
    most_affected integer NOT NULL DEFAULT 0,
    seq integer NOT NULL DEFAULT 1,
    merged_into uuid REFERENCES netpulse.incidents (id) ON DELETE SET NULL,
    began_at timestamptz NOT NULL,
    resolved_at timestamptz,
    assigned_to uuid,
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX incidents_open_root ON netpulse.incidents (organization_id, root_device_id)
    WHERE resolved_at IS NULL;
CREATE INDEX incidents_begun ON netpulse.incidents (organization_id, began_at DESC);
SELECT netpulse.make_tenant_table('netpulse.incidents');

CREATE TABLE netpulse.incident_devices (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    incident_id uuid NOT NULL REFERENCES netpulse.incidents (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    joined_at timestamptz NOT NULL,
    left_at timestamptz,
    PRIMARY KEY (incident_id, device_id)
);
-- a device is in one open incident
CREATE UNIQUE INDEX incident_devices_in ON netpulse.incident_devices (device_id)
    WHERE left_at IS NULL;
SELECT netpulse.make_tenant_table('netpulse.incident_devices');

CREATE TABLE netpulse.incident_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    incident_id uuid NOT NULL REFERENCES netpulse.incidents (id) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    kind varchar(30) NOT NULL,
    text text NOT NULL,
    actor_id uuid
);
CREATE INDEX incident_events_incident ON netpulse.incident_events (incident_id, at, id);
SELECT netpulse.make_tenant_table('netpulse.incident_events');

ALTER TABLE netpulse.alerts
    ADD COLUMN incident_id uuid REFERENCES netpulse.incidents (id) ON DELETE SET NULL;
CREATE INDEX alerts_incident ON netpulse.alerts (incident_id) WHERE incident_id IS NOT NULL;
