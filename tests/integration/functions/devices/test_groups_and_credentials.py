"""Groups and credentials over HTTP and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from netpulse.ids import OrganizationId

from tests.support.devices import HeardBus, OpenVault, a_device_body

if TYPE_CHECKING:
    from typing import Any

    from tests.support.database import TestDatabase
    from tests.support.http import Client

COMMUNITY = {"name": "Backbone", "kind": "snmp_v2c", "secret": {"community": "s3cret"}}


def _made(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.call("POST", path, body=body)
    assert answer.status == 201, answer.text
    assert answer.headers["Location"].endswith(answer.data["id"])
    return dict(answer.data)


def test_a_group_is_made_changed_and_deleted(client: Client) -> None:
    group = _made(client, "/device-groups", {"name": "Backbone", "description": "Kigali\nNairobi"})
    assert group["device_count"] == 0
    path = f"/device-groups/{group['id']}"
    twin = client.call("POST", "/device-groups", body={"name": "Backbone"})
    assert (twin.status, twin.code) == (409, "DEVICE_GROUP_ALREADY_EXISTS")
    other = _made(client, "/device-groups", {"name": "access"})
    renamed = client.call("PUT", path, body={"name": "Core"})
    assert (renamed.data["name"], renamed.data["description"]) == ("Core", "")
    taken = client.call("PUT", f"/device-groups/{other['id']}", body={"name": "Core"})
    assert taken.status == 409
    listed = client.call("GET", "/device-groups")
    assert [each["name"] for each in listed.data] == ["access", "Core"]
    assert listed.json["pagination"]["total"] == 2
    assert client.call("GET", "/device-groups", query={"search": "cor"}).data == [renamed.data]
    assert client.call("DELETE", path).status == 200
    gone = client.call("GET", path)
    assert (gone.status, gone.code) == (404, "DEVICE_GROUP_NOT_FOUND")
    assert client.call("PUT", path, body={"name": "Core"}).status == 404
    assert client.call("DELETE", path).status == 404


def test_a_groups_devices_are_set_at_once_and_each_change_is_told(
    client: Client, stranger: Client, bus: HeardBus
) -> None:
    group = _made(client, "/device-groups", {"name": "Backbone"})
    first, second, third = (
        _made(client, "/devices", a_device_body(ip_address=f"192.0.2.{n}", name=f"d{n}"))
        for n in (1, 2, 3)
    )
    path = f"/device-groups/{group['id']}/devices"
    answer = client.call("PUT", path, body={"device_ids": [first["id"], second["id"]]})
    assert answer.data["device_count"] == 2
    bus.records.clear()
    client.call("PUT", path, body={"device_ids": [second["id"], third["id"]]})
    told = {record.data["name"]: record.data["changed"] for record in bus.records}
    assert told == {"d1": ["group_ids"], "d3": ["group_ids"]}
    assert client.call("GET", f"/devices/{third['id']}").data["group_ids"] == [group["id"]]
    foreign = _made(stranger, "/devices", a_device_body())
    for unknown in (foreign["id"], str(uuid4())):
        assert client.call("PUT", path, body={"device_ids": [unknown]}).status == 422
    client.call("DELETE", f"/device-groups/{group['id']}")
    assert client.call("GET", f"/devices/{third['id']}").data["group_ids"] == []


def test_a_retired_device_is_in_no_group(client: Client) -> None:
    group = _made(client, "/device-groups", {"name": "Backbone"})
    device = _made(client, "/devices", a_device_body(group_ids=[group["id"]]))
    client.call("DELETE", f"/devices/{device['id']}")
    assert client.call("GET", f"/device-groups/{group['id']}").data["device_count"] == 0


def test_a_credential_is_sealed_for_its_organisation_and_never_shown(
    client: Client, postgres: TestDatabase, organization: OrganizationId
) -> None:
    made = _made(client, "/credentials", COMMUNITY)
    assert (made["name"], made["kind"], made["device_count"]) == ("Backbone", "snmp_v2c", 0)
    assert set(made) == {"id", "name", "kind", "device_count", "created_at", "updated_at"}

    def sealed() -> dict[str, Any]:
        with psycopg.connect(postgres.owner_url) as connection:
            row = connection.execute(
                "SELECT id, ciphertext FROM netpulse.credentials WHERE id = %s", (made["id"],)
            ).fetchone()
        assert row is not None
        return OpenVault().open(bytes(row[1]), organization_id=organization, record_id=row[0])

    assert sealed() == {"community": "s3cret"}
    path = f"/credentials/{made['id']}"
    renamed = client.call("PATCH", path, body={"name": "Core"})
    assert renamed.data["name"] == "Core"
    assert sealed() == {"community": "s3cret"}
    assert client.call("PATCH", path, body={"secret": {"community": "new"}}).status == 200
    assert sealed() == {"community": "new"}
    listed = client.call("GET", "/credentials")
    assert [each["name"] for each in listed.data] == ["Core"]
    for text in (listed.text, client.call("GET", path).text, renamed.text):
        assert "s3cret" not in text
        assert "ciphertext" not in text
    twin = client.call("POST", "/credentials", body={**COMMUNITY, "name": "Core"})
    assert (twin.status, twin.code) == (409, "CREDENTIAL_ALREADY_EXISTS")


def test_a_credential_in_use_stays(client: Client) -> None:
    made = _made(client, "/credentials", {**COMMUNITY, "kind": "snmp_v1"})
    body = a_device_body(snmp={"credential_id": made["id"]}, availability_check="snmp")
    device = _made(client, "/devices", body)
    assert (device["snmp"]["version"], device["snmp"]["credential_id"]) == ("1", made["id"])
    path = f"/credentials/{made['id']}"
    refused = client.call("DELETE", path)
    assert (refused.status, refused.code) == (409, "CREDENTIAL_IN_USE")
    assert client.call("GET", path).data["device_count"] == 1
    wrong = {"snmp": {"version": "2c", "credential_id": made["id"]}}
    assert client.call("PATCH", f"/devices/{device['id']}", body=wrong).status == 422
    client.call("DELETE", f"/devices/{device['id']}")
    assert client.call("DELETE", path).status == 200
    gone = client.call("GET", path)
    assert (gone.status, gone.code) == (404, "CREDENTIAL_NOT_FOUND")
    assert client.call("DELETE", path).status == 404


def test_a_login_is_no_snmp_credential(client: Client) -> None:
    secret = {"username": "admin", "password": "pw"}
    made = _made(client, "/credentials", {"name": "ssh", "kind": "ssh", "secret": secret})
    body = a_device_body(snmp={"credential_id": made["id"]})
    assert client.call("POST", "/devices", body=body).status == 422


V3 = {
    "username": "netpulse",
    "auth_protocol": "sha256",
    "auth_password": "maplesyrup",
    "priv_protocol": "aes128",
    "priv_password": "maplesyrup2",
}


@pytest.mark.parametrize(
    ("kind", "secret", "status"),
    [
        ("snmp_v3", V3, 201),
        ("snmp_v3", {"username": "netpulse"}, 201),
        ("ssh", {"username": "root", "private_key": "-----BEGIN…\n"}, 201),
        ("http", {"username": "root", "password": "x"}, 201),
        ("snmp_v3", {**V3, "auth_password": "short"}, 422),
        ("snmp_v3", {**V3, "auth_protocol": None, "auth_password": None}, 422),
        ("snmp_v3", {"username": "netpulse", "auth_password": "maplesyrup"}, 422),
        ("snmp_v3", {**V3, "priv_protocol": None}, 422),
        ("snmp_v3", {"community": "x"}, 422),
        ("snmp_v2c", V3, 422),
        ("snmp_v2c", {"community": ""}, 422),
        ("snmp_v2c", {"community": "x", "more": 1}, 422),
        ("ssh", {"username": "root"}, 422),
        ("telnet", {"username": "root", "password": "x"}, 422),
    ],
)
def test_a_secret_fits_its_kind(
    client: Client, kind: str, secret: dict[str, Any], status: int
) -> None:
    body = {"name": "x", "kind": kind, "secret": secret}
    answer = client.call("POST", "/credentials", body=body)
    assert answer.status == status, answer.text
    # an error repeats no password
    assert "maplesyrup" not in answer.text


def test_a_credentials_kind_never_changes(client: Client) -> None:
    made = _made(client, "/credentials", COMMUNITY)
    for body in ({"kind": "snmp_v1"}, {"secret": V3}, {"secret": {"community": "x", "id": 1}}):
        assert client.call("PATCH", f"/credentials/{made['id']}", body=body).status == 422
