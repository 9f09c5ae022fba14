"""When a channel is told of nothing but what is critical: by the clock of a wall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
# The hours that hold today may have begun yesterday; the next ones begin within a week.
_LOOKED_AT = 8


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """Hours of some days of the week; those that end before they begin end on the day after."""

    time_zone: str
    # the days they begin on, 0 is Monday
    weekdays: frozenset[int] = frozenset(range(7))
    from_time: time
    to_time: time
    # not even a critical alert is told in them
    even_critical: bool = False

    def end(self, now: datetime) -> datetime | None:
        """Return when the quiet that holds now is over; None: it is not quiet.

        Hours that follow each other without a gap are one: nobody is told between them. A quiet
        that never ends is told of at its first end a week on.
        """
        until: datetime | None = None
        for begin, end in self._spans(now):
            if begin <= (until or now) < end:
                until = end
        return until

    def _spans(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield when the hours begin and end, from the day before on."""
        zone = ZoneInfo(self.time_zone)
        first = now.astimezone(zone).date() - _DAY
        for day in (first + n * _DAY for n in range(_LOOKED_AT)):
            if day.weekday() in self.weekdays:
                last = day if self.from_time < self.to_time else day + _DAY
                yield _instant(day, self.from_time, zone), _instant(last, self.to_time, zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when a wall's clock shows a time: one that comes twice the first time, one that spring
    leaves out as much later (RFC 5545, 3.3.5).
    """
    return datetime.combine(day, at, zone).astimezone(UTC)
