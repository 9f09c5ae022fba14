"""What alerts say: one line that is enough on a telephone.

Since when is told beside it, by the clock of whoever reads it.
"""

from __future__ import annotations

from datetime import timedelta

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.device import Device
from functions.alerts.domain.memory import Finding
from functions.alerts.domain.metrics import described
from functions.alerts.domain.metrics import number as _number
from functions.alerts.domain.rule import Comparison, Kind, Rule

_WORDS: dict[Comparison, str] = {
    Comparison.ABOVE: "above",
    Comparison.AT_LEAST: "at or above",
    Comparison.BELOW: "below",
    Comparison.AT_MOST: "at or below",
    Comparison.EQUAL: "equal to",
    Comparison.DIFFERENT: "not",
}
_NO_REPLY = {
    "icmp timeout": "no reply",
    "snmp timeout": "no SNMP reply",
    "tcp timeout": "no TCP reply",
    "http timeout": "no HTTP reply",
}


def named(device: Device) -> str:
    """Return a device's name and address."""
    return f"{device.name} ({device.ip_address})"


def is_down(device: Device, *, reason: str) -> str:
    """Return the message for a device that is down by its own fault."""
    why = _NO_REPLY.get(reason)
    probes = "probe" if device.down_after == 1 else "probes"
    said = f"{why} to {device.down_after} {probes}" if why else reason or "no reply"
    return f"{named(device)} is down: {said}"


def with_impact(message: str, count: int) -> str:
    """Return a message with the number of devices that are cut off by what it tells."""
    if not count:
        return message
    return f"{message}; {'1 device' if count == 1 else f'{count} devices'} behind it cut off"


def is_unreachable(device: Device) -> str:
    """Return the message for a device that everything before it hides."""
    return f"{named(device)} is unreachable: what it hangs on is down"


def is_found(device: Device, rule: Rule, *, entity: str, found: Finding) -> str:
    """Return the message for a value that a rule took exception to."""
    metric = described(rule.metric or "")
    what = f"{named(device)}: {metric.label}{_place(entity)}"
    if rule.kind is Kind.STATUS_CHANGE:
        return f"{what} became {metric.state(found.value)}"
    if found.band is not None:
        band, say = found.band, metric.shown
        usual = f"usual are {say(band.lower)} to {say(band.upper)}"
        return f"{what} is {say(found.value)}, expected {say(band.expected)}, {usual}"
    is_critical = rule.critical_threshold is not None and found.severity is Severity.CRITICAL
    limit = (rule.critical_threshold if is_critical else rule.threshold) or 0.0
    word = _WORDS[rule.comparison] if rule.comparison else "beyond"
    if rule.kind is Kind.PERCENT_OF_SPEED:
        return f"{what} is {_number(found.value)} % of its speed, {word} {_number(limit)} %"
    shown, bound = metric.shown(found.value), metric.shown(limit)
    match rule.kind:
        case Kind.RATE:
            return f"{what} changes by {shown} a second, {word} {bound}"
        case Kind.DELTA:
            over = f" within {span(rule.window)}" if rule.window else " at once"
            return f"{what} changed by {shown}{over}, {word} {bound}"
        case _:
            # "down" says more than "2, above 1"
            said = metric.state(found.value) if metric.states else f"{shown}, {word} {bound}"
            return f"{what} is {said}"


def is_missing(device: Device, rule: Rule, *, entity: str) -> str:
    """Return the message for a series of which nothing more is heard."""
    label = described(rule.metric or "").label
    return f"{named(device)}: no {label}{_place(entity)} for {span(rule.window)}"


def is_expected(device: Device, rule: Rule, *, entity: str, left: timedelta) -> str:
    """Return the message for a value that will reach its threshold soon."""
    metric = described(rule.metric or "")
    what = f"{named(device)}: {metric.label}{_place(entity)}"
    word = _WORDS[rule.comparison] if rule.comparison else "beyond"
    days = left.total_seconds() / 86_400
    when = f"in {_number(days)} d" if days >= 1 else f"in {_number(days * 24)} h"
    return f"{what} will be {word} {metric.shown(rule.threshold or 0.0)} {when}"


def span(length: timedelta) -> str:
    """Return a length of time in its largest whole unit."""
    seconds = int(length.total_seconds())
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit and seconds % unit == 0:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"


def poller_is_silent(count: int) -> str:
    """Return the message for a poller that no longer tells of its devices."""
    devices = "1 device" if count == 1 else f"{count} devices"
    return f"No poll results of {devices}: the poller is silent"


def _place(entity: str) -> str:
    return f" of {entity.partition(':')[2] or entity}" if entity else ""
