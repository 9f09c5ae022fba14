"""What a rule remembers of a series from one value to the next, and what it makes of the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.anomaly import Band
from functions.alerts.domain.baseline import Usual
from functions.alerts.domain.rule import Kind, Rule
from functions.alerts.domain.rulebook import Hearing

# A span is known by so many of its values: more would only make rows longer.
_POINTS = 12
# A value this long ago says nothing of the change to the next one, unless the span is longer.
_STALE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What was before; as it was made, nothing: it need not be kept."""

    # instants (seconds since 1970) and values, oldest first
    points: tuple[tuple[float, float], ...] = ()
    # of the last values, newest last: 1 was trouble
    ring: str = ""
    # good values in a row
    goods: int = 0
    # since when the value is beyond the critical level (seconds since 1970)
    worse_since: float | None = None
    # what a status was before it changed
    base: float | None = None
    # flapping: whether the state changed at each of the last looks, and whether it is too often
    changes: str = ""
    flaps: bool = False


NOTHING = Memory()


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a value means to a rule."""

    # what is compared: the value itself, its change, its share
    value: float
    is_breached: bool
    is_clear: bool
    severity: Severity
    memory: Memory = NOTHING
    # what was usual, where that was asked for
    band: Band | None = None


def finding(
    hearing: Hearing,
    value: float,
    memory: Memory,
    *,
    slot_at: datetime,
    is_open: bool,
    usual: Usual | None = None,
) -> Finding:
    """Return what a value means to a rule; nothing, while there is too little to compare."""
    rule, now = hearing.rule, slot_at.timestamp()
    if rule.kind is Kind.STATUS_CHANGE:
        return _of_status(rule, value, memory, now=now, is_open=is_open)
    if rule.kind is Kind.ANOMALY:
        return _of_anomaly(hearing, value, memory, usual=usual, is_open=is_open)
    seen, memory = _measured(rule, value, memory, now)
    if seen is None:
        return Finding(
            value=value, is_breached=False, is_clear=False, severity=rule.severity, memory=memory
        )
    return _compared(hearing, seen, memory, now=now, is_open=is_open)


def _of_anomaly(
    hearing: Hearing, value: float, memory: Memory, *, usual: Usual | None, is_open: bool
) -> Finding:
    rule = hearing.rule
    if usual is None or not rule.unusual.knows_enough(usual.hours):
        # what was told when more was known is not told for ever
        return Finding(
            value=value, is_breached=False, is_clear=True, severity=rule.severity, memory=memory
        )
    band = rule.unusual.band(usual)
    strangeness = rule.unusual.strangeness(value, band)
    found = _compared(hearing, strangeness, memory, now=0.0, is_open=is_open)
    return replace(found, value=value, band=band)


def _compared(
    hearing: Hearing, seen: float, memory: Memory, *, now: float, is_open: bool
) -> Finding:
    rule = hearing.rule
    breached, clear = rule.is_breached(seen), rule.is_clear(seen)
    if rule.of_last > 1:
        ring = (memory.ring + "01"[breached])[-rule.of_last :]
        memory = replace(memory, ring=ring if "1" in ring else "")
        breached = ring.count("1") >= rule.breaches
    if rule.clears > 1:
        goods = min(memory.goods + 1, rule.clears) if clear else 0
        clear = clear and goods == rule.clears
        # only what is open must know how often it was good
        memory = replace(memory, goods=goods if is_open and not clear else 0)
    severity = rule.severity
    if hearing.worse is not None:
        memory, severity = _graded(rule, hearing.worse, seen, memory, now)
    return Finding(
        value=seen,
        is_breached=breached,
        is_clear=clear and not (rule.of_last > 1 and breached),
        severity=severity,
        memory=memory,
    )


def _graded(
    rule: Rule, worse: Rule, seen: float, memory: Memory, now: float
) -> tuple[Memory, Severity]:
    """Return since when it is critical, and whether it was so for as long as the rule holds."""
    since = memory.worse_since
    if worse.is_breached(seen):
        since = now if since is None else since
    elif since is not None and worse.is_clear(seen):
        since = None
    is_worse = since is not None and now - since >= rule.hold.total_seconds()
    return replace(memory, worse_since=since), Severity.CRITICAL if is_worse else rule.severity


def _measured(rule: Rule, value: float, memory: Memory, now: float) -> tuple[float | None, Memory]:
    """Return what is compared, and what to remember for the next time."""
    match rule.kind:
        case Kind.PERCENT_OF_SPEED:
            return (100.0 * value / rule.speed_bps if rule.speed_bps else value), memory
        case Kind.RATE | Kind.DELTA:
            return _change(rule, value, memory, now)
        case _:
            return value, memory


def _change(rule: Rule, value: float, memory: Memory, now: float) -> tuple[float | None, Memory]:
    window = rule.window.total_seconds()
    oldest = now - max(2 * window, _STALE.total_seconds())
    known = tuple(point for point in memory.points if oldest <= point[0] < now)
    kept = _thinned((*known, (now, value)), now, window)
    reference = next((point for point in reversed(known) if now - point[0] >= window), None)
    if reference is None:
        return None, replace(memory, points=kept)
    change = value - reference[1]
    if rule.kind is Kind.RATE:
        change /= now - reference[0]
    return change, replace(memory, points=kept)


def _thinned(
    points: tuple[tuple[float, float], ...], now: float, window: float
) -> tuple[tuple[float, float], ...]:
    """Return the points a window apart and within it, few enough to be kept in a row."""
    begun = [point for point in points if now - point[0] >= window]
    within = [point for point in points if now - point[0] < window]
    kept: list[tuple[float, float]] = []
    for point in within:
        if not kept or point[0] - kept[-1][0] >= window / _POINTS:
            kept.append(point)
    if within and kept[-1] != within[-1]:
        kept.append(within[-1])
    return (*begun[-1:], *kept)


def _of_status(rule: Rule, value: float, memory: Memory, *, now: float, is_open: bool) -> Finding:
    before = memory.points[-1][1] if memory.points else None
    told = replace(memory, points=((now, value),) if value != before else memory.points)
    if is_open:
        returned = value == memory.base
        left = rule.to_value is not None and value != rule.to_value
        clear = returned or left
        return Finding(
            value=value,
            is_breached=not clear,
            is_clear=clear,
            severity=rule.severity,
            memory=replace(told, base=None if clear else memory.base),
        )
    breached = (
        before is not None
        and value != before
        and rule.from_value in (None, before)
        and rule.to_value in (None, value)
    )
    return Finding(
        value=value,
        is_breached=breached,
        is_clear=not breached,
        severity=rule.severity,
        memory=replace(told, base=before if breached else None),
    )
