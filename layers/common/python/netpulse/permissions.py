"""The blueprint's roles and what each may do."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class Permission(StrEnum):
    """One thing a caller may be allowed to do."""

    DEVICE_READ = "device:read"
    DEVICE_WRITE = "device:write"
    ALERT_READ = "alert:read"
    ALERT_WRITE = "alert:write"
    METRICS_READ = "metrics:read"
    REPORT_READ = "report:read"
    REPORT_WRITE = "report:write"
    USER_READ = "user:read"
    USER_WRITE = "user:write"
    NOTIFICATION_READ = "notification:read"
    NOTIFICATION_WRITE = "notification:write"
    ORGANIZATION_WRITE = "organization:write"
    AUDIT_READ = "audit:read"
    # how NetPulse itself is: the pollers, which all organisations share
    PLATFORM_READ = "platform:read"


class Role(StrEnum):
    """What a member is in an organisation."""

    ADMIN = "admin"
    OPERATOR = "operator"
    VIEWER = "viewer"
    API_USER = "api_user"
    # made of permissions by an organisation
    CUSTOM = "custom"


_P = Permission
_READS = frozenset({_P.DEVICE_READ, _P.METRICS_READ, _P.ALERT_READ, _P.REPORT_READ})

# The blueprint's table with its two repairs (device:read implies metrics:read; operators read
# reports) and what it does not name: notifications go with alerts.
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.OPERATOR: _READS
    | {_P.DEVICE_WRITE, _P.ALERT_WRITE, _P.NOTIFICATION_READ, _P.REPORT_WRITE, _P.USER_READ},
    Role.VIEWER: _READS,
    Role.API_USER: frozenset({_P.DEVICE_READ, _P.METRICS_READ}),
}

# The JWT's `scopes`: the parts of the platform, and a permission that opens each.
_PARTS = {
    "monitoring": _P.METRICS_READ,
    "alerts": _P.ALERT_READ,
    "reports": _P.REPORT_READ,
    "admin": _P.USER_WRITE,
}


def permissions_of(role: Role, granted: Iterable[str] | None = None) -> frozenset[Permission]:
    """Return what a role may do; a custom role what it was granted, as far as it still exists."""
    if role is not Role.CUSTOM:
        return PERMISSIONS[role]
    known = set(Permission)
    return frozenset(Permission(name) for name in granted or () if name in known)


def scopes_of(permissions: Collection[Permission]) -> list[str]:
    """Return the JWT's `scopes`: the parts of the platform that permissions reach."""
    return [part for part, needed in _PARTS.items() if needed in permissions]


def claims_of(permissions: Collection[Permission]) -> list[str]:
    """Return the JWT's `permissions`: `["*"]` for admins, as the blueprint writes it."""
    return ["*"] if set(permissions) == set(Permission) else sorted(permissions)
