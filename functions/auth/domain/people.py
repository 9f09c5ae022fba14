"""People, their organisations and their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import OrganizationId, UserId
    from netpulse.permissions import Permission, Role


@dataclass(frozen=True, kw_only=True)
class User:
    """A person; one, whatever the number of organisations."""

    id: UserId
    email: str
    full_name: str
    created_at: datetime
    # empty: no password is right for them (invited, or known to a provider or directory alone)
    hashed_password: str = ""
    password_is_temporary: bool = False
    is_active: bool = True
    # since when the mailbox is known to be theirs: they followed a link that only a mail brings
    address_proven_at: datetime | None = None


@dataclass(frozen=True)
class Accepted:
    """An invitation that was used."""

    user_id: UserId
    # else an admin was shown its token
    mailed: bool


@dataclass(frozen=True, kw_only=True)
class Organization:
    """A tenant."""

    id: OrganizationId
    name: str
    slug: str
    time_zone: str
    created_at: datetime
    # members come in only with a second factor
    requires_second_factor: bool = False


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role as it is given to a person or a key: one of the four, or the organisation's own."""

    role: Role
    role_id: UUID | None
    permissions: frozenset[Permission]


@dataclass(frozen=True, kw_only=True)
class Membership:
    """What a person is in an organisation."""

    organization: Organization
    grant: Grant
    # closed to passwords until they show that the address is theirs, which had a login before
    awaits_proof: bool = False
