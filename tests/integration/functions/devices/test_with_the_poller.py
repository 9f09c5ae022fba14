"""What the API writes is what the poller reads: both are asked, on one PostgreSQL."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from pollers.database import PollerDatabase
from pollers.domain.device import Check, SnmpVersion
from pollers.domain.verdict import Rule
from pollers.inventory import PostgresInventory
from pollers.metrics import Metrics
from pollers.snmp.usm import user_of
from tests.support.devices import OpenVault, a_device_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pollers.domain.device import Device
    from tests.support.database import TestDatabase
    from tests.support.http import Client

V3 = {
    "username": "netpulse",
    "auth_protocol": "sha256",
    "auth_password": "maplesyrup",
    "priv_protocol": "aes128",
    "priv_password": "maplesyrup2",
}


@pytest.fixture
def polled(postgres: TestDatabase) -> Callable[[str], Device]:
    """Return the device of an id as a poller sees it."""

    async def read(device_id: str) -> Device:
        database = PollerDatabase(lambda: postgres.url("netpulse_system"))
        inventory = PostgresInventory(database, OpenVault(), Metrics())
        async with aclosing(inventory.changes()) as changes:  # type: ignore[type-var]
            roster = await anext(changes)
        return next(device for id_, device in roster.devices.items() if str(id_) == device_id)

    return lambda device_id: asyncio.run(read(device_id))


def _added(client: Client, **changes: Any) -> str:
    answer = client.call("POST", "/devices", body=a_device_body(**changes))
    assert answer.status == 201, answer.text
    return str(answer.data["id"])


def test_a_plain_device_is_pinged(client: Client, polled: Callable[[str], Device]) -> None:
    device = polled(_added(client, interval_seconds=10, down_after=2, down_window=3))
    assert (device.address, device.interval_s, device.check) == ("192.0.2.1", 10, Check.ICMP)
    assert device.rule == Rule(2, 3)
    assert device.section("icmp")["count"] == 3
    assert device.snmp is None
    assert not any(device.section(name) for name in ("tcp", "http"))


def test_a_community_reaches_the_poller(client: Client, polled: Callable[[str], Device]) -> None:
    snmp = {
        "community": "s3cret",
        "version": "1",
        "port": 1161,
        "timeout_seconds": 2.5,
        "retries": 4,
        "max_repetitions": 7,
    }
    access = polled(_added(client, snmp=snmp, availability_check="snmp")).snmp
    assert access is not None
    assert (access.version, access.community, access.port) == (SnmpVersion.V1, "s3cret", 1161)
    assert (access.timeout_s, access.retries, access.max_repetitions) == (2.5, 4, 7)


def test_an_snmpv3_user_reaches_the_poller_with_its_privacy(
    client: Client, polled: Callable[[str], Device]
) -> None:
    body = {"name": "v3", "kind": "snmp_v3", "secret": V3}
    credential = client.call("POST", "/credentials", body=body).data["id"]
    access = polled(_added(client, snmp={"credential_id": credential})).snmp
    assert access is not None
    assert access.version is SnmpVersion.V3
    user = user_of(access.security)
    assert user.name == b"netpulse"
    # a privacy that is not understood would be left out, and secrets sent in the clear
    assert user.digest is not None
    assert user.privacy is not None


@pytest.mark.parametrize("protocol", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("privacy", ["des", "aes128", "aes192", "aes256", "aes192c", "aes256c"])
def test_the_poller_speaks_every_protocol_a_credential_may_have(
    protocol: str, privacy: str
) -> None:
    user = user_of({**V3, "auth_protocol": protocol, "priv_protocol": privacy})
    assert user.digest is not None
    assert user.privacy is not None


def test_probes_reach_the_poller(client: Client, polled: Callable[[str], Device]) -> None:
    device = polled(
        _added(
            client,
            availability_check="http",
            http={"url": "https://example.com/", "expected_status": 204, "contains": "ok"},
            tcp={"port": 22},
        )
    )
    assert device.check is Check.HTTP
    assert device.section("http") == {
        "url": "https://example.com/",
        "expected_status": 204,
        "contains": "ok",
        "follow_redirects": False,
        "verify_tls": True,
    }
    assert device.section("tcp") == {"port": 22}


def test_a_device_that_is_off_or_retired_is_not_polled(
    client: Client, polled: Callable[[str], Device]
) -> None:
    off = _added(client, is_active=False)
    gone = _added(client, ip_address="192.0.2.2")
    client.call("DELETE", f"/devices/{gone}")
    for device_id in (off, gone):
        with pytest.raises((StopIteration, RuntimeError)):
            polled(device_id)
