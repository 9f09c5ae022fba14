"""Checks and scans as a poller does them: real sockets, a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from pollers.catalogue import profiles
from pollers.checks.keyring import Keyring
from pollers.checks.results import CheckResults
from pollers.checks.runner import CheckRunner
from pollers.checks.store import PostgresChecks
from pollers.database import PollerDatabase
from pollers.discovery.store import ScanStore
from pollers.discovery.sweep import Sweeper
from pollers.discovery.worker import DiscoveryWorker
from pollers.domain.device import Sample
from pollers.domain.reach import Reach
from pollers.domain.verdict import State, Verdict
from pollers.icmp.engine import IcmpEngine
from pollers.metrics import Metrics
from pollers.ports import Result
from pollers.probes.http import HttpProbe
from pollers.probes.table import probes
from pollers.recorder import Recorder
from pollers.snmp.engine import SnmpEngine
from pollers.spool import Spool
from tests.integration.pollers.conftest import Estate, PlainVault
from tests.support.database import postgres_alone
from tests.support.running import until
from tests.support.snmp_agent import Recording, serve

if TYPE_CHECKING:
    from tests.support.database import TestDatabase

# a poller does the checks and scans of every organisation
__all__ = ["postgres_alone"]
SWITCH = Path(__file__).parents[2] / "support" / "recordings" / "switch.snmprec"


class _Desk:
    """A desk at which every device is up."""

    def __init__(self) -> None:
        self.told: list[tuple[Sample, ...]] = []

    def standing(self, device_id: UUID) -> Result | None:
        now = datetime.now(UTC)
        return Result(device_id, UUID(int=0), now, Verdict(State.UP), None, None, ())

    def tell(self, device_id: UUID, values: tuple[Sample, ...]) -> None:
        self.told.append(values)


@dataclass
class House:
    """A poller's side work on one organisation."""

    estate: Estate
    desk: _Desk
    metrics: Metrics

    def check(self, kind: str, settings: dict[str, Any], **columns: Any) -> UUID:
        [device] = self.estate.devices[:1] or [self.estate.device()]
        values: dict[str, Any] = {
            "id": uuid4(),
            "organization_id": self.estate.organization_id,
            "device_id": device,
            "name": columns.pop("name", kind),
            "kind": kind,
            "settings": json.dumps(settings),
            "interval_seconds": 10,
            **columns,
        }
        self.estate.run(
            f"INSERT INTO netpulse.device_checks ({', '.join(values)}) "
            f"VALUES ({', '.join(['%s'] * len(values))})",
            *values.values(),
        )
        made: UUID = values["id"]
        return made

    def said(self, check_id: UUID) -> tuple[bool, str] | None:
        rows = self.estate.run(
            "SELECT ok, reason FROM netpulse.device_check_results WHERE check_id = %s", check_id
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def scan(self, networks: list[str], **columns: Any) -> UUID:
        scan_id, job_id = uuid4(), uuid4()
        self.estate.run(
            "INSERT INTO netpulse.jobs (id, organization_id, kind) VALUES (%s, %s, 'discovery')",
            job_id,
            self.estate.organization_id,
        )
        values: dict[str, Any] = {
            "id": scan_id,
            "organization_id": self.estate.organization_id,
            "job_id": job_id,
            "networks": networks,
            "protocols": ["icmp", "snmp"],
            "packets_per_second": 1000,
            "addresses": 1,
            "created_at": datetime.now(UTC),
            **columns,
        }
        marks = ", ".join("%s::cidr[]" if name == "networks" else "%s" for name in values)
        self.estate.run(
            f"INSERT INTO netpulse.discovery_scans ({', '.join(values)}) VALUES ({marks})",
            *values.values(),
        )
        return scan_id

    def job(self, scan_id: UUID) -> tuple[str, float, Any]:
        [row] = self.estate.run(
            "SELECT j.state, j.progress, j.result FROM netpulse.jobs j "
            "JOIN netpulse.discovery_scans s ON s.job_id = j.id WHERE s.id = %s",
            scan_id,
        )
        return row[0], row[1], row[2]


@pytest.fixture
async def house(postgres: TestDatabase, estate: Estate, tmp_path: Path) -> AsyncIterator[House]:
    metrics, stop, desk = Metrics(), asyncio.Event(), _Desk()
    database = PollerDatabase(lambda: postgres.url("netpulse_system"))
    writer = PollerDatabase(lambda: postgres.url("netpulse_system"))
    icmp, snmp, http = IcmpEngine(), SnmpEngine(), HttpProbe()
    recorder = Recorder(writer, Spool(tmp_path, metrics), metrics, flush_every_s=0.1)
    runner = CheckRunner(
        PostgresChecks(database, metrics),
        probes(http),
        keyring=Keyring(PlainVault(), metrics),
        desk=desk,
        samples=recorder,
        results=CheckResults(database, metrics),
        metrics=metrics,
    )
    worker = DiscoveryWorker(
        ScanStore(database, poller="test"),
        Sweeper(icmp, snmp, profiles),
        Keyring(PlainVault(), metrics),
        metrics,
        reach=Reach(["127.6.6.0/24"]),
        look_every_s=0.1,
        beat_every_s=0.1,
    )
    parts = (runner, worker, recorder)
    running = [asyncio.create_task(part.run(stop)) for part in parts]
    yield House(estate, desk, metrics)
    stop.set()
    await asyncio.gather(*running)
    icmp.close()
    snmp.close()
    await http.close()
    for each in (database, writer):
        await each.close()


async def test_a_check_that_is_added_is_made_and_recorded_within_seconds(house: House) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    good = house.check("tcp", {"port": port}, name="good")
    bad = house.check("tcp", {"port": 1}, name="bad")
    await until(lambda: house.said(good) and house.said(bad), within_s=10)
    server.close()
    assert house.said(good) == (True, "")
    assert house.said(bad) == (False, "tcp 1 refused")
    [device] = house.estate.devices

    def values() -> dict[tuple[str, str], float]:
        rows = house.estate.run(
            "SELECT r.entity, r.metric, s.values[r.position] FROM netpulse.series r "
            "JOIN netpulse.samples s ON s.device_number = r.device_number AND s.block = r.block "
            "WHERE r.device_id = %s",
            device,
        )
        return {(entity, metric): value for entity, metric, value in rows}

    await until(lambda: len(values()) >= 4)
    assert values()["check:good", "check_ok"] == 1
    assert values()["check:bad", "check_ok"] == 0


async def test_a_change_of_a_check_or_of_its_policy_is_heard(house: House) -> None:
    check = house.check("http", {"url": "http://[::1]:1/", "beyond_device": True})
    await until(lambda: house.said(check) == (False, "http target forbidden"), within_s=10)
    house.estate.run(
        "INSERT INTO netpulse.check_policies (organization_id, beyond_device) VALUES (%s, true)",
        house.estate.organization_id,
    )
    await until(lambda: house.said(check) == (False, "http connection failed"), within_s=10)


async def test_a_host_key_is_pinned_by_the_first_check(house: House) -> None:
    import asyncssh

    server = await asyncssh.create_server(
        asyncssh.SSHServer,
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
    )
    credential = uuid4()
    house.estate.run(
        "INSERT INTO netpulse.credentials (id, organization_id, name, kind, ciphertext) "
        "VALUES (%s, %s, 'ssh', 'ssh', %s)",
        credential,
        house.estate.organization_id,
        json.dumps({"username": "u", "password": "p"}).encode(),
    )
    settings = {"port": server.get_port(), "command": "uptime"}
    check = house.check("ssh", settings, credential_id=credential)

    def pinned() -> str | None:
        rows = house.estate.run(
            "SELECT pinned_host_key FROM netpulse.device_checks WHERE id = %s", check
        )
        found: str | None = rows[0][0]
        return found

    await until(pinned, within_s=10)
    server.close()
    await server.wait_closed()
    assert str(pinned()).startswith("SHA256:")


async def test_a_scan_finds_what_answers_and_with_which_credential(house: House) -> None:
    agent, port = await serve(Recording.read(SWITCH), community=b"s3cret")
    wrong, right = house.estate.credential("public"), house.estate.credential("s3cret")
    scan = house.scan(
        ["127.0.0.1/32", "127.6.6.0/30"],
        credential_ids=[wrong, right],
        snmp_port=port,
        addresses=3,
    )
    await until(lambda: house.job(scan)[0] == "succeeded", within_s=20)
    assert agent.transport is not None
    agent.transport.close()
    [found] = house.estate.run(
        "SELECT host(address), icmp, snmp, credential_id, sys_descr <> '' "
        "FROM netpulse.discovery_results WHERE scan_id = %s",
        scan,
    )
    # the other two are in a network the poller must not touch
    assert found == ("127.0.0.1", True, True, right, True)
    state, progress, result = house.job(scan)
    assert (state, progress, result["found"], result["snmp"]) == ("succeeded", 1.0, 1, 1)


async def test_a_scan_that_is_cancelled_ends(house: House) -> None:
    scan = house.scan(["127.9.0.0/24"], packets_per_second=1, addresses=254)
    await until(lambda: house.job(scan)[0] == "running", within_s=10)
    house.estate.run("UPDATE netpulse.jobs SET state = 'cancelled'")
    other = house.scan(["127.0.0.1/32"], protocols=["icmp"])
    await until(lambda: house.job(other)[0] == "succeeded", within_s=10)
    assert house.job(scan)[0] == "cancelled"


async def test_a_scan_by_snmp_alone_without_a_usable_credential_fails(house: House) -> None:
    scan = house.scan(["127.0.0.1/32"], protocols=["snmp"], credential_ids=[uuid4()])
    await until(lambda: house.job(scan)[0] == "failed", within_s=10)


async def test_a_scan_that_broke_off_again_and_again_fails(house: House) -> None:
    scan = house.scan(["127.0.0.1/32"], epoch=20)
    await until(lambda: house.job(scan)[0] == "failed", within_s=10)


async def test_a_scan_is_taken_over_where_a_poller_that_died_left_it(house: House) -> None:
    with suppress(IndexError):
        house.estate.devices.pop()
    scan = house.scan(
        ["127.0.0.0/30"],
        protocols=["icmp"],
        addresses=2,
        position=1,
        leased_by="dead",
        leased_until=datetime(2026, 1, 1, tzinfo=UTC),
        epoch=4,
    )
    await until(lambda: house.job(scan)[0] == "succeeded", within_s=10)
    rows = house.estate.run(
        "SELECT host(address) FROM netpulse.discovery_results WHERE scan_id = %s", scan
    )
    assert rows == [("127.0.0.2",)]
    [(epoch, by)] = house.estate.run(
        "SELECT epoch, leased_by FROM netpulse.discovery_scans WHERE id = %s", scan
    )
    assert (epoch, by) == (5, "test")
