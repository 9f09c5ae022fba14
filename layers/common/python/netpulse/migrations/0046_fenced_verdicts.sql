-- The epoch of the shard under which the last verdict was given: a poller that lost its shards
-- without knowing (stopped, cut off) speaks with a lower one and is not heard.
ALTER TABLE netpulse.device_status ADD COLUMN epoch bigint NOT NULL DEFAULT 0;
