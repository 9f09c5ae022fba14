"""Rules: when something is a trouble, when it is over, and where they apply."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from fnmatch import translate
from functools import lru_cache
from uuid import UUID

from netpulse.ids import DeviceId, RuleId

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.anomaly import Unusual
from functions.alerts.domain.device import Device


class Kind(StrEnum):
    """What a rule looks at."""

    DEVICE_DOWN = "device_down"
    THRESHOLD = "threshold"
    # how much a value changes a second, and how much it changed over a span
    RATE = "rate"
    DELTA = "delta"
    # traffic against the speed of its interface
    PERCENT_OF_SPEED = "percent_of_speed"
    # a device answers, but a series it had stays away
    MISSING_DATA = "missing_data"
    # a value became another: ifOperStatus up to down
    STATUS_CHANGE = "status_change"
    # a value that will reach a threshold soon, if it goes on as it did
    FORECAST = "forecast"
    # a value beyond what is usual for its hour of the week
    ANOMALY = "anomaly"

    @property
    def has_threshold(self) -> bool:
        """Whether a rule of this kind compares a number with a threshold."""
        return self in _COMPARING or self is Kind.FORECAST

    @property
    def hears_values(self) -> bool:
        """Whether a rule of this kind is judged by each value that comes."""
        return self in _HEARING


_COMPARING = frozenset({Kind.THRESHOLD, Kind.RATE, Kind.DELTA, Kind.PERCENT_OF_SPEED})
_HEARING = _COMPARING | {Kind.STATUS_CHANGE, Kind.ANOMALY}


class Comparison(StrEnum):
    """How a value stands to a threshold when there is trouble."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="
    EQUAL = "=="
    DIFFERENT = "!="


_COMPARE: dict[Comparison, Callable[[float, float], bool]] = {
    Comparison.ABOVE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.BELOW: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.EQUAL: operator.eq,
    Comparison.DIFFERENT: operator.ne,
}
# The recovery side of a threshold that has a clear threshold of its own.
_RECOVERED: dict[Comparison, Callable[[float, float], bool]] = {
    Comparison.ABOVE: operator.le,
    Comparison.AT_LEAST: operator.le,
    Comparison.BELOW: operator.ge,
    Comparison.AT_MOST: operator.ge,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """The devices a rule applies to: those that match every part that is given."""

    device_ids: frozenset[DeviceId] = frozenset()
    group_ids: frozenset[UUID] = frozenset()
    tags: frozenset[str] = frozenset()
    device_types: frozenset[str] = frozenset()

    def holds(self, device: Device) -> bool:
        """Return whether a device is one of them."""
        return (
            (not self.device_ids or device.id in self.device_ids)
            and (not self.group_ids or not self.group_ids.isdisjoint(device.group_ids))
            and (not self.tags or not self.tags.isdisjoint(device.tags))
            and (not self.device_types or device.device_type in self.device_types)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """What a rule is for one device; a threshold brings its own clear and critical ones."""

    device_id: DeviceId
    threshold: float | None = None
    clear_threshold: float | None = None
    critical_threshold: float | None = None
    hold: timedelta | None = None
    is_enabled: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """When there is trouble, how long it must last, and how grave it is."""

    id: RuleId
    name: str
    kind: Kind
    severity: Severity
    description: str = ""
    metric: str | None = None
    entity: str = "*"
    comparison: Comparison | None = None
    threshold: float | None = None
    clear_threshold: float | None = None
    # from here on it is critical
    critical_threshold: float | None = None
    hold: timedelta = timedelta(0)
    # how long it goes on firing after it was true for the last time
    keep_firing: timedelta = timedelta(0)
    # trouble when `breaches` of the last `of_last` values are, over after `clears` good ones
    breaches: int = 1
    of_last: int = 1
    clears: int = 1
    # rate and delta: the span; missing data: the patience; forecast: how far ahead it looks
    window: timedelta = timedelta(0)
    from_value: float | None = None
    to_value: float | None = None
    speed_bps: float | None = None
    # anomaly: what counts
    unusual: Unusual = field(default_factory=Unusual)
    scope: Scope = field(default_factory=Scope)
    overrides: tuple[Override, ...] = ()
    is_enabled: bool = True
    is_built_in: bool = False
    version: int = 1

    @property
    def is_light(self) -> bool:
        """Whether a good value of a series with nothing to remember says that all is well."""
        return self.kind is Kind.THRESHOLD and self.of_last == 1

    def is_breached(self, value: float) -> bool:
        """Return whether a value is trouble."""
        assert self.comparison is not None  # noqa: S101 - threshold rules have one
        assert self.threshold is not None  # noqa: S101
        return _COMPARE[self.comparison](value, self.threshold)

    def is_clear(self, value: float) -> bool:
        """Return whether trouble is over at a value: the problem false and the recovery true."""
        if self.is_breached(value):
            return False
        if self.clear_threshold is None or self.comparison not in _RECOVERED:
            return True
        return _RECOVERED[self.comparison](value, self.clear_threshold)

    def at_critical_level(self) -> Rule | None:
        """Return the rule of the critical level, which clears as far below it; None without one."""
        if self.critical_threshold is None or self.threshold is None:
            return None
        margin = 0.0 if self.clear_threshold is None else self.threshold - self.clear_threshold
        return replace(
            self,
            threshold=self.critical_threshold,
            clear_threshold=self.critical_threshold - margin,
            critical_threshold=None,
        )

    def looks_at(self, entity: str) -> bool:
        """Return whether the rule's pattern covers an entity; '' is the device as a whole."""
        return self.entity == "*" or bool(_pattern(self.entity)(entity))

    def for_device(self, device_id: DeviceId) -> Rule:
        """Return the rule as it stands for one device."""
        found = next((each for each in self.overrides if each.device_id == device_id), None)
        if found is None:
            return self
        own = replace(self, is_enabled=self.is_enabled and found.is_enabled)
        if found.hold is not None:
            own = replace(own, hold=found.hold)
        if found.threshold is None:
            return own
        return replace(
            own,
            threshold=found.threshold,
            clear_threshold=found.clear_threshold,
            critical_threshold=found.critical_threshold,
        )

    def applies_to(self, device: Device, *, metric: str | None, entity: str) -> bool:
        """Return whether the rule, as it stands, would watch this."""
        return (
            self.for_device(device.id).is_enabled
            and self.metric == metric
            and self.scope.holds(device)
            and (metric is None or self.looks_at(entity))
        )


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> Callable[[str], object]:
    return re.compile(translate(glob)).match


def fingerprint(rule_id: RuleId, device_id: DeviceId, entity: str = "") -> str:
    """Return what makes an alert the same alert: its rule, its device, its entity."""
    return f"{rule_id}:{device_id}:{entity}"


def fingerprint_parts(key: str) -> tuple[RuleId, DeviceId, str]:
    """Return the rule, device and entity a fingerprint was made of."""
    rule_id, device_id, entity = key.split(":", 2)
    return RuleId(UUID(rule_id)), DeviceId(UUID(device_id)), entity
