-- What the poller found to be measured on a device, and who stands at the other end of its links.
-- Written by the poller alone. What is no longer there keeps its row with removed_at set; seen_at
-- is refreshed when something changed and once an hour.
CREATE TABLE netpulse.sensors (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    -- entity and metric name its series in netpulse.series: 'sensor:<name>' temperature_celsius,
    -- 'cpu:<name>' cpu_usage
    entity text NOT NULL,
    metric varchar(50) NOT NULL,
    -- temperature, voltage, current, power, fan, humidity, frequency, load, charge, runtime,
    -- signal, processor, state …
    class varchar(20) NOT NULL,
    unit varchar(20) NOT NULL DEFAULT '',
    descr text NOT NULL DEFAULT '',
    -- the object it is read from, in dots
    source_oid text NOT NULL DEFAULT '',
    -- class state: the meaning of each number, {"1": "ok", "2": "failed"}
    states jsonb NOT NULL DEFAULT '{}',
    -- limits as the device itself gives them, in the sensor's unit
    low_critical double precision,
    low_warning double precision,
    high_warning double precision,
    high_critical double precision,
    -- as it was at seen_at; the series has what came since
    value double precision,
    seen_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    PRIMARY KEY (device_id, entity, metric)
);
SELECT netpulse.make_tenant_table('netpulse.sensors');

-- Disks, memory pools and the like.
CREATE TABLE netpulse.storages (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    -- 'storage:<name>' has the series disk_usage, 'memory:<name>' memory_usage, both in percent
    entity text NOT NULL,
    kind varchar(10) NOT NULL CHECK (kind IN ('disk', 'memory')),
    -- the kind by the device's own words: fixed disk, flash, ram, swap …
    type varchar(50) NOT NULL DEFAULT '',
    descr text NOT NULL DEFAULT '',
    source_oid text NOT NULL DEFAULT '',
    -- unknown where a device tells nothing but the share in use
    size_bytes bigint,
    used_bytes bigint,
    used_percent double precision,
    seen_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    PRIMARY KEY (device_id, entity)
);
SELECT netpulse.make_tenant_table('netpulse.storages');

CREATE TABLE netpulse.neighbours (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    -- the interface's if_name here, or the port as the agent calls it where no interface matches
    local_if_name text NOT NULL,
    protocol varchar(4) NOT NULL CHECK (protocol IN ('lldp', 'cdp')),
    -- MAC addresses as aa:bb:cc:dd:ee:ff, all else as it was told
    remote_chassis_id text NOT NULL,
    remote_port_id text NOT NULL,
    remote_port_descr text NOT NULL DEFAULT '',
    remote_sys_name text NOT NULL DEFAULT '',
    remote_sys_descr text NOT NULL DEFAULT '',
    remote_platform text NOT NULL DEFAULT '',
    management_address inet,
    -- bridge, router, phone, access_point, repeater, station …
    capabilities text[] NOT NULL DEFAULT '{}',
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    PRIMARY KEY (device_id, protocol, local_if_name, remote_chassis_id, remote_port_id)
);
SELECT netpulse.make_tenant_table('netpulse.neighbours');

-- lldpLocChassisId: by what neighbours call this device.
ALTER TABLE netpulse.device_identities ADD COLUMN chassis_id text NOT NULL DEFAULT '';
