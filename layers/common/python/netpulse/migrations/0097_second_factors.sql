-- What a person proves besides the password: codes of an authenticator app (RFC 6238), keys and
-- passkeys (WebAuthn), and codes on paper for the day these are lost.
CREATE TABLE netpulse.second_factors (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES netpulse.users (id) ON DELETE CASCADE,
    kind varchar(10) NOT NULL CHECK (kind IN ('totp', 'webauthn')),
    name varchar(255) NOT NULL,
    -- totp: the shared secret, sealed for the person and this row
    sealed_secret bytea,
    -- totp: the time step of the last code, so that none is good twice
    last_step bigint NOT NULL DEFAULT 0,
    credential_id bytea UNIQUE,
    public_key bytea,
    sign_count bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    -- NULL: begun, but never proven to work, so it does not count
    confirmed_at timestamptz,
    last_used_at timestamptz,
    CHECK ((kind = 'totp') = (sealed_secret IS NOT NULL)),
    CHECK ((kind = 'webauthn') = (credential_id IS NOT NULL AND public_key IS NOT NULL))
);
CREATE INDEX second_factors_user ON netpulse.second_factors (user_id);
ALTER TABLE netpulse.second_factors ENABLE ROW LEVEL SECURITY;
CREATE POLICY auth ON netpulse.second_factors TO netpulse_auth USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.second_factors TO netpulse_auth;

CREATE TABLE netpulse.recovery_codes (
    user_id uuid NOT NULL REFERENCES netpulse.users (id) ON DELETE CASCADE,
    -- SHA-256 of a code with 80 random bits
    hashed_code bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, hashed_code)
);
ALTER TABLE netpulse.recovery_codes ENABLE ROW LEVEL SECURITY;
CREATE POLICY auth ON netpulse.recovery_codes TO netpulse_auth USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.recovery_codes TO netpulse_auth;

-- Members of such an organisation come in only with a second factor.
ALTER TABLE netpulse.organizations ADD COLUMN requires_second_factor boolean NOT NULL DEFAULT false;
