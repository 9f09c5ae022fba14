"""The rules an organisation begins with: sensible first values by class of device, all editable.

The values are what the field settled on (Zabbix's and LibreNMS's network templates): CPU, memory
and links at 90 %, loss at 20 %, replies at 150 ms, two errors a second, 50 and 60 °C.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from netpulse.ids import OrganizationId, RuleId

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.rule import Comparison, Kind, Rule, Scope

_ROOT = UUID("6f1a3c52-6c1e-4d0a-9a3e-0d5a8c6f1b77")
_MINUTE = timedelta(minutes=1)
_NETWORK = Scope(
    device_types=frozenset({"router", "switch", "firewall", "load_balancer", "radio", "olt"})
)


@lru_cache(maxsize=256)
def default_rules(organization_id: OrganizationId) -> tuple[Rule, ...]:
    """Return an organisation's built-in rules; their ids are the same whoever makes them first."""
    found = (
        _rule(
            "Device down",
            kind=Kind.DEVICE_DOWN,
            severity=Severity.CRITICAL,
            description="A device that is polled does not answer.",
        ),
        _above("High packet loss", "icmp_loss_ratio", 0.20, 0.10, critical=0.60, minutes=2),
        _above("Slow replies", "icmp_rtt_avg_ms", 150.0, 120.0, minutes=5),
        _above("CPU busy", "cpu_usage", 90.0, 80.0, minutes=5),
        _above("Memory full", "memory_usage", 90.0, 85.0, minutes=5),
        _above("Disk full", "disk_usage", 90.0, 88.0, critical=97.0, minutes=5, entity="*"),
        _above("Hot", "temperature_celsius", 50.0, 47.0, critical=60.0, minutes=5, entity="*"),
        *(
            _above(
                f"Link nearly full, {way}bound",
                f"if_{way}_utilization",
                90.0,
                80.0,
                minutes=10,
                entity="if:*",
                scope=_NETWORK,
            )
            for way in ("in", "out")
        ),
        *(
            _above(
                f"Interface errors, {way}bound",
                f"if_{way}_errors_per_s",
                2.0,
                0.5,
                minutes=5,
                entity="if:*",
                scope=_NETWORK,
            )
            for way in ("in", "out")
        ),
        _rule(
            "Link went down",
            kind=Kind.STATUS_CHANGE,
            severity=Severity.WARNING,
            description="An interface that was up is down. Off at first: edge ports come and go; "
            "give it a scope or a pattern of uplinks.",
            metric="ifOperStatus",
            entity="if:*",
            from_value=1.0,
            to_value=2.0,
            hold=_MINUTE,
            scope=_NETWORK,
            is_enabled=False,
        ),
        _rule(
            "Restarted",
            kind=Kind.THRESHOLD,
            severity=Severity.WARNING,
            description="A device has been up for less than ten minutes.",
            metric="uptime_seconds",
            entity="",
            comparison=Comparison.BELOW,
            threshold=600.0,
        ),
        _rule(
            "No CPU readings",
            kind=Kind.MISSING_DATA,
            severity=Severity.WARNING,
            description="A device answers, but tells its CPU load no more: SNMP may be broken.",
            metric="cpu_usage",
            entity="",
            window=30 * _MINUTE,
        ),
        _rule(
            "Check failing",
            kind=Kind.THRESHOLD,
            severity=Severity.WARNING,
            description="A check of a device that answers has failed for two minutes.",
            metric="check_ok",
            entity="check:*",
            comparison=Comparison.BELOW,
            threshold=1.0,
            hold=2 * _MINUTE,
        ),
        _soon("Disk full in three days", "disk_usage", 97.0, days=3, entity="*"),
        *(
            _soon(
                f"Link above 90 % within a week, {way}bound",
                f"if_{way}_utilization",
                90.0,
                days=7,
                entity="if:*",
                severity=Severity.INFO,
                scope=_NETWORK,
            )
            for way in ("in", "out")
        ),
        _rule(
            "Certificate expires",
            kind=Kind.THRESHOLD,
            severity=Severity.WARNING,
            metric="tls_days_left",
            entity="*",
            comparison=Comparison.BELOW,
            threshold=21.0,
            critical_threshold=7.0,
        ),
    )
    return tuple(_owned(organization_id, **given) for given in found)


def _above(
    name: str,
    metric: str,
    threshold: float,
    clear_threshold: float,
    *,
    minutes: int,
    critical: float | None = None,
    entity: str = "",
    scope: Scope | None = None,
) -> dict[str, Any]:
    return _rule(
        name,
        kind=Kind.THRESHOLD,
        severity=Severity.WARNING,
        metric=metric,
        # '' is the device as a whole: one alert a device, not one a core
        entity=entity,
        comparison=Comparison.ABOVE,
        threshold=threshold,
        clear_threshold=clear_threshold,
        critical_threshold=critical,
        hold=minutes * _MINUTE,
        scope=scope or Scope(),
    )


def _soon(
    name: str, metric: str, threshold: float, *, days: int, entity: str, **given: Any
) -> dict[str, Any]:
    return _rule(
        name,
        kind=Kind.FORECAST,
        severity=given.pop("severity", Severity.WARNING),
        metric=metric,
        entity=entity,
        comparison=Comparison.ABOVE,
        threshold=threshold,
        window=timedelta(days=days),
        **given,
    )


def _rule(name: str, **given: Any) -> dict[str, Any]:
    return {"name": name, **given}


def _owned(organization_id: OrganizationId, **given: Any) -> Rule:
    rule_id = RuleId(uuid5(_ROOT, f"{organization_id}:{given['name']}"))
    return Rule(id=rule_id, is_built_in=True, **given)
