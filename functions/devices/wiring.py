"""The real world of the inventory: PostgreSQL, KMS, the bus and the clock."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK
from netpulse.ids import OrganizationId
from netpulse.jobs import Jobs
from netpulse.networks import AddressPolicy, parse_networks
from netpulse.secrets import vault
from netpulse.settings import Settings, load
from netpulse.wiring import access, database, relay, system_database
from netpulse.work import UnitOfWork

from functions.devices.ports import DevicesWork
from functions.devices.ports.field import FieldWork
from functions.devices.repository.checks import PostgresChecks
from functions.devices.repository.credentials import PostgresCredentials
from functions.devices.repository.devices import PostgresDevices
from functions.devices.repository.discovery import (
    PostgresDiscovery,
    scans_to_accept,
    unclaimed_jobs,
)
from functions.devices.repository.found import PostgresFound
from functions.devices.repository.groups import PostgresGroups
from functions.devices.repository.inventory import PostgresInventory
from functions.devices.repository.polling import PostgresPolling
from functions.devices.repository.scan_schedules import PostgresScanSchedules, schedules_due
from functions.devices.repository.topology import PostgresTopology
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
from functions.devices.service.upkeep import DiscoveryUpkeep

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Transaction
    from netpulse.outbox import Outbox

__all__ = [
    "access",
    "check_service",
    "credential_service",
    "device_service",
    "discovery_service",
    "discovery_upkeep",
    "field_work_of",
    "found_service",
    "group_service",
    "import_service",
    "monitoring_service",
    "scan_schedule_service",
    "topology_service",
    "work_of",
]


class DevicesSettings(Settings):
    """Where no device may be (CIDRs, by commas)."""

    forbidden_networks: str = "127.0.0.0/8,::1/128"


def work_of(transaction: Transaction, outbox: Outbox) -> DevicesWork:
    """Return the inventory as one transaction sees it."""
    if transaction.organization_id is None:
        raise RuntimeError("the inventory is always one organisation's")
    return DevicesWork(
        organization_id=OrganizationId(transaction.organization_id),
        devices=PostgresDevices(transaction),
        inventory=PostgresInventory(transaction),
        polling=PostgresPolling(transaction),
        groups=PostgresGroups(transaction),
        credentials=PostgresCredentials(transaction),
        outbox=outbox,
        attempt=transaction.connection.transaction,
    )


def field_work_of(transaction: Transaction, outbox: Outbox) -> FieldWork:
    """Return the inventory and what is found in the field, as one transaction sees it."""
    inventory = work_of(transaction, outbox)
    known = {each.name: getattr(inventory, each.name) for each in fields(inventory)}
    return FieldWork(
        **known,
        checks=PostgresChecks(transaction),
        discovery=PostgresDiscovery(transaction),
        scan_schedules=PostgresScanSchedules(transaction),
        found=PostgresFound(transaction),
        topology=PostgresTopology(transaction),
        jobs=Jobs(transaction),
    )


@cache
def _field_work() -> UnitOfWork[FieldWork]:
    return UnitOfWork(database(), relay(), SYSTEM_CLOCK, field_work_of)


@cache
def _policy() -> AddressPolicy:
    return AddressPolicy(forbidden=parse_networks(load(DevicesSettings).forbidden_networks))


@cache
def _work() -> UnitOfWork[DevicesWork]:
    return UnitOfWork(database(), relay(), SYSTEM_CLOCK, work_of)


@cache
def device_service() -> DeviceService:
    """Return what registers, changes and retires devices."""
    return DeviceService(_work(), DeviceSecrets(vault(), SYSTEM_CLOCK), _policy(), SYSTEM_CLOCK)


@cache
def import_service() -> ImportService:
    """Return what takes many devices at once."""
    return ImportService(_work(), device_service())


@cache
def group_service() -> GroupService:
    """Return what keeps groups."""
    return GroupService(_work(), SYSTEM_CLOCK)


@cache
def credential_service() -> CredentialService:
    """Return what keeps credentials."""
    return CredentialService(_work(), vault(), SYSTEM_CLOCK)


@cache
def monitoring_service() -> MonitoringService:
    """Return what reads what is known of devices."""
    return MonitoringService(_work(), SYSTEM_CLOCK)


@cache
def check_service() -> CheckService:
    """Return what keeps checks."""
    return CheckService(_field_work(), _policy(), SYSTEM_CLOCK)


@cache
def discovery_service() -> DiscoveryService:
    """Return what keeps scans."""
    return DiscoveryService(_field_work(), device_service(), _policy(), SYSTEM_CLOCK)


@cache
def scan_schedule_service() -> ScanScheduleService:
    """Return what keeps scans that repeat."""
    return ScanScheduleService(_field_work(), discovery_service(), SYSTEM_CLOCK)


@cache
def found_service() -> FoundService:
    """Return what reads what was found on devices."""
    return FoundService(_field_work(), SYSTEM_CLOCK)


@cache
def topology_service() -> TopologyService:
    """Return what keeps links between devices."""
    return TopologyService(_field_work(), device_service(), SYSTEM_CLOCK)


@cache
def discovery_upkeep() -> DiscoveryUpkeep:
    """Return what looks after scans that nobody looks at."""
    return DiscoveryUpkeep(
        _field_work(),
        discovery_service(),
        scan_schedule_service(),
        SYSTEM_CLOCK,
        to_accept=_to_accept,
        unclaimed=_unclaimed,
        due=_due,
    )


def _to_accept() -> list[tuple[OrganizationId, UUID]]:
    with system_database().transaction(None) as transaction:
        return scans_to_accept(transaction)


def _unclaimed(before: datetime) -> list[tuple[OrganizationId, UUID]]:
    with system_database().transaction(None) as transaction:
        return unclaimed_jobs(transaction, before)


def _due(now: datetime) -> list[tuple[OrganizationId, UUID]]:
    with system_database().transaction(None) as transaction:
        return schedules_due(transaction, now)
