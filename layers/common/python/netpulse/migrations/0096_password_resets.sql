-- People who forgot their password: a link by mail lets them choose another, once and soon.
CREATE TABLE netpulse.password_resets (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES netpulse.users (id) ON DELETE CASCADE,
    -- SHA-256 of a token with 256 random bits
    hashed_token bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX password_resets_user ON netpulse.password_resets (user_id, created_at);
ALTER TABLE netpulse.password_resets ENABLE ROW LEVEL SECURITY;
CREATE POLICY auth ON netpulse.password_resets TO netpulse_auth USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.password_resets TO netpulse_auth;
