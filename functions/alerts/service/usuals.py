"""What is usual for the devices of a batch: read once in a while, not once a batch."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.alerts.domain.hour import HOUR, hour_of_week, whole_hour
from functions.alerts.domain.rule import Kind
from functions.alerts.domain.valuation import nothing_usual

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId

    from functions.alerts.domain.baseline import Usual
    from functions.alerts.domain.device import Device
    from functions.alerts.domain.rulebook import RuleBook
    from functions.alerts.domain.valuation import UsualOf
    from functions.alerts.ports import Work

# A baseline learns once an hour, and some minutes after it.
_LIFETIME = timedelta(minutes=10)
# A device's entry is some kilobytes at most; ids of devices are unique, whoever owns them.
_MOST_DEVICES = 5_000
# The hours that slots of now may lie in: the one before, this one, and the next while this is kept.
_BEFORE, _HOURS = 1, 3


@dataclass(frozen=True)
class _Known:
    read_at: datetime
    metrics: frozenset[str]
    begin: datetime
    usual: dict[tuple[str, str], tuple[Usual, ...]]


class Usuals:
    """Knows what is usual, for as many devices as have room."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[DeviceId, _Known] = OrderedDict()

    def read(self, work: Work, rules: RuleBook, devices: Mapping[DeviceId, Device]) -> UsualOf:
        """Return who knows what is usual for these devices; without such rules nothing is read."""
        about = rules.of_kind(Kind.ANOMALY)
        if not about:
            return nothing_usual
        now = self._clock.now()
        wanted = {
            device.id: metrics
            for device in devices.values()
            if (metrics := frozenset(r.metric or "" for r in about if r.scope.holds(device)))
        }
        missing = {
            device_id: metrics
            for device_id, metrics in wanted.items()
            if not self._has(device_id, metrics, now)
        }
        if missing:
            self._fetch(work, missing, now)
        # what this batch needs stays, even where it is more than there is room for
        here = {each: self._known[each] for each in wanted}
        self._make_room()

        def usual_of(
            device_id: DeviceId, metric: str, entity: str, slot_at: datetime
        ) -> Usual | None:
            known = here.get(device_id)
            hours = known.usual.get((metric, entity)) if known else None
            if known is None or hours is None:
                return None
            place = (slot_at - known.begin) // HOUR
            return hours[place] if 0 <= place < _HOURS else None

        return usual_of

    def _has(self, device_id: DeviceId, metrics: frozenset[str], now: datetime) -> bool:
        known = self._known.get(device_id)
        if known is None or known.metrics != metrics or now - known.read_at >= _LIFETIME:
            return False
        self._known.move_to_end(device_id)
        return True

    def _fetch(self, work: Work, missing: Mapping[DeviceId, frozenset[str]], now: datetime) -> None:
        zone = work.baselines.time_zone()
        begin = whole_hour(now) - _BEFORE * HOUR
        cells = [hour_of_week(begin + n * HOUR, zone) for n in range(_HOURS)]
        for device_id, metrics in missing.items():
            self._known[device_id] = _Known(now, metrics, begin, {})
            self._known.move_to_end(device_id)
        found = work.baselines.usual(missing, cells, zone=zone)
        for (device_id, metric, entity), hours in found.items():
            self._known[device_id].usual[metric, entity] = hours

    def _make_room(self) -> None:
        while len(self._known) > _MOST_DEVICES:
            self._known.popitem(last=False)
