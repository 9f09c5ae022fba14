-- What another system (Prometheus, Grafana, …) said of an alert by Alertmanager's API:
-- {"labels", "annotations", "generator_url", "ends_at", "timed_out"}; null: the alert is our own.
ALTER TABLE netpulse.alerts ADD COLUMN external jsonb;
