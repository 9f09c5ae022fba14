"""What realtime takes and shows: HTTP answers, socket commands, and facts as they are told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from netpulse import events
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from functions.realtime.domain.messages import StatusChange, Told
from functions.realtime.domain.topics import Topic

if TYPE_CHECKING:
    from netpulse.events import Fact, Meta

_TOPICS: dict[Topic, tuple[type[Fact], ...]] = {
    Topic.STATUS: (events.DeviceStatusChanged,),
    Topic.DEVICES: (events.DeviceRegistered, events.DeviceUpdated, events.DeviceRetired),
    Topic.ALERTS: (
        events.AlertOpened,
        events.AlertChanged,
        events.AlertAcknowledged,
        events.AlertEscalated,
        events.AlertResolved,
        events.IncidentOpened,
        events.IncidentChanged,
        events.IncidentResolved,
    ),
    Topic.NOTIFICATIONS: (events.NotificationSent, events.NotificationFailed),
    Topic.REPORTS: (
        events.ReportRequested,
        events.ReportReady,
        events.ReportScheduleChanged,
        events.ArchiveRequested,
    ),
    Topic.USERS: (events.UserInvited,),
}
TOPIC_OF: dict[str, Topic] = {
    fact.type_name(): topic for topic, facts in _TOPICS.items() for fact in facts
}
_STATUS = events.DeviceStatusChanged.type_name()


def told(meta: Meta, type_name: str, data: dict[str, Any]) -> Told:
    """Return a fact as listeners hear of it."""
    return Told(
        seq=meta.seq,
        type=type_name,
        at=meta.occurred_at.isoformat().replace("+00:00", "Z"),
        topic=TOPIC_OF.get(type_name),
        data=data,
        change=_change(data) if type_name == _STATUS else None,
    )


def _change(data: dict[str, Any]) -> StatusChange | None:
    try:
        fact = events.DeviceStatusChanged.model_validate(data)
    except ValidationError:
        # told as it is: one odd fact must not hold up the others of its batch
        return None
    return StatusChange(number=fact.number, status=fact.status, since=fact.since)


class IssuedTicket(BaseModel):
    """A ticket for `wss://…/ws?ticket=…`: one socket, opened within the next seconds."""

    ticket: str
    expires_at: datetime
    expires_in_seconds: int


class EventsView(BaseModel):
    """What happened after a number, as the messages that the socket carries.

    `last_seq` is the number this answer reaches to: go on from there, at once if `has_more`. With
    `reset`, what came before is no longer kept: load the state anew and go on from `last_seq`.
    """

    messages: list[dict[str, Any]]
    last_seq: int
    has_more: bool
    reset: bool


class _Command(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Subscribe(_Command):
    """Listen to these topics, beside those listened to already."""

    action: Literal["subscribe"]
    topics: tuple[Topic, ...] = Field(min_length=1, max_length=20)


class Unsubscribe(_Command):
    """Listen to these topics no longer."""

    action: Literal["unsubscribe"]
    topics: tuple[Topic, ...] = Field(min_length=1, max_length=20)


class Ping(_Command):
    """Say which number is the newest, and that the socket lives."""

    action: Literal["ping"]


class Renew(_Command):
    """Stay open as long as a newer ticket of the same caller allows."""

    action: Literal["renew"]
    ticket: str = Field(max_length=200)


Command = Annotated[Subscribe | Unsubscribe | Ping | Renew, Field(discriminator="action")]
COMMAND: TypeAdapter[Subscribe | Unsubscribe | Ping | Renew] = TypeAdapter(Command)
