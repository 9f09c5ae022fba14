"""Devices for tests: bodies, a vault that shows what it sealed, and samples in a database."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from math import nan
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from netpulse.networks import AddressPolicy, parse_networks
from netpulse.permissions import Role
from netpulse.work import Relay, UnitOfWork

from functions.devices import wiring
from functions.devices.handlers.http import application
from functions.devices.handlers.services import Services
from functions.devices.service.checks import CheckService
from functions.devices.service.credentials import CredentialService
from functions.devices.service.devices import DeviceService
from functions.devices.service.discovery import DiscoveryService
from functions.devices.service.found import FoundService
from functions.devices.service.groups import GroupService
from functions.devices.service.imports import ImportService
from functions.devices.service.monitoring import MonitoringService
from functions.devices.service.scan_schedules import ScanScheduleService
from functions.devices.service.secrets import DeviceSecrets
from functions.devices.service.topology import TopologyService
from tests.support.http import Client, FakeAccess, a_principal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.clock import Clock
    from netpulse.db import Database
    from netpulse.events import Recorded
    from netpulse.ids import OrganizationId

    from functions.devices.ports import Work
    from functions.devices.ports.field import FieldWork
    from tests.support.database import TestDatabase

# what a deployed stage forbids
PROD_POLICY = AddressPolicy(forbidden=parse_networks("127.0.0.0/8,::1/128,10.65.0.0/16"))


def a_device_body(**changes: Any) -> dict[str, Any]:
    """Return the body of a POST /devices."""
    return {"name": "Core", "ip_address": "192.0.2.1", "device_type": "router", **changes}


class OpenVault:
    """Seals nothing, so that a test sees what was sealed, and for whom."""

    def seal(self, secret: dict[str, Any], *, organization_id: UUID, record_id: UUID) -> bytes:
        """Return the secret with its owner."""
        return json.dumps([secret, str(organization_id), str(record_id)]).encode()

    def open(self, ciphertext: bytes, *, organization_id: UUID, record_id: UUID) -> dict[str, Any]:
        """Return the secret if it is this record's."""
        secret, organization, record = json.loads(ciphertext)
        assert (organization, record) == (str(organization_id), str(record_id))
        return dict(secret)


class HeardBus:
    """Remembers what was published."""

    def __init__(self) -> None:
        self.records: list[Recorded] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        """Remember the facts."""
        self.records.extend(records)

    @property
    def types(self) -> list[str]:
        """The names of the facts, in order."""
        return [record.type for record in self.records]


def services_over(work: Work, clock: Clock, policy: AddressPolicy = PROD_POLICY) -> Services:
    """Return the inventory's services over some work."""
    vault = OpenVault()
    devices = DeviceService(work, DeviceSecrets(vault, clock), policy, clock)
    # what is found in the field is kept in PostgreSQL alone
    field_work: Any = work
    return Services(
        devices=lambda: devices,
        imports=lambda: ImportService(work, devices),
        groups=lambda: GroupService(work, clock),
        credentials=lambda: CredentialService(work, vault, clock),
        monitoring=lambda: MonitoringService(work, clock),
        checks=lambda: CheckService(field_work, policy, clock),
        discovery=lambda: DiscoveryService(field_work, devices, policy, clock),
        scan_schedules=lambda: ScanScheduleService(
            field_work, DiscoveryService(field_work, devices, policy, clock), clock
        ),
        found=lambda: FoundService(field_work, clock),
        topology=lambda: TopologyService(field_work, devices, clock),
    )


def a_client(
    services: Services,
    clock: Clock,
    organization_id: OrganizationId,
    *,
    role: Role = Role.ADMIN,
) -> Client:
    """Return a client that is logged in to an organisation."""
    access = FakeAccess(a_principal(role, organization_id=organization_id))
    return Client(application(lambda: access, services, clock=clock))


def work_on(database: Database, bus: HeardBus, clock: Clock) -> UnitOfWork[FieldWork]:
    """Return work on a real database."""
    return UnitOfWork(database, Relay(database, bus, clock), clock, wiring.field_work_of)


def put_series(
    postgres: TestDatabase,
    organization_id: OrganizationId,
    device_id: str,
    series: Sequence[tuple[str, str, str, str]],
    *,
    block: int = 0,
) -> None:
    """Insert series (entity, metric, unit, kind) of a device, in one block, from position 1."""
    with psycopg.connect(postgres.owner_url) as connection:
        for position, (entity, metric, unit, kind) in enumerate(series, 1):
            connection.execute(
                "INSERT INTO netpulse.series (organization_id, device_id, device_number, entity, "
                "metric, unit, kind, block, position) "
                "SELECT %s, id, number, %s, %s, %s, %s, %s, %s FROM netpulse.devices WHERE id = %s",
                (organization_id, entity, metric, unit, kind, block, position, device_id),
            )


def put_samples(
    postgres: TestDatabase,
    device_id: str,
    first: datetime,
    interval: timedelta,
    rows: Sequence[Sequence[float | None] | None],
    *,
    block: int = 0,
) -> None:
    """Insert one row a slot; None for a row leaves the slot out, None for a value is NaN."""
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "SELECT netpulse.ensure_sample_partitions(%s, %s)",
            ((first - timedelta(days=1)).date(), (first + len(rows) * interval).date()),
        )
        for number, row in enumerate(rows):
            if row is None:
                continue
            connection.execute(
                "INSERT INTO netpulse.samples "
                "(organization_number, device_number, block, slot_at, values) "
                "SELECT o.number, d.number, %s, %s, %s "
                "FROM netpulse.devices d JOIN netpulse.organizations o ON o.id = d.organization_id "
                "WHERE d.id = %s",
                (
                    block,
                    first + number * interval,
                    [nan if value is None else value for value in row],
                    device_id,
                ),
            )
