-- When a channel is told of nothing but what is critical; NULL: never.
ALTER TABLE netpulse.notification_channels
    -- {time_zone, weekdays, from_time, to_time, even_critical}
    ADD COLUMN quiet_hours jsonb;
