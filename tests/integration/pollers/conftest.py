"""A poller's surroundings: an organisation with devices, agents, and what was announced."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest

from pollers.announcer import QueueAnnouncer
from pollers.catalogue import blocks_for, profiles
from pollers.database import PollerDatabase
from pollers.deep import DeepProber
from pollers.findings import FindingsWriter
from pollers.icmp.engine import IcmpEngine
from pollers.inventory import PostgresInventory
from pollers.loop import Poller
from pollers.metrics import Metrics
from pollers.probes.http import HttpProbe
from pollers.probes.snmp import SnmpProbe
from pollers.probes.table import deep_probes
from pollers.recorder import Recorder
from pollers.report import Reporter
from pollers.snmp.collector import SnmpCollector
from pollers.snmp.engine import SnmpEngine
from pollers.spool import Spool
from tests.support.running import Running

if TYPE_CHECKING:
    from tests.support.database import TestDatabase


class PlainVault:
    """A vault that only pretends."""

    def seal(self, secret: dict[str, Any], *, organization_id: UUID, record_id: UUID) -> bytes:
        return json.dumps(secret).encode()

    def open(self, ciphertext: bytes, *, organization_id: UUID, record_id: UUID) -> dict[str, Any]:
        opened: dict[str, Any] = json.loads(ciphertext)
        return opened


@dataclass
class Estate:
    """One organisation in the database."""

    url: str
    organization_id: UUID
    devices: list[UUID] = field(default_factory=list)

    def run(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def credential(self, community: str = "public", kind: str = "snmp_v2c") -> UUID:
        credential_id = uuid4()
        self.run(
            "INSERT INTO netpulse.credentials (id, organization_id, name, kind, ciphertext) "
            "VALUES (%s, %s, %s, %s, %s)",
            credential_id,
            self.organization_id,
            str(credential_id),
            kind,
            json.dumps({"community": community}).encode(),
        )
        return credential_id

    def device(self, address: str = "127.0.0.1", **columns: Any) -> UUID:
        device_id = uuid4()
        values: dict[str, Any] = {
            "id": device_id,
            "organization_id": self.organization_id,
            "name": f"device {device_id}",
            "ip_address": address,
            "device_type": "router",
            "interval_seconds": 10,
            **columns,
        }
        names = ", ".join(values)
        marks = ", ".join("%s" for _ in values)
        self.run(f"INSERT INTO netpulse.devices ({names}) VALUES ({marks})", *values.values())
        self.devices.append(device_id)
        return device_id


@pytest.fixture
def estate(postgres: TestDatabase) -> Iterator[Estate]:
    organization_id = uuid4()
    made = Estate(postgres.owner_url, organization_id)
    made.run(
        "INSERT INTO netpulse.organizations (id, name, slug) VALUES (%s, %s, %s)",
        organization_id,
        f"organisation {organization_id}",
        str(organization_id),
    )
    yield made
    made.run("DELETE FROM netpulse.organizations WHERE id = %s", organization_id)


@pytest.fixture
async def running(
    postgres: TestDatabase, estate: Estate, tmp_path: Path
) -> AsyncIterator[Callable[[], Running]]:
    """Start a poller of everything but AWS: real sockets, a real database."""
    started: list[Running] = []

    def start() -> Running:
        metrics = Metrics()
        url = postgres.url("netpulse_system")
        databases = [PollerDatabase(lambda: url) for _ in range(2)]
        sent: list[dict[str, Any]] = []
        icmp, snmp, http = IcmpEngine(), SnmpEngine(), HttpProbe()
        recorder = Recorder(databases[0], Spool(tmp_path, metrics), metrics, flush_every_s=0.1)
        findings = FindingsWriter(databases[1], metrics, flush_every_s=0.1)
        announcer = QueueAnnouncer(
            lambda body: sent.append(json.loads(body)), metrics, poller="test", flush_every_s=0.1
        )
        poller = Poller(
            icmp=icmp,
            deep=DeepProber(
                SnmpProbe(snmp, SnmpCollector(profiles(), blocks_for)),
                deep_probes(http),
                findings,
                metrics,
            ),
            inventory=PostgresInventory(databases[1], PlainVault(), metrics),
            reporter=Reporter(recorder, announcer, metrics),
            metrics=metrics,
        )
        running = Running(
            poller=poller,
            recorder=recorder,
            findings=findings,
            announcer=announcer,
            metrics=metrics,
            sent=sent,
            databases=databases,
        )
        running.on_stop(icmp.close, snmp.close)
        running.on_stop_later(http.close)
        running.begin()
        started.append(running)
        return running

    yield start
    for running in started:
        await running.stop()
