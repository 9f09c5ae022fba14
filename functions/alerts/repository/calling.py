"""On-call schedules and escalation policies in PostgreSQL."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse.ids import AlertId
from psycopg import errors
from psycopg.types.json import Jsonb

from functions.alerts.domain.escalation import Policy, Progress, Step
from functions.alerts.domain.on_call import Layer, Member, Schedule, StandIn
from functions.alerts.ports.mutes import NameTakenError
from functions.alerts.repository.mutes import Table, matchers_json, matchers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netpulse.db import Row


class PostgresSchedules(Table):
    """The organisation's on-call schedules."""

    table, thing = "on_call_schedules", "on_call_schedule"

    def all(self) -> list[Schedule]:
        """Return every schedule, by name."""
        return [_schedule(row) for row in self._rows()]

    def get(self, schedule_id: UUID) -> Schedule:
        """Return a schedule; raise NotFoundError (ON_CALL_SCHEDULE_NOT_FOUND)."""
        return _schedule(self._row(schedule_id))

    def save(self, schedule: Schedule, *, at: datetime) -> None:
        """Insert or replace a schedule; raise NameTakenError."""
        given = {
            "id": schedule.id,
            "name": schedule.name,
            "time_zone": schedule.time_zone,
            "layers": Jsonb([_layer_json(each) for each in schedule.layers]),
            "overrides": Jsonb([_stand_in_json(each) for each in schedule.overrides]),
        }
        try:
            with self._transaction.connection.transaction():
                self._save(given, at=at)
        except errors.UniqueViolation as error:
            raise NameTakenError.of(self.thing, schedule.name) from error

    def unknown_channels(self, channel_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no notification channel of the organisation."""
        found = self._transaction.rows(
            "SELECT g.id FROM unnest(%s::uuid[]) AS g (id) "
            "LEFT JOIN netpulse.notification_channels c ON c.id = g.id WHERE c.id IS NULL",
            (list(channel_ids),),
        )
        return [row["id"] for row in found]

    def strangers(self, user_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no member of the organisation."""
        found = self._transaction.rows(
            "SELECT g.id FROM unnest(%s::uuid[]) AS g (id) "
            "LEFT JOIN netpulse.memberships m ON m.user_id = g.id WHERE m.user_id IS NULL",
            (list(user_ids),),
        )
        return [row["id"] for row in found]


class PostgresPolicies(Table):
    """The organisation's escalation policies, and how far alerts have come."""

    table, thing = "escalation_policies", "escalation_policy"

    def all(self) -> list[Policy]:
        """Return every policy, by priority."""
        return sorted(map(_policy, self._rows()), key=lambda each: (each.priority, each.name))

    def get(self, policy_id: UUID) -> Policy:
        """Return a policy; raise NotFoundError (ESCALATION_POLICY_NOT_FOUND)."""
        return _policy(self._row(policy_id))

    def save(self, policy: Policy, *, at: datetime) -> None:
        """Insert or replace a policy; raise NameTakenError."""
        given = {
            "id": policy.id,
            "name": policy.name,
            "matchers": matchers_json(policy.matchers),
            "priority": policy.priority,
            "steps": Jsonb(
                [
                    {
                        "after_seconds": int(each.after.total_seconds()),
                        "channel_ids": [str(one) for one in each.channel_ids],
                        "schedule_ids": [str(one) for one in each.schedule_ids],
                    }
                    for each in policy.steps
                ]
            ),
            "repeats": policy.repeats,
            "enabled": policy.is_enabled,
        }
        try:
            with self._transaction.connection.transaction():
                self._save(given, at=at)
        except errors.UniqueViolation as error:
            raise NameTakenError.of(self.thing, policy.name) from error

    def progress(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Progress]:
        """Return the step each of the alerts comes to next."""
        rows = self._transaction.rows(
            "SELECT * FROM netpulse.alert_escalations WHERE alert_id = ANY(%s)", (list(alert_ids),)
        )
        return {
            AlertId(row["alert_id"]): Progress(
                policy_id=row["policy_id"], step=row["step"], round=row["round"]
            )
            for row in rows
        }

    def keep(self, progress: Mapping[AlertId, Progress | None]) -> None:
        """Keep how far alerts have come; None: they escalate no more."""
        over = [alert_id for alert_id, each in progress.items() if each is None]
        if over:
            self._transaction.run(
                "DELETE FROM netpulse.alert_escalations WHERE alert_id = ANY(%s)", (over,)
            )
        going = {alert_id: each for alert_id, each in progress.items() if each is not None}
        if going:
            self._transaction.run_many(
                "INSERT INTO netpulse.alert_escalations "
                "(alert_id, organization_id, policy_id, step, round) VALUES (%s, %s, %s, %s, %s) "
                "ON CONFLICT (alert_id) DO UPDATE SET policy_id = excluded.policy_id, "
                "step = excluded.step, round = excluded.round",
                [
                    (
                        alert_id,
                        self._transaction.organization_id,
                        each.policy_id,
                        each.step,
                        each.round,
                    )
                    for alert_id, each in going.items()
                ],
            )


def _policy(row: Row) -> Policy:
    return Policy(
        id=row["id"],
        name=row["name"],
        matchers=matchers_of(row["matchers"]),
        priority=row["priority"],
        steps=tuple(
            Step(
                after=timedelta(seconds=each["after_seconds"]),
                channel_ids=tuple(UUID(one) for one in each["channel_ids"]),
                schedule_ids=tuple(UUID(one) for one in each["schedule_ids"]),
            )
            for each in row["steps"]
        ),
        repeats=row["repeats"],
        is_enabled=row["enabled"],
    )


def _schedule(row: Row) -> Schedule:
    return Schedule(
        id=row["id"],
        name=row["name"],
        time_zone=row["time_zone"],
        layers=tuple(_layer(each) for each in row["layers"]),
        overrides=tuple(
            StandIn(
                member=_member(each["member"]),
                starts_at=datetime.fromisoformat(each["starts_at"]),
                ends_at=datetime.fromisoformat(each["ends_at"]),
            )
            for each in row["overrides"]
        ),
    )


def _layer_json(layer: Layer) -> dict[str, Any]:
    return {
        "members": [_member_json(each) for each in layer.members],
        "starts_local": layer.starts_local.isoformat(),
        "turn_days": layer.turn_days,
        "weekdays": sorted(layer.weekdays),
        "from_time": layer.from_time.isoformat() if layer.from_time else None,
        "to_time": layer.to_time.isoformat() if layer.to_time else None,
    }


def _layer(found: Mapping[str, Any]) -> Layer:
    return Layer(
        members=tuple(_member(each) for each in found["members"]),
        starts_local=datetime.fromisoformat(found["starts_local"]),
        turn_days=found["turn_days"],
        weekdays=frozenset(found["weekdays"]),
        from_time=time.fromisoformat(found["from_time"]) if found["from_time"] else None,
        to_time=time.fromisoformat(found["to_time"]) if found["to_time"] else None,
    )


def _stand_in_json(stand_in: StandIn) -> dict[str, Any]:
    return {
        "member": _member_json(stand_in.member),
        "starts_at": stand_in.starts_at.isoformat(),
        "ends_at": stand_in.ends_at.isoformat(),
    }


def _member_json(member: Member) -> dict[str, Any]:
    return {
        "name": member.name,
        "user_id": str(member.user_id) if member.user_id else None,
        "channel_ids": [str(each) for each in member.channel_ids],
    }


def _member(found: Mapping[str, Any]) -> Member:
    return Member(
        name=found["name"],
        user_id=UUID(found["user_id"]) if found["user_id"] else None,
        channel_ids=tuple(UUID(each) for each in found["channel_ids"]),
    )
