-- What an organisation's directory tells by SCIM 2.0: its own ids of people, and its groups.
ALTER TABLE netpulse.memberships ADD COLUMN external_id varchar(255);
CREATE UNIQUE INDEX memberships_external ON netpulse.memberships (organization_id, external_id)
    WHERE external_id IS NOT NULL;

CREATE TABLE netpulse.directory_groups (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    display_name varchar(255) NOT NULL,
    external_id varchar(255),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (organization_id, display_name)
);
SELECT netpulse.make_tenant_table('netpulse.directory_groups');
REVOKE ALL ON netpulse.directory_groups FROM netpulse_app, netpulse_system;
CREATE POLICY auth ON netpulse.directory_groups TO netpulse_auth USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.directory_groups TO netpulse_auth;
SELECT netpulse.make_audited('netpulse.directory_groups', 'directory_group', 'id', 'display_name');

CREATE TABLE netpulse.directory_group_members (
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    group_id uuid NOT NULL REFERENCES netpulse.directory_groups (id) ON DELETE CASCADE,
    user_id uuid NOT NULL,
    PRIMARY KEY (group_id, user_id),
    FOREIGN KEY (organization_id, user_id)
        REFERENCES netpulse.memberships (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX directory_group_members_user
    ON netpulse.directory_group_members (organization_id, user_id);
SELECT netpulse.make_tenant_table('netpulse.directory_group_members');
REVOKE ALL ON netpulse.directory_group_members FROM netpulse_app, netpulse_system;
CREATE POLICY auth ON netpulse.directory_group_members TO netpulse_auth
    USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON netpulse.directory_group_members TO netpulse_auth;
