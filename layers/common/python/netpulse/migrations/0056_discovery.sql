-- Scans of networks for devices that may be added. A scan is a job; a poller claims it by a lease,
-- and only who holds the newest epoch writes its results.
CREATE TABLE netpulse.discovery_scans (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    job_id uuid NOT NULL UNIQUE REFERENCES netpulse.jobs (id) ON DELETE CASCADE,
    networks cidr[] NOT NULL,
    -- tried in this order; the first that is answered is the one
    credential_ids uuid[] NOT NULL DEFAULT '{}',
    protocols text[] NOT NULL CHECK (protocols <@ ARRAY['icmp', 'snmp'] AND cardinality(protocols) > 0),
    packets_per_second integer NOT NULL CHECK (packets_per_second BETWEEN 1 AND 1000),
    snmp_port integer NOT NULL DEFAULT 161 CHECK (snmp_port BETWEEN 1 AND 65535),
    dry_run boolean NOT NULL DEFAULT true,
    addresses integer NOT NULL,
    -- how many have been asked, in the order of the networks: who takes a scan over goes on there
    position integer NOT NULL DEFAULT 0,
    created_by uuid,
    created_at timestamptz NOT NULL,
    leased_by text,
    leased_until timestamptz,
    epoch integer NOT NULL DEFAULT 0,
    -- when what was found was made into devices, of a scan that is no dry run
    accepted_at timestamptz
);
CREATE INDEX discovery_scans_newest ON netpulse.discovery_scans (organization_id, created_at DESC);
SELECT netpulse.make_tenant_table('netpulse.discovery_scans');

CREATE TABLE netpulse.discovery_results (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    scan_id uuid NOT NULL REFERENCES netpulse.discovery_scans (id) ON DELETE CASCADE,
    address inet NOT NULL,
    icmp boolean NOT NULL DEFAULT false,
    snmp boolean NOT NULL DEFAULT false,
    rtt_ms double precision,
    -- no foreign key: what was found stays true after the credential is deleted
    credential_id uuid,
    sys_name text NOT NULL DEFAULT '',
    sys_descr text NOT NULL DEFAULT '',
    sys_object_id text NOT NULL DEFAULT '',
    vendor text NOT NULL DEFAULT '',
    model text NOT NULL DEFAULT '',
    os text NOT NULL DEFAULT '',
    found_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scan_id, address)
);
SELECT netpulse.make_tenant_table('netpulse.discovery_results');

-- Addresses that a person does not want to be offered again.
CREATE TABLE netpulse.discovery_ignored (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    address inet NOT NULL,
    ignored_at timestamptz NOT NULL DEFAULT now(),
    ignored_by uuid,
    PRIMARY KEY (organization_id, address)
);
SELECT netpulse.make_tenant_table('netpulse.discovery_ignored');
