"""From a row of the inventory to a device as the poller follows it."""

from collections.abc import Mapping
from typing import Any

from pollers.domain.device import Check, Device, SnmpAccess, SnmpVersion
from pollers.domain.schedule import clamp_interval
from pollers.domain.verdict import Rule


def device_of(
    row: Mapping[str, Any],
    secret: Mapping[str, Any] | None,
    *,
    watched: frozenset[str],
    epoch: int,
) -> Device:
    """Return the device a row describes; raises ValueError when it makes no sense."""
    configuration = row["configuration"] if isinstance(row["configuration"], dict) else {}
    return Device(
        id=row["id"],
        organization_id=row["organization_id"],
        number=row["number"],
        organization_number=row["organization_number"],
        address=row["address"],
        interval_s=clamp_interval(row["interval_seconds"]),
        check=Check(row["availability_check"]),
        rule=Rule(row["down_after"], row["down_window"]),
        snmp=_snmp(row, secret, configuration),
        settings=configuration,
        watched=watched,
        epoch=epoch,
    )


def _snmp(
    row: Mapping[str, Any], secret: Mapping[str, Any] | None, configuration: Mapping[str, Any]
) -> SnmpAccess | None:
    kind = row["credential_kind"]
    if secret is None or kind not in list(SnmpVersion):
        return None
    part = configuration.get("snmp")
    tuning = part if isinstance(part, Mapping) else {}
    return SnmpAccess(
        version=SnmpVersion(kind),
        port=row["snmp_port"],
        community=str(secret.get("community", "")),
        security={str(key): str(value) for key, value in secret.items() if value is not None},
        timeout_s=_bounded(tuning.get("timeout_seconds"), 1.5, 0.1, 30.0),
        retries=int(_bounded(tuning.get("retries"), 1, 0, 5)),
        max_repetitions=(
            int(_bounded(tuning["max_repetitions"], 10, 1, 200))
            if tuning.get("max_repetitions")
            else None
        ),
    )


def _bounded(value: object, default: float, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return max(low, min(high, float(value)))
