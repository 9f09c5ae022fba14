-- Reports are mailed: to colleagues by their own addresses, and to email channels.
ALTER TABLE netpulse.report_schedules ADD COLUMN channel_ids uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE netpulse.reports ADD COLUMN channel_ids uuid[] NOT NULL DEFAULT '{}';

ALTER TABLE netpulse.deliveries DROP CONSTRAINT deliveries_purpose_check;
ALTER TABLE netpulse.deliveries ADD CONSTRAINT deliveries_purpose_check
    CHECK (purpose IN ('problem', 'recovery', 'acknowledged', 'batch', 'test', 'report'));
-- The report that a message brings, as the fact said it; its id stands alone to be unique.
ALTER TABLE netpulse.deliveries ADD COLUMN report_id uuid, ADD COLUMN report jsonb;
-- why nobody is sent a report twice, however often it is said to be ready
CREATE UNIQUE INDEX deliveries_report ON netpulse.deliveries (report_id, lower(recipient))
    WHERE report_id IS NOT NULL;
