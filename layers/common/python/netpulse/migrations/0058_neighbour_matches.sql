-- Which device a neighbour is, by what it says of itself: the first of these that fits anything.
CREATE INDEX interfaces_phys_address ON netpulse.interfaces (organization_id, lower(if_phys_address))
    WHERE if_phys_address <> '';
CREATE INDEX device_identities_chassis ON netpulse.device_identities (organization_id, lower(chassis_id))
    WHERE chassis_id <> '';
CREATE INDEX device_identities_sys_name ON netpulse.device_identities (organization_id, lower(sys_name))
    WHERE sys_name <> '';

CREATE VIEW netpulse.neighbour_matches WITH (security_invoker = true) AS
SELECT n.*, m.remote_device_id, m.remote_device_name, m.matched_by
FROM netpulse.neighbours n
LEFT JOIN LATERAL (
    SELECT d.id AS remote_device_id, d.name AS remote_device_name, c.matched_by
    FROM (
        SELECT i.device_id, 1 AS rank, 'chassis' AS matched_by FROM netpulse.device_identities i
        WHERE i.organization_id = n.organization_id AND i.chassis_id <> ''
          AND lower(i.chassis_id) = lower(n.remote_chassis_id)
        UNION ALL
        SELECT f.device_id, 2, 'mac_address' FROM netpulse.interfaces f
        WHERE f.organization_id = n.organization_id AND f.if_phys_address <> ''
          AND lower(f.if_phys_address) = lower(n.remote_chassis_id) AND f.removed_at IS NULL
        UNION ALL
        SELECT a.id, 3, 'management_address' FROM netpulse.devices a
        WHERE a.organization_id = n.organization_id AND a.ip_address = n.management_address
        UNION ALL
        SELECT s.device_id, 4, 'sys_name' FROM netpulse.device_identities s
        WHERE s.organization_id = n.organization_id AND n.remote_sys_name <> ''
          AND s.sys_name <> '' AND lower(s.sys_name) = lower(n.remote_sys_name)
    ) c
    JOIN netpulse.devices d ON d.id = c.device_id AND d.retired_at IS NULL AND d.id <> n.device_id
    ORDER BY c.rank, d.number LIMIT 1
) m ON true
WHERE n.removed_at IS NULL;
GRANT SELECT ON netpulse.neighbour_matches TO netpulse_app, netpulse_system;
