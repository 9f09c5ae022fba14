"""What is usual, shown as the band a rule draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from netpulse.errors import ConflictError, InvalidError, NotFoundError

from functions.alerts.domain.hour import HOUR, hour_of_week, whole_hour
from functions.alerts.domain.rule import Kind
from functions.alerts.models.bands import BandPoint, BandView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId, RuleId

    from functions.alerts.domain.anomaly import Unusual
    from functions.alerts.domain.baseline import Baseline
    from functions.alerts.ports import History, OpenWork, Work

_AROUND_NOW = timedelta(days=1)
_LONGEST = timedelta(days=31)


class NoBaselineError(ConflictError):
    """The rule compares with thresholds, not with what is usual."""

    code = "ALERT_RULE_HAS_NO_BASELINE"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose band somebody wants to see, and when."""

    rule_id: RuleId
    device_id: DeviceId
    entity: str
    since: datetime | None
    until: datetime | None


class Bands:
    """Shows what is usual."""

    def __init__(self, work: OpenWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def show(self, organization_id: OrganizationId, asked: Asked) -> BandView:
        """Return a series' band; raise NotFoundError, NoBaselineError or InvalidError."""
        begin = asked.since or self._clock.now() - _AROUND_NOW
        end = asked.until or begin + 2 * _AROUND_NOW
        if not timedelta(0) < end - begin <= _LONGEST:
            message = "until must be later than since, by at most 31 days"
            field = {"field": "until", "code": "INVALID_INPUT", "message": message}
            raise InvalidError("Not accepted: until", details={"fields": [field]})
        with self._work(organization_id) as work:
            rule = work.rules.get(asked.rule_id).rule.for_device(asked.device_id)
            if rule.kind is not Kind.ANOMALY or rule.metric is None:
                raise NoBaselineError(
                    f"A {rule.kind.value} rule has no baseline; ask for one of kind anomaly"
                )
            series = _series(work, rule.metric, asked)
            zone = work.baselines.time_zone()
            found = next(iter(work.baselines.learnt([series], zone=zone)), None)
        hours = found.baseline.hours if found else 0
        points = _points(rule.unusual, found.baseline, begin, end, zone) if found and hours else ()
        return BandView(
            rule_id=rule.id,
            device_id=asked.device_id,
            metric=rule.metric,
            entity=asked.entity,
            time_zone=zone.key,
            learnt_hours=hours,
            learnt_until=found.until if found else None,
            ready=rule.unusual.knows_enough(hours),
            points=list(points),
        )


def _series(work: Work, metric: str, asked: Asked) -> History:
    if asked.device_id not in work.devices.seen([asked.device_id]):
        raise NotFoundError.of("device", asked.device_id)
    for each in work.samples.series(metric, [asked.device_id]):
        if each.entity == asked.entity:
            return each
    raise NotFoundError.of("series", f"{metric} of '{asked.entity}'")


def _points(
    unusual: Unusual, baseline: Baseline, begin: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[BandPoint]:
    at = whole_hour(begin)
    while at < end:
        band = unusual.band(baseline.usual(hour_of_week(at, zone)))
        yield BandPoint(time=at, lower=band.lower, expected=band.expected, upper=band.upper)
        at += HOUR
