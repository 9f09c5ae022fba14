-- The things that people set up and that came beside the audit log.
SELECT netpulse.make_audited(
    'netpulse.device_checks', 'device_check', 'id', 'name', '', 'pinned_host_key,pinned_at');
SELECT netpulse.make_audited('netpulse.check_policies', 'check_policy', 'organization_id', '');
SELECT netpulse.make_audited(
    'netpulse.discovery_scans', 'discovery_scan', 'id', 'id', '', 'scanned,found,epoch');
SELECT netpulse.make_audited('netpulse.discovery_ignored', 'discovery_ignored', 'address', 'address');
SELECT netpulse.make_audited('netpulse.dismissed_parents', 'dismissed_parent', 'device_id,parent_id', '');
SELECT netpulse.make_audited('netpulse.retention_policies', 'retention_policy', 'organization_id', '');
SELECT netpulse.make_audited('netpulse.inhibition_rules', 'inhibition_rule');
SELECT netpulse.make_audited('netpulse.silences', 'silence', 'id', 'comment');
SELECT netpulse.make_audited('netpulse.maintenance_windows', 'maintenance_window');
SELECT netpulse.make_audited('netpulse.escalation_policies', 'escalation_policy');
SELECT netpulse.make_audited('netpulse.on_call_schedules', 'on_call_schedule');
SELECT netpulse.make_audited('netpulse.service_levels', 'service_level');
