"""What an organisation has, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from functions.devices.domain.device import Device

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.events import Fact
    from netpulse.ids import CredentialId, DeviceId, GroupId

    from functions.devices.domain.credential import Credential
    from functions.devices.models.groups import GroupIn
    from functions.devices.models.views import PeriodView


@dataclass
class Stored:
    """What an organisation has."""

    devices: dict[DeviceId, Device] = field(default_factory=dict)
    times: dict[Any, tuple[datetime, datetime]] = field(default_factory=dict)
    # device_status and device_identities, by device
    known: dict[Any, dict[str, Any]] = field(default_factory=dict)
    groups: dict[GroupId, GroupIn] = field(default_factory=dict)
    credentials: dict[CredentialId, tuple[Credential, bytes]] = field(default_factory=dict)
    periods: dict[Any, list[PeriodView]] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    last_number: int = 0
