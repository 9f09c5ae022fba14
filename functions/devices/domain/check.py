"""A check: a named probe of something that a device serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from functions.devices.domain.credential import CredentialKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from netpulse.ids import CredentialId, DeviceId

MAX_CHECKS = 50
_PATIENCE = timedelta(minutes=2)


class CheckKind(StrEnum):
    """What a check speaks."""

    TCP = "tcp"
    HTTP = "http"
    DNS = "dns"
    SSH = "ssh"


# what a check of a kind may be let in with
CREDENTIAL_OF = {CheckKind.HTTP: CredentialKind.HTTP, CheckKind.SSH: CredentialKind.SSH}
# the beginnings of the names of what probes measure by themselves
RESERVED_METRICS = ("check_", "tcp_", "http_", "tls_", "dns_", "ssh_")


class CheckState(StrEnum):
    """What a check said last."""

    OK = "ok"
    FAILING = "failing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """A check as its owners describe it."""

    id: UUID
    device_id: DeviceId
    name: str
    kind: CheckKind
    settings: Mapping[str, Any] = field(default_factory=dict)
    credential_id: CredentialId | None = None
    interval_seconds: int = 60
    timeout_seconds: float = 10.0
    enabled: bool = True
    pinned_host_key: str | None = None

    @property
    def goes_beyond(self) -> bool:
        """Whether it is sent elsewhere than to its device."""
        return bool(self.settings.get("beyond_device"))


@dataclass(frozen=True)
class CheckFilter:
    """Which checks are wanted: any value of a filter will do, every filter must be met."""

    device_id: DeviceId | None = None
    kinds: Sequence[CheckKind] = ()
    states: Sequence[CheckState] = ()
    search: str = ""


def state_of(
    *, ok: bool | None, checked_at: datetime | None, interval_seconds: int, now: datetime
) -> CheckState:
    """Return what a result says now: one that is too old says nothing."""
    if ok is None or checked_at is None:
        return CheckState.UNKNOWN
    if now - checked_at > 3 * timedelta(seconds=interval_seconds) + _PATIENCE:
        return CheckState.UNKNOWN
    return CheckState.OK if ok else CheckState.FAILING
