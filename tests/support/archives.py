"""An organisation with a row in every table that an archive holds."""

# A row in each of the other tables that an archive holds.
SETUP = (
    "INSERT INTO netpulse.notification_settings (organization_id, most_a_minute, updated_at) "
    "VALUES (%(organization)s, 7, now())",
    "INSERT INTO netpulse.check_policies (organization_id, beyond_device) "
    "VALUES (%(organization)s, true)",
    "INSERT INTO netpulse.dismissed_parents (organization_id, device_id, parent_id) "
    "VALUES (%(organization)s, %(core)s, %(edge)s)",
    "INSERT INTO netpulse.discovery_ignored (organization_id, address) "
    "VALUES (%(organization)s, '192.0.2.200')",
    "INSERT INTO netpulse.device_identities (device_id, organization_id, vendor) "
    "VALUES (%(core)s, %(organization)s, 'Cisco')",
    "INSERT INTO netpulse.interfaces (organization_id, device_id, if_name, if_index) "
    "VALUES (%(organization)s, %(core)s, 'eth0', 1)",
    "INSERT INTO netpulse.sensors (organization_id, device_id, entity, metric, class, unit) "
    "VALUES (%(organization)s, %(core)s, 'sensor:1', 'temperature', 'temperature', 'Cel')",
    "INSERT INTO netpulse.storages (organization_id, device_id, entity, kind) "
    "VALUES (%(organization)s, %(core)s, 'storage:1', 'disk')",
    "INSERT INTO netpulse.neighbours (organization_id, device_id, local_if_name, protocol, "
    "remote_chassis_id, remote_port_id) "
    "VALUES (%(organization)s, %(core)s, 'eth0', 'lldp', 'aa', 'bb')",
    "INSERT INTO netpulse.device_checks (organization_id, device_id, name, kind, settings) "
    "VALUES (%(organization)s, %(core)s, 'web', 'tcp', '{\"port\": 80}')",
    "INSERT INTO netpulse.alert_rule_versions (organization_id, rule_id, version, saved_at, rule) "
    "SELECT organization_id, id, 1, now(), '{}' FROM netpulse.alert_rules "
    "WHERE organization_id = %(organization)s AND name = 'down'",
    "INSERT INTO netpulse.silences (organization_id, matchers, starts_at, ends_at, created_by_name)"
    " VALUES (%(organization)s, '[]', now(), now() + interval '1 day', 'Amina')",
    "INSERT INTO netpulse.maintenance_windows (organization_id, name, scope, time_zone, "
    "starts_local, duration_seconds, created_by_name) VALUES (%(organization)s, 'night', "
    "jsonb_build_object('device_ids', ARRAY[%(core)s]), 'UTC', '2030-01-01', 3600, 'Amina')",
    "INSERT INTO netpulse.inhibition_rules (organization_id, name, source_matchers, "
    "target_matchers) VALUES (%(organization)s, 'quiet', '[]', '[]')",
    "INSERT INTO netpulse.on_call_schedules (organization_id, name, time_zone, layers) "
    "VALUES (%(organization)s, 'week', 'UTC', '[]')",
    "INSERT INTO netpulse.escalation_policies (organization_id, name, steps) "
    "VALUES (%(organization)s, 'up', '[]')",
    "INSERT INTO netpulse.service_levels (organization_id, name, respond_seconds) "
    "VALUES (%(organization)s, 'gold', 900)",
    "INSERT INTO netpulse.report_schedules (id, organization_id, name, kind, definition, period, "
    "cadence, local_time, weekday, day_of_month, time_zone, next_run_at, created_at, updated_at) "
    "VALUES (gen_random_uuid(), %(organization)s, 'monthly', 'uptime', '{}', 'month', 'monthly', "
    "'08:00', 0, 1, 'UTC', now(), now(), now())",
    "INSERT INTO netpulse.incidents (id, organization_id, root_device_id, title, severity, state, "
    "reason, began_at, resolved_at) SELECT gen_random_uuid(), %(organization)s, %(core)s, title, "
    "'critical', CASE WHEN ends IS NULL THEN 'open' ELSE 'resolved' END, '', now(), ends "
    "FROM (VALUES ('over', now()), ('open', NULL)) AS v (title, ends)",
    "INSERT INTO netpulse.incident_devices (organization_id, incident_id, device_id, joined_at, "
    "left_at) SELECT organization_id, id, root_device_id, now(), resolved_at "
    "FROM netpulse.incidents WHERE organization_id = %(organization)s",
    "INSERT INTO netpulse.incident_events (organization_id, incident_id, at, kind, text) "
    "SELECT organization_id, id, now(), 'note', 'seen' FROM netpulse.incidents "
    "WHERE organization_id = %(organization)s",
    "INSERT INTO netpulse.alerts (id, organization_id, device_id, fingerprint, alert_type, "
    "severity, state, reason, message, began_at, resolved_at) "
    "SELECT gen_random_uuid(), %(organization)s, %(core)s, state, 'device_down', "
    "'critical', state, '', '', now(), ends "
    "FROM (VALUES ('resolved', now()), ('firing', NULL)) AS v (state, ends)",
    "INSERT INTO netpulse.alert_history (organization_id, alert_id, seq, at, to_state, reason) "
    "SELECT organization_id, id, 1, now(), state, '' FROM netpulse.alerts "
    "WHERE organization_id = %(organization)s",
    "INSERT INTO netpulse.alert_comments (id, organization_id, alert_id, at, author_name, text) "
    "SELECT gen_random_uuid(), organization_id, id, now(), 'Amina', 'on it' FROM netpulse.alerts "
    "WHERE organization_id = %(organization)s",
    "INSERT INTO netpulse.foreign_metrics (organization_id, name, type, help, unit) "
    "VALUES (%(organization)s, 'up', 'gauge', '', '')",
)
