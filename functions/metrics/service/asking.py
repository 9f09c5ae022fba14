"""What every question about measured values has in common: its range and its scope."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from netpulse.instants import NotAnInstantError, parse_instant

from functions.metrics.domain.errors import QueryTooLargeError, unacceptable
from functions.metrics.domain.spans import TooManyPointsError, cut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from functions.metrics.domain.series import Series, Wanted
    from functions.metrics.domain.spans import Span
    from functions.metrics.models.scope import Range
    from functions.metrics.ports import Catalogue

MAX_SERIES = 2000
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_INTERVAL_S = 60
# Nothing was measured outside; within, what lies beside a range is an instant, too.
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def range_of(asked: Range, now: datetime) -> tuple[datetime, datetime]:
    """Return the range of time that is asked for; raise InvalidError."""
    begin, end = instant_of("from", asked.begin, now), instant_of("to", asked.end, now)
    if begin >= end:
        raise unacceptable("from", "from must be before to")
    return begin, end


def instant_of(field: str, text: str, now: datetime) -> datetime:
    """Return the instant a text names; raise InvalidError."""
    try:
        found = parse_instant(text, now)
    except NotAnInstantError as error:
        message = "An instant is needed: ISO 8601 with an offset, `now`, or relative like `-1h`"
        raise unacceptable(field, message) from error
    if not _FIRST <= found <= _LAST:
        raise unacceptable(field, "An instant from 1970 to 2200 is needed")
    return found


def duration_of(text: str) -> timedelta:
    """Return the time that `7d` or `-7d` names."""
    digits = text.strip("-")
    return timedelta(**{_UNITS[digits[-1]]: int(digits[:-1])})


def check_scope(catalogue: Catalogue, wanted: Wanted) -> None:
    """Raise InvalidError when devices or groups are named that are not there."""
    devices, groups = catalogue.missing(wanted)
    for field, thing, ids in (("device_ids", "device", devices), ("group_ids", "group", groups)):
        if ids:
            names = ", ".join(sorted(map(str, ids)))
            raise unacceptable(field, f"There is no {thing} {names}")


def series_of(catalogue: Catalogue, wanted: Wanted) -> list[Series]:
    """Return the wanted series; raise QueryTooLargeError when they are too many."""
    check_scope(catalogue, wanted)
    found = catalogue.series(wanted, limit=MAX_SERIES + 1)
    if len(found) > MAX_SERIES:
        raise QueryTooLargeError(
            f"More than {MAX_SERIES} series fit; name fewer metrics, entities or devices",
            details={"max_series": MAX_SERIES},
        )
    return found


def span_of(series: Sequence[Series], begin: datetime, end: datetime, **options: Any) -> Span:
    """Return how a range of series is cut; raise QueryTooLargeError."""
    interval_s = max((each.interval_s for each in series), default=_INTERVAL_S)
    try:
        return cut(begin, end, interval_s=interval_s, series=len(series), **options)
    except TooManyPointsError as error:
        raise QueryTooLargeError(str(error)) from error
