"""Who knows of which alert, in PostgreSQL: read from messages, and only from those that matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.ids import ChannelId, DeliveryId

from functions.notify.domain.delivery import OPEN, TAKEN, Delivery, Told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from netpulse.db import Transaction


def told(transaction: Transaction, alert_ids: Sequence[UUID]) -> list[Told]:
    """Return who was, or is about to be, told of these alerts' problems; lock them."""
    # locked, so that a batch cannot be claimed between our look at it and taking news back
    found = transaction.rows(
        "SELECT i.alert_id, i.channel_id, i.recipient, i.news ->> 'severity' AS severity, "
        "d.id, d.collecting, d.state = ANY(%s) AS pending "
        "FROM netpulse.delivery_items i "
        "JOIN netpulse.deliveries d ON d.id = i.delivery_id "
        "WHERE i.alert_id = ANY(%s) AND i.counts AND i.dropped = '' "
        "AND i.event IN ('problem', 'ongoing') AND d.state = ANY(%s) "
        "ORDER BY d.id FOR UPDATE OF d",
        (list(OPEN), list(alert_ids), [*OPEN, *TAKEN]),
    )
    return [
        Told(
            alert_id=row["alert_id"],
            channel_id=ChannelId(row["channel_id"]),
            recipient=row["recipient"],
            severity=row["severity"],
            delivery_id=DeliveryId(row["id"]),
            waiting=row["collecting"],
            pending=row["pending"],
        )
        for row in found
    ]


def discount(transaction: Transaction, delivery: Delivery) -> None:
    """Let what a message that came to its end repeated be read no more: it is known from before."""
    if delivery.is_open:
        return
    transaction.run(
        "UPDATE netpulse.delivery_items i SET counts = false "
        "WHERE i.delivery_id = %s AND i.event = 'ongoing' AND (NOT %s OR EXISTS ("
        "SELECT FROM netpulse.delivery_items k "
        "JOIN netpulse.deliveries d ON d.id = k.delivery_id "
        "WHERE k.alert_id = i.alert_id AND k.delivery_id <> i.delivery_id "
        "AND k.counts AND k.dropped = '' AND k.event IN ('problem', 'ongoing') "
        "AND k.channel_id = i.channel_id AND k.recipient = i.recipient "
        "AND k.news ->> 'severity' = i.news ->> 'severity' AND d.state = ANY(%s)))",
        (delivery.id, delivery.state in TAKEN, list(TAKEN)),
    )


def count_again(transaction: Transaction, delivery_id: DeliveryId) -> None:
    """Let a message that is sent once more say again who knows."""
    transaction.run(
        "UPDATE netpulse.delivery_items SET counts = true WHERE delivery_id = %s AND NOT counts",
        (delivery_id,),
    )
