"""People, their organisations and their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netpulse.permissions import PERMISSIONS

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.ids import OrganizationId, UserId
    from netpulse.permissions import Role


@dataclass(frozen=True, kw_only=True)
class User:
    """A person; one, whatever the number of organisations."""

    id: UserId
    email: str
    full_name: str
    hashed_password: str
    is_active: bool
    password_is_temporary: bool
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Organization:
    """A tenant."""

    id: OrganizationId
    name: str
    slug: str
    time_zone: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Membership:
    """What a person is in an organisation."""

    organization: Organization
    role: Role


def reaches(role: Role, other: Role) -> bool:
    """Return whether `role` may do everything that `other` may."""
    return PERMISSIONS[role] >= PERMISSIONS[other]
