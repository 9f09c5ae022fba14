"""Channels in PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
from netpulse.errors import NotFoundError
from netpulse.ids import ChannelId
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.grouping import Grouping
from functions.notify.domain.quiet_hours import QuietHours
from functions.notify.ports import ChannelExistsError

if TYPE_CHECKING:
    from netpulse.db import Row, Transaction

_HOURS = TypeAdapter(QuietHours)


class PostgresChannels:
    """An organisation's channels."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def all(self) -> list[Channel]:
        """Return every channel by name."""
        rows = self._transaction.rows(
            "SELECT * FROM netpulse.notification_channels ORDER BY name, id"
        )
        return [_channel(row) for row in rows]

    def page(
        self, *, page: int, per_page: int, kind: ChannelKind | None
    ) -> tuple[list[Channel], int]:
        """Return one page by name, and how many there are."""
        rows = self._transaction.rows(
            "SELECT * FROM netpulse.notification_channels "
            "WHERE %(kind)s::text IS NULL OR kind = %(kind)s "
            "ORDER BY name, id LIMIT %(limit)s OFFSET %(offset)s",
            {"kind": kind, "limit": per_page, "offset": (page - 1) * per_page},
        )
        total = self._transaction.value(
            "SELECT count(*) FROM netpulse.notification_channels "
            "WHERE %(kind)s::text IS NULL OR kind = %(kind)s",
            {"kind": kind},
        )
        return [_channel(row) for row in rows], total

    def get(self, channel_id: ChannelId) -> Channel:
        """Return a channel; raise NotFoundError (NOTIFICATION_CHANNEL_NOT_FOUND)."""
        row = self._transaction.row(
            "SELECT * FROM netpulse.notification_channels WHERE id = %s", (channel_id,)
        )
        if row is None:
            raise NotFoundError.of("notification_channel", channel_id)
        return _channel(row)

    def save(self, channel: Channel) -> None:
        """Insert or replace a channel; raise ChannelExistsError when the name is taken."""
        try:
            self._transaction.run(
                "INSERT INTO netpulse.notification_channels (id, organization_id, name, kind, "
                "config, sealed_secret, severities, enabled, group_by, group_wait_seconds, "
                "group_interval_seconds, repeat_interval_seconds, critical_at_once, "
                "quiet_hours, created_at, updated_at) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
                "ON CONFLICT (id) DO UPDATE SET name = excluded.name, config = excluded.config, "
                "sealed_secret = excluded.sealed_secret, severities = excluded.severities, "
                "enabled = excluded.enabled, group_by = excluded.group_by, "
                "group_wait_seconds = excluded.group_wait_seconds, "
                "group_interval_seconds = excluded.group_interval_seconds, "
                "repeat_interval_seconds = excluded.repeat_interval_seconds, "
                "critical_at_once = excluded.critical_at_once, "
                "quiet_hours = excluded.quiet_hours, updated_at = excluded.updated_at",
                (
                    channel.id,
                    self._transaction.organization_id,
                    channel.name,
                    channel.kind,
                    Jsonb(channel.config),
                    channel.sealed_secret,
                    list(channel.severities),
                    channel.enabled,
                    list(channel.grouping.group_by),
                    channel.grouping.group_wait.total_seconds(),
                    channel.grouping.group_interval.total_seconds(),
                    channel.grouping.repeat_interval.total_seconds(),
                    channel.critical_at_once,
                    _hours_json(channel.quiet_hours),
                    channel.created_at,
                    channel.updated_at,
                ),
            )
        except psycopg.errors.UniqueViolation as error:
            raise ChannelExistsError.named(channel.name) from error

    def remove(self, channel_id: ChannelId) -> None:
        """Delete a channel."""
        self._transaction.run(
            "DELETE FROM netpulse.notification_channels WHERE id = %s", (channel_id,)
        )


def _hours_json(hours: QuietHours | None) -> Jsonb | None:
    if hours is None:
        return None
    kept = _HOURS.dump_python(hours, mode="json")
    return Jsonb({**kept, "weekdays": sorted(hours.weekdays)})


def _channel(row: Row) -> Channel:
    return Channel(
        id=ChannelId(row["id"]),
        name=row["name"],
        kind=ChannelKind(row["kind"]),
        config=row["config"],
        severities=tuple(row["severities"]),
        enabled=row["enabled"],
        grouping=Grouping(
            group_by=tuple(row["group_by"]),
            group_wait=timedelta(seconds=row["group_wait_seconds"]),
            group_interval=timedelta(seconds=row["group_interval_seconds"]),
            repeat_interval=timedelta(seconds=row["repeat_interval_seconds"]),
        ),
        critical_at_once=row["critical_at_once"],
        quiet_hours=_HOURS.validate_python(row["quiet_hours"]) if row["quiet_hours"] else None,
        sealed_secret=row["sealed_secret"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
