"""Rows of deliveries and what they tell, to and from the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.ids import DeliveryId
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from functions.notify.domain.delivery import Delivery, DeliveryState, Purpose
from functions.notify.domain.news import News
from functions.notify.domain.notice import ReportNotice

if TYPE_CHECKING:
    from uuid import UUID

    from netpulse.db import Row

_NEWS = TypeAdapter(News)
_NOTICE = TypeAdapter(ReportNotice)
_COLUMNS = (
    "id",
    "channel_id",
    "channel_kind",
    "channel_name",
    "recipient",
    "purpose",
    "state",
    "reason",
    "collecting",
    "forced",
    "attempts",
    "due_at",
    "gives_up_at",
    "claimed_at",
    "sent_at",
    "last_error",
    "provider_message_id",
    "cost",
    "subject",
    "body",
    "created_at",
    "updated_at",
)
_INSERTED = ("organization_id", *_COLUMNS, "unlisted", "group_labels", "report_id", "report")
INSERT = (
    f"INSERT INTO netpulse.deliveries ({', '.join(_INSERTED)}) "  # noqa: S608 - constant columns
    f"VALUES ({', '.join(f'%({name})s' for name in _INSERTED)})"
)

CLAIMABLE = (
    "((state IN ('queued', 'failed') AND due_at <= %(due_by)s) "
    "OR (state = 'sending' AND claimed_at < %(lost_before)s))"
)
WANTED = (
    "(%(state)s::text IS NULL OR d.state = %(state)s) "
    "AND (%(channel_id)s::uuid IS NULL OR d.channel_id = %(channel_id)s) "
    "AND (%(report_id)s::uuid IS NULL OR d.report_id = %(report_id)s) "
    "AND (%(alert_id)s::uuid IS NULL OR EXISTS (SELECT FROM netpulse.delivery_items i "
    "WHERE i.delivery_id = d.id AND i.alert_id = %(alert_id)s))"
)
DELIVERY = (
    "SELECT d.*, ARRAY(SELECT DISTINCT i.alert_id FROM netpulse.delivery_items i "
    "WHERE i.delivery_id = d.id ORDER BY i.alert_id) AS alert_ids FROM netpulse.deliveries d "
)


def parameters(delivery: Delivery, organization_id: UUID | None) -> dict[str, Any]:
    """Return what INSERT takes."""
    values = {name: getattr(delivery, name) for name in _COLUMNS}
    report = delivery.report
    return {
        **values,
        "organization_id": organization_id,
        "unlisted": delivery.unlisted,
        "group_labels": None if delivery.group_labels is None else Jsonb(delivery.group_labels),
        "report_id": delivery.report_id,
        "report": Jsonb(_NOTICE.dump_python(report, mode="json")) if report else None,
    }


def delivery(row: Row) -> Delivery:
    """Return a row's delivery."""
    values = {name: row[name] for name in _COLUMNS}
    return Delivery(
        **{
            **values,
            "id": DeliveryId(row["id"]),
            "purpose": Purpose(row["purpose"]),
            "state": DeliveryState(row["state"]),
            "alert_ids": tuple(row["alert_ids"]),
            "group_labels": row["group_labels"],
            "unlisted": row["unlisted"],
            "report": _NOTICE.validate_python(row["report"]) if row["report"] else None,
        }
    )


def stored(one: News) -> Jsonb:
    """Return news as it is stored."""
    return Jsonb(_NEWS.dump_python(one, mode="json"))


def news(value: dict[str, Any]) -> News:
    """Return what was stored."""
    return _NEWS.validate_python(value)
