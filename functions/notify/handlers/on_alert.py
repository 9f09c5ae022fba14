"""Hears of alerts and queues what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.consumer import Heard, PartialFailure, consume_facts
from netpulse.ids import OrganizationId

from functions.notify import wiring
from functions.notify.service import news_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def handler(event: dict[str, Any], _context: object) -> PartialFailure:
    """Work off a batch of events from the bus."""
    return consume_facts(event, _tell)


def _tell(heard: Sequence[Heard]) -> None:
    news = [one for one in map(news_of, heard) if one]
    if news:
        wiring.notifier().tell(OrganizationId(heard[0].meta.organization_id), news)
