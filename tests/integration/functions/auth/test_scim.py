from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.support.auth import AuthWorld, Person

if TYPE_CHECKING:
    from tests.support.http import Answer

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Directory:
    """Entra ID or Okta: speaks SCIM with an API key."""

    def __init__(self, admin: Person) -> None:
        self.world = admin.world
        body = {"name": "Entra ID", "role": "admin"}
        self.key: str = admin.call("POST", "/api-keys", body=body).data["key"]

    def call(self, method: str, path: str, body: Any = None, **query: str) -> Answer:
        """Send a request."""
        return self.world.call(
            method,
            f"//scim/v2{path}",
            headers={
                "authorization": f"Bearer {self.key}",
                "content-type": "application/scim+json",
            },
            body=None if body is None else json.dumps(body),
            query=query or None,
        )

    def add(self, **changes: Any) -> dict[str, Any]:
        """Provision a person."""
        body = {
            "schemas": [USER],
            "userName": f"{uuid4().hex}@kilimo.example",
            "name": {"givenName": "Wanjiru", "familyName": "Kamau"},
            "externalId": uuid4().hex,
            "active": True,
            **changes,
        }
        answer = self.call("POST", "/Users", body)
        assert answer.status == 201, answer.text
        made: dict[str, Any] = answer.json
        return made

    def patch(self, path: str, *operations: dict[str, Any]) -> Answer:
        """Change something."""
        return self.call("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})


@pytest.fixture
def directory(admin: Person) -> Directory:
    return Directory(admin)


def test_a_person_is_provisioned_found_and_shown(directory: Directory, admin: Person) -> None:
    made = directory.add()
    assert (made["displayName"], made["active"]) == ("Wanjiru Kamau", True)
    by_name = directory.call("GET", "/Users", filter=f'userName eq "{made["userName"].upper()}"')
    assert [one["id"] for one in by_name.json["Resources"]] == [made["id"]]
    by_id = directory.call("GET", "/Users", filter=f'externalId eq "{made["externalId"]}"')
    assert by_id.json["totalResults"] == 1
    assert directory.call("GET", f"/Users/{made['id']}").json == made
    assert directory.call("GET", "/Users", filter='userName eq "no@body"').json["Resources"] == []
    member = admin.call("GET", f"/users/{made['id']}").data
    assert (member["role"], member["is_active"]) == ("viewer", True)


def test_a_second_provisioning_is_a_conflict_in_its_own_words(directory: Directory) -> None:
    made = directory.add()
    again = directory.call("POST", "/Users", {"userName": made["userName"]})
    assert (again.status, again.json["scimType"]) == (409, "uniqueness")


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "active", "value": False},
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "value": {"active": False}},
    ],
)
def test_inactive_ends_sessions_and_keys_at_once(
    world: AuthWorld, directory: Directory, admin: Person, operation: dict[str, Any]
) -> None:
    operator = admin.lets_in("operator")
    key = operator.call("POST", "/api-keys", body={"name": "k", "role": "viewer"}).data["key"]
    answer = directory.patch(f"/Users/{operator.id}", operation)
    assert (answer.status, answer.json["active"]) == (200, False)
    assert operator.call("GET", "/me").status == 401
    assert operator.refresh().status == 401
    assert world.call("GET", "/me", headers={"x-api-key": key}).status == 401
    assert world.facts.of("SessionRevoked.v1")[-1]["user_id"] == operator.id
    back = directory.patch(
        f"/Users/{operator.id}", {"op": "replace", "path": "active", "value": True}
    )
    assert back.json["active"] is True
    assert world.log_in(operator.email).status == 200


def map_groups(admin: Person, **roles: str) -> None:
    """Set a provider up whose groups mean roles here."""
    body = {
        "name": "Entra",
        "issuer": "https://login.example",
        "client_id": "c",
        "group_roles": [{"group": group, "role": role} for group, role in roles.items()],
    }
    assert admin.call("POST", "/identity-providers", body=body).status == 201


def role_of(admin: Person, user_id: str) -> str:
    found: str = admin.call("GET", f"/users/{user_id}").data["role"]
    return found


def group_of(directory: Directory, name: str, *user_ids: str) -> str:
    """Make a group and return its path."""
    members = [{"value": user_id} for user_id in user_ids]
    answer = directory.call("POST", "/Groups", {"displayName": name, "members": members})
    assert answer.status == 201, answer.text
    return f"/Groups/{answer.json['id']}"


def test_groups_give_the_role_that_a_provider_maps_them_to(
    directory: Directory, admin: Person
) -> None:
    map_groups(admin, NOC="operator")
    one, two = directory.add()["id"], directory.add()["id"]
    path = group_of(directory, "NOC", one)
    assert (role_of(admin, one), role_of(admin, two)) == ("operator", "viewer")
    directory.patch(path, {"op": "add", "path": "members", "value": [{"value": two}]})
    assert role_of(admin, two) == "operator"
    removed = directory.patch(path, {"op": "remove", "path": f'members[value eq "{one}"]'})
    assert [member["value"] for member in removed.json["members"]] == [two]
    assert (role_of(admin, one), role_of(admin, two)) == ("viewer", "operator")
    shown = directory.call("GET", f"/Users/{two}").json
    assert [found["display"] for found in shown["groups"]] == ["NOC"]
    renamed = directory.patch(path, {"op": "replace", "value": {"displayName": "NOC Nairobi"}})
    assert renamed.json["displayName"] == "NOC Nairobi"
    assert role_of(admin, two) == "viewer"
    assert directory.call("DELETE", path).status == 204
    assert directory.call("GET", path).status == 404


def test_who_leaves_a_group_keeps_what_another_means(directory: Directory, admin: Person) -> None:
    map_groups(admin, Admins="admin", NOC="operator")
    person = directory.add()["id"]
    admins, _ = group_of(directory, "Admins", person), group_of(directory, "NOC", person)
    assert role_of(admin, person) == "admin"
    assert directory.call("DELETE", admins).status == 204
    assert role_of(admin, person) == "operator"


def test_a_role_given_by_hand_outlives_a_group_that_means_none(
    directory: Directory, admin: Person
) -> None:
    map_groups(admin, NOC="operator")
    operator = admin.lets_in("operator")
    path = group_of(directory, "Everybody", operator.id)
    directory.patch(path, {"op": "remove", "path": "members"})
    assert role_of(admin, operator.id) == "operator"


def test_keys_end_that_reach_further_than_the_group_that_is_left(
    world: AuthWorld, directory: Directory, admin: Person
) -> None:
    map_groups(admin, NOC="operator")
    operator = admin.lets_in("operator")
    keys = {
        role: operator.call("POST", "/api-keys", body={"name": role, "role": role}).data["key"]
        for role in ("operator", "viewer")
    }
    path = group_of(directory, "NOC", operator.id)
    directory.patch(path, {"op": "remove", "path": f'members[value eq "{operator.id}"]'})
    assert role_of(admin, operator.id) == "viewer"
    statuses = {
        role: world.call("GET", "/me", headers={"x-api-key": key}).status
        for role, key in keys.items()
    }
    assert statuses == {"operator": 401, "viewer": 200}


def test_a_directory_takes_no_role_that_reaches_further_than_its_key(
    directory: Directory, admin: Person
) -> None:
    map_groups(admin, NOC="operator")
    boss = admin.lets_in("admin")
    body = {"name": "People", "permissions": ["user:read", "user:write"]}
    role_id = admin.call("POST", "/roles", body=body).data["id"]
    weak = {"name": "weak", "role": "custom", "role_id": role_id}
    directory.key = admin.call("POST", "/api-keys", body=weak).data["key"]
    members = [{"value": boss.id}]
    refused = directory.call("POST", "/Groups", {"displayName": "NOC", "members": members})
    assert refused.status == 403
    assert role_of(admin, boss.id) == "admin"


def test_a_removed_person_is_no_member(directory: Directory, admin: Person) -> None:
    made = directory.add()
    assert directory.call("DELETE", f"/Users/{made['id']}").status == 204
    assert admin.call("GET", f"/users/{made['id']}").status == 404
    assert directory.call("DELETE", f"/Users/{made['id']}").status == 404


def test_the_last_admin_stays(directory: Directory, admin: Person) -> None:
    off = {"op": "replace", "path": "active", "value": False}
    assert directory.patch(f"/Users/{admin.id}", off).status == 409
    assert directory.call("DELETE", f"/Users/{admin.id}").status == 409


def test_a_directory_reaches_its_own_organization_only(
    directory: Directory, admin: Person, stranger: Person
) -> None:
    other = Directory(stranger)
    made, group = other.add(), other.call("POST", "/Groups", {"displayName": "Theirs"}).json
    off = {"op": "replace", "path": "active", "value": False}
    assert directory.call("GET", f"/Users/{made['id']}").status == 404
    assert directory.patch(f"/Users/{made['id']}", off).status == 404
    assert directory.call("DELETE", f"/Users/{made['id']}").status == 404
    assert directory.call("GET", f"/Groups/{group['id']}").status == 404
    mine = directory.call(
        "POST", "/Groups", {"displayName": "Mine", "members": [{"value": made["id"]}]}
    )
    assert mine.json["members"] == []


def test_a_name_that_others_share_is_not_changed(
    directory: Directory, admin: Person, stranger: Person
) -> None:
    admin.call("POST", "/users", body={"email": stranger.email, "role": "viewer"})
    directory.patch(f"/Users/{stranger.id}", {"op": "replace", "value": {"displayName": "Mallory"}})
    assert stranger.call("GET", "/me").data["user"]["full_name"] == "Amina Odhiambo"


@pytest.mark.parametrize(
    ("route", "body", "status"),
    [
        ("GET /Users?filter=x", None, 400),
        ("POST /Users", {"userName": "nobody"}, 400),
        ("POST /Users", [], 400),
        ("POST /Groups", {"displayName": "x\ny"}, 400),
        ("PATCH /Users/{admin}", {"Operations": []}, 400),
        ("PATCH /Users/{admin}", {"Operations": [{"op": "destroy"}]}, 400),
        ("PATCH /Users/{admin}", {"Operations": [{"op": "replace", "value": 7}]}, 400),
        ("GET /Users/nonsense", None, 404),
    ],
)
def test_what_cannot_be_read_is_answered_as_the_protocol_says(
    directory: Directory, admin: Person, route: str, body: Any, status: int
) -> None:
    method, _, path = route.partition(" ")
    place, _, text = path.format(admin=admin.id).partition("?filter=")
    query = {"filter": text} if text else {}
    answer = directory.call(method, place, body, **query)
    assert answer.status == status
    assert answer.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert answer.json["status"] == str(status)


def test_only_a_key_that_writes_users_provisions(admin: Person, stranger: Person) -> None:
    weak = Directory(admin)
    weak.key = admin.call("POST", "/api-keys", body={"name": "k", "role": "operator"}).data["key"]
    assert weak.call("GET", "/Users").status == 403
    weak.key = "npk_unknown"
    assert weak.call("GET", "/Users").status == 401


def test_it_says_what_it_can(directory: Directory) -> None:
    assert directory.call("GET", "/ServiceProviderConfig").json["patch"] == {"supported": True}
    assert directory.call("GET", "/ResourceTypes").json["totalResults"] == 2
