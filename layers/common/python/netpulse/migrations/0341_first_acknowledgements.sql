-- When somebody first took an alert on: it outlives the acknowledgement itself, and the history.
ALTER TABLE netpulse.alerts ADD COLUMN first_acknowledged_at timestamptz;
UPDATE netpulse.alerts a SET first_acknowledged_at = h.at
FROM (SELECT alert_id, min(at) AS at FROM netpulse.alert_history
      WHERE to_state = 'acknowledged' GROUP BY alert_id) h
WHERE h.alert_id = a.id;
