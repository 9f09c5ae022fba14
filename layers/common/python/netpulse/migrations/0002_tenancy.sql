-- Organisations, people, what each may do where, and keys for machines.
CREATE TABLE netpulse.organizations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    name varchar(255) NOT NULL,
    slug varchar(100) NOT NULL UNIQUE,
    time_zone text NOT NULL DEFAULT 'UTC',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE netpulse.organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON netpulse.organizations TO netpulse_app
    USING (id = (SELECT netpulse.current_organization()));
CREATE POLICY auth ON netpulse.organizations TO netpulse_auth USING (true) WITH CHECK (true);
CREATE POLICY system ON netpulse.organizations TO netpulse_system USING (true);
GRANT SELECT ON netpulse.organizations TO netpulse_app, netpulse_system;
GRANT SELECT, INSERT, UPDATE ON netpulse.organizations TO netpulse_auth;

-- A person exists once, whatever the number of organisations.
CREATE TABLE netpulse.users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email varchar(255) NOT NULL UNIQUE CHECK (email = lower(email)),
    hashed_password varchar(255) NOT NULL,
    full_name varchar(255) NOT NULL DEFAULT '',
    is_active boolean NOT NULL DEFAULT true,
    is_superuser boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE netpulse.memberships (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES netpulse.users (id) ON DELETE CASCADE,
    role varchar(20) NOT NULL CHECK (role IN ('admin', 'operator', 'viewer', 'api_user')),
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_user ON netpulse.memberships (user_id);
SELECT netpulse.make_tenant_table('netpulse.memberships');
REVOKE INSERT, UPDATE, DELETE ON netpulse.memberships FROM netpulse_app, netpulse_system;
CREATE POLICY auth ON netpulse.memberships TO netpulse_auth USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.memberships TO netpulse_auth;

ALTER TABLE netpulse.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY colleagues ON netpulse.users TO netpulse_app
    USING (id IN (SELECT m.user_id FROM netpulse.memberships m));
CREATE POLICY auth ON netpulse.users TO netpulse_auth USING (true) WITH CHECK (true);
GRANT SELECT (id, email, full_name, is_active, created_at, updated_at) ON netpulse.users TO netpulse_app;
GRANT SELECT, INSERT, UPDATE ON netpulse.users TO netpulse_auth;

CREATE TABLE netpulse.api_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    prefix varchar(20) NOT NULL,
    hashed_key bytea NOT NULL UNIQUE,
    role varchar(20) NOT NULL CHECK (role IN ('admin', 'operator', 'viewer', 'api_user')),
    created_by uuid NOT NULL REFERENCES netpulse.users (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_keys_organization ON netpulse.api_keys (organization_id);
SELECT netpulse.make_tenant_table('netpulse.api_keys');
REVOKE ALL ON netpulse.api_keys FROM netpulse_app, netpulse_system;
CREATE POLICY auth ON netpulse.api_keys TO netpulse_auth USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON netpulse.api_keys TO netpulse_auth;

-- A domain's process knows a caller's key only by its hash: it may ask whose it is, no more.
CREATE FUNCTION netpulse.api_key_owner(key_hash bytea)
RETURNS TABLE (api_key_id uuid, organization_id uuid, role text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
    SELECT k.id, k.organization_id, k.role::text, k.name::text
    FROM netpulse.api_keys k
    WHERE k.hashed_key = key_hash AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > now())
$$;
REVOKE ALL ON FUNCTION netpulse.api_key_owner(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.api_key_owner(bytea) TO netpulse_app, netpulse_auth, netpulse_system;

CREATE FUNCTION netpulse.touch_api_key(key_id uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
    UPDATE netpulse.api_keys SET last_used_at = now()
    WHERE id = key_id AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
$$;
REVOKE ALL ON FUNCTION netpulse.touch_api_key(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.touch_api_key(uuid) TO netpulse_app, netpulse_auth, netpulse_system;

-- The role a user has in an organisation right now; no row when it was taken away.
CREATE FUNCTION netpulse.member_role(member uuid, organization uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
    SELECT m.role::text FROM netpulse.memberships m JOIN netpulse.users u ON u.id = m.user_id
    WHERE m.user_id = member AND m.organization_id = organization AND m.is_active AND u.is_active
$$;
REVOKE ALL ON FUNCTION netpulse.member_role(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.member_role(uuid, uuid) TO netpulse_app, netpulse_auth, netpulse_system;
