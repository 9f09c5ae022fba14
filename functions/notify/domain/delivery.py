"""A delivery: one message to one recipient, from queued to sent or given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from netpulse.ids import ChannelId, DeliveryId

from functions.notify.domain.news import Event, News
from functions.notify.domain.notice import ReportNotice

# An attempt that has not come back after this long died with its process.
ATTEMPT_LOST_AFTER = timedelta(minutes=2)
# Two machines' clocks may differ by this much; a message woken "early" is not left to the sweep.
CLOCK_TOLERANCE = timedelta(seconds=2)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    # refused or not reached; it will be tried again
    FAILED = "failed"
    # given up: the visible dead letter
    DEAD = "dead"
    DROPPED = "dropped"
    LOGGED = "logged"


# It may still go out; DEAD and DROPPED are for good unless a person asks.
OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.FAILED)
# A provider took it.
TAKEN = (DeliveryState.SENT, DeliveryState.DELIVERED)


class Purpose(StrEnum):
    """What a message is for."""

    PROBLEM = "problem"
    RECOVERY = "recovery"
    ACKNOWLEDGED = "acknowledged"
    BATCH = "batch"
    DIGEST = "digest"
    TEST = "test"
    REPORT = "report"


class Reason(StrEnum):
    """Why something was not told, or not at once."""

    SEVERITY_INFO = "severity_info"
    SUPPRESSED = "suppressed"
    NO_CHANNEL = "no_channel"
    ALREADY_TOLD = "already_told"
    NOBODY_WAS_TOLD = "nobody_was_told"
    STALE = "stale"
    OVER_BEFORE_TOLD = "over_before_told"
    GREW_WORSE = "grew_worse"
    CHANNEL_DISABLED = "channel_disabled"
    CHANNEL_DELETED = "channel_deleted"
    NOT_A_COLLEAGUE = "not_a_colleague"
    REPORT_DELETED = "report_deleted"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message to one recipient."""

    id: DeliveryId
    channel_id: ChannelId | None
    channel_kind: str
    channel_name: str
    recipient: str
    purpose: Purpose
    state: DeliveryState
    due_at: datetime
    gives_up_at: datetime
    created_at: datetime
    updated_at: datetime
    reason: str = ""
    collecting: bool = False
    forced: bool = False
    attempts: int = 0
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    last_error: str = ""
    provider_message_id: str = ""
    cost: str = ""
    subject: str = ""
    body: str = ""
    alert_ids: tuple[UUID, ...] = ()
    report: ReportNotice | None = None
    # the labels of the group that speaks; None: alerts that speak for themselves
    group_labels: Mapping[str, str] | None = None
    # how many more of the group fire than it lists
    unlisted: int = 0
    # of the link by which its reader takes its alerts on; only its hash is kept
    reply_code: str = ""

    @property
    def report_id(self) -> UUID | None:
        """The report it brings, if it brings one."""
        return self.report.report_id if self.report else None

    @property
    def is_open(self) -> bool:
        """Whether it may still go out by itself."""
        return self.state in OPEN

    @property
    def is_retryable(self) -> bool:
        """Whether a person may ask for it to be sent again, or sooner."""
        return self.state in (DeliveryState.DEAD, DeliveryState.FAILED)

    def is_claimable(self, now: datetime) -> bool:
        """Whether an attempt may begin now: it is due, or an earlier attempt was lost."""
        if self.state in (DeliveryState.QUEUED, DeliveryState.FAILED):
            return self.due_at <= now + CLOCK_TOLERANCE
        lost = self.claimed_at is not None and self.claimed_at < now - ATTEMPT_LOST_AFTER
        return self.state is DeliveryState.SENDING and lost


@dataclass(frozen=True, kw_only=True)
class Item:
    """One alert's event that a message tells, and whether the alert is over by now."""

    news: News
    dropped: str = ""
    alert_over: bool = False


@dataclass(frozen=True, kw_only=True)
class Told:
    """Someone who was, or is about to be, told of an alert's problem."""

    alert_id: UUID
    channel_id: ChannelId
    recipient: str
    severity: str
    delivery_id: DeliveryId
    # in a digest that still collects: it can be taken back
    waiting: bool
    # its message has not got through yet
    pending: bool = False


# Machines acknowledge through the API.
_READ_BY_PEOPLE = ("email", "sms")
# Events that say that an alert fires.
_FIRING = (Event.PROBLEM, Event.ONGOING)


def purpose_of(items: tuple[News, ...]) -> Purpose:
    """Return what a message that tells these is for."""
    if len(items) > 1:
        return Purpose.BATCH
    event = items[0].event
    return Purpose.PROBLEM if event is Event.ONGOING else Purpose(event.value)


def still_to_tell(items: Sequence[Item], *, forced: bool) -> tuple[News, ...]:
    """Return what a message has to tell; what went on all the while is no reason for one.

    `forced`: a person sends it again, whatever became of its alerts.
    """
    kept = [each for each in items if worth_telling(each) or (forced and not each.dropped)]
    is_reminder = all(each.news.event is Event.ONGOING for each in items)
    if not is_reminder and all(each.news.event is Event.ONGOING for each in kept):
        return ()
    return tuple(each.news for each in kept)


def wants_reply(delivery: Delivery, news: Sequence[News]) -> bool:
    """Return whether a message is to somebody who may take on what it tells of."""
    is_asked = any(each.event in _FIRING and each.state == "firing" for each in news)
    # nobody takes a storm on by a digest that lists some of it
    may_answer = delivery.channel_kind in _READ_BY_PEOPLE and delivery.purpose is not Purpose.DIGEST
    return is_asked and may_answer


def worth_telling(item: Item) -> bool:
    """Return whether an item is still to be told: the news of a problem that is over is not."""
    return not item.dropped and not (item.news.event in _FIRING and item.alert_over)
