-- Where an organisation's people log in instead: OpenID Connect providers, Cognito among them.
CREATE TABLE netpulse.identity_providers (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    issuer varchar(500) NOT NULL,
    client_id varchar(255) NOT NULL,
    -- NULL: a public client, which proves itself by PKCE alone
    sealed_secret bytea,
    scopes varchar(255) NOT NULL DEFAULT 'openid email profile',
    group_claim varchar(100) NOT NULL DEFAULT 'groups',
    -- [{"group", "role", "role_id"}]: the first that fits
    group_roles jsonb NOT NULL DEFAULT '[]',
    -- of people in none of these groups; NULL: they do not come in
    default_role varchar(20) CHECK (default_role IN ('admin', 'operator', 'viewer', 'api_user')),
    -- whose addresses are led here from the login page
    email_domains text[] NOT NULL DEFAULT '{}',
    enabled boolean NOT NULL DEFAULT true,
    -- members come in by this provider only
    enforced boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (organization_id, name)
);
CREATE INDEX identity_providers_domains ON netpulse.identity_providers USING gin (email_domains);
SELECT netpulse.make_tenant_table('netpulse.identity_providers');
REVOKE ALL ON netpulse.identity_providers FROM netpulse_app, netpulse_system;
CREATE POLICY auth ON netpulse.identity_providers TO netpulse_auth USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.identity_providers TO netpulse_auth;
SELECT netpulse.make_audited(
    'netpulse.identity_providers', 'identity_provider', 'id', 'name', 'sealed_secret');

-- Who is who at a provider: its subject never changes, an address may.
CREATE TABLE netpulse.external_identities (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    provider_id uuid NOT NULL REFERENCES netpulse.identity_providers (id) ON DELETE CASCADE,
    subject varchar(255) NOT NULL,
    user_id uuid NOT NULL REFERENCES netpulse.users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    last_login_at timestamptz NOT NULL,
    PRIMARY KEY (provider_id, subject)
);
CREATE INDEX external_identities_user ON netpulse.external_identities (user_id);
SELECT netpulse.make_tenant_table('netpulse.external_identities');
REVOKE ALL ON netpulse.external_identities FROM netpulse_app, netpulse_system;
CREATE POLICY auth ON netpulse.external_identities TO netpulse_auth USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.external_identities TO netpulse_auth;

-- Where a provider is enforced, the second factor is its affair.
CREATE OR REPLACE FUNCTION netpulse.member_access(member uuid, organization uuid)
RETURNS TABLE (role text, permissions text[], must_enroll boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
    SELECT m.role::text, r.permissions,
        o.requires_second_factor
        AND NOT EXISTS (
            SELECT FROM netpulse.identity_providers p
            WHERE p.organization_id = o.id AND p.enabled AND p.enforced)
        AND NOT EXISTS (
            SELECT FROM netpulse.second_factors f
            WHERE f.user_id = m.user_id AND f.confirmed_at IS NOT NULL)
    FROM netpulse.memberships m
    JOIN netpulse.users u ON u.id = m.user_id
    JOIN netpulse.organizations o ON o.id = m.organization_id
    LEFT JOIN netpulse.roles r ON r.id = m.role_id
    WHERE m.user_id = member AND m.organization_id = organization AND m.is_active AND u.is_active
$$;
