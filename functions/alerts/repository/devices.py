"""Devices and their statuses in PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from netpulse.ids import DeviceId
from psycopg.types.json import Jsonb

from functions.alerts.domain.device import Device, Standing, Status, Verdict
from functions.alerts.ports import Scene
from functions.alerts.repository.inventory import DEVICE, Inventory, device_of
from functions.alerts.service.purposes import SETTLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from netpulse.db import Row

    from functions.alerts.domain.status import StatusChange

_STATUS = (
    "status, maintenance, reason, since, last_seen_at, slot_at, response_time_ms, loss_ratio, seq, "
    "verdict, is_hard, failing_since, verdict_reason, epoch"
)
_STATUS_TYPES = (
    "status text, maintenance boolean, reason text, since timestamptz, last_seen_at timestamptz, "
    "slot_at timestamptz, response_time_ms double precision, loss_ratio double precision, "
    "seq bigint, verdict text, is_hard boolean, failing_since timestamptz, verdict_reason text, "
    "epoch bigint"
)
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in _STATUS.split(", "))
_SEEN = (
    f"SELECT {DEVICE}, {', '.join(f's.{name}' for name in _STATUS.split(', '))}, "  # noqa: S608
    "t.due_at AS held_until FROM netpulse.devices d "
    "LEFT JOIN netpulse.device_status s ON s.device_id = d.id "
    "LEFT JOIN netpulse.timers t ON t.organization_id = d.organization_id "
    f"AND t.purpose = '{SETTLE}' AND t.subject = d.id::text"
)
# The instant a device's poller counts as silent: Device.patience after its last word, or after it
# was added or changed (and so, perhaps, activated).
PATIENCE = (
    "greatest(coalesce(s.slot_at, d.created_at), d.updated_at) "
    "+ make_interval(secs => 3 * d.interval_seconds + 60)"
)
_BELOW = (
    "WITH RECURSIVE below (id) AS ("
    "SELECT device_id FROM netpulse.device_parents WHERE parent_id = ANY(%s) "
    "UNION SELECT p.device_id FROM netpulse.device_parents p JOIN below b ON p.parent_id = b.id)"
)


class PostgresDevices(Inventory):
    """The organisation's devices, and the statuses that alerts alone writes."""

    def scene(self, device_ids: Iterable[DeviceId]) -> Scene:
        """Return the polled devices of these and all that are held, with their ancestors."""
        rows = self._transaction.rows(
            f"{_SEEN} WHERE d.is_active AND d.retired_at IS NULL AND d.id IN ("  # noqa: S608
            "SELECT unnest(%s::uuid[]) UNION ALL SELECT subject::uuid FROM netpulse.timers "
            "WHERE organization_id = %s AND purpose = %s)",
            (list(device_ids), self._transaction.organization_id, SETTLE),
        )
        devices = {DeviceId(row["id"]): device_of(row) for row in rows}
        standings = {DeviceId(row["id"]): _standing(row) for row in rows}
        parents = self._parents_of(devices)
        beyond = {each for above in parents.values() for each in above} - devices.keys()
        if beyond:
            ancestors = self._transaction.rows(
                f"{_SEEN} WHERE d.is_active AND d.retired_at IS NULL AND d.id = ANY(%s)",
                (list(beyond),),
            )
            standings |= {DeviceId(row["id"]): _standing(row) for row in ancestors}
        return Scene(devices=devices, standings=standings, parents=parents)

    def below(
        self, device_ids: Iterable[DeviceId]
    ) -> tuple[list[DeviceId], dict[DeviceId, list[DeviceId]]]:
        """Return the polled devices that hang on any of these, however deep, and their parents."""
        rows = self._transaction.rows(
            f"{_BELOW} SELECT d.id FROM below b JOIN netpulse.devices d ON d.id = b.id "  # noqa: S608
            "WHERE d.is_active AND d.retired_at IS NULL",
            (list(device_ids),),
        )
        found = [DeviceId(row["id"]) for row in rows]
        return found, self._parents_of(found)

    def hidden_below(self, device_ids: Iterable[DeviceId]) -> list[Device]:
        """Return the unreachable devices that hang on any of these, however deep."""
        rows = self._transaction.rows(
            f"{_BELOW} SELECT {DEVICE} FROM below b "  # noqa: S608 - constant columns
            "JOIN netpulse.devices d ON d.id = b.id "
            "JOIN netpulse.device_status s ON s.device_id = d.id "
            "WHERE s.status = 'unreachable' AND d.is_active AND d.retired_at IS NULL",
            (list(device_ids),),
        )
        return [device_of(row) for row in rows]

    def seen(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, tuple[Device, Standing]]:
        """Return those of the devices that there are, polled or not, with their standings."""
        rows = self._transaction.rows(f"{_SEEN} WHERE d.id = ANY(%s)", (list(device_ids),))
        return {DeviceId(row["id"]): (device_of(row), _standing(row)) for row in rows}

    def silent(self, *, now: datetime) -> dict[DeviceId, tuple[Device, Standing]]:
        """Return the devices whose poller has said nothing for longer than their patience."""
        rows = self._transaction.rows(
            f"{_SEEN} WHERE d.is_active AND d.retired_at IS NULL AND {PATIENCE} < %s", (now,)
        )
        return {DeviceId(row["id"]): (device_of(row), _standing(row)) for row in rows}

    def end(self, device_id: DeviceId, *, at: datetime) -> None:
        """End a retired device's last status period."""
        self._transaction.run(
            "UPDATE netpulse.status_periods SET ended_at = greatest(%s, began_at) "
            "WHERE device_id = %s AND ended_at IS NULL",
            (at, device_id),
        )

    def write(
        self, standings: Mapping[DeviceId, Standing], changes: Sequence[StatusChange]
    ) -> None:
        """Write standings, and close and open status periods for the changes."""
        if standings:
            self._transaction.run(
                "INSERT INTO netpulse.device_status "  # noqa: S608 - constant columns
                f"(organization_id, device_id, {_STATUS}) "
                f"SELECT %s, r.device_id, {', '.join(f'r.{n}' for n in _STATUS.split(', '))} "
                f"FROM jsonb_to_recordset(%s) AS r (device_id uuid, {_STATUS_TYPES}) "
                f"ON CONFLICT (device_id) DO UPDATE SET {_UPDATES}",
                (
                    self._transaction.organization_id,
                    Jsonb([_written(device_id, each) for device_id, each in standings.items()]),
                ),
            )
        if changes:
            self._write_periods(changes)

    def _write_periods(self, changes: Sequence[StatusChange]) -> None:
        of_device: dict[DeviceId, list[StatusChange]] = defaultdict(list)
        for change in changes:
            of_device[change.device_id].append(change)
        closed = [
            {"device_id": str(device_id), "at": _text(found[0].begins_at)}
            for device_id, found in of_device.items()
        ]
        self._transaction.run(
            "UPDATE netpulse.status_periods p SET ended_at = greatest(c.at, p.began_at) "
            "FROM jsonb_to_recordset(%s) AS c (device_id uuid, at timestamptz) "
            "WHERE p.device_id = c.device_id AND p.ended_at IS NULL",
            (Jsonb(closed),),
        )
        # A status that lasted no time at all gives way to the next.
        opened: dict[tuple[DeviceId, str | None], dict[str, Any]] = {}
        for device_id, found in of_device.items():
            for change, following in zip(found, [*found[1:], None], strict=True):
                opened[device_id, _text(change.begins_at)] = {
                    "device_id": str(device_id),
                    "began_at": _text(change.begins_at),
                    "ended_at": _text(following.begins_at) if following else None,
                    "status": change.after.status,
                    "maintenance": change.after.maintenance,
                    "reason": change.after.reason,
                }
        self._transaction.run(
            "INSERT INTO netpulse.status_periods "
            "(organization_id, device_id, began_at, ended_at, status, maintenance, reason) "
            "SELECT %s, r.device_id, r.began_at, r.ended_at, r.status, r.maintenance, r.reason "
            "FROM jsonb_to_recordset(%s) AS r (device_id uuid, began_at timestamptz, "
            "ended_at timestamptz, status text, maintenance boolean, reason text) "
            "ON CONFLICT (device_id, began_at) DO UPDATE SET ended_at = excluded.ended_at, "
            "status = excluded.status, maintenance = excluded.maintenance, "
            "reason = excluded.reason",
            (self._transaction.organization_id, Jsonb(list(opened.values()))),
        )

    def _parents_of(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, list[DeviceId]]:
        """Return the parents of devices and of all their ancestors."""
        rows = self._transaction.rows(
            "WITH RECURSIVE above (device_id, parent_id) AS ("
            "SELECT device_id, parent_id FROM netpulse.device_parents WHERE device_id = ANY(%s) "
            "UNION SELECT p.device_id, p.parent_id FROM netpulse.device_parents p "
            "JOIN above a ON p.device_id = a.parent_id) SELECT * FROM above",
            (list(device_ids),),
        )
        parents: dict[DeviceId, list[DeviceId]] = defaultdict(list)
        for row in rows:
            parents[DeviceId(row["device_id"])].append(DeviceId(row["parent_id"]))
        return dict(parents)


def _standing(row: Row) -> Standing:
    if row["status"] is None:
        return Standing(held_until=row["held_until"])
    return Standing(
        status=Status(row["status"]),
        reason=row["reason"],
        since=row["since"],
        maintenance=row["maintenance"],
        seq=row["seq"],
        last_seen_at=row["last_seen_at"],
        slot_at=row["slot_at"],
        verdict=Verdict(row["verdict"]),
        is_hard=row["is_hard"],
        failing_since=row["failing_since"],
        verdict_reason=row["verdict_reason"],
        response_time_ms=row["response_time_ms"],
        loss_ratio=row["loss_ratio"],
        epoch=row["epoch"],
        held_until=row["held_until"],
    )


def _written(device_id: DeviceId, standing: Standing) -> dict[str, Any]:
    return {
        "device_id": str(device_id),
        "status": standing.status,
        "maintenance": standing.maintenance,
        "reason": standing.reason,
        "since": _text(standing.since or standing.failing_since or standing.slot_at),
        "last_seen_at": _text(standing.last_seen_at),
        "slot_at": _text(standing.slot_at),
        "response_time_ms": standing.response_time_ms,
        "loss_ratio": standing.loss_ratio,
        "seq": standing.seq,
        "verdict": standing.verdict,
        "is_hard": standing.is_hard,
        "failing_since": _text(standing.failing_since),
        "verdict_reason": standing.verdict_reason,
        "epoch": standing.epoch,
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
