"""The inventory follows the database: a change is known within seconds, without a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from pollers.database import PollerDatabase
from pollers.domain.device import Device
from pollers.domain.reach import Reach
from pollers.domain.schedule import shard_of
from pollers.inventory import PostgresInventory
from pollers.metrics import Metrics
from tests.integration.pollers.conftest import PlainVault

if TYPE_CHECKING:
    from tests.integration.pollers.conftest import Estate
    from tests.support.database import TestDatabase


class Following:
    """An inventory that is followed, and what it said last."""

    def __init__(self, inventory: PostgresInventory) -> None:
        self._inventory = inventory
        self.devices: Mapping[UUID, Device] | None = None

    async def follow(self) -> None:
        async for roster in self._inventory.changes():
            self.devices = roster.devices

    async def until(self, condition: Callable[[Mapping[UUID, Device]], object]) -> None:
        async with asyncio.timeout(5):
            while self.devices is None or not condition(self.devices):  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.02)


@pytest.fixture
async def following(postgres: TestDatabase) -> AsyncIterator[Following]:
    database = PollerDatabase(lambda: postgres.url("netpulse_system"))
    inventory = PostgresInventory(
        database, PlainVault(), Metrics(), reach=Reach(["169.254.0.0/16"])
    )
    made = Following(inventory)
    task = asyncio.create_task(made.follow())
    await made.until(lambda _: True)
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()


async def test_a_changed_interval_is_known_within_five_seconds(
    estate: Estate, following: Following
) -> None:
    device = estate.device()
    await following.until(lambda devices: device in devices)
    estate.run("UPDATE netpulse.devices SET interval_seconds = 30 WHERE id = %s", device)
    await following.until(lambda devices: devices[device].interval_s == 30)


async def test_a_device_that_did_not_change_is_still_the_same_object(
    estate: Estate, following: Following
) -> None:
    changed, unchanged = estate.device(), estate.device("127.0.0.2")
    await following.until(lambda devices: {changed, unchanged} <= devices.keys())
    assert following.devices is not None
    before = following.devices[unchanged]
    estate.run("UPDATE netpulse.devices SET interval_seconds = 30 WHERE id = %s", changed)
    await following.until(lambda devices: devices[changed].interval_s == 30)
    assert following.devices[unchanged] is before


async def test_a_changed_community_is_known_within_five_seconds(
    estate: Estate, following: Following
) -> None:
    credential = estate.credential("old")
    device = estate.device(credential_id=credential)
    await following.until(lambda devices: device in devices)
    estate.run(
        "UPDATE netpulse.credentials SET ciphertext = %s WHERE id = %s",
        b'{"community": "new"}',
        credential,
    )

    def community(devices: Mapping[UUID, Device]) -> str:
        access = devices[device].snmp
        return access.community if access else ""

    await following.until(lambda devices: community(devices) == "new")


async def test_a_device_that_is_disabled_or_retired_is_gone_within_five_seconds(
    estate: Estate, following: Following
) -> None:
    disabled, retired = estate.device(), estate.device("192.0.2.1")
    await following.until(lambda devices: {disabled, retired} <= devices.keys())
    estate.run("UPDATE netpulse.devices SET is_active = false WHERE id = %s", disabled)
    estate.run("UPDATE netpulse.devices SET retired_at = now() WHERE id = %s", retired)
    await following.until(lambda devices: not {disabled, retired} & devices.keys())


async def test_a_forbidden_address_is_not_polled_however_it_came_in(
    estate: Estate, following: Following
) -> None:
    forbidden, allowed = estate.device("169.254.169.254"), estate.device("192.0.2.1")
    await following.until(lambda devices: allowed in devices)
    assert following.devices is not None
    assert forbidden not in following.devices


async def test_a_credential_that_cannot_be_opened_costs_only_its_own_device_snmp(
    estate: Estate, following: Following
) -> None:
    credential = estate.credential()
    estate.run(
        "UPDATE netpulse.credentials SET ciphertext = %s WHERE id = %s", b"not json", credential
    )
    broken, sound = estate.device(credential_id=credential), estate.device("192.0.2.1")
    await following.until(lambda devices: {broken, sound} <= devices.keys())
    assert following.devices is not None
    assert following.devices[broken].snmp is None


async def test_a_device_that_is_not_understood_costs_no_other_its_polling(
    estate: Estate, following: Following
) -> None:
    credential = estate.credential()
    estate.run("UPDATE netpulse.credentials SET ciphertext = %s WHERE id = %s", b"[1]", credential)
    odd, sound = estate.device(credential_id=credential), estate.device("192.0.2.1")
    await following.until(lambda devices: sound in devices)
    assert following.devices is not None
    assert odd not in following.devices


async def test_the_database_knows_shards_as_we_do(estate: Estate) -> None:
    devices = [estate.device(f"127.0.1.{number}") for number in range(20)]
    rows = estate.run(
        "SELECT id, netpulse.shard_of(id) FROM netpulse.devices WHERE id = ANY(%s)", devices
    )
    assert {row[0]: row[1] for row in rows} == {id_: shard_of(id_) for id_ in devices}
