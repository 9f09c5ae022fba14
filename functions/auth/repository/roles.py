"""The roles that one organisation made, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.permissions import Role, permissions_of
from psycopg.errors import UniqueViolation

from functions.auth.models.views import RoleView

if TYPE_CHECKING:
    from uuid import UUID

    from netpulse.db import Row, Transaction

_FROM = (
    "SELECT r.id, r.name, r.description, r.permissions, r.updated_at, "
    "(SELECT count(*) FROM netpulse.memberships m WHERE m.role_id = r.id) "
    "+ (SELECT count(*) FROM netpulse.api_keys k WHERE k.role_id = r.id AND k.revoked_at IS NULL) "
    "AS holders FROM netpulse.roles r WHERE r.organization_id = %(organization)s"
)


class PostgresRoles:
    """The roles of the organisation of this work."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, role: RoleView) -> bool:
        """Store a new role; return False when its name is taken."""
        return bool(
            self._transaction.run(
                "INSERT INTO netpulse.roles (id, organization_id, name, description, permissions, "
                "created_at, updated_at) VALUES (%(id)s, %(organization)s, %(name)s, "
                "%(description)s, %(permissions)s, %(updated_at)s, %(updated_at)s) "
                "ON CONFLICT (organization_id, name) DO NOTHING",
                self._columns(role),
            )
        )

    def all(self) -> list[RoleView]:
        """Return every role by name, each with how many have it."""
        rows = self._transaction.rows(
            f"{_FROM} ORDER BY r.name", {"organization": self._transaction.organization_id}
        )
        return [_role(row) for row in rows]

    def find(self, role_id: UUID) -> RoleView | None:
        """Return a role, or None."""
        row = self._transaction.row(
            f"{_FROM} AND r.id = %(id)s",
            {"organization": self._transaction.organization_id, "id": role_id},
        )
        return _role(row) if row else None

    def save(self, role: RoleView) -> bool:
        """Store a changed role; return False when its name is taken."""
        try:
            with self._transaction.connection.transaction():
                self._transaction.run(
                    "UPDATE netpulse.roles SET name = %(name)s, description = %(description)s, "
                    "permissions = %(permissions)s, updated_at = %(updated_at)s "
                    "WHERE organization_id = %(organization)s AND id = %(id)s",
                    self._columns(role),
                )
        except UniqueViolation:
            return False
        return True

    def remove(self, role_id: UUID) -> None:
        """Forget a role that nobody has; revoked keys forget theirs."""
        named = {"organization": self._transaction.organization_id, "id": role_id}
        self._transaction.run(
            "UPDATE netpulse.api_keys SET role = 'api_user', role_id = NULL "
            "WHERE organization_id = %(organization)s AND role_id = %(id)s "
            "AND revoked_at IS NOT NULL",
            named,
        )
        self._transaction.run(
            "DELETE FROM netpulse.roles WHERE organization_id = %(organization)s AND id = %(id)s",
            named,
        )

    def _columns(self, role: RoleView) -> dict[str, object]:
        return {
            **role.model_dump(include={"id", "name", "description", "updated_at"}),
            "permissions": [str(permission) for permission in role.permissions],
            "organization": self._transaction.organization_id,
        }


def _role(row: Row) -> RoleView:
    known = permissions_of(Role.CUSTOM, row["permissions"])
    return RoleView(**{**row, "permissions": sorted(known)}, built_in=False)
