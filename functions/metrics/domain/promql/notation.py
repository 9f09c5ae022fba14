"""Numbers, instants and results as Prometheus' API writes them."""

from __future__ import annotations

import math
import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from functions.metrics.domain.promql.errors import BadQueryError

if TYPE_CHECKING:
    from functions.metrics.domain.promql.vectors import Element, Integers, Samples, Value

_DURATION = re.compile(
    r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?"
)
_MS_OF = (31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1)
_LAST_MS = 253_402_300_799_000


def number(value: float) -> str:
    """Return a value as Go's shortest decimal, never with an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    if text.endswith(".0"):
        return text[:-2]
    return format(Decimal(text), "f") if "e" in text else text


def seconds(at_ms: int) -> float | int:
    """Return an instant in seconds since 1970."""
    return at_ms // 1000 if at_ms % 1000 == 0 else at_ms / 1000


def instant(name: str, text: str) -> int:
    """Return the instant in ms that `1435781451.781` or an RFC 3339 text names."""
    try:
        at_ms = round(float(text) * 1000)
    except (ValueError, OverflowError):
        at_ms = _rfc3339(name, text)
    if not -_LAST_MS < at_ms < _LAST_MS:
        raise BadQueryError(f'invalid parameter "{name}": cannot parse "{text}" to a valid time')
    return at_ms


def _rfc3339(name: str, text: str) -> int:
    wrong = BadQueryError(f'invalid parameter "{name}": cannot parse "{text}" to a valid timestamp')
    try:
        found = datetime.fromisoformat(text)
        at_ms = round(found.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise wrong from error
    if found.tzinfo is None:
        raise wrong
    return at_ms


def duration(name: str, text: str) -> int:
    """Return the ms that `15`, `0.5` or `1h30m` mean."""
    try:
        value = float(text)
        if math.isfinite(value) and abs(value) * 1000 < _LAST_MS:
            return round(value * 1000)
    except ValueError:
        found = _DURATION.fullmatch(text)
        if found and text:
            parts = zip(found.groups(), _MS_OF, strict=True)
            whole = sum(int(part) * unit for part, unit in parts if part)
            if whole < _LAST_MS:
                return whole
    raise BadQueryError(f'invalid parameter "{name}": cannot parse "{text}" to a valid duration')


def matrix(value: Value, instants: Integers) -> dict[str, Any]:
    """Return a range query's result."""
    rows = value if isinstance(value, list) else []
    result = [_row(each, instants) for each in rows if each.present.any()]
    if not isinstance(value, list) and not isinstance(value, str):
        result = [{"metric": {}, "values": _values(instants, value)}]
    result.sort(key=lambda row: sorted(row["metric"].items()))
    return {"resultType": "matrix", "result": result}


def _row(element: Element, instants: Integers) -> dict[str, Any]:
    there = element.present
    return {"metric": element.labels, "values": _values(instants[there], element.values[there])}


def _values(instants: Integers, values: Any) -> list[list[Any]]:
    return [
        [seconds(at), number(value)]
        for at, value in zip(instants.tolist(), values.tolist(), strict=True)
    ]


def vector(value: Value, at_ms: int, *, descending: bool | None) -> dict[str, Any]:
    """Return an instant query's result; `descending` None leaves the order open."""
    at = seconds(at_ms)
    if isinstance(value, str):
        return {"resultType": "string", "result": [at, value]}
    if not isinstance(value, list):
        return {"resultType": "scalar", "result": [at, number(float(value[0]))]}
    found = [each for each in value if each.present[0]]
    if descending is not None:
        found.sort(key=lambda each: _order(float(each.values[0]), descending=descending))
    return {
        "resultType": "vector",
        "result": [
            {"metric": each.labels, "value": [at, number(float(each.values[0]))]} for each in found
        ],
    }


def _order(value: float, *, descending: bool) -> tuple[bool, float]:
    # NaN comes last either way
    return math.isnan(value), -value if descending else value


def raw(samples: list[Samples], begin_ms: int, end_ms: int) -> dict[str, Any]:
    """Return an instant query's result that is a window itself: samples after begin, to end."""
    result = []
    for each in samples:
        inside = (each.times > begin_ms) & (each.times <= end_ms)
        if inside.any():
            values = _values(each.times[inside], each.values[inside])
            result.append({"metric": each.labels, "values": values})
    return {"resultType": "matrix", "result": result}
