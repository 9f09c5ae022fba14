-- What goes on is told again and again; who knows of it is read from what first told each of them.
-- So an alert that lasts for months is read as fast as a new one.
ALTER TABLE netpulse.delivery_items
    -- whether it is read to tell who knows of an alert
    ADD COLUMN counts boolean NOT NULL DEFAULT true;
CREATE INDEX delivery_items_knowing ON netpulse.delivery_items (alert_id)
    WHERE counts AND dropped = '';
UPDATE netpulse.delivery_items i SET counts = false
FROM netpulse.deliveries d
WHERE d.id = i.delivery_id AND i.event = 'ongoing'
    AND (d.state IN ('dead', 'dropped') OR (d.state IN ('sent', 'delivered') AND EXISTS (
        SELECT FROM netpulse.delivery_items k
        JOIN netpulse.deliveries before ON before.id = k.delivery_id
        WHERE k.alert_id = i.alert_id AND k.event = 'problem' AND k.dropped = ''
            AND k.channel_id = i.channel_id AND k.recipient = i.recipient
            AND k.news ->> 'severity' = i.news ->> 'severity'
            AND before.state IN ('sent', 'delivered'))));
