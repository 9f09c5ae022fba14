-- A community given with a device is a credential of that device alone: not listed, not shared.
ALTER TABLE netpulse.credentials
    ADD COLUMN device_id uuid UNIQUE REFERENCES netpulse.devices (id) ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX devices_credential ON netpulse.devices (credential_id) WHERE credential_id IS NOT NULL;

-- Which rules watch a device depends on its groups.
CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE OR DELETE ON netpulse.device_group_members
    FOR EACH STATEMENT EXECUTE FUNCTION netpulse.announce_inventory_change();

-- Instants are read as UTC whatever time zone the server was set up in.
ALTER ROLE netpulse_app SET timezone = 'UTC';
ALTER ROLE netpulse_auth SET timezone = 'UTC';
ALTER ROLE netpulse_system SET timezone = 'UTC';
