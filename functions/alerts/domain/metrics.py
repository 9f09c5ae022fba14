"""What people call the metrics, and the units they think in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# IF-MIB (RFC 2863): ifAdminStatus, ifOperStatus.
_OPER = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "dormant",
    6: "not present",
    7: "lower layer down",
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as messages write it."""

    label: str
    # to the unit people use
    factor: float = 1.0
    unit: str = ""
    states: Mapping[int, str] = field(default_factory=dict)

    def shown(self, value: float) -> str:
        """Return a value with its unit."""
        return f"{number(value * self.factor)}{self.unit}"

    def state(self, value: float) -> str:
        """Return the name of a status."""
        return self.states.get(int(value), number(value))


KNOWN: dict[str, Metric] = {
    "icmp_loss_ratio": Metric("packet loss", 100.0, " %"),
    "icmp_rtt_min_ms": Metric("shortest round trip", unit=" ms"),
    "icmp_rtt_avg_ms": Metric("round trip time", unit=" ms"),
    "icmp_rtt_max_ms": Metric("longest round trip", unit=" ms"),
    "icmp_jitter_ms": Metric("jitter", unit=" ms"),
    "availability": Metric("availability"),
    "response_time_ms": Metric("response time", unit=" ms"),
    "cpu_usage": Metric("CPU", unit=" %"),
    "memory_usage": Metric("memory", unit=" %"),
    "disk_usage": Metric("disk", unit=" %"),
    "uptime_seconds": Metric("uptime", unit=" s"),
    "if_in_bps": Metric("inbound traffic", 1e-6, " Mbit/s"),
    "if_out_bps": Metric("outbound traffic", 1e-6, " Mbit/s"),
    "if_in_utilization": Metric("inbound utilisation", unit=" %"),
    "if_out_utilization": Metric("outbound utilisation", unit=" %"),
    "if_in_errors_per_s": Metric("inbound errors", unit="/s"),
    "if_out_errors_per_s": Metric("outbound errors", unit="/s"),
    "if_in_discards_per_s": Metric("inbound discards", unit="/s"),
    "if_out_discards_per_s": Metric("outbound discards", unit="/s"),
    "ifOperStatus": Metric("link", states=_OPER),
    "ifAdminStatus": Metric("administrative status", states=_OPER),
    "check_ok": Metric("check", states={0: "failing", 1: "passing"}),
    "tcp_connect_ms": Metric("TCP connect time", unit=" ms"),
    "http_response_ms": Metric("HTTP response time", unit=" ms"),
    "http_status": Metric("HTTP status"),
    "tls_days_left": Metric("days left of the certificate"),
    "temperature_celsius": Metric("temperature", unit=" °C"),
}


def described(name: str) -> Metric:
    """Return what is known of a metric; one that is not known is called by its name."""
    return KNOWN.get(name) or Metric(name)


def number(value: float) -> str:
    """Return a number as messages write it."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004
