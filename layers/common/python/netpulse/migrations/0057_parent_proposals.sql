-- Parent links that neighbours suggest and a person has refused; each pair is kept once.
CREATE TABLE netpulse.dismissed_parents (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    parent_id uuid NOT NULL REFERENCES netpulse.devices (id) ON DELETE CASCADE,
    dismissed_at timestamptz NOT NULL DEFAULT now(),
    dismissed_by uuid,
    PRIMARY KEY (device_id, parent_id),
    CHECK (device_id <> parent_id)
);
SELECT netpulse.make_tenant_table('netpulse.dismissed_parents');
