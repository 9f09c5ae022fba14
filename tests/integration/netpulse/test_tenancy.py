"""What the database lets each role see, table by table, from the catalogue: new tables included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import scalar_row

from tests.integration.netpulse.tenant import fill
from tests.support.organizations import new_organization, new_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase

ROLES = ("netpulse_app", "netpulse_auth", "netpulse_system")
# Tables without a tenant, each with its reason.
SHARED = {
    "quarantined_samples": "what the recorder could not attribute; only netpulse_system sees it",
    "password_resets": "a person's, in no organisation yet; only netpulse_auth sees them",
    "second_factors": "a person's, wherever they are a member; only netpulse_auth sees them",
    "recovery_codes": "a person's, wherever they are a member; only netpulse_auth sees them",
    "users": "a person exists once, whatever the number of organisations; seen through memberships",
    "organizations": "its own id is the organisation",
    **dict.fromkeys(
        (
            "samples",
            "chunks",
            "latest_samples",
            "rollups_5m",
            "rollups_1h",
            "rollups_1d",
            "dirty_buckets",
        ),
        "organization_number is the short form",
    ),
    "rollup_ranges": "the rollup's work; only netpulse_system sees it",
    "time_series_engine": "which engine this server has; no organisation's",
    "time_series_progress": "how far rollup and compaction are; only netpulse_system sees it",
}


def scalars(url: str, sql: str, *parameters: Any) -> list[Any]:
    with psycopg.connect(url, row_factory=scalar_row) as connection:
        return connection.execute(sql.encode(), parameters).fetchall()


@pytest.fixture(scope="module")
def owner(postgres: TestDatabase) -> str:
    return postgres.owner_url


@pytest.fixture(scope="module")
def tables(owner: str) -> list[str]:
    """Every table of the schema but partitions."""
    return scalars(
        owner,
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'netpulse' AND c.relkind IN ('r', 'p') AND NOT c.relispartition",
    )


@pytest.fixture(scope="module")
def tenant_tables(owner: str) -> list[str]:
    return scalars(
        owner,
        "SELECT table_name::text FROM information_schema.columns c "
        "JOIN pg_class p ON p.oid = format('netpulse.%%I', table_name)::regclass "
        "WHERE table_schema = 'netpulse' AND column_name = 'organization_id' "
        "AND p.relkind IN ('r', 'p') AND NOT p.relispartition",
    )


def test_every_table_belongs_to_an_organisation_or_has_a_reason_not_to(
    tables: list[str], tenant_tables: list[str]
) -> None:
    assert len(tenant_tables) > 15
    assert set(tables) - set(tenant_tables) == set(SHARED)


def test_every_table_has_row_level_security(owner: str, tables: list[str]) -> None:
    protected = scalars(
        owner,
        "SELECT relname FROM pg_class WHERE relnamespace = 'netpulse'::regnamespace "
        "AND relrowsecurity",
    )
    assert set(tables) <= set(protected)


def test_no_view_or_function_opens_a_side_door(owner: str) -> None:
    definers = scalars(
        owner,
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'netpulse'::regnamespace "
        "AND c.relkind IN ('v', 'm') "
        "AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false)",
    )
    assert definers == []
    loose = scalars(
        owner,
        "SELECT proname FROM pg_proc WHERE pronamespace = 'netpulse'::regnamespace "
        "AND prosecdef AND (has_function_privilege('public', oid, 'execute') "
        "OR proconfig IS NULL)",
    )
    assert loose == []


@pytest.mark.parametrize("role", ROLES)
def test_the_applications_roles_own_nothing_and_bypass_nothing(owner: str, role: str) -> None:
    owned = scalars(owner, "SELECT relname FROM pg_class WHERE relowner = %s::regrole", role)
    powers = scalars(
        owner,
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles "
        "WHERE rolname = %s",
        role,
    )
    creates = scalars(owner, "SELECT has_schema_privilege(%s, 'netpulse', 'create')", role)
    assert (owned, powers, creates) == ([], [False], [False])


def test_no_role_can_empty_or_change_a_table_as_such(owner: str, tables: list[str]) -> None:
    for role in ROLES:
        for table in tables:
            found = scalars(
                owner,
                "SELECT has_table_privilege(%s, %s, 'truncate, references, trigger')",
                role,
                f"netpulse.{table}",
            )
            assert found == [False], (role, table)


@pytest.fixture(scope="module")
def two_organizations(postgres: TestDatabase) -> Iterator[tuple[OrganizationId, OrganizationId]]:
    """Two organisations with a row in many tables each."""
    found = new_organization(postgres, "Ours"), new_organization(postgres, "Theirs")
    with psycopg.connect(postgres.owner_url) as connection:
        for organization_id in found:
            user_id = new_user(postgres, organization_id)
            fill(connection, organization_id, user_id)
    yield found
    # other tests of the session count rows without an organisation
    with psycopg.connect(postgres.owner_url) as connection:
        for organization_id in found:
            connection.execute(
                "DELETE FROM netpulse.api_keys WHERE organization_id = %s", (organization_id,)
            )
            connection.execute(
                "DELETE FROM netpulse.organizations WHERE id = %s", (organization_id,)
            )


_COLUMNS = {
    **dict.fromkeys(SHARED, "1"),
    "organizations": "id",
    "users": "id",
    "samples": "organization_number",
}


def _rows(url: str, table: str, organization_id: OrganizationId | None) -> list[Any] | None:
    """Return the organisations of the rows a role sees, or None when it may not look."""
    column = _COLUMNS.get(table, "organization_id")
    with psycopg.connect(url, row_factory=scalar_row) as connection:
        if organization_id is not None:
            connection.execute(
                "SELECT set_config('netpulse.organization_id', %s, true)", (str(organization_id),)
            )
        try:
            sql = f"SELECT DISTINCT {column} FROM netpulse.{table}"  # names from the catalogue
            return connection.execute(sql.encode()).fetchall()
        except errors.InsufficientPrivilege:
            return None


def test_without_an_organisation_there_is_no_row_in_any_table(
    postgres: TestDatabase,
    tables: list[str],
    two_organizations: tuple[OrganizationId, OrganizationId],
) -> None:
    for table in tables:
        assert not _rows(postgres.url("netpulse_app"), table, None), table


def test_an_organisation_sees_only_its_own_rows(
    postgres: TestDatabase,
    tenant_tables: list[str],
    two_organizations: tuple[OrganizationId, OrganizationId],
) -> None:
    ours, _ = two_organizations
    filled = 0
    for table in tenant_tables:
        found = _rows(postgres.url("netpulse_app"), table, ours)
        assert found in (None, [], [ours]), table
        filled += found == [ours]
    assert filled >= 6


def test_samples_and_metrics_show_only_ones_own(
    postgres: TestDatabase, two_organizations: tuple[OrganizationId, OrganizationId]
) -> None:
    ours, _ = two_organizations
    own = scalars(
        postgres.owner_url, "SELECT number FROM netpulse.organizations WHERE id = %s", ours
    )
    assert _rows(postgres.url("netpulse_app"), "samples", ours) == own
    with psycopg.connect(postgres.url("netpulse_app"), row_factory=scalar_row) as connection:
        count = "SELECT count(*) FROM netpulse.device_metrics"
        assert connection.execute(count).fetchone() == 0
        connection.execute("SELECT set_config('netpulse.organization_id', %s, true)", (str(ours),))
        assert connection.execute(count).fetchone() == 1


@pytest.mark.parametrize("role", ["netpulse_app", "netpulse_auth"])
def test_partitions_cannot_be_read_directly(postgres: TestDatabase, role: str) -> None:
    partitions = scalars(
        postgres.owner_url,
        "SELECT inhrelid::regclass::text FROM pg_inherits "
        "WHERE inhparent = 'netpulse.samples'::regclass",
    )
    assert partitions
    with psycopg.connect(postgres.url(role), autocommit=True) as connection:
        for partition in partitions:
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"SELECT 1 FROM {partition}".encode())


def test_nobody_writes_into_another_organisation(
    postgres: TestDatabase, two_organizations: tuple[OrganizationId, OrganizationId]
) -> None:
    ours, theirs = two_organizations
    database = postgres.database()

    def write() -> None:
        with database.transaction(ours) as transaction:
            transaction.run(
                "INSERT INTO netpulse.device_groups (organization_id, name) VALUES (%s, 'x')",
                (theirs,),
            )

    with pytest.raises(errors.InsufficientPrivilege):
        write()
    with database.transaction(ours) as transaction:
        assert transaction.run("UPDATE netpulse.devices SET name = 'mine now'") == 1
        assert transaction.run("DELETE FROM netpulse.device_groups") == 1
    database.close()
    left = "SELECT count(*) FROM netpulse.device_groups WHERE organization_id = %s"
    assert scalars(postgres.owner_url, left, theirs) == [1]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT hashed_password FROM netpulse.users",
        "SELECT hashed_key FROM netpulse.api_keys",
        "UPDATE netpulse.memberships SET role = 'admin'",
        "INSERT INTO netpulse.users (email, hashed_password) VALUES ('x@example.org', '')",
        "UPDATE netpulse.organizations SET name = 'x'",
    ],
)
@pytest.mark.parametrize("role", ["netpulse_app", "netpulse_system"])
def test_only_the_auth_domain_touches_logins(postgres: TestDatabase, role: str, sql: str) -> None:
    with (
        psycopg.connect(postgres.url(role)) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(sql.encode())


def test_workers_across_organisations_see_all(
    postgres: TestDatabase, two_organizations: tuple[OrganizationId, OrganizationId]
) -> None:
    found = _rows(postgres.url("netpulse_system"), "devices", None)
    assert found is not None
    assert set(two_organizations) <= set(found)


# Tables whose changes are not in the audit log, each with its reason.
NOT_AUDITED = {
    "audit_log": "it is the log",
    **dict.fromkeys(
        ("outbox", "fact_counters", "consumed_events", "jobs", "timers"),
        "how NetPulse works, not what people set up",
    ),
    **dict.fromkeys(
        (
            "device_status",
            "status_periods",
            "device_identities",
            "interfaces",
            "sensors",
            "storages",
            "neighbours",
            "series",
            "poll_states",
            "device_check_results",
            "discovery_results",
            "foreign_series",
            "foreign_metrics",
            "metric_sources",
            "baselines",
        ),
        "what was measured or found, not set up",
    ),
    **dict.fromkeys(
        (
            "alert_history",
            "alert_fences",
            "alert_memories",
            "alert_counts",
            "alert_escalations",
            "alert_promises",
            "alert_comments",
            "alert_rule_versions",
            "incident_devices",
            "incident_events",
        ),
        "alerts' own history tells it; what people do to an alert is a change of `alerts`",
    ),
    **dict.fromkeys(
        ("deliveries", "delivery_items", "notification_groups", "notification_group_alerts"),
        "what was told, in its own log",
    ),
    "series_quotas": "set by whoever runs NetPulse",
    "external_identities": "a login, which is noted as one",
    "directory_group_members": "the directory's, whose group's change is told",
}


def test_every_tenant_table_is_audited_or_has_a_reason_not_to_be(
    owner: str, tenant_tables: list[str]
) -> None:
    audited = set(
        scalars(
            owner,
            "SELECT c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname = 'audit'",
        )
    )
    assert set(tenant_tables) - audited == set(NOT_AUDITED)
    assert not audited & set(NOT_AUDITED)
