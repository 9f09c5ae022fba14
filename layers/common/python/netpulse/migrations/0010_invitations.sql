-- People who were asked in but have not yet chosen a password, and passwords that others chose.
ALTER TABLE netpulse.users
    ADD COLUMN password_is_temporary boolean NOT NULL DEFAULT false,
    ADD COLUMN password_changed_at timestamptz NOT NULL DEFAULT now();

CREATE TABLE netpulse.invitations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES netpulse.users (id) ON DELETE CASCADE,
    -- SHA-256 of a token with 256 random bits
    hashed_token bytea NOT NULL UNIQUE,
    created_by uuid REFERENCES netpulse.users (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX invitations_user ON netpulse.invitations (user_id);
SELECT netpulse.make_tenant_table('netpulse.invitations');
REVOKE ALL ON netpulse.invitations FROM netpulse_app, netpulse_system;
CREATE POLICY auth ON netpulse.invitations TO netpulse_auth USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.invitations TO netpulse_auth;
