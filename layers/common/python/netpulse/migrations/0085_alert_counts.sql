-- How many open alerts an organisation has of each severity and state, kept as alerts change: a
-- dashboard reads a handful of rows, whatever the storm.
CREATE TABLE netpulse.alert_counts (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    severity varchar(20) NOT NULL,
    state varchar(20) NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (organization_id, severity, state)
) WITH (fillfactor = 50);
SELECT netpulse.make_tenant_table('netpulse.alert_counts');
REVOKE INSERT, UPDATE, DELETE ON netpulse.alert_counts FROM netpulse_app, netpulse_system;

INSERT INTO netpulse.alert_counts
SELECT organization_id, severity, state, count(*) FROM netpulse.alerts
WHERE resolved_at IS NULL GROUP BY organization_id, severity, state;

-- Whoever changes alerts has the organisation's lock: its rows here are never waited for twice.
CREATE FUNCTION netpulse.count_alerts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO netpulse.alert_counts AS c
        SELECT organization_id, severity, state, count(*) FROM after
        WHERE resolved_at IS NULL GROUP BY organization_id, severity, state
        ON CONFLICT (organization_id, severity, state) DO UPDATE SET count = c.count + excluded.count;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE netpulse.alert_counts c SET count = c.count - g.count
        FROM (SELECT organization_id, severity, state, count(*) AS count FROM before
              WHERE resolved_at IS NULL GROUP BY organization_id, severity, state) g
        WHERE c.organization_id = g.organization_id AND c.severity = g.severity
          AND c.state = g.state;
    ELSE
        INSERT INTO netpulse.alert_counts AS c
        SELECT organization_id, severity, state, sum(step) FROM (
            SELECT organization_id, severity, state, 1 AS step FROM after WHERE resolved_at IS NULL
            UNION ALL
            SELECT organization_id, severity, state, -1 FROM before WHERE resolved_at IS NULL) s
        GROUP BY organization_id, severity, state HAVING sum(step) <> 0
        ON CONFLICT (organization_id, severity, state) DO UPDATE SET count = c.count + excluded.count;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION netpulse.count_alerts() FROM PUBLIC;
CREATE TRIGGER alerts_counted_in AFTER INSERT ON netpulse.alerts
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION netpulse.count_alerts();
CREATE TRIGGER alerts_counted_over AFTER UPDATE ON netpulse.alerts
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION netpulse.count_alerts();
CREATE TRIGGER alerts_counted_out AFTER DELETE ON netpulse.alerts
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION netpulse.count_alerts();
