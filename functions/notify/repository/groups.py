"""The groups in which channels tell of alerts, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.ids import ChannelId, OrganizationId
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from functions.notify.domain.brake import MOST_A_MINUTE
from functions.notify.domain.gathered import Gathered, GroupKey
from functions.notify.domain.grouping import Group, Logged, Member
from functions.notify.repository import rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row, Transaction

_LOGGED = TypeAdapter(Logged)
_GROUPS = "SELECT * FROM netpulse.notification_groups g WHERE "
_WRITTEN = (
    "INSERT INTO netpulse.notification_groups (id, organization_id, channel_id, at_once, "
    "fingerprint, labels, due_at, flushed_at, logged, updated_at) VALUES (%(id)s, "
    "%(organization_id)s, %(channel_id)s, %(at_once)s, %(fingerprint)s, %(labels)s, %(due_at)s, "
    "%(flushed_at)s, %(logged)s, %(now)s) ON CONFLICT (id) DO UPDATE SET "
    "due_at = excluded.due_at, flushed_at = excluded.flushed_at, logged = excluded.logged, "
    "updated_at = excluded.updated_at"
)
_MEMBER = (
    "INSERT INTO netpulse.notification_group_alerts "
    "(organization_id, group_id, alert_id, key, is_resolved, is_muted, is_taken, news) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (group_id, alert_id) DO UPDATE SET "
    "key = excluded.key, is_resolved = excluded.is_resolved, is_muted = excluded.is_muted, "
    "is_taken = excluded.is_taken, news = excluded.news"
)
# A member with its newest word; what is equal to what was read need not be written.
_Known = dict[str, tuple[Member, Any]]


class PostgresGroups:
    """An organisation's groups; the transaction remembers what it read of them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._read: dict[UUID, _Known] = {}

    def find(self, keys: Collection[GroupKey], alert_ids: Collection[UUID]) -> list[Gathered]:
        """Return the groups of these keys, and those that have any of these alerts."""
        return self._groups(
            "(channel_id, at_once, fingerprint) IN "
            "(SELECT * FROM unnest(%(channels)s::uuid[], %(at_once)s::bool[], %(prints)s::text[])) "
            "OR id IN (SELECT group_id FROM netpulse.notification_group_alerts "
            "WHERE alert_id = ANY(%(alerts)s))",
            {
                "channels": [key.channel_id for key in keys],
                "at_once": [key.at_once for key in keys],
                "prints": [key.fingerprint for key in keys],
                "alerts": list(alert_ids),
            },
        )

    def due(self, now: datetime) -> list[Gathered]:
        """Return the groups that are due."""
        return self._groups("due_at <= %(now)s", {"now": now})

    def write(self, groups: Sequence[Gathered], *, now: datetime) -> None:
        """Write groups as they are now."""
        organization_id = self._transaction.organization_id
        self._transaction.run_many(
            _WRITTEN,
            [
                {
                    "id": each.id,
                    "organization_id": organization_id,
                    "channel_id": each.key.channel_id,
                    "at_once": each.key.at_once,
                    "fingerprint": each.key.fingerprint,
                    "labels": Jsonb(each.labels),
                    "due_at": each.group.due_at,
                    "flushed_at": each.group.flushed_at,
                    "logged": _logged_json(each.group.logged),
                    "now": now,
                }
                for each in groups
            ],
        )
        gone = [
            (each.id, alert_id)
            for each in groups
            for alert_id in self._read.get(each.id, {})
            if alert_id not in each.group.members
        ]
        if gone:
            self._transaction.run(
                "DELETE FROM netpulse.notification_group_alerts WHERE (group_id, alert_id) IN "
                "(SELECT * FROM unnest(%s::uuid[], %s::uuid[]))",
                ([group for group, _ in gone], [alert for _, alert in gone]),
            )
        self._transaction.run_many(
            _MEMBER,
            [
                (
                    organization_id,
                    each.id,
                    alert_id,
                    member.key,
                    member.is_resolved,
                    member.is_muted,
                    member.is_taken,
                    rows.stored(each.news[alert_id]),
                )
                for each in groups
                for alert_id, member in each.group.members.items()
                if self._read.get(each.id, {}).get(alert_id) != (member, each.news[alert_id])
            ],
        )

    def waiting(self, *, now: datetime) -> list[OrganizationId]:
        """Return whose groups should have spoken by now, of all organisations the role sees."""
        found = self._transaction.rows(
            "SELECT DISTINCT organization_id FROM netpulse.notification_groups WHERE due_at <= %s",
            (now,),
        )
        return [OrganizationId(row["organization_id"]) for row in found]

    def forget_idle(self, before: datetime, *, limit: int) -> int:
        """Delete groups that have been empty since before an instant; return how many."""
        return self._transaction.run(
            "DELETE FROM netpulse.notification_groups WHERE id IN "
            "(SELECT g.id FROM netpulse.notification_groups g WHERE g.updated_at < %s "
            "AND NOT EXISTS (SELECT FROM netpulse.notification_group_alerts a "
            "WHERE a.group_id = g.id) LIMIT %s)",
            (before, limit),
        )

    def _groups(self, condition: str, asked: Mapping[str, Any]) -> list[Gathered]:
        found = self._transaction.rows(_GROUPS + condition, asked)
        ids = [row["id"] for row in found]
        members: dict[UUID, list[Row]] = {each: [] for each in ids}
        # without a group there is no second statement
        for row in self._members(ids) if ids else []:
            members[row["group_id"]].append(row)
        return [self._gathered(row, members[row["id"]]) for row in found]

    def _members(self, group_ids: Sequence[UUID]) -> list[Row]:
        return self._transaction.rows(
            "SELECT * FROM netpulse.notification_group_alerts WHERE group_id = ANY(%s) "
            "ORDER BY group_id, news ->> 'began_at', alert_id",
            (list(group_ids),),
        )

    def _gathered(self, row: Row, members: Sequence[Row]) -> Gathered:
        news = {str(each["alert_id"]): rows.news(each["news"]) for each in members}
        known = {
            str(each["alert_id"]): Member(
                key=each["key"],
                is_resolved=each["is_resolved"],
                is_muted=each["is_muted"],
                is_taken=each["is_taken"],
            )
            for each in members
        }
        self._read[row["id"]] = {key: (known[key], news[key]) for key in known}
        return Gathered(
            id=row["id"],
            key=GroupKey(ChannelId(row["channel_id"]), row["at_once"], row["fingerprint"]),
            labels=row["labels"],
            group=Group(
                members=known,
                due_at=row["due_at"],
                flushed_at=row["flushed_at"],
                logged=_LOGGED.validate_python(row["logged"]) if row["logged"] else None,
            ),
            news=news,
        )


def _logged_json(logged: Logged | None) -> Jsonb | None:
    return Jsonb(_LOGGED.dump_python(logged, mode="json")) if logged else None


class PostgresPreferences:
    """How the organisation wants to be told."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def most_a_minute(self) -> int:
        """Return how many messages a minute a person may be sent."""
        found = self._transaction.value(
            "SELECT most_a_minute FROM netpulse.notification_settings WHERE organization_id = %s",
            (self._transaction.organization_id,),
        )
        return MOST_A_MINUTE if found is None else int(found)

    def limit_to(self, most_a_minute: int, *, at: datetime) -> None:
        """Say how many messages a minute a person may be sent."""
        self._transaction.run(
            "INSERT INTO netpulse.notification_settings "
            "(organization_id, most_a_minute, updated_at) VALUES (%s, %s, %s) "
            "ON CONFLICT (organization_id) DO UPDATE SET "
            "most_a_minute = excluded.most_a_minute, updated_at = excluded.updated_at",
            (self._transaction.organization_id, most_a_minute, at),
        )
