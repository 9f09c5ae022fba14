-- Devices, how they hang together, how to reach them and what the poller found on them.
CREATE TABLE netpulse.credentials (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    kind varchar(20) NOT NULL CHECK (kind IN ('snmp_v1', 'snmp_v2c', 'snmp_v3', 'ssh', 'http')),
    -- Envelope-encrypted JSON (netpulse.secrets), bound to organisation and id; never returned.
    ciphertext bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, name)
);
SELECT netpulse.make_tenant_table('netpulse.credentials');

CREATE TABLE netpulse.devices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    external_id varchar(255),
    name varchar(255) NOT NULL,
    ip_address inet NOT NULL,
    device_type varchar(50) NOT NULL,
    description text NOT NULL DEFAULT '',
    location varchar(255) NOT NULL DEFAULT '',
    tags text[] NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT true,
    availability_check varchar(10) NOT NULL DEFAULT 'icmp'
        CHECK (availability_check IN ('icmp', 'snmp', 'tcp', 'http')),
    interval_seconds integer NOT NULL DEFAULT 60 CHECK (interval_seconds BETWEEN 10 AND 3600),
    -- n-of-m: down when down_after of the last down_window probes failed
    down_after smallint NOT NULL DEFAULT 3 CHECK (down_after BETWEEN 1 AND 10),
    down_window smallint NOT NULL DEFAULT 3 CHECK (down_window BETWEEN 1 AND 20),
    snmp_port integer NOT NULL DEFAULT 161 CHECK (snmp_port BETWEEN 1 AND 65535),
    credential_id uuid REFERENCES netpulse.credentials (id),
    -- what each probe needs beyond that: {"icmp": {"count"}, "snmp": {"timeout_seconds", "retries",
    -- "max_repetitions"}, "tcp": {"port"}, "http": {"url", "expected_status", "contains", …}}
    configuration jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,
    CHECK (down_after <= down_window)
);
-- One address and SNMP port an organisation: sites behind one NAT address differ by port.
CREATE UNIQUE INDEX devices_address ON netpulse.devices (organization_id, ip_address, snmp_port)
    WHERE retired_at IS NULL;
CREATE UNIQUE INDEX devices_external_id ON netpulse.devices (organization_id, external_id)
    WHERE retired_at IS NULL AND external_id IS NOT NULL;
CREATE INDEX idx_devices_organization ON netpulse.devices (organization_id, name) WHERE retired_at IS NULL;
CREATE INDEX devices_tags ON netpulse.devices USING gin (tags) WHERE retired_at IS NULL;
SELECT netpulse.make_tenant_table('netpulse.devices');

CREATE TABLE netpulse.device_parents (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    parent_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    PRIMARY KEY (device_id, parent_id),
    CHECK (device_id <> parent_id)
);
CREATE INDEX device_parents_parent ON netpulse.device_parents (parent_id);
SELECT netpulse.make_tenant_table('netpulse.device_parents');

CREATE TABLE netpulse.device_groups (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    description text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, name)
);
SELECT netpulse.make_tenant_table('netpulse.device_groups');

CREATE TABLE netpulse.device_group_members (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    group_id uuid NOT NULL REFERENCES netpulse.device_groups (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, device_id)
);
CREATE INDEX device_group_members_device ON netpulse.device_group_members (device_id);
SELECT netpulse.make_tenant_table('netpulse.device_group_members');

-- Written by alerts alone, on change (and a refresh of last_seen_at at most once a minute).
CREATE TABLE netpulse.device_status (
    device_id uuid PRIMARY KEY REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    status varchar(20) NOT NULL DEFAULT 'unknown'
        CHECK (status IN ('online', 'degraded', 'offline', 'unreachable', 'unknown')),
    maintenance boolean NOT NULL DEFAULT false,
    reason text NOT NULL DEFAULT '',
    since timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz,
    -- the fence: a poll result whose slot is not later than this one changes nothing
    slot_at timestamptz,
    response_time_ms double precision,
    loss_ratio double precision,
    seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE INDEX idx_devices_status ON netpulse.device_status (organization_id, status);
SELECT netpulse.make_tenant_table('netpulse.device_status');

-- One row a period in one status: the raw outages every availability figure is summed from.
CREATE TABLE netpulse.status_periods (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    began_at timestamptz NOT NULL,
    ended_at timestamptz,
    status varchar(20) NOT NULL,
    maintenance boolean NOT NULL DEFAULT false,
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (device_id, began_at),
    CHECK (ended_at IS NULL OR ended_at >= began_at)
);
CREATE UNIQUE INDEX status_periods_open ON netpulse.status_periods (device_id) WHERE ended_at IS NULL;
SELECT netpulse.make_tenant_table('netpulse.status_periods');

-- Written by the poller.
CREATE TABLE netpulse.device_identities (
    device_id uuid PRIMARY KEY REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    vendor text NOT NULL DEFAULT '',
    model text NOT NULL DEFAULT '',
    os text NOT NULL DEFAULT '',
    os_version text NOT NULL DEFAULT '',
    serial_number text NOT NULL DEFAULT '',
    sys_name text NOT NULL DEFAULT '',
    sys_descr text NOT NULL DEFAULT '',
    sys_object_id text NOT NULL DEFAULT '',
    sys_location text NOT NULL DEFAULT '',
    sys_contact text NOT NULL DEFAULT '',
    identified_at timestamptz NOT NULL DEFAULT now()
);
SELECT netpulse.make_tenant_table('netpulse.device_identities');

CREATE TABLE netpulse.interfaces (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    -- history follows the name: ifIndex may be renumbered by a reboot
    if_name text NOT NULL,
    if_index integer NOT NULL,
    if_descr text NOT NULL DEFAULT '',
    if_alias text NOT NULL DEFAULT '',
    if_type integer NOT NULL DEFAULT 1,
    if_speed_bps bigint,
    if_mtu integer,
    if_phys_address text NOT NULL DEFAULT '',
    if_admin_status smallint,
    if_oper_status smallint,
    updated_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    PRIMARY KEY (device_id, if_name)
);
SELECT netpulse.make_tenant_table('netpulse.interfaces');

-- The poller LISTENs: a change of what to poll reaches it at commit.
CREATE FUNCTION netpulse.announce_inventory_change() RETURNS trigger
LANGUAGE plpgsql
AS $$ BEGIN NOTIFY netpulse_inventory; RETURN NULL; END $$;
CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE OR DELETE ON netpulse.devices
    FOR EACH STATEMENT EXECUTE FUNCTION netpulse.announce_inventory_change();
CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE OR DELETE ON netpulse.credentials
    FOR EACH STATEMENT EXECUTE FUNCTION netpulse.announce_inventory_change();
