-- The link in a message by which whoever got it takes its alerts on, without logging in.
ALTER TABLE netpulse.deliveries
    -- SHA-256 of the link's code; NULL: the message has none
    ADD COLUMN reply_hash bytea;
CREATE UNIQUE INDEX deliveries_reply ON netpulse.deliveries (reply_hash)
    WHERE reply_hash IS NOT NULL;

-- Whose message a code is from: whoever follows a link is in no organisation yet. Without the
-- very code nothing is found.
CREATE FUNCTION netpulse.reply_of(hash bytea)
RETURNS TABLE (organization_id uuid, recipient text, made_at timestamptz, alert_ids uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
    SELECT d.organization_id, d.recipient, d.created_at,
        ARRAY(SELECT DISTINCT i.alert_id FROM netpulse.delivery_items i
            WHERE i.delivery_id = d.id AND i.event IN ('problem', 'ongoing') AND i.dropped = '')
    FROM netpulse.deliveries d WHERE d.reply_hash = hash
$$;
REVOKE ALL ON FUNCTION netpulse.reply_of(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.reply_of(bytea) TO netpulse_app;

-- Who took an alert on and is no user: a key, or whoever got a message.
ALTER TABLE netpulse.alerts ADD COLUMN acknowledged_by_name text NOT NULL DEFAULT '';
