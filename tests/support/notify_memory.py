"""Notify's repositories and queue in memory; one suite proves that they behave as PostgreSQL's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from netpulse.errors import NotFoundError
from netpulse.events import Fact
from netpulse.ids import ChannelId, DeliveryId, OrganizationId

from functions.notify.domain.brake import MOST_A_MINUTE
from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import Delivery, DeliveryState, Item, Purpose, Told
from functions.notify.domain.gathered import Gathered, GroupKey
from functions.notify.domain.news import Event, News
from functions.notify.ports import ChannelExistsError, DeliveryFilter, Organization


@dataclass
class _Row:
    delivery_id: DeliveryId
    channel_id: ChannelId | None
    recipient: str
    news: News
    dropped: str = ""
    counts: bool = True

    @property
    def about(self) -> tuple[UUID, ChannelId | None, str, str]:
        return self.news.alert_id, self.channel_id, self.recipient, self.news.severity


@dataclass
class MemoryChannels:
    """Channels in a dict."""

    rows: dict[ChannelId, Channel] = field(default_factory=dict)

    def all(self) -> list[Channel]:
        return sorted(self.rows.values(), key=lambda c: (c.name, c.id))

    def page(
        self, *, page: int, per_page: int, kind: ChannelKind | None
    ) -> tuple[list[Channel], int]:
        found = [c for c in self.all() if kind in (None, c.kind)]
        return found[(page - 1) * per_page : page * per_page], len(found)

    def get(self, channel_id: ChannelId) -> Channel:
        if channel_id not in self.rows:
            raise NotFoundError.of("notification_channel", channel_id)
        return self.rows[channel_id]

    def save(self, channel: Channel) -> None:
        if any(c.name == channel.name and c.id != channel.id for c in self.rows.values()):
            raise ChannelExistsError.named(channel.name)
        self.rows[channel.id] = channel

    def remove(self, channel_id: ChannelId) -> None:
        self.rows.pop(channel_id, None)


@dataclass
class MemoryDeliveries:
    """Deliveries in dicts; behaves as PostgreSQL does, as one suite proves."""

    organization_id: OrganizationId = field(default_factory=lambda: OrganizationId(uuid4()))
    rows: dict[DeliveryId, Delivery] = field(default_factory=dict)
    told_rows: list[_Row] = field(default_factory=list)
    fences: dict[UUID, tuple[int, bool]] = field(default_factory=dict)
    reply_hashes: dict[DeliveryId, bytes] = field(default_factory=dict)

    def lock(self) -> None:
        pass

    def sent_since(self, instant: datetime) -> Counter[str]:
        uncounted = {Purpose.DIGEST, Purpose.TEST, Purpose.REPORT}
        unsent = {DeliveryState.DROPPED, DeliveryState.LOGGED}
        return Counter(
            str(d.channel_id) if d.channel_kind == ChannelKind.WEBHOOK else d.recipient.lower()
            for d in self.rows.values()
            if d.created_at > instant and d.purpose not in uncounted and d.state not in unsent
        )

    def heard(self, news: Sequence[News], *, now: datetime) -> set[UUID]:
        fresh = set()
        for one in news:
            if self.fences.get(one.alert_id, (0, False))[0] < one.alert_seq:
                self.fences[one.alert_id] = (one.alert_seq, one.is_over)
                fresh.add(one.alert_id)
        return fresh

    def told(self, alert_ids: Sequence[UUID]) -> list[Told]:
        live = {
            DeliveryState.QUEUED,
            DeliveryState.SENDING,
            DeliveryState.SENT,
            DeliveryState.DELIVERED,
            DeliveryState.FAILED,
        }
        return [
            Told(
                alert_id=row.news.alert_id,
                channel_id=row.channel_id,
                recipient=row.recipient,
                severity=row.news.severity,
                delivery_id=row.delivery_id,
                waiting=self.rows[row.delivery_id].collecting,
                pending=self.rows[row.delivery_id].is_open,
            )
            for row in self.told_rows
            if row.channel_id
            and row.news.alert_id in alert_ids
            and row.news.event in (Event.PROBLEM, Event.ONGOING)
            and not row.dropped
            and row.counts
            and self.rows[row.delivery_id].state in live
        ]

    def add(self, delivery: Delivery, news: Sequence[News]) -> None:
        self.rows[delivery.id] = delivery
        self._tell(delivery, delivery.id, news)

    def bring(self, delivery: Delivery) -> bool:
        if any(
            (d.report_id, d.recipient.lower()) == (delivery.report_id, delivery.recipient.lower())
            for d in self.rows.values()
        ):
            return False
        self.rows[delivery.id] = delivery
        return True

    def collect(self, delivery: Delivery, news: Sequence[News]) -> DeliveryId:
        open_one = next(
            (
                d.id
                for d in self.rows.values()
                if d.collecting
                and (d.channel_id, d.recipient) == (delivery.channel_id, delivery.recipient)
            ),
            None,
        )
        if open_one is None:
            self.rows[delivery.id] = delivery
        self._tell(delivery, open_one or delivery.id, news)
        return open_one or delivery.id

    def _tell(self, delivery: Delivery, delivery_id: DeliveryId, news: Sequence[News]) -> None:
        for one in news:
            self.told_rows.append(_Row(delivery_id, delivery.channel_id, delivery.recipient, one))

    def take_back(self, told: Told, *, reason: str, now: datetime) -> None:
        rows = [row for row in self.told_rows if row.delivery_id == told.delivery_id]
        for row in rows:
            if row.news.alert_id == told.alert_id and row.news.event is Event.PROBLEM:
                row.dropped = row.dropped or reason
        delivery = self.rows[told.delivery_id]
        if delivery.state is DeliveryState.QUEUED and all(row.dropped for row in rows):
            self.rows[delivery.id] = replace(
                delivery,
                state=DeliveryState.DROPPED,
                reason=reason,
                collecting=False,
                updated_at=now,
            )

    def _shown(self, delivery: Delivery) -> Delivery:
        ids = {row.news.alert_id for row in self.told_rows if row.delivery_id == delivery.id}
        return replace(delivery, alert_ids=tuple(sorted(ids)))

    def get(self, delivery_id: DeliveryId) -> Delivery:
        if delivery_id not in self.rows:
            raise NotFoundError.of("notification", delivery_id)
        return self._shown(self.rows[delivery_id])

    def page(
        self, wanted: DeliveryFilter, *, page: int, per_page: int
    ) -> tuple[list[Delivery], int]:
        found = [
            d
            for d in map(self._shown, self.rows.values())
            if wanted.state in (None, d.state)
            and wanted.channel_id in (None, d.channel_id)
            and wanted.report_id in (None, d.report_id)
            and (wanted.alert_id is None or wanted.alert_id in d.alert_ids)
        ]
        found.sort(key=lambda d: d.id)
        found.sort(key=lambda d: d.created_at, reverse=True)
        return found[(page - 1) * per_page : page * per_page], len(found)

    def claim(self, delivery_id: DeliveryId, *, now: datetime) -> Delivery | None:
        delivery = self.rows.get(delivery_id)
        if delivery is None or not delivery.is_claimable(now):
            return None
        self.rows[delivery_id] = replace(
            delivery,
            state=DeliveryState.SENDING,
            attempts=delivery.attempts + 1,
            claimed_at=now,
            updated_at=now,
            collecting=False,
        )
        return self.rows[delivery_id]

    def items(self, delivery_id: DeliveryId) -> list[Item]:
        rows = [row for row in self.told_rows if row.delivery_id == delivery_id]
        rows.sort(key=lambda row: (row.news.began_at, row.news.alert_id, row.news.alert_seq))
        return [
            Item(
                news=row.news,
                dropped=row.dropped,
                alert_over=self.fences.get(row.news.alert_id, (0, False))[1],
            )
            for row in rows
        ]

    def save(self, delivery: Delivery, *, attempt: int) -> bool:
        now = self.rows[delivery.id]
        if now.state is not DeliveryState.SENDING or now.attempts != attempt:
            return False
        self.rows[delivery.id] = replace(delivery, alert_ids=())
        if not delivery.is_open:
            self._discount(delivery)
        return True

    def _discount(self, delivery: Delivery) -> None:
        sent = (DeliveryState.SENT, DeliveryState.DELIVERED)
        known = {
            row.about
            for row in self.told_rows
            if row.counts
            and not row.dropped
            and row.delivery_id != delivery.id
            and row.news.event in (Event.PROBLEM, Event.ONGOING)
            and self.rows[row.delivery_id].state in sent
        }
        for row in self.told_rows:
            if row.delivery_id == delivery.id and row.news.event is Event.ONGOING:
                row.counts = delivery.state in sent and row.about not in known

    def expect_reply(self, delivery_id: DeliveryId, reply_hash: bytes) -> None:
        self.reply_hashes[delivery_id] = reply_hash

    def again(self, delivery_id: DeliveryId, *, now: datetime, gives_up_at: datetime) -> bool:
        delivery = self.rows[delivery_id]
        if not delivery.is_retryable:
            return False
        self.rows[delivery_id] = replace(
            delivery,
            state=DeliveryState.QUEUED,
            reason="",
            attempts=0,
            forced=True,
            due_at=now,
            gives_up_at=gives_up_at,
            updated_at=now,
        )
        for row in self.told_rows:
            row.counts = row.counts or row.delivery_id == delivery_id
        return True

    def drop_open_of(self, channel_id: ChannelId, *, reason: str, now: datetime) -> int:
        dropped = [
            d
            for d in self.rows.values()
            if d.channel_id == channel_id
            and d.state in (DeliveryState.QUEUED, DeliveryState.FAILED)
        ]
        for d in dropped:
            self.rows[d.id] = replace(
                d, state=DeliveryState.DROPPED, reason=reason, collecting=False, updated_at=now
            )
        return len(dropped)

    def due(self, *, now: datetime, limit: int) -> list[tuple[OrganizationId, DeliveryId]]:
        tolerance = timedelta(seconds=2)
        found = [d for d in self.rows.values() if d.is_claimable(now - tolerance)]
        found.sort(key=lambda d: d.due_at)
        return [(self.organization_id, d.id) for d in found[:limit]]

    def _lasts(self, delivery: Delivery) -> bool:
        told = {
            row.news.alert_id
            for row in self.told_rows
            if row.delivery_id == delivery.id and row.counts
        }
        return any(not self.fences[one][1] for one in told if one in self.fences)

    def forget_before(self, instant: datetime, *, limit: int) -> int:
        old = [
            d.id
            for d in self.rows.values()
            if d.created_at < instant and not d.is_open and not self._lasts(d)
        ][:limit]
        for one in old:
            del self.rows[one]
        self.told_rows = [row for row in self.told_rows if row.delivery_id not in old]
        return len(old)


@dataclass
class MemoryGroups:
    """Groups in a dict."""

    organization_id: OrganizationId = field(default_factory=lambda: OrganizationId(uuid4()))
    rows: dict[UUID, Gathered] = field(default_factory=dict)
    written: dict[UUID, datetime] = field(default_factory=dict)

    def find(self, keys: Collection[GroupKey], alert_ids: Collection[UUID]) -> list[Gathered]:
        ids = {str(each) for each in alert_ids}
        return [
            deepcopy(each)
            for each in self.rows.values()
            if each.key in keys or ids & each.group.members.keys()
        ]

    def due(self, now: datetime) -> list[Gathered]:
        return [deepcopy(each) for each in self.rows.values() if self._is_due(each, now)]

    def write(self, groups: Sequence[Gathered], *, now: datetime) -> None:
        for each in groups:
            self.rows[each.id] = deepcopy(each)
            self.written[each.id] = now

    def waiting(self, *, now: datetime) -> list[OrganizationId]:
        found = any(self._is_due(each, now) for each in self.rows.values())
        return [self.organization_id] if found else []

    def forget_idle(self, before: datetime, *, limit: int) -> int:
        idle = [
            key
            for key, each in self.rows.items()
            if not each.group.members and self.written[key] < before
        ][:limit]
        for key in idle:
            del self.rows[key]
        return len(idle)

    def _is_due(self, each: Gathered, now: datetime) -> bool:
        return each.group.due_at is not None and each.group.due_at <= now


@dataclass
class MemoryPreferences:
    """What an organisation said, if it did."""

    most: int = MOST_A_MINUTE

    def most_a_minute(self) -> int:
        return self.most

    def limit_to(self, most_a_minute: int, *, at: datetime) -> None:
        self.most = most_a_minute


@dataclass
class MemoryOrganizations:
    """One organisation."""

    members: set[str] = field(default_factory=lambda: {"amina@example.org"})

    def current(self) -> Organization:
        return Organization("Kilimo Net", "Africa/Nairobi")

    def has_member(self, email: str) -> bool:
        return email.lower() in self.members


@dataclass
class MemoryFiles:
    """Files in a dict."""

    bodies: dict[str, bytes] = field(default_factory=dict)

    def read(self, key: str) -> bytes | None:
        return self.bodies.get(key)


@dataclass
class MemoryOutbox:
    """Facts in a list."""

    facts: list[Fact] = field(default_factory=list)

    def add(self, fact: Fact) -> None:
        self.facts.append(fact)


@dataclass
class MemoryWork:
    """Notify's transactions over memory: what raises changes nothing."""

    channels: MemoryChannels = field(default_factory=MemoryChannels)
    deliveries: MemoryDeliveries = field(default_factory=MemoryDeliveries)
    groups: MemoryGroups = field(default_factory=MemoryGroups)
    settings: MemoryPreferences = field(default_factory=MemoryPreferences)
    organizations: MemoryOrganizations = field(default_factory=MemoryOrganizations)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)

    @contextmanager
    def __call__(self, organization_id: OrganizationId) -> Iterator[MemoryWork]:
        before = deepcopy((self.channels, self.deliveries, self.groups, self.outbox))
        try:
            yield self
        except BaseException:
            self.channels, self.deliveries, self.groups, self.outbox = before
            raise

    def only(self) -> Delivery:
        (delivery,) = self.deliveries.rows.values()
        return delivery

    def states(self) -> list[str]:
        return sorted(d.state.value for d in self.deliveries.rows.values())


@dataclass
class MemoryQueue:
    """Wake-ups in a list."""

    sent: list[tuple[DeliveryId, datetime]] = field(default_factory=list)
    # when groups are to be looked at
    woken: list[datetime] = field(default_factory=list)

    def send(
        self,
        organization_id: OrganizationId,
        due: Any,
        *,
        now: datetime,
    ) -> None:
        self.sent += list(due)

    def wake(
        self, organization_id: OrganizationId, instants: Iterable[datetime], *, now: datetime
    ) -> None:
        self.woken += instants

    def take(self) -> list[DeliveryId]:
        taken, self.sent = [one for one, _ in self.sent], []
        return taken
