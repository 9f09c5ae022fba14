-- What is usual for the series that a rule about the unusual hears: a row a series, written once an
-- hour, and never any larger.
CREATE TABLE netpulse.baselines (
    series_id integer PRIMARY KEY REFERENCES netpulse.series (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    -- by whose clock hours of the week are counted; another one begins anew
    time_zone text NOT NULL,
    -- the hours before it were taken in, and so many had values
    learnt_until timestamptz NOT NULL,
    hours integer NOT NULL CHECK (hours >= 0),
    -- for those who read: what each hour of the week (from Monday 00:00) is expected to come to,
    -- and how far values go from it
    expected real[] NOT NULL CHECK (cardinality(expected) IN (0, 168)),
    above real NOT NULL,
    below real NOT NULL,
    -- for the next hour: what functions/alerts/domain/baseline.py goes on from
    state real[] NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX baselines_device ON netpulse.baselines (device_id);
CREATE INDEX baselines_organization ON netpulse.baselines (organization_id);
SELECT netpulse.make_tenant_table('netpulse.baselines');
