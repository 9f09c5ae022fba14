-- Who did what, with before and after. Written by triggers in the transaction of the change, so
-- that no service can forget it; nobody but the owner may write, change or delete a line.
CREATE TABLE netpulse.audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES netpulse.organizations (id) ON DELETE CASCADE,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_kind varchar(10) NOT NULL CHECK (actor_kind IN ('user', 'api_key', 'anonymous')),
    actor_id uuid,
    actor_name varchar(255) NOT NULL DEFAULT '',
    source_ip varchar(45) NOT NULL DEFAULT '',
    request_id varchar(128) NOT NULL DEFAULT '',
    -- <thing>.<past tense>: device.created, session.started
    action varchar(80) NOT NULL,
    target_type varchar(60) NOT NULL,
    target_id varchar(100) NOT NULL DEFAULT '',
    target_name varchar(255) NOT NULL DEFAULT '',
    -- of a change, only what changed; secrets as "***"
    before jsonb,
    after jsonb
);
CREATE INDEX audit_log_newest ON netpulse.audit_log (organization_id, id DESC);
CREATE INDEX audit_log_target ON netpulse.audit_log (organization_id, target_type, target_id, id DESC);
SELECT netpulse.make_tenant_table('netpulse.audit_log');
REVOKE ALL ON netpulse.audit_log FROM netpulse_app, netpulse_system;
GRANT SELECT ON netpulse.audit_log TO netpulse_app, netpulse_auth;

-- The caller that the transaction acts for: {kind, id, name, ip, request_id}; NULL for our workers.
CREATE FUNCTION netpulse.current_actor() RETURNS jsonb
LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('netpulse.actor', true), '')::jsonb $$;

CREATE FUNCTION netpulse.write_audit(
    organization uuid, done varchar, thing varchar, thing_id text, thing_name text,
    was jsonb, became jsonb
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
    INSERT INTO netpulse.audit_log (organization_id, actor_kind, actor_id, actor_name, source_ip,
        request_id, action, target_type, target_id, target_name, before, after)
    SELECT organization, a ->> 'kind', (a ->> 'id')::uuid, left(coalesce(a ->> 'name', ''), 255),
        left(coalesce(a ->> 'ip', ''), 45), left(coalesce(a ->> 'request_id', ''), 128),
        done, thing, left(thing_id, 100), left(coalesce(thing_name, ''), 255), was, became
    FROM netpulse.current_actor() a WHERE a IS NOT NULL
$$;
REVOKE ALL ON FUNCTION netpulse.write_audit(uuid, varchar, varchar, text, text, jsonb, jsonb) FROM PUBLIC;

-- What no row tells: somebody came in, was refused, or took something out. Only in the
-- organisation of the transaction.
CREATE FUNCTION netpulse.audit(
    done varchar, thing varchar, thing_id text, thing_name text, details jsonb
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
    SELECT netpulse.write_audit(
        netpulse.current_organization(), done, thing, thing_id, thing_name, NULL, details)
    WHERE netpulse.current_organization() IS NOT NULL
$$;
REVOKE ALL ON FUNCTION netpulse.audit(varchar, varchar, text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION netpulse.audit(varchar, varchar, text, text, jsonb)
    TO netpulse_app, netpulse_auth;

-- TG_ARGV: the thing's name, then the columns (comma separated) of its id, of its name, of
-- secrets, and of what is not worth a line when it alone changes.
CREATE FUNCTION netpulse.audit_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = netpulse, pg_temp
AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    became jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    whole jsonb := coalesce(became, was);
    -- an organisation is its own
    organization uuid := coalesce(whole ->> 'organization_id', whole ->> 'id')::uuid;
    thing_id text;
    done text := CASE TG_OP WHEN 'INSERT' THEN 'created' WHEN 'UPDATE' THEN 'updated' ELSE 'deleted' END;
    hidden text;
BEGIN
    SELECT string_agg(whole ->> key, '/') INTO thing_id
    FROM unnest(string_to_array(TG_ARGV[1], ',')) AS key;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, became -> o.key)
        INTO was, became
        FROM jsonb_each(was) o
        WHERE o.value IS DISTINCT FROM became -> o.key
          AND o.key <> ALL (string_to_array(TG_ARGV[4], ','));
        IF was IS NULL THEN
            RETURN NULL;
        END IF;
    ELSE
        was := was - string_to_array(TG_ARGV[4], ',');
        became := became - string_to_array(TG_ARGV[4], ',');
    END IF;
    FOREACH hidden IN ARRAY string_to_array(TG_ARGV[3], ',') LOOP
        IF was ? hidden AND was -> hidden <> 'null' THEN
            was := was || jsonb_build_object(hidden, '***');
        END IF;
        IF became ? hidden AND became -> hidden <> 'null' THEN
            became := became || jsonb_build_object(hidden, '***');
        END IF;
    END LOOP;
    -- a whole organisation that goes takes its log along
    IF EXISTS (SELECT FROM netpulse.organizations o WHERE o.id = organization) THEN
        PERFORM netpulse.write_audit(organization, TG_ARGV[0] || '.' || done, TG_ARGV[0], thing_id,
            whole ->> TG_ARGV[2], was, became);
    END IF;
    RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION netpulse.audit_change() FROM PUBLIC;

-- Called by migrations for each table of things that people set up.
CREATE FUNCTION netpulse.make_audited(
    audited regclass, thing text, id_columns text DEFAULT 'id', name_column text DEFAULT 'name',
    secret_columns text DEFAULT '', silent_columns text DEFAULT ''
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format(
        -- what our workers change costs no more than this condition
        'CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW '
        'WHEN (netpulse.current_actor() IS NOT NULL) '
        'EXECUTE FUNCTION netpulse.audit_change(%L, %L, %L, %L, %L)', audited, thing, id_columns,
        name_column, secret_columns,
        concat_ws(',', 'organization_id', 'created_at', 'updated_at', nullif(silent_columns, '')));
END $$;
REVOKE ALL ON FUNCTION netpulse.make_audited(regclass, text, text, text, text, text) FROM PUBLIC;

SELECT netpulse.make_audited('netpulse.organizations', 'organization', 'id', 'name', '', 'number');
SELECT netpulse.make_audited('netpulse.memberships', 'user', 'user_id', 'role');
SELECT netpulse.make_audited('netpulse.invitations', 'invitation', 'user_id', 'user_id', 'hashed_token');
SELECT netpulse.make_audited('netpulse.api_keys', 'api_key', 'id', 'name', 'hashed_key', 'last_used_at');
SELECT netpulse.make_audited('netpulse.credentials', 'credential', 'id', 'name', 'ciphertext');
SELECT netpulse.make_audited('netpulse.devices', 'device', 'id', 'name', '', 'number');
SELECT netpulse.make_audited('netpulse.device_parents', 'device_parent', 'device_id,parent_id', '');
SELECT netpulse.make_audited('netpulse.device_groups', 'device_group');
SELECT netpulse.make_audited(
    'netpulse.device_group_members', 'device_group_member', 'group_id,device_id', '');
SELECT netpulse.make_audited('netpulse.alert_rules', 'alert_rule');
SELECT netpulse.make_audited('netpulse.alerts', 'alert', 'id', 'message', '', 'seq,last_slot_at,value');
SELECT netpulse.make_audited(
    'netpulse.notification_channels', 'notification_channel', 'id', 'name', 'sealed_secret');
SELECT netpulse.make_audited('netpulse.reports', 'report');
SELECT netpulse.make_audited('netpulse.report_schedules', 'report_schedule');
