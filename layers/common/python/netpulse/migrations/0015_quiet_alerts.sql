-- An alert that was resolved by hand while its trouble lasts stays quiet until it was clear once.
ALTER TABLE netpulse.alerts ADD COLUMN is_quiet boolean NOT NULL DEFAULT false;

-- What an evaluation reads: by device, by rule.
CREATE INDEX alerts_live_device ON netpulse.alerts (device_id) WHERE resolved_at IS NULL OR is_quiet;
CREATE INDEX alerts_live_rule ON netpulse.alerts (rule_id) WHERE resolved_at IS NULL OR is_quiet;
