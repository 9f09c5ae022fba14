from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors

from tests.support.auth import PASSWORD, AuthWorld, Person

if TYPE_CHECKING:
    from tests.support.database import TestDatabase


def log(person: Person, **query: str) -> list[dict[str, Any]]:
    answer = person.call("GET", "/audit-log", query=query)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.data
    return found


def test_a_change_is_told_with_its_author_and_what_was_before(admin: Person) -> None:
    operator = admin.lets_in("operator")
    admin.call("PATCH", f"/users/{operator.id}", body={"role": "viewer"})
    entry = log(admin, action="user.updated")[0]
    assert (entry["actor_kind"], entry["actor_id"], entry["actor_name"]) == (
        "user",
        admin.id,
        admin.email,
    )
    assert entry["target_id"] == operator.id
    assert (entry["before"], entry["after"]) == ({"role": "operator"}, {"role": "viewer"})
    assert entry["source_ip"]
    assert entry["request_id"]


def test_coming_in_is_told_and_so_is_the_organisation_s_beginning(admin: Person) -> None:
    actions = [entry["action"] for entry in log(admin)]
    assert actions == ["session.started", "user.created", "organization.created"]


def test_secrets_are_never_in_it(admin: Person) -> None:
    made = admin.call("POST", "/api-keys", body={"name": "grafana", "role": "viewer"}).data
    entry = log(admin, action="api_key.created")[0]
    assert entry["after"]["hashed_key"] == "***"
    assert made["key"] not in str(log(admin))
    by_key = admin.world.call("GET", "/audit-log", headers={"x-api-key": made["key"]})
    assert by_key.status == 403


def test_what_an_api_key_did_is_told_as_the_key_s(admin: Person) -> None:
    key = admin.call("POST", "/api-keys", body={"name": "terraform", "role": "admin"}).data
    admin.world.call(
        "PATCH",
        "/organizations/current",
        headers={"x-api-key": key["key"]},
        body={"name": "Kilimo Networks"},
    )
    entry = log(admin, actor_id=key["id"])[0]
    assert (entry["action"], entry["actor_kind"], entry["actor_name"]) == (
        "organization.updated",
        "api_key",
        "terraform",
    )
    assert entry["after"] == {"name": "Kilimo Networks"}


def test_it_is_read_in_stretches_and_filtered(admin: Person) -> None:
    for number in range(5):
        admin.call("PATCH", "/organizations/current", body={"name": f"Name {number}"})
    first = admin.call("GET", "/audit-log", query={"limit": "3", "action": "organization."})
    cursor = first.json["pagination"]["next_cursor"]
    second = admin.call(
        "GET", "/audit-log", query={"limit": "3", "action": "organization.", "cursor": cursor}
    )
    names = [entry["after"].get("name") for entry in [*first.data, *second.data]]
    assert names[:5] == ["Name 4", "Name 3", "Name 2", "Name 1", "Name 0"]
    assert second.json["pagination"]["next_cursor"] is None
    at = first.data[0]["occurred_at"]
    assert log(admin, since=at, action="organization.")[0]["id"] == first.data[0]["id"]
    assert log(admin, until=at)[0]["id"] < first.data[0]["id"]
    wrong = admin.call("GET", "/audit-log", query={"cursor": "nonsense"})
    assert (wrong.status, wrong.code) == (422, "INVALID_INPUT")


def test_only_admins_read_it_and_only_their_own(admin: Person, stranger: Person) -> None:
    for role in ("operator", "viewer"):
        assert admin.lets_in(role).call("GET", "/audit-log").status == 403
    mine = {entry["target_id"] for entry in log(admin)}
    assert not mine & {entry["target_id"] for entry in log(stranger)}


def test_it_is_exported_as_csv_that_runs_nothing(admin: Person) -> None:
    admin.call("PATCH", "/organizations/current", body={"name": "=HYPERLINK(1)"})
    answer = admin.call("GET", "/audit-log/export")
    assert answer.status == 200
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    renamed = next(row for row in rows if row["action"] == "organization.updated")
    assert '"name": "=HYPERLINK(1)"' in renamed["after"]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    assert log(admin)[0]["action"] == "audit_log.exported"


@pytest.mark.parametrize("role", ["netpulse_app", "netpulse_auth", "netpulse_system"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM netpulse.audit_log",
        "UPDATE netpulse.audit_log SET actor_name = 'nobody'",
        "INSERT INTO netpulse.audit_log (organization_id, actor_kind, action, target_type) "
        "SELECT id, 'user', 'x', 'y' FROM netpulse.organizations",
        "TRUNCATE netpulse.audit_log",
        "DROP TRIGGER audit ON netpulse.devices",
    ],
)
def test_nobody_but_the_owner_writes_or_deletes_lines(
    postgres: TestDatabase, admin: Person, role: str, statement: str
) -> None:
    with psycopg.connect(postgres.url(role)) as connection:
        connection.execute(
            "SELECT set_config('netpulse.organization_id', %s, true)", (str(admin.organization_id),)
        )
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_a_pooled_connection_forgets_its_author(world: AuthWorld, admin: Person) -> None:
    with world.database.transaction(admin.organization_id) as transaction:
        assert transaction.value("SELECT netpulse.current_actor()") is None


def test_a_login_is_told_with_its_address(admin: Person) -> None:
    admin.world.log_in(admin.email, PASSWORD)
    entry = log(admin)[0]
    assert (entry["action"], entry["target_id"]) == ("session.started", admin.id)
