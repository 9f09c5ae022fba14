"""Devices as alerts sees them: what rules match on, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from netpulse.ids import DeviceId

# A poller repeats an unchanged verdict at least this often.
_REFRESH = timedelta(seconds=60)


class Status(StrEnum):
    """What the operations centre shows of a device."""

    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"

    @property
    def is_up(self) -> bool:
        """Whether the device answers."""
        return self in (Status.ONLINE, Status.DEGRADED)

    @property
    def is_down(self) -> bool:
        """Whether the device does not answer, by its own fault or not."""
        return self in (Status.OFFLINE, Status.UNREACHABLE)


class Verdict(StrEnum):
    """What the poller says of a device."""

    UP = "up"
    DOWN = "down"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A device's description, as far as rules and messages need it."""

    id: DeviceId
    number: int
    name: str
    ip_address: str
    device_type: str
    tags: frozenset[str] = frozenset()
    group_ids: frozenset[UUID] = frozenset()
    interval_seconds: int = 60
    down_after: int = 3
    is_polled: bool = True
    is_retired: bool = False

    @property
    def interval(self) -> timedelta:
        """How long a slot is."""
        return timedelta(seconds=self.interval_seconds)

    @property
    def patience(self) -> timedelta:
        """How long nothing may be heard of the device before its poller counts as silent."""
        return 3 * self.interval + _REFRESH


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is known of a device: the status that was told, and the poller's last word."""

    status: Status = Status.UNKNOWN
    reason: str = ""
    since: datetime | None = None
    maintenance: bool = False
    seq: int = 0
    last_seen_at: datetime | None = None
    slot_at: datetime | None = None
    verdict: Verdict = Verdict.UNKNOWN
    is_hard: bool = False
    failing_since: datetime | None = None
    verdict_reason: str = ""
    response_time_ms: float | None = None
    loss_ratio: float | None = None
    # of the device's shard when the last word was given; who speaks with a lower one has lost it
    epoch: int = 0
    # a failure that waits for news of the device's parents is decided then at the latest
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one series."""

    metric: str
    entity: str
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One poll result of one device."""

    device_id: DeviceId
    slot_at: datetime
    verdict: Verdict
    is_hard: bool = False
    failing_since: datetime | None = None
    reason: str = ""
    rtt_ms: float | None = None
    loss_ratio: float | None = None
    values: tuple[Value, ...] = ()
    epoch: int = 0
