"""Checks over HTTP on a real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from netpulse.permissions import Role

from tests.support.clock import NOON
from tests.support.devices import HeardBus, a_client, a_device_body

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from functions.devices.handlers.services import Services
    from tests.support.clock import FakeClock
    from tests.support.database import TestDatabase
    from tests.support.http import Client

HTTP: dict[str, Any] = {"url": "https://shop.example/health", "contains": "ok"}


@pytest.fixture
def device(client: Client) -> str:
    return str(client.call("POST", "/devices", body=a_device_body()).data["id"])


def a_check(**changes: Any) -> dict[str, Any]:
    return {"name": "shop", "http": HTTP, **changes}


def added(client: Client, device: str, **changes: Any) -> dict[str, Any]:
    answer = client.call("POST", f"/devices/{device}/checks", body=a_check(**changes))
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.data
    return found


def field_of(answer: Any) -> str:
    return str(answer.json["error"]["details"]["fields"][0]["field"])


def test_a_check_is_what_was_asked_for(client: Client, device: str) -> None:
    made = added(client, device, interval_seconds=30, timeout_seconds=5)
    assert made["kind"] == "http"
    assert made["entity"] == "check:shop"
    assert (made["state"], made["reason"], made["checked_at"]) == ("unknown", "", None)
    assert made["http"]["url"] == HTTP["url"]
    assert made["tcp"] is made["dns"] is made["ssh"] is None
    assert client.call("GET", f"/devices/{device}/checks/{made['id']}").data == made


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "a*"}, "name"),
        ({"http": None}, "body"),
        ({"tcp": {"port": 22}}, "body"),
        ({"timeout_seconds": 20, "interval_seconds": 10}, "body"),
        ({"http": {"url": "http://169.254.169.254/latest"}}, "http.url"),
        ({"http": {"url": "http://[::ffff:169.254.170.2]/v2/credentials"}}, "http.url"),
        ({"http": {"url": "http://2852039166/"}}, "http.url"),
        ({"http": {"url": "http://10.65.1.1/"}}, "http.url"),
        ({"http": {"url": "ftp://shop.example/"}}, "http.url"),
        ({"http": {"url": "http://198.51.100.9/"}}, "http.url"),
        ({"http": {**HTTP, "beyond_device": True}}, "http.beyond_device"),
        ({"http": {**HTTP, "pattern": "(?=x)"}}, "http.pattern"),
        ({"http": {**HTTP, "headers": {"Authorization": "x"}}}, "http.headers"),
        ({"http": {**HTTP, "headers": {"Host": "x"}}}, "http.headers"),
        ({"http": {**HTTP, "values": [{"path": "a[", "metric": "a"}]}}, "http.values.0"),
        (
            {"http": {**HTTP, "values": [{"path": "a", "metric": "check_ok"}]}},
            "http.values.0.metric",
        ),
        ({"http": None, "dns": {"query": "a", "server": "169.254.169.253"}}, "dns.server"),
        ({"http": None, "dns": {"query": "a", "server": "198.51.100.1"}}, "dns.server"),
        ({"http": None, "ssh": {"command": "uptime"}}, "body"),
        ({"credential_id": str(UUID(int=5))}, "credential_id"),
    ],
)
def test_what_makes_no_sense_or_leads_astray_is_refused(
    client: Client, device: str, changes: dict[str, Any], field: str
) -> None:
    body = {name: value for name, value in a_check(**changes).items() if value is not None}
    answer = client.call("POST", f"/devices/{device}/checks", body=body)
    assert answer.status == 422, answer.text
    assert field_of(answer) == field


def test_a_name_is_used_once_a_device(client: Client, device: str) -> None:
    added(client, device)
    answer = client.call("POST", f"/devices/{device}/checks", body=a_check())
    assert (answer.status, answer.code) == (409, "CHECK_ALREADY_EXISTS")
    other = client.call("POST", "/devices", body=a_device_body(ip_address="192.0.2.2")).data["id"]
    added(client, other)


def test_a_device_has_so_many_checks_and_no_more(client: Client, device: str) -> None:
    for number in range(50):
        added(client, device, name=f"port {number}", http=None, tcp={"port": 1000 + number})
    answer = client.call("POST", f"/devices/{device}/checks", body=a_check())
    assert (answer.status, answer.code) == (409, "CHECK_LIMIT_REACHED")


def test_a_patch_changes_what_it_names(client: Client, device: str) -> None:
    made = added(client, device)
    path = f"/devices/{device}/checks/{made['id']}"
    changed = client.call("PATCH", path, body={"enabled": False, "http": {"url": "http://a.b/"}})
    assert changed.status == 200, changed.text
    assert (changed.data["enabled"], changed.data["http"]["contains"]) == (False, "")
    assert changed.data["interval_seconds"] == made["interval_seconds"]
    answer = client.call("PATCH", path, body={"tcp": {"port": 1}})
    assert answer.status == 422


def test_a_check_that_is_deleted_is_gone(client: Client, device: str, bus: HeardBus) -> None:
    path = f"/devices/{device}/checks/{added(client, device)['id']}"
    bus.records.clear()
    assert client.call("DELETE", path).status == 200
    # alerts hears of it: nothing else would end the check's alert
    assert bus.types == ["DeviceUpdated.v1"]
    assert (client.call("GET", path).status, client.call("GET", path).code) == (
        404,
        "CHECK_NOT_FOUND",
    )


def test_a_credential_must_be_of_the_checks_kind(client: Client, device: str) -> None:
    body = {"name": "api", "kind": "http", "secret": {"token": "t0ken", "header": "X-Auth"}}
    credential = client.call("POST", "/credentials", body=body)
    assert credential.status == 201, credential.text
    assert "t0ken" not in credential.text
    key = credential.data["id"]
    added(client, device, credential_id=key)
    ssh = {"name": "up", "ssh": {"command": "uptime"}, "credential_id": key}
    answer = client.call("POST", f"/devices/{device}/checks", body=ssh)
    assert (answer.status, field_of(answer)) == (422, "credential_id")
    answer = client.call("DELETE", f"/credentials/{key}")
    assert (answer.status, answer.code) == (409, "CREDENTIAL_IN_USE")
    client.call("DELETE", f"/devices/{device}")
    assert client.call("DELETE", f"/credentials/{key}").status == 200


def test_only_an_organisation_that_allows_it_is_asked_beyond_its_devices(
    client: Client, device: str
) -> None:
    assert client.call("GET", "/checks/policy").data == {"beyond_device": False}
    answer = client.call("PUT", "/checks/policy", body={"beyond_device": True})
    assert (answer.status, answer.data) == (200, {"beyond_device": True})
    added(client, device, http={"url": "http://198.51.100.9/", "beyond_device": True})
    body = a_check(name="meta", http={"url": "http://169.254.169.254/", "beyond_device": True})
    assert client.call("POST", f"/devices/{device}/checks", body=body).status == 422


def test_only_an_admin_decides_that(
    services: Services, clock: FakeClock, organization: OrganizationId
) -> None:
    operator = a_client(services, clock, organization, role=Role.OPERATOR)
    assert operator.call("PUT", "/checks/policy", body={"beyond_device": True}).status == 403
    viewer = a_client(services, clock, organization, role=Role.VIEWER)
    assert viewer.call("GET", "/checks").status == 200
    assert viewer.call("POST", f"/devices/{uuid4()}/checks", body=a_check()).status == 403


def test_another_organisation_sees_nothing(client: Client, stranger: Client, device: str) -> None:
    made = added(client, device)
    assert stranger.call("GET", "/checks").json["pagination"]["total"] == 0
    for path in (f"/devices/{device}/checks", f"/devices/{device}/checks/{made['id']}"):
        assert stranger.call("GET", path).status == 404
    answer = stranger.call("POST", f"/devices/{device}/checks", body=a_check())
    assert (answer.status, answer.code) == (404, "DEVICE_NOT_FOUND")


def said(postgres: TestDatabase, check: dict[str, Any], *, ok: bool, age_s: float = 0) -> None:
    at = NOON - timedelta(seconds=age_s)
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.device_check_results SELECT id, organization_id, %s, %s, 5, %s, "
            "%s FROM netpulse.device_checks WHERE id = %s",
            (ok, "" if ok else "http status 500", at, at, check["id"]),
        )


def test_checks_are_listed_by_what_they_said(
    client: Client, device: str, postgres: TestDatabase
) -> None:
    good, bad, old = (added(client, device, name=name) for name in ("good", "bad", "old"))
    added(client, device, name="new", http=None, tcp={"port": 22})
    said(postgres, good, ok=True)
    said(postgres, bad, ok=False)
    said(postgres, old, ok=True, age_s=3600)

    def names(query: dict[str, str]) -> list[str]:
        return [each["name"] for each in client.call("GET", "/checks", query=query).data]

    assert names({"state": "failing"}) == ["bad"]
    assert names({"state": "ok"}) == ["good"]
    assert names({"state": "unknown,ok"}) == ["good", "new", "old"]
    assert names({"kind": "tcp"}) == ["new"]
    assert names({"search": "ba"}) == ["bad"]
    listed = client.call("GET", f"/devices/{device}/checks")
    assert {each["name"]: each["state"] for each in listed.data} == {
        "bad": "failing",
        "good": "ok",
        "new": "unknown",
        "old": "unknown",
    }
    again = client.call(
        "GET", f"/devices/{device}/checks", headers={"if-none-match": listed.headers["ETag"]}
    )
    assert again.status == 304


def test_a_host_key_is_forgotten_when_that_is_asked_for(
    client: Client, device: str, postgres: TestDatabase
) -> None:
    made = added(client, device, http=None, ssh={"port": 22})
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute("UPDATE netpulse.device_checks SET pinned_host_key = 'SHA256:x'")
    path = f"/devices/{device}/checks/{made['id']}"
    assert client.call("GET", path).data["pinned_host_key"] == "SHA256:x"
    assert client.call("DELETE", f"{path}/host-key").data["pinned_host_key"] is None
