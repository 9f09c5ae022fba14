"""Every write that changes what is polled reaches the pollers at its commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from pollers.checks.store import CHANNEL as CHECKS
from pollers.inventory import CHANNEL as INVENTORY
from tests.support.devices import a_device_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.database import TestDatabase
    from tests.support.http import Client

CREDENTIAL = {"name": "c", "kind": "snmp_v2c", "secret": {"community": "public"}}
SECRET = {"secret": {"community": "other"}}
TCP = {"name": "ssh", "tcp": {"port": 22}}
FAR = a_device_body(ip_address="192.0.2.9", external_id="far")
# what is done -> the channels that tell of it
WRITES: dict[tuple[str, str], tuple[Any, set[str]]] = {
    ("POST", "/devices"): (FAR, {INVENTORY, CHECKS}),
    ("POST", "/devices/import"): ({"devices": [FAR]}, {INVENTORY, CHECKS}),
    ("PUT", "/devices/{device}"): (a_device_body(name="New"), {INVENTORY, CHECKS}),
    ("PATCH", "/devices/{device}"): ({"is_active": False}, {INVENTORY, CHECKS}),
    ("DELETE", "/devices/{device}"): (None, {INVENTORY, CHECKS}),
    ("PUT", "/device-groups/{group}/devices"): ({"device_ids": []}, {INVENTORY}),
    ("PATCH", "/credentials/{credential}"): (SECRET, {INVENTORY, CHECKS}),
    ("POST", "/devices/{device}/checks"): ({**TCP, "name": "new"}, {CHECKS}),
    ("PATCH", "/devices/{device}/checks/{check}"): ({"enabled": False}, {CHECKS}),
    ("DELETE", "/devices/{device}/checks/{check}/host-key"): (None, {CHECKS}),
    ("DELETE", "/devices/{device}/checks/{check}"): (None, {CHECKS}),
    ("PUT", "/checks/policy"): ({"beyond_device": True}, {CHECKS}),
}


@pytest.fixture
def things(client: Client) -> dict[str, str]:
    credential = client.call("POST", "/credentials", body=CREDENTIAL).data["id"]
    body = a_device_body(snmp={"credential_id": credential})
    device = client.call("POST", "/devices", body=body).data["id"]
    group = client.call("POST", "/device-groups", body={"name": "g"}).data["id"]
    members = {"device_ids": [device]}
    client.call("PUT", f"/device-groups/{group}/devices", body=members)
    check = client.call("POST", f"/devices/{device}/checks", body=TCP).data["id"]
    return {"device": device, "group": group, "credential": credential, "check": check}


@pytest.fixture
def heard(postgres: TestDatabase, things: dict[str, str]) -> Iterator[Callable[[], set[str]]]:
    """Return which channels were told of something since the things were made."""
    assert things
    with psycopg.connect(postgres.url("netpulse_system"), autocommit=True) as connection:
        for channel in (INVENTORY, CHECKS):
            connection.execute(f"LISTEN {channel}".encode())
        yield lambda: {notice.channel for notice in connection.notifies(timeout=0.5)}


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_change_of_what_is_polled_is_told(
    client: Client,
    things: dict[str, str],
    heard: Callable[[], set[str]],
    method: str,
    path: str,
) -> None:
    body, channels = WRITES[method, path]
    answer = client.call(method, path.format(**things), body=body)
    assert answer.status in {200, 201}, answer.text
    assert heard() >= channels
