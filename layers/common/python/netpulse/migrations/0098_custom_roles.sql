-- Roles that an organisation makes of permissions, beside the four that everybody has.
CREATE TABLE netpulse.roles (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    description varchar(255) NOT NULL DEFAULT '',
    -- netpulse.permissions.Permission; one that is no more counts for nothing
    permissions text[] NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (organization_id, name)
);
SELECT netpulse.make_tenant_table('netpulse.roles');
REVOKE INSERT, UPDATE, DELETE ON netpulse.roles FROM netpulse_app, netpulse_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.roles TO netpulse_auth;
SELECT netpulse.make_audited('netpulse.roles', 'role');

ALTER TABLE netpulse.memberships
    ADD COLUMN role_id uuid REFERENCES netpulse.roles (id),
    DROP CONSTRAINT memberships_role_check,
    ADD CONSTRAINT memberships_role_check
        CHECK (role IN ('admin', 'operator', 'viewer', 'api_user', 'custom')),
    ADD CONSTRAINT memberships_custom CHECK ((role = 'custom') = (role_id IS NOT NULL));
ALTER TABLE netpulse.api_keys
    ADD COLUMN role_id uuid REFERENCES netpulse.roles (id),
    DROP CONSTRAINT api_keys_role_check,
    ADD CONSTRAINT api_keys_role_check
        CHECK (role IN ('admin', 'operator', 'viewer', 'api_user', 'custom')),
    ADD CONSTRAINT api_keys_custom CHECK ((role = 'custom') = (role_id IS NOT NULL));

-- What a user may do in an organisation right now; no row when they are no member any more.
-- `permissions` only of custom roles. (member_role stays for functions deployed before.)
CREATE FUNCTION netpulse.member_access(member uuid, organization uuid)
RETURNS TABLE (role text, permissions text[], must_enroll boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
    SELECT m.role::text, r.permissions,
        o.requires_second_factor AND NOT EXISTS (
            SELECT FROM netpulse.second_factors f
            WHERE f.user_id = m.user_id AND f.confirmed_at IS NOT NULL)
    FROM netpulse.memberships m
    JOIN netpulse.users u ON u.id = m.user_id
    JOIN netpulse.organizations o ON o.id = m.organization_id
    LEFT JOIN netpulse.roles r ON r.id = m.role_id
    WHERE m.user_id = member AND m.organization_id = organization AND m.is_active AND u.is_active
$$;
REVOKE ALL ON FUNCTION netpulse.member_access(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.member_access(uuid, uuid) TO netpulse_app, netpulse_auth, netpulse_system;

CREATE FUNCTION netpulse.api_key_access(key_hash bytea)
RETURNS TABLE (api_key_id uuid, organization_id uuid, role text, permissions text[], name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
    SELECT k.id, k.organization_id, k.role::text, r.permissions, k.name::text
    FROM netpulse.api_keys k LEFT JOIN netpulse.roles r ON r.id = k.role_id
    WHERE k.hashed_key = key_hash AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > now())
$$;
REVOKE ALL ON FUNCTION netpulse.api_key_access(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.api_key_access(bytea) TO netpulse_app, netpulse_auth, netpulse_system;
