-- MikroTik's own neighbour discovery beside LLDP and CDP.
ALTER TABLE netpulse.neighbours DROP CONSTRAINT neighbours_protocol_check;
ALTER TABLE netpulse.neighbours
    ADD CONSTRAINT neighbours_protocol_check CHECK (protocol IN ('lldp', 'cdp', 'mndp'));
