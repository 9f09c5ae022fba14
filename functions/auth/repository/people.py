"""People and organisations in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.errors import NotFoundError
from netpulse.ids import OrganizationId, UserId
from netpulse.permissions import Role, permissions_of

from functions.auth.domain.errors import UserAlreadyExistsError
from functions.auth.domain.people import Accepted, Grant, Membership, Organization, User

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row, Transaction

_ORGANIZATION = "o.id, o.name, o.slug, o.time_zone, o.created_at, o.requires_second_factor"
_USER = (
    "id, email, full_name, hashed_password, is_active, password_is_temporary, created_at, "
    "address_proven_at"
)


class PostgresUsers:
    """People."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, user: User) -> None:
        """Store a new person; raise UserAlreadyExistsError."""
        added = self._transaction.run(
            "INSERT INTO netpulse.users (id, email, full_name, hashed_password, is_active, "
            "password_is_temporary, created_at, updated_at, password_changed_at) "
            "VALUES (%(id)s, %(email)s, %(name)s, %(hash)s, %(active)s, %(temporary)s, "
            "%(at)s, %(at)s, %(at)s) ON CONFLICT (email) DO NOTHING",
            {
                "id": user.id,
                "email": user.email,
                "name": user.full_name,
                "hash": user.hashed_password,
                "active": user.is_active,
                "temporary": user.password_is_temporary,
                "at": user.created_at,
            },
        )
        if not added:
            raise UserAlreadyExistsError(user.email)

    def find(self, user_id: UserId) -> User | None:
        """Return a person, or None."""
        row = self._transaction.row(
            f"SELECT {_USER} FROM netpulse.users WHERE id = %s",  # noqa: S608 - constant columns
            (user_id,),
        )
        return _user(row) if row else None

    def by_email(self, email: str) -> User | None:
        """Return the person with an address, or None."""
        row = self._transaction.row(
            f"SELECT {_USER} FROM netpulse.users WHERE email = %s",  # noqa: S608 - constant columns
            (email,),
        )
        return _user(row) if row else None

    def rename(self, user_id: UserId, full_name: str, *, at: datetime) -> None:
        """Store a person's new name."""
        self._transaction.run(
            "UPDATE netpulse.users SET full_name = %s, updated_at = %s WHERE id = %s",
            (full_name, at, user_id),
        )

    def set_password(
        self, user_id: UserId, hashed_password: str, *, temporary: bool, at: datetime
    ) -> None:
        """Store a person's new password."""
        self._transaction.run(
            "UPDATE netpulse.users SET hashed_password = %s, password_is_temporary = %s, "
            "password_changed_at = %s, updated_at = %s WHERE id = %s",
            (hashed_password, temporary, at, at, user_id),
        )

    def prove_address(self, user_id: UserId, *, at: datetime) -> None:
        """Store that a person's mailbox is theirs."""
        self._transaction.run(
            "UPDATE netpulse.users SET address_proven_at = %s "
            "WHERE id = %s AND address_proven_at IS NULL",
            (at, user_id),
        )

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
        self._transaction.run(
            "INSERT INTO netpulse.invitations "
            "(organization_id, user_id, hashed_token, created_by, mailed, created_at, expires_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (self._transaction.organization_id, user_id, hashed_token, by, mailed, at, until),
        )

    def accept(self, hashed_token: bytes, *, at: datetime) -> Accepted | None:
        """Use an invitation up and return whose it was; None when it is not valid."""
        row = self._transaction.row(
            "UPDATE netpulse.invitations SET used_at = %s WHERE hashed_token = %s "
            "AND used_at IS NULL AND expires_at > %s RETURNING user_id, mailed",
            (at, hashed_token, at),
        )
        return Accepted(UserId(row["user_id"]), row["mailed"]) if row else None


class PostgresOrganizations:
    """Tenants and who is in them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, organization: Organization) -> bool:
        """Store a new organisation; return False when its slug is taken."""
        return bool(
            self._transaction.run(
                "INSERT INTO netpulse.organizations "
                "(id, name, slug, time_zone, created_at, updated_at) "
                "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (slug) DO NOTHING",
                (
                    organization.id,
                    organization.name,
                    organization.slug,
                    organization.time_zone,
                    organization.created_at,
                    organization.created_at,
                ),
            )
        )

    def get(self, organization_id: OrganizationId) -> Organization:
        """Return an organisation; raise NotFoundError."""
        row = self._transaction.row(
            f"SELECT {_ORGANIZATION} FROM netpulse.organizations o "  # noqa: S608 - constant columns
            "WHERE o.id = %s",
            (organization_id,),
        )
        if row is None:
            raise NotFoundError.of("organization", organization_id)
        return _organization(row)

    def save(self, organization: Organization, *, at: datetime) -> None:
        """Store a changed organisation."""
        self._transaction.run(
            "UPDATE netpulse.organizations SET name = %s, time_zone = %s, "
            "requires_second_factor = %s, updated_at = %s WHERE id = %s",
            (
                organization.name,
                organization.time_zone,
                organization.requires_second_factor,
                at,
                organization.id,
            ),
        )

    def memberships(self, user_id: UserId) -> list[Membership]:
        """Return where a person is an active member, the oldest membership first."""
        rows = self._transaction.rows(
            f"SELECT {_ORGANIZATION}, m.role, m.role_id, r.permissions, "  # noqa: S608 - constant columns
            "m.awaits_proof AND u.address_proven_at IS NULL AS awaits_proof "
            "FROM netpulse.memberships m JOIN netpulse.organizations o ON o.id = m.organization_id "
            "JOIN netpulse.users u ON u.id = m.user_id "
            "LEFT JOIN netpulse.roles r ON r.id = m.role_id "
            "WHERE m.user_id = %s AND m.is_active ORDER BY m.created_at, o.id",
            (user_id,),
        )
        return [_membership(row) for row in rows]


def _user(row: Row) -> User:
    return User(**{**row, "id": UserId(row["id"])})


def _organization(row: Row) -> Organization:
    return Organization(
        id=OrganizationId(row["id"]),
        name=row["name"],
        slug=row["slug"],
        time_zone=row["time_zone"],
        created_at=row["created_at"],
        requires_second_factor=row["requires_second_factor"],
    )


def _membership(row: Row) -> Membership:
    role = Role(row["role"])
    return Membership(
        organization=_organization(row),
        grant=Grant(
            role=role,
            role_id=row["role_id"],
            permissions=permissions_of(role, row["permissions"]),
        ),
        awaits_proof=row["awaits_proof"],
    )
