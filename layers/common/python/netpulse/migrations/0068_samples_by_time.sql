-- The rollup reads a stretch of time of all devices. Rows come in nearly by time, so that a few
-- bytes a page range find them; without this every server before PostgreSQL 18 reads the whole day.
CREATE INDEX samples_slot ON netpulse.samples USING brin (slot_at)
    WITH (pages_per_range = 16, autosummarize = on);
