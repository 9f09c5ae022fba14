from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.auth import AuthWorld, Person
    from tests.support.http import Answer


def made(person: Person, **changes: Any) -> Answer:
    return person.call("POST", "/api-keys", body={"name": "exporter", **changes})


def with_key(world: AuthWorld, key: str, method: str = "GET", path: str = "/me") -> Answer:
    return world.call(method, path, headers={"x-api-key": key})


def test_a_key_opens_the_api_in_its_role(world: AuthWorld, admin: Person) -> None:
    answer = made(admin)
    key = answer.data["key"]
    assert (answer.status, len(key), key[:4]) == (201, 47, "npk_")
    assert answer.data["prefix"] == key[:12]
    me = with_key(world, key).data
    assert (me["role"], me["user"], me["api_key_id"]) == ("api_user", None, answer.data["id"])
    assert world.call("GET", "/me", token=key).status == 200


def test_the_secret_is_shown_once_and_stored_never(world: AuthWorld, admin: Person) -> None:
    key = made(admin).data["key"]
    (listed,) = admin.call("GET", "/api-keys").data
    assert "key" not in listed
    assert key not in str(listed)
    with world.database.transaction(None) as transaction:
        rows = transaction.rows("SELECT * FROM netpulse.api_keys WHERE id = %s", (listed["id"],))
    assert key not in str(rows)


def test_a_revoked_key_is_no_key(world: AuthWorld, admin: Person) -> None:
    answer = made(admin)
    path = f"/api-keys/{answer.data['id']}"
    assert admin.call("DELETE", path).status == 200
    assert with_key(world, answer.data["key"]).code == "INVALID_CREDENTIALS"
    assert admin.call("DELETE", path).code == "API_KEY_NOT_FOUND"


def test_a_key_ends_when_it_was_to_end(world: AuthWorld, admin: Person) -> None:
    past = (world.clock.now() - timedelta(seconds=1)).isoformat()
    assert made(admin, expires_at=past).status == 422
    key_id = made(admin, expires_at=(world.clock.now() + timedelta(days=1)).isoformat()).data["id"]
    key = made(admin).data
    with world.database.transaction(None) as transaction:
        transaction.run(
            "UPDATE netpulse.api_keys SET expires_at = now() - interval '1 second' WHERE id = %s",
            (key["id"],),
        )
    assert with_key(world, key["key"]).status == 401
    assert key_id in [found["id"] for found in admin.call("GET", "/api-keys").data]


@pytest.mark.parametrize(("role", "status"), [("viewer", 201), ("operator", 403), ("admin", 403)])
def test_a_key_does_no_more_than_its_maker(admin: Person, role: str, status: int) -> None:
    assert made(admin.lets_in("viewer"), role=role).status == status


def test_people_see_and_end_their_own_keys_and_admins_all(admin: Person) -> None:
    operator, viewer = admin.lets_in("operator"), admin.lets_in("viewer")
    theirs = made(operator).data["id"]
    own = made(viewer).data["id"]
    assert [key["id"] for key in viewer.call("GET", "/api-keys").data] == [own]
    assert {key["id"] for key in admin.call("GET", "/api-keys").data} == {theirs, own}
    assert viewer.call("DELETE", f"/api-keys/{theirs}").status == 404
    assert admin.call("DELETE", f"/api-keys/{theirs}").status == 200


def test_another_organizations_keys_are_not_there(admin: Person, stranger: Person) -> None:
    theirs = made(stranger).data["id"]
    assert admin.call("GET", "/api-keys").data == []
    for key_id in (theirs, "x"):
        assert admin.call("DELETE", f"/api-keys/{key_id}").code == "API_KEY_NOT_FOUND"


def test_a_key_makes_no_keys_and_has_no_password(world: AuthWorld, admin: Person) -> None:
    key = made(admin, role="admin").data["key"]
    for path, body in [
        ("/api-keys", {"name": "more"}),
        ("/me/password", {"current_password": "x", "new_password": "y"}),
        ("/me/organization", {"organization_id": str(admin.organization_id)}),
    ]:
        answer = world.call("POST", path, headers={"x-api-key": key}, body=body)
        assert (answer.status, answer.code) == (403, "INSUFFICIENT_PERMISSIONS")
    assert with_key(world, key, path="/api-keys").status == 200
    assert with_key(world, key, path="/me/sessions").status == 403


def test_keys_end_with_their_makers_membership_or_shrink_with_the_role(
    world: AuthWorld, admin: Person
) -> None:
    operator = admin.lets_in("operator")
    strong, weak = made(operator, role="operator").data["key"], made(operator).data["key"]
    admin.call("PATCH", f"/users/{operator.id}", body={"role": "viewer"})
    assert with_key(world, strong).status == 401
    assert with_key(world, weak).status == 200
    admin.call("DELETE", f"/users/{operator.id}")
    assert with_key(world, weak).status == 401
