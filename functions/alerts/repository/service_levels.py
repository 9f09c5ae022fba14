"""Service levels in PostgreSQL."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from psycopg import errors
from psycopg.types.json import Jsonb

from functions.alerts.domain.service_level import BusinessHours, ServiceLevel
from functions.alerts.ports.mutes import NameTakenError
from functions.alerts.repository.mutes import Table, matchers_json, matchers_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row


class PostgresServiceLevels(Table):
    """The organisation's service levels."""

    table, thing = "service_levels", "service_level"

    def all(self) -> list[ServiceLevel]:
        """Return every service level, by priority."""
        return sorted(map(_level, self._rows()), key=lambda each: (each.priority, each.name))

    def get(self, level_id: UUID) -> ServiceLevel:
        """Return a service level; raise NotFoundError (SERVICE_LEVEL_NOT_FOUND)."""
        return _level(self._row(level_id))

    def save(self, level: ServiceLevel, *, at: datetime) -> None:
        """Insert or replace a service level; raise NameTakenError."""
        given = {
            "id": level.id,
            "name": level.name,
            "matchers": matchers_json(level.matchers),
            "priority": level.priority,
            "respond_seconds": _seconds(level.respond_within),
            "restore_seconds": _seconds(level.restore_within),
            "hours": Jsonb(hours_json(level.hours)) if level.hours else None,
            "channel_ids": list(level.channel_ids),
            "enabled": level.is_enabled,
        }
        try:
            with self._transaction.connection.transaction():
                self._save(given, at=at)
        except errors.UniqueViolation as error:
            raise NameTakenError.of(self.thing, level.name) from error


def _level(row: Row) -> ServiceLevel:
    return ServiceLevel(
        id=row["id"],
        name=row["name"],
        matchers=matchers_of(row["matchers"]),
        priority=row["priority"],
        respond_within=length_of(row["respond_seconds"]),
        restore_within=length_of(row["restore_seconds"]),
        hours=hours_of(row["hours"]) if row["hours"] else None,
        channel_ids=tuple(row["channel_ids"]),
        is_enabled=row["enabled"],
    )


def hours_json(hours: BusinessHours) -> dict[str, Any]:
    """Return business hours as JSON."""
    return {
        "time_zone": hours.time_zone,
        "weekdays": sorted(hours.weekdays),
        "from_time": hours.from_time.isoformat(),
        "to_time": hours.to_time.isoformat(),
    }


def hours_of(found: Mapping[str, Any]) -> BusinessHours:
    """Return business hours that were kept as JSON."""
    return BusinessHours(
        time_zone=found["time_zone"],
        weekdays=frozenset(found["weekdays"]),
        from_time=time.fromisoformat(found["from_time"]),
        to_time=time.fromisoformat(found["to_time"]),
    )


def length_of(seconds: float | None) -> timedelta | None:
    """Return so many seconds as a time."""
    return None if seconds is None else timedelta(seconds=seconds)


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
