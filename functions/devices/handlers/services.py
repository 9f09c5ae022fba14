"""The services that routes call, made when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.devices.service.checks import CheckService
    from functions.devices.service.credentials import CredentialService
    from functions.devices.service.devices import DeviceService
    from functions.devices.service.discovery import DiscoveryService
    from functions.devices.service.found import FoundService
    from functions.devices.service.groups import GroupService
    from functions.devices.service.imports import ImportService
    from functions.devices.service.monitoring import MonitoringService
    from functions.devices.service.scan_schedules import ScanScheduleService
    from functions.devices.service.topology import TopologyService


@dataclass(frozen=True)
class Services:
    """One maker a service; production's are cached."""

    devices: Callable[[], DeviceService]
    imports: Callable[[], ImportService]
    groups: Callable[[], GroupService]
    credentials: Callable[[], CredentialService]
    monitoring: Callable[[], MonitoringService]
    checks: Callable[[], CheckService]
    discovery: Callable[[], DiscoveryService]
    scan_schedules: Callable[[], ScanScheduleService]
    found: Callable[[], FoundService]
    topology: Callable[[], TopologyService]
