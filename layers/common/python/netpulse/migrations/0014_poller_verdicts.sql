-- The poller's last word beside the status that was told: a child of a dead parent is judged again
-- from it when the parent returns, and a parent whose last probe failed is suspect.
ALTER TABLE netpulse.device_status
    ADD COLUMN verdict varchar(10) NOT NULL DEFAULT 'unknown'
        CHECK (verdict IN ('up', 'down', 'degraded', 'unknown')),
    ADD COLUMN is_hard boolean NOT NULL DEFAULT false,
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN verdict_reason text NOT NULL DEFAULT '';
