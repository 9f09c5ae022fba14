"""How much of a stretch of time something was up: the one rule for API, reports and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# Degraded is up: it answers. Whether a device behind a dead parent is up, nobody can say, so
# unreachable time is told beside the others, like maintenance and unknown.
_UP, _DOWN = frozenset({"online", "degraded"}), frozenset({"offline"})


@dataclass(frozen=True)
class StatusPeriod:
    """A period in one status; `ended_at` None: it still lasts."""

    status: str
    began_at: datetime
    ended_at: datetime | None = None
    maintenance: bool = False


@dataclass(frozen=True)
class Availability:
    """Where the seconds of a stretch went, and how often an outage began or lasted in it."""

    up_seconds: float
    down_seconds: float
    unreachable_seconds: float
    maintenance_seconds: float
    unknown_seconds: float
    outages: int
    longest_outage_seconds: float

    @property
    def ratio(self) -> float | None:
        """Up / (up + down); None when neither was seen."""
        judged = self.up_seconds + self.down_seconds
        return self.up_seconds / judged if judged else None


def availability(
    periods: Iterable[StatusPeriod],
    *,
    begin: datetime,
    end: datetime,
    existed_from: datetime,
    now: datetime,
) -> Availability:
    """Return where the time between two instants went.

    What lies before the thing existed or after now is not in it. Time that no period covers, and
    that in a status without judgement, is unknown. Maintenance wins over any status.
    """
    begin, end = max(begin, existed_from), min(end, now)
    seconds = dict.fromkeys(("up", "down", "unreachable", "maintenance"), 0.0)
    outages, longest = 0, 0.0
    for period in periods:
        first, last = max(period.began_at, begin), min(period.ended_at or now, end)
        length = (last - first).total_seconds()
        kind = _kind(period)
        if length <= 0 or kind is None:
            continue
        seconds[kind] += length
        if kind == "down":
            outages += 1
            longest = max(longest, length)
    whole = max((end - begin).total_seconds(), 0.0)
    return Availability(
        up_seconds=seconds["up"],
        down_seconds=seconds["down"],
        unreachable_seconds=seconds["unreachable"],
        maintenance_seconds=seconds["maintenance"],
        unknown_seconds=max(whole - sum(seconds.values()), 0.0),
        outages=outages,
        longest_outage_seconds=longest,
    )


def summed(parts: Iterable[Availability]) -> Availability:
    """Return where the seconds of many went together."""
    found = list(parts)
    return Availability(
        up_seconds=sum(each.up_seconds for each in found),
        down_seconds=sum(each.down_seconds for each in found),
        unreachable_seconds=sum(each.unreachable_seconds for each in found),
        maintenance_seconds=sum(each.maintenance_seconds for each in found),
        unknown_seconds=sum(each.unknown_seconds for each in found),
        outages=sum(each.outages for each in found),
        longest_outage_seconds=max((each.longest_outage_seconds for each in found), default=0.0),
    )


def _kind(period: StatusPeriod) -> str | None:
    if period.maintenance:
        return "maintenance"
    if period.status in _UP:
        return "up"
    if period.status in _DOWN:
        return "down"
    return "unreachable" if period.status == "unreachable" else None
