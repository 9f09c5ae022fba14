"""What the services ask of the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from netpulse.errors import ConflictError
from netpulse.ids import AlertId, ChannelId, DeliveryId, OrganizationId, ReportId
from netpulse.outbox import Outbox

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import Delivery, Item, Told
from functions.notify.domain.gathered import Gathered, GroupKey
from functions.notify.domain.message import Message, Receipt
from functions.notify.domain.news import News


class ChannelExistsError(ConflictError):
    """The organisation has a channel of that name."""

    code = "NOTIFICATION_CHANNEL_ALREADY_EXISTS"

    @classmethod
    def named(cls, name: str) -> ChannelExistsError:
        """Return the error for a name that is taken."""
        return cls(f"A channel named {name} exists already", details={"name": name})


class Channels(Protocol):
    """An organisation's channels."""

    def all(self) -> list[Channel]:
        """Return every channel by name."""
        ...

    def page(
        self, *, page: int, per_page: int, kind: ChannelKind | None
    ) -> tuple[list[Channel], int]:
        """Return one page by name, and how many there are."""
        ...

    def get(self, channel_id: ChannelId) -> Channel:
        """Return a channel; raise NotFoundError (NOTIFICATION_CHANNEL_NOT_FOUND)."""
        ...

    def save(self, channel: Channel) -> None:
        """Insert or replace a channel; raise ChannelExistsError when the name is taken."""
        ...

    def remove(self, channel_id: ChannelId) -> None:
        """Delete a channel."""
        ...


@dataclass(frozen=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries a caller wants to see."""

    state: str | None = None
    channel_id: ChannelId | None = None
    alert_id: AlertId | None = None
    report_id: ReportId | None = None


class Deliveries(Protocol):
    """An organisation's deliveries and what they tell."""

    def heard(self, news: Sequence[News], *, now: datetime) -> set[UUID]:
        """Note the newest transition of each alert; return the alerts this is news of."""
        ...

    def lock(self) -> None:
        """Let nobody else decide what the organisation is told before this transaction ends."""
        ...

    def sent_since(self, instant: datetime) -> Counter[str]:
        """Return how many messages of alerts each person was sent, or is about to be."""
        ...

    def told(self, alert_ids: Sequence[UUID]) -> list[Told]:
        """Return who was, or is about to be, told of these alerts' problems; lock them."""
        ...

    def add(self, delivery: Delivery, news: Sequence[News]) -> None:
        """Insert a delivery that tells `news`."""
        ...

    def bring(self, delivery: Delivery) -> bool:
        """Insert a delivery that brings a report; False when its recipient has it already."""
        ...

    def collect(self, delivery: Delivery, news: Sequence[News]) -> DeliveryId:
        """Add `news` to what its recipient's collecting delivery tells, or begin it; its id."""
        ...

    def take_back(self, told: Told, *, reason: str, now: datetime) -> None:
        """Drop one alert from a message; drop the message when it has nothing left to tell."""
        ...

    def get(self, delivery_id: DeliveryId) -> Delivery:
        """Return a delivery; raise NotFoundError (NOTIFICATION_NOT_FOUND)."""
        ...

    def page(
        self, wanted: DeliveryFilter, *, page: int, per_page: int
    ) -> tuple[list[Delivery], int]:
        """Return one page of deliveries, newest first, and how many there are."""
        ...

    def expect_reply(self, delivery_id: DeliveryId, reply_hash: bytes) -> None:
        """Let whoever has the code of this hash take on what a delivery tells of."""
        ...

    def claim(self, delivery_id: DeliveryId, *, now: datetime) -> Delivery | None:
        """Begin an attempt; None if it is not due, or another process has it."""
        ...

    def items(self, delivery_id: DeliveryId) -> list[Item]:
        """Return what a delivery tells, in the order it happened."""
        ...

    def save(self, delivery: Delivery, *, attempt: int) -> bool:
        """Write how an attempt ended; return False when a later attempt has begun."""
        ...

    def again(self, delivery_id: DeliveryId, *, now: datetime, gives_up_at: datetime) -> bool:
        """Queue a failed or dead delivery anew; return False when it is neither."""
        ...

    def drop_open_of(self, channel_id: ChannelId, *, reason: str, now: datetime) -> int:
        """Drop what a channel has not sent yet; return how many."""
        ...

    def due(self, *, now: datetime, limit: int) -> list[tuple[OrganizationId, DeliveryId]]:
        """Return deliveries whose wake-up was lost, of all organisations the role sees."""
        ...

    def forget_before(self, instant: datetime, *, limit: int) -> int:
        """Delete what was over before an instant; return how many rows."""
        ...


class Groups(Protocol):
    """The groups in which an organisation's channels tell of alerts."""

    def find(self, keys: Collection[GroupKey], alert_ids: Collection[UUID]) -> list[Gathered]:
        """Return the groups of these keys, and those that have any of these alerts."""
        ...

    def due(self, now: datetime) -> list[Gathered]:
        """Return the groups that are due."""
        ...

    def write(self, groups: Sequence[Gathered], *, now: datetime) -> None:
        """Write groups as they are now."""
        ...

    def waiting(self, *, now: datetime) -> list[OrganizationId]:
        """Return whose groups should have spoken by now, of all organisations the role sees."""
        ...

    def forget_idle(self, before: datetime, *, limit: int) -> int:
        """Delete groups that have been empty since before an instant; return how many."""
        ...


class Preferences(Protocol):
    """How an organisation wants to be told, whatever the channel."""

    def most_a_minute(self) -> int:
        """Return how many messages a minute a person may be sent."""
        ...

    def limit_to(self, most_a_minute: int, *, at: datetime) -> None:
        """Say how many messages a minute a person may be sent."""
        ...


@dataclass(frozen=True)
class Organization:
    """What messages say of an organisation."""

    name: str
    time_zone: str


class Organizations(Protocol):
    """The organisation of the transaction."""

    def current(self) -> Organization:
        """Return the organisation's name and time zone."""
        ...

    def has_member(self, email: str) -> bool:
        """Whether the address is one's who may log in to the organisation."""
        ...


class NotifyWork(Protocol):
    """The repositories of one transaction, and its facts."""

    @property
    def channels(self) -> Channels:
        """The organisation's channels."""
        ...

    @property
    def deliveries(self) -> Deliveries:
        """The organisation's deliveries."""
        ...

    @property
    def groups(self) -> Groups:
        """The groups of its channels."""
        ...

    @property
    def settings(self) -> Preferences:
        """How the organisation wants to be told."""
        ...

    @property
    def organizations(self) -> Organizations:
        """The organisation itself."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Where the transaction's facts go."""
        ...


Work = Callable[[OrganizationId], AbstractContextManager[NotifyWork]]


class Queue(Protocol):
    """Wakes deliveries when they are due."""

    def send(
        self,
        organization_id: OrganizationId,
        due: Iterable[tuple[DeliveryId, datetime]],
        *,
        now: datetime,
    ) -> None:
        """Ask to be woken for each delivery; never raises, for the sweep finds what was lost."""
        ...

    def wake(
        self, organization_id: OrganizationId, instants: Iterable[datetime], *, now: datetime
    ) -> None:
        """Ask to be woken for groups at these instants; never raises, as above."""
        ...


class Files(Protocol):
    """Where reports' files are kept."""

    def read(self, key: str) -> bytes | None:
        """Return a file; None if it is gone."""
        ...


class Sender(Protocol):
    """One way to tell someone."""

    def send(self, message: Message, config: dict[str, Any]) -> Receipt:
        """Hand the message to the provider; raise DeliveryError when it is not accepted."""
        ...


class Renderer(Protocol):
    """Turns news into a message."""

    def render(
        self, delivery: Delivery, news: Sequence[News], organization_id: UUID, org: Organization
    ) -> Message:
        """Return the message that tells `news` in the delivery's kind of channel."""
        ...
