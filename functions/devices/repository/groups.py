"""Groups of devices in PostgreSQL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netpulse.errors import NotFoundError
from netpulse.ids import DeviceId, GroupId
from psycopg.errors import UniqueViolation

from functions.devices.domain.errors import GroupAlreadyExistsError
from functions.devices.models.groups import GroupView
from functions.devices.repository.inventory import like

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from netpulse.db import Row, Transaction

    from functions.devices.domain.listing import Slice
    from functions.devices.models.groups import GroupIn

_VIEW = (
    "SELECT g.*, (SELECT count(*) FROM netpulse.device_group_members m WHERE m.group_id = g.id) "
    "AS device_count FROM netpulse.device_groups g"
)


class PostgresGroups:
    """The organisation's groups of devices."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, group_id: GroupId, group: GroupIn, *, at: datetime) -> None:
        """Store a new group; raise GroupAlreadyExistsError."""
        with _unique(group):
            self._transaction.run(
                "INSERT INTO netpulse.device_groups "
                "(id, organization_id, name, description, created_at, updated_at) "
                "VALUES (%s, %s, %s, %s, %s, %s)",
                (
                    group_id,
                    self._transaction.organization_id,
                    group.name,
                    group.description,
                    at,
                    at,
                ),
            )

    def save(self, group_id: GroupId, group: GroupIn, *, at: datetime) -> None:
        """Store a changed group; raise GroupAlreadyExistsError or NotFoundError."""
        with _unique(group):
            changed = self._transaction.run(
                "UPDATE netpulse.device_groups SET name = %s, description = %s, updated_at = %s "
                "WHERE id = %s",
                (group.name, group.description, at, group_id),
            )
        if not changed:
            raise NotFoundError.of("device_group", group_id)

    def remove(self, group_id: GroupId) -> None:
        """Delete a group; its devices stay."""
        if not self._transaction.run(
            "DELETE FROM netpulse.device_groups WHERE id = %s", (group_id,)
        ):
            raise NotFoundError.of("device_group", group_id)

    def view(self, group_id: GroupId) -> GroupView:
        """Return a group; raise NotFoundError."""
        row = self._transaction.row(_VIEW + " WHERE g.id = %s", (group_id,))
        if row is None:
            raise NotFoundError.of("device_group", group_id)
        return _view(row)

    def page(self, search: str, part: Slice) -> tuple[list[GroupView], int]:
        """Return one page of the groups by name, and how many there are in all."""
        total = self._transaction.value(
            "SELECT count(*) FROM netpulse.device_groups WHERE name ILIKE %s", (like(search),)
        )
        rows = self._transaction.rows(
            _VIEW + " WHERE g.name ILIKE %s ORDER BY lower(g.name), g.id LIMIT %s OFFSET %s",
            (like(search), part.per_page, part.offset),
        )
        return [_view(row) for row in rows], total

    def members(self, group_id: GroupId) -> set[DeviceId]:
        """Return a group's devices."""
        rows = self._transaction.rows(
            "SELECT device_id FROM netpulse.device_group_members WHERE group_id = %s", (group_id,)
        )
        return {DeviceId(row["device_id"]) for row in rows}

    def set_members(self, group_id: GroupId, device_ids: Collection[DeviceId]) -> None:
        """Give a group exactly these devices."""
        wanted = list(device_ids)
        self._transaction.run(
            "DELETE FROM netpulse.device_group_members "
            "WHERE group_id = %s AND NOT device_id = ANY(%s::uuid[])",
            (group_id, wanted),
        )
        self._transaction.run(
            "INSERT INTO netpulse.device_group_members (organization_id, group_id, device_id) "
            "SELECT %s, %s, unnest(%s::uuid[]) ON CONFLICT DO NOTHING",
            (self._transaction.organization_id, group_id, wanted),
        )

    def existing(self, group_ids: Collection[GroupId]) -> set[GroupId]:
        """Return those of these groups that there are."""
        rows = self._transaction.rows(
            "SELECT id FROM netpulse.device_groups WHERE id = ANY(%s::uuid[])", (list(group_ids),)
        )
        return {GroupId(row["id"]) for row in rows}


@contextmanager
def _unique(group: GroupIn) -> Iterator[None]:
    try:
        yield
    except UniqueViolation as error:
        raise GroupAlreadyExistsError(
            f"A group named {group.name} already exists", details={"name": group.name}
        ) from error


def _view(row: Row) -> GroupView:
    return GroupView(**{name: row[name] for name in GroupView.model_fields})
