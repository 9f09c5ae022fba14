"""Rows turned into what the API shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.devices.domain.credential import SNMP_VERSIONS, CredentialKind
from functions.devices.models.probes import HttpProbe, IcmpProbe, SnmpSettings, TcpProbe
from functions.devices.models.views import DeviceView

if TYPE_CHECKING:
    from netpulse.db import Row

_COPIED = (
    "id", "number", "external_id", "name", "device_type", "description", "location", "tags",
    "metadata", "group_ids", "parent_ids", "is_active", "availability_check", "interval_seconds",
    "down_after", "down_window", "status", "maintenance", "status_reason", "last_seen_at",
    "response_time_ms", "loss_ratio", "created_at", "updated_at",
)  # fmt: skip
_IDENTITY = ("vendor", "model", "os", "os_version", "serial_number", "sys_name", "sys_descr")


def device_view(row: Row) -> DeviceView:
    """Return the device of a row of the inventory's view."""
    sections = row["configuration"]
    snmp = dict(sections.get("snmp", {}))
    if row["credential_kind"]:
        snmp["version"] = SNMP_VERSIONS.get(CredentialKind(row["credential_kind"]))
    snmp["version"] = snmp.get("version") or "2c"
    return DeviceView(
        **{name: row[name] for name in _COPIED},
        **{name: row[name] or "" for name in _IDENTITY},
        ip_address=row["address"],
        snmp=SnmpSettings(**snmp, port=row["snmp_port"], credential_id=row["credential_id"]),
        tcp=TcpProbe(**sections["tcp"]) if "tcp" in sections else None,
        http=HttpProbe(**sections["http"]) if "http" in sections else None,
        icmp=IcmpProbe(**sections.get("icmp", {})),
        status_since=row["since"],
        last_seen=row["last_seen_at"],
    )
