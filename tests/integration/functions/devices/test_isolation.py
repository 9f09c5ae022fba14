"""No route of the inventory reaches another organisation's things, or runs for too weak a role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from netpulse.permissions import PERMISSIONS, Role

from functions.devices.handlers.http import app
from tests.support.devices import a_client, a_device_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.db import Database
    from netpulse.ids import OrganizationId

    from functions.devices.handlers.services import Services
    from tests.support.clock import FakeClock
    from tests.support.http import Client

CREDENTIAL = {"name": "c", "kind": "snmp_v2c", "secret": {"community": "s3cret"}}
CHECK = {"name": "web", "tcp": {"port": 443}}
CHOSEN = {"addresses": ["198.51.100.1"]}
# every route that names a thing: what is sent, and what is not found
ROUTES: dict[tuple[str, str], tuple[Any, str]] = {
    ("GET", "/devices/{device_id}"): (None, "DEVICE_NOT_FOUND"),
    ("PUT", "/devices/{device_id}"): (a_device_body(name="Mine"), "DEVICE_NOT_FOUND"),
    ("PATCH", "/devices/{device_id}"): ({"name": "Mine"}, "DEVICE_NOT_FOUND"),
    ("DELETE", "/devices/{device_id}"): (None, "DEVICE_NOT_FOUND"),
    ("GET", "/devices/{device_id}/status"): (None, "DEVICE_NOT_FOUND"),
    ("GET", "/devices/{device_id}/interfaces"): (None, "DEVICE_NOT_FOUND"),
    ("GET", "/devices/{device_id}/availability"): (None, "DEVICE_NOT_FOUND"),
    ("GET", "/device-groups/{group_id}"): (None, "DEVICE_GROUP_NOT_FOUND"),
    ("PUT", "/device-groups/{group_id}"): ({"name": "Mine"}, "DEVICE_GROUP_NOT_FOUND"),
    ("PUT", "/device-groups/{group_id}/devices"): ({"device_ids": []}, "DEVICE_GROUP_NOT_FOUND"),
    ("DELETE", "/device-groups/{group_id}"): (None, "DEVICE_GROUP_NOT_FOUND"),
    ("GET", "/credentials/{credential_id}"): (None, "CREDENTIAL_NOT_FOUND"),
    ("PATCH", "/credentials/{credential_id}"): ({"name": "Mine"}, "CREDENTIAL_NOT_FOUND"),
    ("DELETE", "/credentials/{credential_id}"): (None, "CREDENTIAL_NOT_FOUND"),
    ("GET", "/devices/{device_id}/polling"): (None, "DEVICE_NOT_FOUND"),
    ("GET", "/devices/{device_id}/sensors"): (None, "DEVICE_NOT_FOUND"),
    ("GET", "/devices/{device_id}/storages"): (None, "DEVICE_NOT_FOUND"),
    ("GET", "/devices/{device_id}/neighbours"): (None, "DEVICE_NOT_FOUND"),
    ("GET", "/devices/{device_id}/checks"): (None, "DEVICE_NOT_FOUND"),
    ("POST", "/devices/{device_id}/checks"): (CHECK, "DEVICE_NOT_FOUND"),
    ("GET", "/devices/{device_id}/checks/{check_id}"): (None, "CHECK_NOT_FOUND"),
    ("PATCH", "/devices/{device_id}/checks/{check_id}"): ({}, "DEVICE_NOT_FOUND"),
    ("DELETE", "/devices/{device_id}/checks/{check_id}/host-key"): (None, "CHECK_NOT_FOUND"),
    ("DELETE", "/devices/{device_id}/checks/{check_id}"): (None, "CHECK_NOT_FOUND"),
    ("GET", "/discovery/scans/{scan_id}"): (None, "DISCOVERY_SCAN_NOT_FOUND"),
    ("GET", "/discovery/scans/{scan_id}/results"): (None, "DISCOVERY_SCAN_NOT_FOUND"),
    ("POST", "/discovery/scans/{scan_id}/accept"): (CHOSEN, "DISCOVERY_SCAN_NOT_FOUND"),
    ("POST", "/discovery/scans/{scan_id}/ignore"): (CHOSEN, "DISCOVERY_SCAN_NOT_FOUND"),
    ("DELETE", "/discovery/scans/{scan_id}"): (None, "DISCOVERY_SCAN_NOT_FOUND"),
    ("GET", "/discovery/schedules/{schedule_id}"): (None, "DISCOVERY_SCHEDULE_NOT_FOUND"),
    ("PATCH", "/discovery/schedules/{schedule_id}"): ({}, "DISCOVERY_SCHEDULE_NOT_FOUND"),
    ("DELETE", "/discovery/schedules/{schedule_id}"): (None, "DISCOVERY_SCHEDULE_NOT_FOUND"),
}
LISTS = (
    *("/devices", "/device-groups", "/credentials", "/checks"),
    *("/discovery/scans", "/discovery/schedules"),
)


@pytest.fixture
def things(client: Client) -> dict[str, str]:
    """A device in a group with a credential, all of the first organisation."""
    group = client.call("POST", "/device-groups", body={"name": "g"}).data["id"]
    credential = client.call("POST", "/credentials", body=CREDENTIAL).data["id"]
    body = a_device_body(group_ids=[group], snmp={"credential_id": credential})
    device = client.call("POST", "/devices", body=body).data["id"]
    check = client.call("POST", f"/devices/{device}/checks", body=CHECK).data["id"]
    networks = {"networks": ["198.51.100.0/28"]}
    scan = client.call("POST", "/discovery/scans", body=networks).data
    schedule = client.call(
        "POST", "/discovery/schedules", body={"name": "nightly", "scan": networks}
    ).data
    return {
        "device_id": device,
        "group_id": group,
        "credential_id": credential,
        "check_id": check,
        "scan_id": scan["scan_id"],
        "schedule_id": schedule["id"],
    }


def _state(client: Client, things: dict[str, str]) -> list[Any]:
    return [
        client.call("GET", path.format(**things)).data
        for path in (
            "/devices/{device_id}",
            "/device-groups/{group_id}",
            "/credentials/{credential_id}",
            "/devices/{device_id}/checks/{check_id}",
            "/discovery/scans/{scan_id}",
            "/discovery/schedules/{schedule_id}",
        )
    ]


def test_every_route_that_names_a_thing_has_a_case() -> None:
    named = {
        (spec.method, spec.path.removeprefix("/api/v1")) for spec in app.routes if "{" in spec.path
    }
    assert named == set(ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_another_organisations_things_are_not_found(
    client: Client, stranger: Client, things: dict[str, str], method: str, path: str
) -> None:
    body, code = ROUTES[method, path]
    before = _state(client, things)
    answer = stranger.call(method, path.format(**things), body=body)
    assert (answer.status, answer.code) == (404, code)
    assert _state(client, things) == before


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize("path", LISTS)
def test_another_organisations_lists_are_empty(client: Client, stranger: Client, path: str) -> None:
    assert client.call("GET", path).json["pagination"]["total"] == 1
    assert stranger.call("GET", path).data == []
    assert stranger.call("GET", "/devices/snapshot").data["name_steps"] == []


def test_another_organisations_ids_in_a_body_are_unknown(
    stranger: Client, things: dict[str, str]
) -> None:
    for changes in (
        {"group_ids": [things["group_id"]]},
        {"parent_ids": [things["device_id"]]},
        {"snmp": {"credential_id": things["credential_id"]}},
    ):
        answer = stranger.call("POST", "/devices", body=a_device_body(**changes))
        assert answer.status == 422, answer.text
    assert stranger.call("GET", "/devices").data == []


def test_two_organisations_may_have_the_same_address_and_names(
    client: Client, stranger: Client, things: dict[str, str]
) -> None:
    assert things
    assert stranger.call("POST", "/devices", body=a_device_body(external_id="x")).status == 201
    assert stranger.call("POST", "/device-groups", body={"name": "g"}).status == 201
    assert stranger.call("POST", "/credentials", body=CREDENTIAL).status == 201
    assert client.call("GET", "/devices").json["pagination"]["total"] == 1


TABLES = (
    "devices", "device_groups", "device_group_members", "device_parents", "credentials",
    "device_status", "status_periods", "device_identities", "interfaces", "series", "samples",
    "device_checks", "device_check_results", "check_policies", "discovery_scans",
    "discovery_results", "discovery_ignored", "dismissed_parents", "neighbour_matches",
)  # fmt: skip


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize("table", TABLES)
def test_without_an_organisation_there_is_no_row(database: Database, table: str) -> None:
    with database.transaction(None) as transaction:
        assert transaction.value(f"SELECT count(*) FROM netpulse.{table}") == 0


@pytest.fixture
def login(
    services: Services, clock: FakeClock, organization: OrganizationId
) -> Callable[[Role], Client]:
    return lambda role: a_client(services, clock, organization, role=role)


@pytest.mark.parametrize("role", PERMISSIONS)
def test_all_may_read_but_only_admins_and_operators_write(
    login: Callable[[Role], Client], things: dict[str, str], role: Role
) -> None:
    client = login(role)
    for (method, path), (body, _) in ROUTES.items():
        answer = client.call(method, path.format(**things), body=body)
        allowed = method == "GET" or role in {Role.ADMIN, Role.OPERATOR}
        assert (answer.status != 403) is allowed, (method, path, answer.text)
