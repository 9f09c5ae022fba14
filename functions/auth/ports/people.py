"""What is kept of people and organisations, in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import ApiKeyId, OrganizationId, UserId
    from netpulse.outbox import Outbox
    from netpulse.permissions import Role

    from functions.auth.domain.people import Accepted, Grant, Membership, Organization, User
    from functions.auth.models.audit import AuditEntryView, AuditQuery
    from functions.auth.models.views import ApiKeyView, RoleView, UserView
    from functions.auth.ports.directory import Directory
    from functions.auth.ports.entrance import Providers, Resets, SecondFactors


class Users(Protocol):
    """People."""

    def add(self, user: User) -> None:
        """Store a new person; raise UserAlreadyExistsError."""
        ...

    def find(self, user_id: UserId) -> User | None:
        """Return a person, or None."""
        ...

    def by_email(self, email: str) -> User | None:
        """Return the person with an address, or None."""
        ...

    def rename(self, user_id: UserId, full_name: str, *, at: datetime) -> None:
        """Store a person's new name."""
        ...

    def set_password(
        self, user_id: UserId, hashed_password: str, *, temporary: bool, at: datetime
    ) -> None:
        """Store a person's new password."""
        ...

    def invite(
        self,
        user_id: UserId,
        hashed_token: bytes,
        *,
        by: UUID | None,
        mailed: bool,
        at: datetime,
        until: datetime,
    ) -> None:
        """Store an invitation to the organisation of this work."""
        ...

    def prove_address(self, user_id: UserId, *, at: datetime) -> None:
        """Store that a person's mailbox is theirs."""
        ...

    def accept(self, hashed_token: bytes, *, at: datetime) -> Accepted | None:
        """Use an invitation up and return whose it was; None when it is not valid."""
        ...


class Organizations(Protocol):
    """Tenants and who is in them."""

    def add(self, organization: Organization) -> bool:
        """Store a new organisation; return False when its slug is taken."""
        ...

    def get(self, organization_id: OrganizationId) -> Organization:
        """Return an organisation; raise NotFoundError."""
        ...

    def save(self, organization: Organization, *, at: datetime) -> None:
        """Store a changed organisation."""
        ...

    def memberships(self, user_id: UserId) -> list[Membership]:
        """Return where a person is an active member, the oldest membership first."""
        ...


class Members(Protocol):
    """The people of the organisation of this work."""

    def add(
        self, user_id: UserId, grant: Grant, *, awaits_proof: bool = False, at: datetime
    ) -> bool:
        """Make a person a member; return False when they are one.

        `awaits_proof`: passwords open it only once they have shown that the address is theirs.
        """
        ...

    def view(self, user_id: UserId) -> UserView:
        """Return a member; raise NotFoundError."""
        ...

    def page(
        self, search: str, role: Role | None, *, page: int, per_page: int
    ) -> tuple[list[UserView], int]:
        """Return one page of the members by address, and how many there are in all."""
        ...

    def count_by_role(self) -> dict[Role, int]:
        """Return how many members have each role."""
        ...

    def holders(self, role_id: UUID) -> list[UserId]:
        """Return the members who have one of the organisation's own roles."""
        ...

    def lock_admins(self) -> set[UserId]:
        """Return the active admins; nobody else changes them until this work is over."""
        ...

    def change(self, user_id: UserId, *, grant: Grant, is_active: bool) -> None:
        """Store what a member is."""
        ...

    def remove(self, user_id: UserId) -> None:
        """End a membership; the person stays."""
        ...


class Roles(Protocol):
    """The roles that the organisation of this work made."""

    def add(self, role: RoleView) -> bool:
        """Store a new role; return False when its name is taken."""
        ...

    def all(self) -> list[RoleView]:
        """Return every role by name, each with how many have it."""
        ...

    def find(self, role_id: UUID) -> RoleView | None:
        """Return a role, or None."""
        ...

    def save(self, role: RoleView) -> bool:
        """Store a changed role; return False when its name is taken."""
        ...

    def remove(self, role_id: UUID) -> None:
        """Forget a role that nobody has."""
        ...


class ApiKeys(Protocol):
    """The keys of the organisation of this work."""

    def add(self, key: ApiKeyView, hashed_key: bytes) -> None:
        """Store a new key."""
        ...

    def page(
        self, created_by: UserId | None, *, page: int, per_page: int
    ) -> tuple[list[ApiKeyView], int]:
        """Return one page of the keys that are not revoked, the newest first, and their number."""
        ...

    def find(self, key_id: ApiKeyId) -> ApiKeyView | None:
        """Return a key that is not revoked, or None."""
        ...

    def revoke(self, key_id: ApiKeyId, *, at: datetime) -> None:
        """End a key."""
        ...

    def made_by(self, makers: Collection[UserId]) -> list[ApiKeyView]:
        """Return people's keys that are not revoked."""
        ...


class Audit(Protocol):
    """The audit log of the organisation of this work."""

    def note(
        self,
        action: str,
        *,
        target_type: str,
        target_id: object,
        target_name: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Note what the caller did when no changed row tells it."""
        ...

    def stretch(self, query: AuditQuery, *, before: int | None, limit: int) -> list[AuditEntryView]:
        """Return entries with smaller ids than `before`, the newest first."""
        ...


@dataclass(frozen=True)
class AuthWork:
    """The repositories and the outbox of one transaction."""

    users: Users
    organizations: Organizations
    members: Members
    roles: Roles
    directory: Directory
    providers: Providers
    api_keys: ApiKeys
    audit: Audit
    resets: Resets
    second_factors: SecondFactors
    outbox: Outbox


class Work(Protocol):
    """Opens work, in one organisation or in none."""

    def __call__(self, organization_id: UUID | None) -> AbstractContextManager[AuthWork]:
        """Open it: what is changed and announced within commits together."""
        ...
