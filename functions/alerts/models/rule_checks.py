"""What of a rule's description fits together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from netpulse.errors import InvalidError
from pydantic_core import PydanticCustomError

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.anomaly import Unusual
from functions.alerts.domain.hour import HOUR
from functions.alerts.domain.metrics import described
from functions.alerts.domain.rule import Comparison, Kind, Override, Rule

_ABOVE = frozenset({Comparison.ABOVE, Comparison.AT_LEAST})
_BELOW = frozenset({Comparison.BELOW, Comparison.AT_MOST})
_OF_THRESHOLD = ("metric", "comparison", "threshold")
_NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.DEVICE_DOWN: (),
    Kind.THRESHOLD: _OF_THRESHOLD,
    Kind.RATE: _OF_THRESHOLD,
    Kind.DELTA: _OF_THRESHOLD,
    Kind.PERCENT_OF_SPEED: _OF_THRESHOLD,
    Kind.MISSING_DATA: ("metric",),
    Kind.STATUS_CHANGE: ("metric",),
    Kind.FORECAST: _OF_THRESHOLD,
    Kind.ANOMALY: ("metric",),
}
_LEVELS = frozenset({"clear_threshold", "critical_threshold"})
_COUNTING = frozenset({"breaches", "of_last", "clears", "keep_firing_for_seconds"})
_OWN: dict[Kind, frozenset[str]] = {
    Kind.DEVICE_DOWN: frozenset(),
    Kind.THRESHOLD: _LEVELS | _COUNTING,
    Kind.RATE: _LEVELS | _COUNTING | {"window_seconds"},
    Kind.DELTA: _LEVELS | _COUNTING | {"window_seconds"},
    Kind.PERCENT_OF_SPEED: _LEVELS | _COUNTING | {"speed_bps"},
    Kind.MISSING_DATA: frozenset({"window_seconds"}),
    Kind.STATUS_CHANGE: frozenset({"from_value", "to_value", "keep_firing_for_seconds"}),
    Kind.FORECAST: frozenset({"window_seconds"}),
    Kind.ANOMALY: _COUNTING | {"sensitivity", "direction", "history_hours", "least_deviation"},
}
_USUAL = Unusual()
# What only some kinds have, with the value that says nothing.
_PARTICULAR: dict[str, Any] = {
    **dict.fromkeys((*_OF_THRESHOLD, *_LEVELS, "from_value", "to_value", "speed_bps")),
    "window_seconds": 0,
    "keep_firing_for_seconds": 0,
    "breaches": 1,
    "of_last": 1,
    "clears": 1,
    "sensitivity": _USUAL.sensitivity,
    "direction": _USUAL.direction,
    "history_hours": _USUAL.history // HOUR,
    "least_deviation": _USUAL.least_deviation,
}
_SHORTEST_SILENCE_S = 60
_SHORTEST_OUTLOOK_S = 3600
# Traffic, and its share of the speed the interface tells of itself, which the poller computes.
_SHARES = {"if_in_bps": "if_in_utilization", "if_out_bps": "if_out_utilization"}
_TRAFFIC = {share: traffic for traffic, share in _SHARES.items()}


def check(kind: Kind, body: Mapping[str, Any], *, given: Collection[str]) -> None:
    """Refuse a description whose parts do not fit together."""
    missing = [name for name in _NEEDED[kind] if body[name] is None]
    if missing:
        raise PydanticCustomError(
            "missing",
            "A {kind} rule needs {names}",
            {"kind": kind.value, "names": ", ".join(missing)},
        )
    strange = [
        name
        for name, nothing in _PARTICULAR.items()
        if name in given and body[name] != nothing and name not in {*_NEEDED[kind], *_OWN[kind]}
    ]
    if strange:
        raise PydanticCustomError(
            "kind",
            "A {kind} rule has no {names}",
            {"kind": kind.value, "names": ", ".join(strange)},
        )
    _check_kind(kind, body)
    _check_levels(body)


def _check_kind(kind: Kind, body: Mapping[str, Any]) -> None:
    if body["of_last"] < body["breaches"]:
        raise PydanticCustomError("of_last", "of_last must be at least breaches")
    if kind is Kind.MISSING_DATA and body["window_seconds"] < _SHORTEST_SILENCE_S:
        raise PydanticCustomError("window_seconds", "window_seconds must be at least 60")
    if kind is Kind.FORECAST:
        _check_forecast(body)
    if kind is Kind.ANOMALY and described(body["metric"]).states:
        raise PydanticCustomError("metric", "A status has no usual values; use status_change")
    if kind is Kind.PERCENT_OF_SPEED and body["metric"] not in {*_SHARES, *_TRAFFIC}:
        raise PydanticCustomError("metric", "metric must be if_in_bps or if_out_bps")


def _check_forecast(body: Mapping[str, Any]) -> None:
    if body["window_seconds"] < _SHORTEST_OUTLOOK_S:
        raise PydanticCustomError("window_seconds", "window_seconds must be at least 3600")
    if body["comparison"] not in _ABOVE | _BELOW:
        raise PydanticCustomError("comparison", "A forecast needs one of > >= < <=")


def watched_metric(kind: Kind, metric: str | None, *, speed_bps: float | None) -> str | None:
    """Return the series a rule hears: with a speed of its own the traffic, else its share."""
    if kind is not Kind.PERCENT_OF_SPEED or metric is None:
        return metric
    return _TRAFFIC.get(metric, metric) if speed_bps else _SHARES.get(metric, metric)


def check_override(rule: Rule, override: Override) -> None:
    """Refuse an override that says nothing, or levels where there is no threshold."""
    levels = (override.threshold, override.clear_threshold, override.critical_threshold)
    if any(level is not None for level in levels):
        if not rule.kind.has_threshold:
            raise _refused("threshold", f"A {rule.kind.value} rule has no threshold")
        if override.threshold is None:
            raise _refused("threshold", "Levels of a device need a threshold of its own")


def _check_levels(body: Mapping[str, Any]) -> None:
    threshold, comparison = body["threshold"], body["comparison"]
    clear, critical = body["clear_threshold"], body["critical_threshold"]
    for name, level in (("clear_threshold", clear), ("critical_threshold", critical)):
        if level is not None and comparison not in _ABOVE | _BELOW:
            raise PydanticCustomError(
                name, "{name} needs one of > >= < <= as comparison", {"name": name}
            )
    if clear is not None and clear != threshold and _is_worse(clear, threshold, comparison):
        raise PydanticCustomError(
            "clear_threshold", "clear_threshold must lie on the good side of threshold"
        )
    if critical is None:
        return
    if not _is_worse(critical, threshold, comparison):
        raise PydanticCustomError(
            "critical_threshold", "critical_threshold must lie on the bad side of threshold"
        )
    if body["severity"] is Severity.CRITICAL:
        raise PydanticCustomError(
            "critical_threshold", "A rule that is critical needs no critical_threshold"
        )


def _is_worse(level: float, threshold: float, comparison: Comparison) -> bool:
    return level > threshold if comparison in _ABOVE else level < threshold


def _refused(field: str, message: str) -> InvalidError:
    details = {"fields": [{"field": field, "code": "INVALID_INPUT", "message": message}]}
    return InvalidError(f"Not accepted: {field}", details=details)
