"""What alerts say: one line that is enough on a telephone."""

from __future__ import annotations

from datetime import datetime

from functions.alerts.domain.device import Device
from functions.alerts.domain.rule import Comparison, Rule

# Name, factor to the unit people use, and that unit.
_METRICS: dict[str, tuple[str, float, str]] = {
    "icmp_loss_ratio": ("packet loss", 100.0, " %"),
    "icmp_rtt_min_ms": ("shortest round trip", 1.0, " ms"),
    "icmp_rtt_avg_ms": ("round trip time", 1.0, " ms"),
    "icmp_rtt_max_ms": ("longest round trip", 1.0, " ms"),
    "icmp_jitter_ms": ("jitter", 1.0, " ms"),
    "response_time_ms": ("response time", 1.0, " ms"),
    "cpu_usage": ("CPU", 1.0, " %"),
    "memory_usage": ("memory", 1.0, " %"),
    "disk_usage": ("disk", 1.0, " %"),
    "uptime_seconds": ("uptime", 1.0, " s"),
    "if_in_bps": ("inbound traffic", 1e-6, " Mbit/s"),
    "if_out_bps": ("outbound traffic", 1e-6, " Mbit/s"),
    "if_in_utilization": ("inbound utilisation", 1.0, " %"),
    "if_out_utilization": ("outbound utilisation", 1.0, " %"),
    "if_in_errors_per_s": ("inbound errors", 1.0, "/s"),
    "if_out_errors_per_s": ("outbound errors", 1.0, "/s"),
    "if_in_discards_per_s": ("inbound discards", 1.0, "/s"),
    "if_out_discards_per_s": ("outbound discards", 1.0, "/s"),
    "tcp_connect_ms": ("TCP connect time", 1.0, " ms"),
    "http_response_ms": ("HTTP response time", 1.0, " ms"),
    "http_status": ("HTTP status", 1.0, ""),
    "tls_days_left": ("days left of the certificate", 1.0, ""),
}
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


def instant(at: datetime) -> str:
    """Return a time of day as messages write it."""
    return f"{at:%H:%M:%S} UTC"


def named(device: Device) -> str:
    """Return a device's name and address."""
    return f"{device.name} ({device.ip_address})"


def is_down(device: Device, *, since: datetime, reason: str) -> str:
    """Return the message for a device that is down by its own fault."""
    why = _NO_REPLY.get(reason)
    probes = "probe" if device.down_after == 1 else "probes"
    said = f"{why} to {device.down_after} {probes}" if why else reason or "no reply"
    return f"{named(device)} is down: {said} since {instant(since)}"


def is_unreachable(device: Device, *, since: datetime) -> str:
    """Return the message for a device that everything before it hides."""
    return f"{named(device)} is unreachable since {instant(since)}: what it hangs on is down"


def is_breached(device: Device, rule: Rule, *, entity: str, value: float) -> str:
    """Return the message for a value beyond its threshold."""
    label, factor, unit = _METRICS.get(rule.metric or "", (rule.metric or "", 1.0, ""))
    where = f" of {entity.partition(':')[2] or entity}" if entity else ""
    word = _WORDS[rule.comparison] if rule.comparison else "beyond"
    limit = _number((rule.threshold or 0.0) * factor)
    return (
        f"{named(device)}: {label}{where} is {_number(value * factor)}{unit}, {word} {limit}{unit}"
    )


def poller_is_silent(count: int, *, since: datetime) -> str:
    """Return the message for a poller that no longer tells of its devices."""
    devices = "1 device" if count == 1 else f"{count} devices"
    return f"No poll results of {devices} since {instant(since)}: the poller is silent"


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004
