"""Devices over HTTP and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from tests.support.devices import HeardBus, a_device_body

if TYPE_CHECKING:
    from typing import Any

    from tests.support.database import TestDatabase
    from tests.support.http import Client


def _added(client: Client, **changes: Any) -> dict[str, Any]:
    answer = client.call("POST", "/devices", body=a_device_body(**changes))
    assert answer.status == 201, answer.text
    return dict(answer.data)


def test_a_device_is_added_and_found_again(client: Client, bus: HeardBus) -> None:
    answer = client.call(
        "POST",
        "/devices",
        body=a_device_body(tags=["core", "core", "nbo"], metadata={"rack": 3}, location="Nairobi"),
    )
    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/v1/devices/{answer.data['id']}"
    found = client.call("GET", f"/devices/{answer.data['id']}").data
    assert found == answer.data
    assert found["tags"] == ["core", "nbo"]
    assert found["status"] == "unknown"
    assert found["created_at"] == "2026-03-02T12:00:00Z"
    assert found["snmp"] == {
        "version": "2c",
        "port": 161,
        "credential_id": None,
        "timeout_seconds": 1.5,
        "retries": 1,
        "max_repetitions": None,
    }
    assert bus.types == ["DeviceRegistered.v1"]


def test_an_address_is_used_once_until_its_device_is_retired(client: Client, bus: HeardBus) -> None:
    first = _added(client)
    again = client.call("POST", "/devices", body=a_device_body(name="Twin"))
    assert (again.status, again.code) == (409, "DEVICE_ALREADY_EXISTS")
    mapped = client.call("POST", "/devices", body=a_device_body(ip_address="::ffff:192.0.2.1"))
    assert mapped.status == 409
    _added(client, name="Behind NAT", snmp={"port": 1161})
    assert client.call("DELETE", f"/devices/{first['id']}").status == 200
    gone = client.call("GET", f"/devices/{first['id']}")
    assert (gone.status, gone.code) == (404, "DEVICE_NOT_FOUND")
    assert client.call("DELETE", f"/devices/{first['id']}").status == 404
    assert _added(client)["id"] != first["id"]
    assert bus.types[-2:] == ["DeviceRetired.v1", "DeviceRegistered.v1"]


def test_an_external_id_is_used_once(client: Client) -> None:
    _added(client, external_id="crm-1")
    again = client.call(
        "POST", "/devices", body=a_device_body(ip_address="192.0.2.2", external_id="crm-1")
    )
    assert (again.status, again.code) == (409, "DEVICE_ALREADY_EXISTS")


def test_a_put_describes_a_device_anew(client: Client, bus: HeardBus) -> None:
    made = _added(client, location="Nairobi", tags=["core"], down_after=2)
    put = client.call("PUT", f"/devices/{made['id']}", body=a_device_body(name="Edge"))
    assert put.status == 200
    assert (put.data["name"], put.data["location"], put.data["tags"]) == ("Edge", "", [])
    assert (put.data["down_after"], put.data["down_window"]) == (3, 3)
    changed = bus.records[-1].data["changed"]
    assert changed == ["down_after", "down_window", "location", "name", "tags"]


def test_a_patch_changes_only_what_it_names(client: Client, bus: HeardBus) -> None:
    made = _added(client, location="Nairobi", http={"url": "http://192.0.2.1/"})
    patched = client.call(
        "PATCH",
        f"/devices/{made['id']}",
        body={"is_active": False, "http": {"contains": "ok"}, "snmp": {"retries": 3}},
    )
    assert patched.status == 200, patched.text
    data = patched.data
    assert (data["is_active"], data["location"]) == (False, "Nairobi")
    assert data["http"] == {**made["http"], "contains": "ok"}
    assert data["snmp"] == {**made["snmp"], "retries": 3}
    assert bus.records[-1].data["changed"] == ["http", "is_active", "snmp"]
    assert bus.records[-1].data["is_active"] is False


def test_a_change_that_changes_nothing_is_no_news(client: Client, bus: HeardBus) -> None:
    made = _added(client)
    assert client.call("PATCH", f"/devices/{made['id']}", body={"name": "Core"}).status == 200
    assert client.call("PUT", f"/devices/{made['id']}", body=a_device_body()).status == 200
    assert bus.types == ["DeviceRegistered.v1"]


def test_a_patch_cannot_make_nonsense(client: Client) -> None:
    made = _added(client)
    for body in (
        {"name": None},
        {"availability_check": "tcp"},
        {"availability_check": "snmp"},
        {"down_window": 1},
        {"snmp": {"community": "x", "credential_id": str(uuid4())}},
        {"id": str(uuid4())},
        {"ip_address": "169.254.169.254"},
    ):
        answer = client.call("PATCH", f"/devices/{made['id']}", body=body)
        assert answer.status == 422, (body, answer.text)
    assert client.call("GET", f"/devices/{made['id']}").data == made


def test_a_community_is_sealed_and_never_shown(
    client: Client, bus: HeardBus, postgres: TestDatabase
) -> None:
    made = _added(client, snmp={"community": "s3cret", "version": "1"})
    credential_id = made["snmp"]["credential_id"]
    with psycopg.connect(postgres.owner_url) as connection:
        sealed = connection.execute(
            "SELECT convert_from(ciphertext, 'UTF8') FROM netpulse.credentials WHERE id = %s",
            (credential_id,),
        ).fetchone()
    assert sealed is not None
    assert '"community": "s3cret"' in sealed[0]
    assert credential_id in sealed[0]
    shown = client.call("GET", f"/devices/{made['id']}").text + str(bus.records)
    assert "s3cret" not in shown
    assert made["snmp"]["version"] == "1"
    # it is the device's own: no one else sees or uses it
    assert client.call("GET", "/credentials").data == []
    assert client.call("GET", f"/credentials/{credential_id}").status == 404
    other = client.call(
        "POST",
        "/devices",
        body=a_device_body(ip_address="192.0.2.2", snmp={"credential_id": credential_id}),
    )
    assert other.status == 422
    # a PATCH keeps it, another community replaces it, dropping it deletes it
    kept = client.call("PATCH", f"/devices/{made['id']}", body={"name": "X"})
    assert kept.data["snmp"]["credential_id"] == credential_id
    again = client.call("PATCH", f"/devices/{made['id']}", body={"snmp": {"community": "new"}})
    assert again.data["snmp"]["credential_id"] == credential_id
    assert bus.records[-1].data["changed"] == ["snmp"]
    none = client.call("PATCH", f"/devices/{made['id']}", body={"snmp": {"credential_id": None}})
    assert none.status == 200
    with psycopg.connect(postgres.owner_url) as connection:
        left = connection.execute(
            "SELECT count(*) FROM netpulse.credentials WHERE id = %s", (credential_id,)
        ).fetchone()
    assert left == (0,)


def test_a_retired_device_leaves_no_secret(client: Client, postgres: TestDatabase) -> None:
    made = _added(client, snmp={"community": "s3cret"})
    assert client.call("DELETE", f"/devices/{made['id']}").status == 200
    with psycopg.connect(postgres.owner_url) as connection:
        left = connection.execute(
            "SELECT count(*) FROM netpulse.credentials WHERE id = %s",
            (made["snmp"]["credential_id"],),
        ).fetchone()
    assert left == (0,)


def test_parents_are_of_this_organisation_and_never_in_a_circle(
    client: Client, stranger: Client
) -> None:
    core = _added(client)
    access = _added(client, ip_address="192.0.2.2", parent_ids=[core["id"]])
    leaf = _added(client, ip_address="192.0.2.3", parent_ids=[access["id"]])
    assert leaf["parent_ids"] == [access["id"]]
    for parent in (leaf["id"], core["id"]):
        answer = client.call("PATCH", f"/devices/{core['id']}", body={"parent_ids": [parent]})
        assert (answer.status, answer.code) == (422, "PARENT_CYCLE")
    foreign = _added(stranger)
    for parent in (foreign["id"], str(uuid4())):
        answer = client.call("PATCH", f"/devices/{leaf['id']}", body={"parent_ids": [parent]})
        assert (answer.status, answer.code) == (422, "INVALID_INPUT")
        assert answer.json["error"]["details"]["fields"][0]["field"] == "parent_ids"
    # a retired parent is no one's parent any more
    client.call("DELETE", f"/devices/{access['id']}")
    assert client.call("GET", f"/devices/{leaf['id']}").data["parent_ids"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ip_address": "not an address"}, "INVALID_IP_ADDRESS"),
        ({"ip_address": 17}, "INVALID_IP_ADDRESS"),
        ({"ip_address": "192.0.2.0/24"}, "INVALID_IP_ADDRESS"),
        ({"ip_address": "127.0.0.1"}, "INVALID_IP_ADDRESS"),
        ({"ip_address": "::ffff:169.254.170.2"}, "INVALID_IP_ADDRESS"),
        ({"ip_address": "64:ff9b::a9fe:a9fe"}, "INVALID_IP_ADDRESS"),
        ({"ip_address": "10.65.3.4"}, "INVALID_IP_ADDRESS"),
        ({"device_type": "toaster"}, "INVALID_DEVICE_TYPE"),
        ({"device_type": None}, "INVALID_DEVICE_TYPE"),
        ({"name": " "}, "INVALID_INPUT"),
        ({"name": "a\u0007b"}, "INVALID_INPUT"),
        ({"interval_seconds": 9}, "INVALID_INPUT"),
        ({"interval_seconds": 10**30}, "INVALID_INPUT"),
        ({"down_after": 3, "down_window": 2}, "INVALID_INPUT"),
        ({"organization_id": str(uuid4())}, "INVALID_INPUT"),
        ({"metadata": {"big": "x" * 20_000}}, "INVALID_INPUT"),
        ({"tags": ["a,b"]}, "INVALID_INPUT"),
        ({"group_ids": [str(uuid4())]}, "INVALID_INPUT"),
        ({"snmp": {"credential_id": str(uuid4())}}, "INVALID_INPUT"),
        ({"snmp": {"community": "x", "version": "3"}}, "INVALID_INPUT"),
        ({"http": {"url": "http://u:p@192.0.2.1/"}}, "INVALID_INPUT"),
        ({"http": {"url": "http://2852039166/"}}, "INVALID_INPUT"),
        ({"http": {"url": "gopher://192.0.2.1/"}}, "INVALID_INPUT"),
        ({"availability_check": "http"}, "INVALID_INPUT"),
    ],
)
def test_bad_fields_are_refused_with_their_code(
    client: Client, changes: dict[str, Any], code: str
) -> None:
    answer = client.call("POST", "/devices", body=a_device_body(**changes))
    assert (answer.status, answer.code) == (422, code), answer.text


def test_a_missing_field_is_named(client: Client) -> None:
    answer = client.call("POST", "/devices", body={"name": "Core", "device_type": "router"})
    assert (answer.status, answer.code) == (422, "MISSING_REQUIRED_FIELD")
    assert answer.json["error"]["details"]["fields"][0]["field"] == "ip_address"
