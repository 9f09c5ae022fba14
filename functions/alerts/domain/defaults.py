"""The rules an organisation begins with: sensible first values, all editable."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid5

from netpulse.ids import OrganizationId, RuleId

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.rule import Comparison, Kind, Rule

_ROOT = UUID("6f1a3c52-6c1e-4d0a-9a3e-0d5a8c6f1b77")
_MINUTES = timedelta(minutes=1)


def default_rules(organization_id: OrganizationId) -> list[Rule]:
    """Return an organisation's built-in rules; their ids are the same whoever makes them first."""
    return [
        _rule(
            organization_id,
            "Device down",
            kind=Kind.DEVICE_DOWN,
            severity=Severity.CRITICAL,
            description="A device that is polled does not answer.",
        ),
        _threshold(organization_id, "High packet loss", "icmp_loss_ratio", 0.20, 0.10, minutes=2),
        _threshold(organization_id, "Slow replies", "icmp_rtt_avg_ms", 150.0, 120.0, minutes=5),
        _threshold(organization_id, "CPU busy", "cpu_usage", 90.0, 80.0, minutes=5),
        _threshold(organization_id, "Memory full", "memory_usage", 90.0, 85.0, minutes=5),
        _threshold(organization_id, "Disk full", "disk_usage", 90.0, 88.0, minutes=5, entity="*"),
    ]


def _threshold(
    organization_id: OrganizationId,
    name: str,
    metric: str,
    threshold: float,
    clear_threshold: float,
    *,
    minutes: int,
    entity: str = "",
) -> Rule:
    return _rule(
        organization_id,
        name,
        kind=Kind.THRESHOLD,
        severity=Severity.WARNING,
        metric=metric,
        # '' is the device as a whole: one alert a device, not one a core
        entity=entity,
        comparison=Comparison.ABOVE,
        threshold=threshold,
        clear_threshold=clear_threshold,
        hold=minutes * _MINUTES,
    )


def _rule(organization_id: OrganizationId, name: str, **given: object) -> Rule:
    return Rule(
        id=RuleId(uuid5(_ROOT, f"{organization_id}:{name}")),
        name=name,
        is_built_in=True,
        **given,  # type: ignore[arg-type]
    )
