"""What an organisation's directory keeps here: people by its own ids, and its groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Transaction
    from netpulse.ids import UserId

    from functions.auth.ports import Wanted

_PEOPLE = (
    "SELECT u.id, u.email, u.full_name, m.is_active, m.external_id, m.created_at, u.updated_at, "
    "coalesce((SELECT json_agg(json_build_object('value', g.id, 'display', g.display_name) "
    "ORDER BY g.display_name) FROM netpulse.directory_group_members gm "
    "JOIN netpulse.directory_groups g ON g.id = gm.group_id "
    "WHERE gm.organization_id = m.organization_id AND gm.user_id = u.id), '[]') AS groups "
    "FROM netpulse.memberships m JOIN netpulse.users u ON u.id = m.user_id "
    "WHERE m.organization_id = %(organization)s "
    "AND (%(id)s::uuid IS NULL OR u.id = %(id)s) "
    "AND (%(userName)s::text IS NULL OR u.email = lower(%(userName)s)) "
    "AND (%(externalId)s::text IS NULL OR m.external_id = %(externalId)s)"
)
_GROUPS = (
    "SELECT g.id, g.display_name, g.external_id, g.created_at, g.updated_at, "
    "coalesce((SELECT json_agg(json_build_object('value', gm.user_id, 'display', u.email) "
    "ORDER BY u.email) FROM netpulse.directory_group_members gm "
    "JOIN netpulse.users u ON u.id = gm.user_id WHERE gm.group_id = g.id), '[]') AS members "
    "FROM netpulse.directory_groups g WHERE g.organization_id = %(organization)s "
    "AND (%(id)s::uuid IS NULL OR g.id = %(id)s) "
    "AND (%(displayName)s::text IS NULL OR g.display_name = %(displayName)s) "
    "AND (%(externalId)s::text IS NULL OR g.external_id = %(externalId)s)"
)
_PAGE = " LIMIT %(limit)s OFFSET %(offset)s"


class PostgresDirectory:
    """The directory of the organisation of this work."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def _named(self, **values: Any) -> dict[str, Any]:
        return {"organization": self._transaction.organization_id, **values}

    def people(
        self, wanted: Wanted, *, offset: int = 0, limit: int = 1
    ) -> tuple[list[dict[str, Any]], int]:
        """Return people by address and how many there are in all."""
        return self._listed(
            _PEOPLE, " ORDER BY u.email", wanted, ("userName", "externalId"), offset, limit
        )

    def groups(
        self, wanted: Wanted, *, offset: int = 0, limit: int = 1
    ) -> tuple[list[dict[str, Any]], int]:
        """Return groups by name and how many there are in all."""
        return self._listed(
            _GROUPS,
            " ORDER BY g.display_name",
            wanted,
            ("displayName", "externalId"),
            offset,
            limit,
        )

    def _listed(  # noqa: PLR0917 - two queries that differ in their text alone
        self,
        query: str,
        order: str,
        wanted: Wanted,
        attributes: tuple[str, ...],
        offset: int,
        limit: int,
    ) -> tuple[list[dict[str, Any]], int]:
        given = {name: wanted.value if name == wanted.attribute else None for name in attributes}
        named = self._named(id=wanted.id, limit=limit, offset=offset, **given)
        rows = self._transaction.rows(query + order + _PAGE, named)
        total = self._transaction.value(
            f"SELECT count(*) FROM ({query}) AS found",  # noqa: S608 - constant text
            named,
        )
        return [dict(row) for row in rows], int(total)

    def name_person(self, user_id: UserId, external_id: str | None) -> None:
        """Store the directory's own id of a person."""
        self._transaction.run(
            "UPDATE netpulse.memberships SET external_id = %(external)s "
            "WHERE organization_id = %(organization)s AND user_id = %(user)s",
            self._named(user=user_id, external=external_id),
        )

    def add_group(
        self, group_id: UUID, name: str, external_id: str | None, *, at: datetime
    ) -> bool:
        """Store a new group; return False when its name is taken."""
        return bool(
            self._transaction.run(
                "INSERT INTO netpulse.directory_groups (id, organization_id, display_name, "
                "external_id, created_at, updated_at) VALUES (%(id)s, %(organization)s, %(name)s, "
                "%(external)s, %(at)s, %(at)s) ON CONFLICT (organization_id, display_name) "
                "DO NOTHING",
                self._named(id=group_id, name=name, external=external_id, at=at),
            )
        )

    def rename_group(self, group_id: UUID, name: str, *, at: datetime) -> None:
        """Store a group's new name."""
        self._transaction.run(
            "UPDATE netpulse.directory_groups SET display_name = %(name)s, updated_at = %(at)s "
            "WHERE organization_id = %(organization)s AND id = %(id)s",
            self._named(id=group_id, name=name, at=at),
        )

    def remove_group(self, group_id: UUID) -> None:
        """Forget a group."""
        self._transaction.run(
            "DELETE FROM netpulse.directory_groups "
            "WHERE organization_id = %(organization)s AND id = %(id)s",
            self._named(id=group_id),
        )

    def set_members(self, group_id: UUID, user_ids: frozenset[UUID], *, at: datetime) -> None:
        """Replace a group's members; who is no member of the organisation is passed over."""
        self._transaction.run(
            "DELETE FROM netpulse.directory_group_members "
            "WHERE organization_id = %(organization)s AND group_id = %(id)s",
            self._named(id=group_id),
        )
        self._transaction.run(
            "INSERT INTO netpulse.directory_group_members (organization_id, group_id, user_id) "
            "SELECT m.organization_id, %(id)s, m.user_id FROM netpulse.memberships m "
            "WHERE m.organization_id = %(organization)s AND m.user_id = ANY(%(users)s)",
            self._named(id=group_id, users=list(user_ids)),
        )
        self._transaction.run(
            "UPDATE netpulse.directory_groups SET updated_at = %(at)s "
            "WHERE organization_id = %(organization)s AND id = %(id)s",
            self._named(id=group_id, at=at),
        )
