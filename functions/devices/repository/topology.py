"""Who says to be next to whom, and which links were confirmed or refused, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.devices.domain.device import DeviceType
from functions.devices.domain.topology import Node, Sight, counted

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Transaction
    from netpulse.ids import DeviceId

    from functions.devices.domain.topology import Pair


class PostgresTopology:
    """The organisation's links."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def sights(self) -> list[Sight]:
        """Return every device's word of another device at the end of a link."""
        rows = self._transaction.rows(
            "SELECT n.device_id, n.remote_device_id AS remote_id, n.local_if_name, "
            "coalesce(nullif(n.remote_port_descr, ''), n.remote_port_id) AS remote_port, "
            "n.protocol, n.matched_by FROM netpulse.neighbour_matches n "
            "JOIN netpulse.devices d ON d.id = n.device_id AND d.retired_at IS NULL "
            "WHERE n.remote_device_id IS NOT NULL "
            "ORDER BY d.number, n.local_if_name, n.protocol"
        )
        return [Sight(**row) for row in rows]

    def nodes(self, sights: list[Sight]) -> tuple[dict[UUID, Node], dict[UUID, str]]:
        """Return the devices that were seen or saw, and their names."""
        counts = counted(sights)
        rows = self._transaction.rows(
            "SELECT id, number, device_type, name FROM netpulse.devices WHERE id = ANY(%s)",
            (list(counts),),
        )
        nodes = {
            row["id"]: Node(
                row["id"], row["number"], DeviceType(row["device_type"]), counts[row["id"]]
            )
            for row in rows
        }
        return nodes, {row["id"]: row["name"] for row in rows}

    def parents(self) -> dict[UUID, list[UUID]]:
        """Return every device's parents."""
        rows = self._transaction.rows(
            "SELECT device_id, array_agg(parent_id) AS above FROM netpulse.device_parents "
            "GROUP BY device_id"
        )
        return {row["device_id"]: row["above"] for row in rows}

    def dismissed(self) -> set[Pair]:
        """Return the pairs between which a person wants no link."""
        rows = self._transaction.rows("SELECT device_id, parent_id FROM netpulse.dismissed_parents")
        return {frozenset((row["device_id"], row["parent_id"])) for row in rows}

    def dismiss(
        self, device_id: DeviceId, parent_id: DeviceId, *, by: UUID | None, at: datetime
    ) -> None:
        """Propose a link between two devices no more."""
        self._transaction.run(
            "INSERT INTO netpulse.dismissed_parents (organization_id, device_id, parent_id, "
            "dismissed_at, dismissed_by) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (self._transaction.organization_id, device_id, parent_id, at, by),
        )

    def reconsider(self, device_id: DeviceId, parent_id: DeviceId) -> None:
        """Forget that a link between two devices was refused."""
        self._transaction.run(
            "DELETE FROM netpulse.dismissed_parents WHERE (device_id, parent_id) IN "
            "((%(a)s, %(b)s), (%(b)s, %(a)s))",
            {"a": device_id, "b": parent_id},
        )
