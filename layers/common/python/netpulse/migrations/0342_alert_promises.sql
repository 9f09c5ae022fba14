-- What was promised for an alert when people were told of it, and how much of its time is gone: the
-- promise holds whatever becomes of the service level, and the time stands still in maintenance.
CREATE TABLE netpulse.alert_promises (
    alert_id uuid PRIMARY KEY REFERENCES netpulse.alerts (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    -- null: the service level is gone, nobody is warned any more
    service_level_id uuid REFERENCES netpulse.service_levels (id) ON DELETE SET NULL,
    name varchar(255) NOT NULL,
    respond_seconds integer,
    restore_seconds integer,
    hours jsonb,
    channel_ids uuid[] NOT NULL DEFAULT '{}',
    -- time that counted until `running_since`; null: it stands still
    spent_seconds double precision NOT NULL DEFAULT 0 CHECK (spent_seconds >= 0),
    running_since timestamptz,
    responded_at timestamptz,
    response_seconds double precision,
    ended_at timestamptz,
    -- the highest percentage that people were warned of
    respond_warned smallint NOT NULL DEFAULT 0,
    restore_warned smallint NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX alert_promises_level ON netpulse.alert_promises (service_level_id)
    WHERE service_level_id IS NOT NULL;
SELECT netpulse.make_tenant_table('netpulse.alert_promises');

-- There is one timer an alert now, not one a warning.
DELETE FROM netpulse.timers WHERE purpose = 'alerts.service_level';
