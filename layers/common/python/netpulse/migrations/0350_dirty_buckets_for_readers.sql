-- Readers of rollups see which of their organisation's buckets late samples touched since: those
-- they make of the samples, so that what came late shows at once.
CREATE POLICY tenant ON netpulse.dirty_buckets TO netpulse_app USING (organization_number = (
    SELECT o.number FROM netpulse.organizations o WHERE o.id = netpulse.current_organization()));
GRANT SELECT ON netpulse.dirty_buckets TO netpulse_app;
