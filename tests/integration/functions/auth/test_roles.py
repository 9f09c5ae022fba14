from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.support.auth import PASSWORD, AuthWorld, Person

if TYPE_CHECKING:
    from tests.support.http import Answer


def make(admin: Person, *permissions: str, name: str = "Night shift") -> dict[str, Any]:
    answer = admin.call("POST", "/roles", body={"name": name, "permissions": list(permissions)})
    assert answer.status == 201, answer.text
    made: dict[str, Any] = answer.data
    return made


def may(person: Person) -> list[str]:
    found: list[str] = person.call("GET", "/me").data["permissions"]
    return found


def test_a_role_of_ones_own_gives_what_it_says(admin: Person) -> None:
    role = make(admin, "alert:read", "alert:write", "user:read")
    keeper = admin.lets_in("custom", role_id=role["id"])
    assert may(keeper) == ["alert:read", "alert:write", "user:read"]
    assert keeper.call("GET", "/users").status == 200
    assert keeper.call("PATCH", "/organizations/current", body={"name": "Mine"}).status == 403
    member = admin.call("GET", f"/users/{keeper.id}").data
    assert (member["role"], member["role_name"]) == ("custom", "Night shift")


def test_the_token_says_what_the_role_may(world: AuthWorld, admin: Person) -> None:
    role = make(admin, "alert:read", "device:read", "metrics:read")
    me = admin.lets_in("custom", role_id=role["id"]).call("GET", "/me").data
    assert (me["scopes"], me["role"]) == (["monitoring", "alerts"], "custom")


def test_a_changed_role_is_felt_at_once(admin: Person) -> None:
    role = make(admin, "alert:read")
    keeper = admin.lets_in("custom", role_id=role["id"])
    admin.call("PATCH", f"/roles/{role['id']}", body={"permissions": ["device:read"]})
    assert may(keeper) == ["device:read"]


def test_roles_are_listed_with_the_four_and_their_holders(admin: Person) -> None:
    role = make(admin, "alert:read")
    admin.lets_in("custom", role_id=role["id"])
    admin.lets_in("viewer")
    listed = {role["name"]: role for role in admin.call("GET", "/roles").data}
    assert list(listed) == ["admin", "operator", "viewer", "api_user", "Night shift"]
    assert [listed[name]["holders"] for name in listed] == [1, 0, 1, 0, 1]
    assert [listed[name]["built_in"] for name in listed] == [True] * 4 + [False]


def refused(answer: Answer) -> bool:
    return (answer.status, answer.code) == (403, "INSUFFICIENT_PERMISSIONS")


def test_nobody_gives_more_than_they_have(admin: Person) -> None:
    small = make(admin, "user:read", "user:write", "device:read", name="Small")
    big = make(admin, "device:write", name="Big")
    keeper = admin.lets_in("custom", role_id=small["id"])
    viewer = admin.lets_in("viewer")
    escalations: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/roles", {"name": "Mine", "permissions": ["device:write"]}),
        ("PATCH", f"/roles/{small['id']}", {"permissions": ["device:write"]}),
        ("PATCH", f"/roles/{big['id']}", {"permissions": ["device:read"]}),
        ("PATCH", f"/users/{keeper.id}", {"role": "admin"}),
        ("PATCH", f"/users/{keeper.id}", {"role": "custom", "role_id": big["id"]}),
        ("PATCH", f"/users/{admin.id}", {"role": "custom", "role_id": small["id"]}),
        ("PATCH", f"/users/{viewer.id}", {"is_active": False}),
        ("POST", "/users", {"email": f"{uuid4().hex}@x.example", "role": "operator"}),
        ("POST", "/api-keys", {"name": "key", "role": "viewer"}),
    ]
    for method, path, body in escalations:
        assert refused(keeper.call(method, path, body=body)), path
    assert refused(keeper.call("DELETE", f"/users/{admin.id}"))


def test_a_key_has_a_role_of_ones_own_and_no_more(world: AuthWorld, admin: Person) -> None:
    role = make(admin, "metrics:read")
    body = {"name": "grafana", "role": "custom", "role_id": role["id"]}
    key = {"x-api-key": admin.call("POST", "/api-keys", body=body).data["key"]}
    me = world.call("GET", "/me", headers=key).data
    assert me["permissions"] == ["metrics:read"]
    admin.call("PATCH", f"/roles/{role['id']}", body={"permissions": ["device:read"]})
    assert world.call("GET", "/me", headers=key).data["permissions"] == ["device:read"]


def test_keys_end_that_reach_further_than_what_their_maker_s_role_became(
    world: AuthWorld, admin: Person
) -> None:
    role = make(admin, "metrics:read", "device:read", "alert:read")
    keeper = admin.lets_in("custom", role_id=role["id"])
    own = {"name": "own", "role": "custom", "role_id": role["id"]}
    keys = [
        keeper.call("POST", "/api-keys", body=body).data["key"]
        for body in (own, {"name": "machine", "role": "api_user"})
    ]
    admin.call("PATCH", f"/roles/{role['id']}", body={"permissions": ["alert:read"]})
    found = [world.call("GET", "/me", headers={"x-api-key": key}).status for key in keys]
    # the one that has the role itself became smaller with it
    assert found == [200, 401]


def test_a_role_that_somebody_has_stays(admin: Person) -> None:
    role = make(admin, "alert:read")
    keeper = admin.lets_in("custom", role_id=role["id"])
    held = admin.call("DELETE", f"/roles/{role['id']}")
    assert (held.status, held.code) == (409, "ROLE_IN_USE")
    admin.call("PATCH", f"/users/{keeper.id}", body={"role": "viewer"})
    assert admin.call("DELETE", f"/roles/{role['id']}").status == 200
    assert admin.call("DELETE", f"/roles/{role['id']}").code == "ROLE_NOT_FOUND"


def test_a_name_is_taken_once_in_an_organization(admin: Person, stranger: Person) -> None:
    role = make(admin, "alert:read")
    make(stranger, "alert:read")
    again = admin.call("POST", "/roles", body={"name": "Night shift", "permissions": ["user:read"]})
    assert (again.status, again.code) == (409, "ROLE_ALREADY_EXISTS")
    other = make(admin, "alert:read", name="Day shift")
    renamed = admin.call("PATCH", f"/roles/{other['id']}", body={"name": "Night shift"})
    assert renamed.code == "ROLE_ALREADY_EXISTS"
    assert admin.call("PATCH", f"/roles/{role['id']}", body={"description": "x"}).status == 200


def test_another_organization_s_role_is_none(admin: Person, stranger: Person) -> None:
    theirs = make(stranger, "alert:read")
    assert admin.call("PATCH", f"/roles/{theirs['id']}", body={"name": "x"}).status == 404
    assert admin.call("DELETE", f"/roles/{theirs['id']}").status == 404
    body = {
        "email": f"{uuid4().hex}@x.example",
        "role": "custom",
        "role_id": theirs["id"],
        "password": PASSWORD,
    }
    assert admin.call("POST", "/users", body=body).status == 422


def test_a_role_id_goes_with_custom_only(admin: Person) -> None:
    role = make(admin, "alert:read")
    for wrong in ({"role": "custom"}, {"role": "viewer", "role_id": role["id"]}):
        body = {"email": f"{uuid4().hex}@x.example", "password": PASSWORD, **wrong}
        assert admin.call("POST", "/users", body=body).status == 422


def test_a_role_id_alone_is_another_role_for_who_has_one_and_refused_else(admin: Person) -> None:
    first, second = make(admin, "alert:read"), make(admin, "device:read", name="Day shift")
    keeper, viewer = admin.lets_in("custom", role_id=first["id"]), admin.lets_in("viewer")
    change = {"role_id": second["id"]}
    assert admin.call("PATCH", f"/users/{keeper.id}", body=change).data["role_id"] == second["id"]
    assert admin.call("PATCH", f"/users/{viewer.id}", body=change).status == 422


def test_an_organization_may_ask_for_second_factors(world: AuthWorld, admin: Person) -> None:
    from tests.integration.functions.auth.test_second_factors import App

    App(admin).confirmed()
    viewer = admin.lets_in("viewer")
    asked = admin.call("PATCH", "/organizations/current", body={"requires_second_factor": True})
    assert asked.data["requires_second_factor"] is True
    assert viewer.call("GET", "/me").data["must_enroll"] is True
    kept_out = viewer.call("GET", "/api-keys")
    assert (kept_out.status, kept_out.code) == (403, "SECOND_FACTOR_SETUP_NEEDED")
    App(viewer).confirmed()
    assert viewer.call("GET", "/me").data["must_enroll"] is False
    assert viewer.call("GET", "/api-keys").status == 200
