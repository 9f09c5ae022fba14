"""Deliveries in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError
from netpulse.ids import ChannelId, DeliveryId, OrganizationId

from functions.notify.domain.delivery import (
    ATTEMPT_LOST_AFTER,
    CLOCK_TOLERANCE,
    Delivery,
    Item,
    Told,
)
from functions.notify.repository import knowing, rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Transaction

    from functions.notify.domain.news import News
    from functions.notify.ports import DeliveryFilter


def _lock_key(organization_id: UUID | None) -> int:
    return int.from_bytes(organization_id.bytes[:8], signed=True) if organization_id else 0


class PostgresDeliveries:
    """An organisation's deliveries and what they tell."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @property
    def _organization_id(self) -> UUID | None:
        return self._transaction.organization_id

    def lock(self) -> None:
        """Let nobody else decide what the organisation is told before this transaction ends."""
        self._transaction.run(
            "SELECT pg_advisory_xact_lock(hashtextextended('netpulse.notify', 0) # %s)",
            (_lock_key(self._organization_id),),
        )

    def sent_since(self, instant: datetime) -> Counter[str]:
        """Return how many messages of alerts each person was sent, or is about to be."""
        found = self._transaction.rows(
            # a webhook's recipient is its host, which many share
            "SELECT CASE channel_kind WHEN 'webhook' THEN channel_id::text "
            "ELSE lower(recipient) END AS person, count(*) AS messages "
            "FROM netpulse.deliveries WHERE organization_id = %s AND created_at > %s "
            "AND purpose NOT IN ('digest', 'test', 'report') "
            "AND state NOT IN ('dropped', 'logged') GROUP BY person",
            (self._organization_id, instant),
        )
        return Counter({row["person"]: row["messages"] for row in found})

    def heard(self, news: Sequence[News], *, now: datetime) -> set[UUID]:
        """Note the newest transition of each alert; return the alerts this is news of."""
        newest = sorted(news, key=lambda one: (one.alert_id, one.alert_seq))
        found = self._transaction.rows(
            "INSERT INTO netpulse.alert_fences AS f "
            "(organization_id, alert_id, alert_seq, resolved, updated_at) "
            "SELECT %s, alert_id, alert_seq, resolved, %s "
            "FROM unnest(%s::uuid[], %s::int[], %s::bool[]) AS n (alert_id, alert_seq, resolved) "
            "ON CONFLICT (alert_id) DO UPDATE SET alert_seq = excluded.alert_seq, "
            "resolved = excluded.resolved, updated_at = excluded.updated_at "
            "WHERE f.alert_seq < excluded.alert_seq RETURNING alert_id",
            (
                self._organization_id,
                now,
                [one.alert_id for one in newest],
                [one.alert_seq for one in newest],
                [one.is_over for one in newest],
            ),
        )
        return {row["alert_id"] for row in found}

    def told(self, alert_ids: Sequence[UUID]) -> list[Told]:
        """Return who was, or is about to be, told of these alerts' problems; lock them."""
        return knowing.told(self._transaction, alert_ids)

    def add(self, delivery: Delivery, news: Sequence[News]) -> None:
        """Insert a delivery that tells `news`."""
        self._transaction.run(rows.INSERT, rows.parameters(delivery, self._organization_id))
        self._tell(delivery, delivery.id, news)

    def bring(self, delivery: Delivery) -> bool:
        """Insert a delivery that brings a report; False when its recipient has it already."""
        return bool(
            self._transaction.run(
                rows.INSERT + " ON CONFLICT (report_id, lower(recipient)) "
                "WHERE report_id IS NOT NULL DO NOTHING",
                rows.parameters(delivery, self._organization_id),
            )
        )

    def collect(self, delivery: Delivery, news: Sequence[News]) -> DeliveryId:
        """Add `news` to what its recipient's collecting delivery tells, or begin it; its id."""
        delivery_id = DeliveryId(
            self._transaction.value(
                rows.INSERT + " ON CONFLICT (channel_id, recipient) WHERE collecting "
                "DO UPDATE SET updated_at = excluded.updated_at RETURNING id",
                rows.parameters(delivery, self._organization_id),
            )
        )
        self._tell(delivery, delivery_id, news)
        return delivery_id

    def _tell(self, delivery: Delivery, delivery_id: DeliveryId, news: Sequence[News]) -> None:
        self._transaction.run_many(
            "INSERT INTO netpulse.delivery_items (organization_id, delivery_id, channel_id, "
            "recipient, alert_id, alert_seq, event, news) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    self._organization_id,
                    delivery_id,
                    delivery.channel_id,
                    delivery.recipient,
                    one.alert_id,
                    one.alert_seq,
                    one.event,
                    rows.stored(one),
                )
                for one in news
            ],
        )

    def take_back(self, told: Told, *, reason: str, now: datetime) -> None:
        """Drop one alert from a message; drop the message when it has nothing left to tell."""
        self._transaction.run(
            "UPDATE netpulse.delivery_items SET dropped = %s "
            "WHERE delivery_id = %s AND alert_id = %s AND event = 'problem' AND dropped = ''",
            (reason, told.delivery_id, told.alert_id),
        )
        self._transaction.run(
            "UPDATE netpulse.deliveries d SET state = 'dropped', reason = %s, collecting = false, "
            "updated_at = %s WHERE id = %s AND state = 'queued' AND NOT EXISTS "
            "(SELECT FROM netpulse.delivery_items i WHERE i.delivery_id = d.id AND i.dropped = '')",
            (reason, now, told.delivery_id),
        )

    def get(self, delivery_id: DeliveryId) -> Delivery:
        """Return a delivery; raise NotFoundError (NOTIFICATION_NOT_FOUND)."""
        row = self._transaction.row(rows.DELIVERY + "WHERE d.id = %s", (delivery_id,))
        if row is None:
            raise NotFoundError.of("notification", delivery_id)
        return rows.delivery(row)

    def page(
        self, wanted: DeliveryFilter, *, page: int, per_page: int
    ) -> tuple[list[Delivery], int]:
        """Return one page of deliveries, newest first, and how many there are."""
        asked: dict[str, Any] = {
            "state": wanted.state,
            "channel_id": wanted.channel_id,
            "alert_id": wanted.alert_id,
            "report_id": wanted.report_id,
            "limit": per_page,
            "offset": (page - 1) * per_page,
        }
        found = self._transaction.rows(
            f"{rows.DELIVERY} WHERE {rows.WANTED} "
            "ORDER BY d.created_at DESC, d.id LIMIT %(limit)s OFFSET %(offset)s",
            asked,
        )
        total = self._transaction.value(
            f"SELECT count(*) FROM netpulse.deliveries d WHERE {rows.WANTED}",  # noqa: S608 - constant
            asked,
        )
        return [rows.delivery(row) for row in found], total

    def claim(self, delivery_id: DeliveryId, *, now: datetime) -> Delivery | None:
        """Begin an attempt; None if it is not due, or another process has it."""
        row = self._transaction.row(
            "UPDATE netpulse.deliveries SET state = 'sending', attempts = attempts + 1, "  # noqa: S608 - constant
            "claimed_at = %(now)s, updated_at = %(now)s, collecting = false "
            f"WHERE id = %(id)s AND {rows.CLAIMABLE} RETURNING *, '{{}}'::uuid[] AS alert_ids",
            {
                "id": delivery_id,
                "now": now,
                "due_by": now + CLOCK_TOLERANCE,
                "lost_before": now - ATTEMPT_LOST_AFTER,
            },
        )
        return None if row is None else rows.delivery(row)

    def expect_reply(self, delivery_id: DeliveryId, reply_hash: bytes) -> None:
        """Let whoever has the code of this hash take on what a delivery tells of."""
        self._transaction.run(
            "UPDATE netpulse.deliveries SET reply_hash = %s WHERE id = %s",
            (reply_hash, delivery_id),
        )

    def items(self, delivery_id: DeliveryId) -> list[Item]:
        """Return what a delivery tells, in the order it happened."""
        found = self._transaction.rows(
            "SELECT i.news, i.dropped, coalesce(f.resolved, false) AS alert_over "
            "FROM netpulse.delivery_items i "
            "LEFT JOIN netpulse.alert_fences f ON f.alert_id = i.alert_id "
            "WHERE i.delivery_id = %s ORDER BY i.news ->> 'began_at', i.alert_id, i.alert_seq",
            (delivery_id,),
        )
        return [
            Item(news=rows.news(row["news"]), dropped=row["dropped"], alert_over=row["alert_over"])
            for row in found
        ]

    def save(self, delivery: Delivery, *, attempt: int) -> bool:
        """Write how an attempt ended; return False when a later attempt has begun."""
        saved = bool(
            self._transaction.run(
                "UPDATE netpulse.deliveries SET state = %s, reason = %s, due_at = %s, "
                "sent_at = %s, last_error = %s, provider_message_id = %s, cost = %s, "
                "subject = %s, body = %s, updated_at = %s "
                "WHERE id = %s AND state = 'sending' AND attempts = %s",
                (
                    delivery.state,
                    delivery.reason,
                    delivery.due_at,
                    delivery.sent_at,
                    delivery.last_error,
                    delivery.provider_message_id,
                    delivery.cost,
                    delivery.subject,
                    delivery.body,
                    delivery.updated_at,
                    delivery.id,
                    attempt,
                ),
            )
        )
        if saved:
            knowing.discount(self._transaction, delivery)
        return saved

    def again(self, delivery_id: DeliveryId, *, now: datetime, gives_up_at: datetime) -> bool:
        """Queue a failed or dead delivery anew; return False when it is neither."""
        queued = bool(
            self._transaction.run(
                "UPDATE netpulse.deliveries SET state = 'queued', reason = '', attempts = 0, "
                "forced = true, due_at = %s, gives_up_at = %s, updated_at = %s "
                "WHERE id = %s AND state IN ('failed', 'dead')",
                (now, gives_up_at, now, delivery_id),
            )
        )
        if queued:
            knowing.count_again(self._transaction, delivery_id)
        return queued

    def drop_open_of(self, channel_id: ChannelId, *, reason: str, now: datetime) -> int:
        """Drop what a channel has not sent yet; return how many."""
        return self._transaction.run(
            "UPDATE netpulse.deliveries SET state = 'dropped', reason = %s, collecting = false, "
            "updated_at = %s WHERE channel_id = %s AND state IN ('queued', 'failed')",
            (reason, now, channel_id),
        )

    def due(self, *, now: datetime, limit: int) -> list[tuple[OrganizationId, DeliveryId]]:
        """Return deliveries whose wake-up was lost, of all organisations the role sees."""
        found = self._transaction.rows(
            "SELECT organization_id, id FROM netpulse.deliveries "  # noqa: S608 - constant
            f"WHERE {rows.CLAIMABLE} ORDER BY due_at LIMIT %(limit)s",
            {"due_by": now, "lost_before": now - ATTEMPT_LOST_AFTER, "limit": limit},
        )
        return [(OrganizationId(row["organization_id"]), DeliveryId(row["id"])) for row in found]

    def forget_before(self, instant: datetime, *, limit: int) -> int:
        """Delete what was over before an instant; return how many rows."""
        gone = self._transaction.run(
            # who was told of a problem that still lasts is to be told of its end
            "DELETE FROM netpulse.deliveries WHERE id IN (SELECT d.id FROM netpulse.deliveries d "
            "WHERE d.created_at < %s AND d.state NOT IN ('queued', 'sending', 'failed') "
            "AND NOT EXISTS (SELECT FROM netpulse.delivery_items i "
            "JOIN netpulse.alert_fences f ON f.alert_id = i.alert_id "
            "WHERE i.delivery_id = d.id AND i.counts AND NOT f.resolved) LIMIT %s)",
            (instant, limit),
        )
        return gone + self._transaction.run(
            "DELETE FROM netpulse.alert_fences WHERE alert_id IN (SELECT alert_id "
            "FROM netpulse.alert_fences WHERE updated_at < %s AND resolved LIMIT %s)",
            (instant, limit),
        )
