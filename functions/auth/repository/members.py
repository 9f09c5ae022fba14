"""The members of one organisation in PostgreSQL.

netpulse_auth sees every organisation, so each statement names the one of its transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError
from netpulse.permissions import Role

from functions.auth.models.views import UserView

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Transaction
    from netpulse.ids import UserId

    from functions.auth.domain.people import Grant

_FROM = (
    "SELECT u.id, u.email, u.full_name, m.role, m.role_id, r.name AS role_name, m.is_active, "
    "m.created_at, EXISTS (SELECT FROM netpulse.second_factors f WHERE f.user_id = u.id "
    "AND f.confirmed_at IS NOT NULL) AS has_second_factor, "
    # an invited person has no password yet
    "u.hashed_password = '' AS is_invited "
    "FROM netpulse.memberships m JOIN netpulse.users u ON u.id = m.user_id "
    "LEFT JOIN netpulse.roles r ON r.id = m.role_id "
    "WHERE m.organization_id = %(organization)s"
)
_FILTER = (
    " AND (%(role)s::text IS NULL OR m.role = %(role)s)"
    " AND (%(search)s = ''"
    " OR position(lower(%(search)s) IN lower(u.email || ' ' || u.full_name)) > 0)"
)


class PostgresMembers:
    """The people of the organisation of this work."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def _named(self, **values: Any) -> dict[str, Any]:
        return {"organization": self._transaction.organization_id, **values}

    def add(
        self, user_id: UserId, grant: Grant, *, awaits_proof: bool = False, at: datetime
    ) -> bool:
        """Make a person a member; return False when they are one."""
        return bool(
            self._transaction.run(
                "INSERT INTO netpulse.memberships "
                "(organization_id, user_id, role, role_id, awaits_proof, created_at) VALUES "
                "(%(organization)s, %(user)s, %(role)s, %(role_id)s, %(awaits_proof)s, %(at)s) "
                "ON CONFLICT DO NOTHING",
                self._named(
                    user=user_id,
                    role=grant.role.value,
                    role_id=grant.role_id,
                    awaits_proof=awaits_proof,
                    at=at,
                ),
            )
        )

    def view(self, user_id: UserId) -> UserView:
        """Return a member; raise NotFoundError."""
        row = self._transaction.row(f"{_FROM} AND u.id = %(user)s", self._named(user=user_id))
        if row is None:
            raise NotFoundError.of("user", user_id)
        return UserView(**row)

    def page(
        self, search: str, role: Role | None, *, page: int, per_page: int
    ) -> tuple[list[UserView], int]:
        """Return one page of the members by address, and how many there are in all."""
        wanted = self._named(
            search=search,
            role=role.value if role else None,
            limit=per_page,
            offset=(page - 1) * per_page,
        )
        rows = self._transaction.rows(
            f"{_FROM}{_FILTER} ORDER BY u.email LIMIT %(limit)s OFFSET %(offset)s", wanted
        )
        total = self._transaction.value(
            f"SELECT count(*) FROM ({_FROM}{_FILTER}) AS found",  # noqa: S608 - constant text
            wanted,
        )
        return [UserView(**row) for row in rows], int(total)

    def count_by_role(self) -> dict[Role, int]:
        """Return how many members have each role."""
        rows = self._transaction.rows(
            "SELECT role, count(*) AS members FROM netpulse.memberships "
            "WHERE organization_id = %(organization)s GROUP BY role",
            self._named(),
        )
        return {Role(row["role"]): row["members"] for row in rows}

    def holders(self, role_id: UUID) -> list[UserId]:
        """Return the members who have one of the organisation's own roles."""
        rows = self._transaction.rows(
            "SELECT user_id FROM netpulse.memberships "
            "WHERE organization_id = %(organization)s AND role_id = %(role_id)s",
            self._named(role_id=role_id),
        )
        return [row["user_id"] for row in rows]

    def lock_admins(self) -> set[UserId]:
        """Return the active admins; nobody else changes them until this work is over."""
        rows = self._transaction.rows(
            "SELECT m.user_id FROM netpulse.memberships m "
            "JOIN netpulse.users u ON u.id = m.user_id AND u.is_active "
            "WHERE m.organization_id = %(organization)s AND m.role = 'admin' AND m.is_active "
            "ORDER BY m.user_id FOR UPDATE OF m",
            self._named(),
        )
        return {row["user_id"] for row in rows}

    def change(self, user_id: UserId, *, grant: Grant, is_active: bool) -> None:
        """Store what a member is."""
        self._transaction.run(
            "UPDATE netpulse.memberships SET role = %(role)s, role_id = %(role_id)s, "
            "is_active = %(active)s "
            "WHERE organization_id = %(organization)s AND user_id = %(user)s",
            self._named(
                user=user_id, role=grant.role.value, role_id=grant.role_id, active=is_active
            ),
        )

    def remove(self, user_id: UserId) -> None:
        """End a membership; the person stays."""
        self._transaction.run(
            "DELETE FROM netpulse.memberships "
            "WHERE organization_id = %(organization)s AND user_id = %(user)s",
            self._named(user=user_id),
        )
