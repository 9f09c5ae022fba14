"""Queues: read facts and messages, handle each once, answer with the ones that failed."""

from __future__ import annotations

import builtins
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict

from netpulse.errors import NetPulseError
from netpulse.events import Fact, Meta
from netpulse.ids import OrganizationId
from netpulse.observability import correlated, logger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from netpulse.db import Transaction

F = TypeVar("F", bound=Fact)
PartialFailure = dict[str, list[dict[str, str]]]


class Heard(BaseModel):
    """A fact as a consumer hears it."""

    model_config = ConfigDict(frozen=True)

    meta: Meta
    type: str
    data: dict[str, Any]

    def read(self, fact: builtins.type[F]) -> F:
        """Return the data as the fact's class."""
        return fact.model_validate(self.data)


def facts_of(body: dict[str, Any]) -> list[Heard]:
    """Return the facts of one EventBridge event."""
    return [
        Heard(meta=Meta.model_validate(fact["meta"]), type=body["detail-type"], data=fact["data"])
        for fact in body["detail"]["facts"]
    ]


def consume(event: dict[str, Any], handle: Callable[[dict[str, Any]], None]) -> PartialFailure:
    """Give each SQS record's JSON body to `handle`; return the batch item failures.

    A failure sends its record back to the queue and, after maxReceiveCount, to the dead letters;
    the others of the batch are done. Errors say why in the log, once an attempt.
    """
    failures = []
    for record in event["Records"]:
        with correlated(record["messageId"]):
            try:
                handle(json.loads(record["body"]))
            except Exception as error:
                failures += _failed([record["messageId"]], error)
    return {"batchItemFailures": failures}


def _failed(message_ids: Sequence[str], error: Exception) -> list[dict[str, str]]:
    retryable = error.retryable if isinstance(error, NetPulseError) else True
    logger.exception(
        "messages failed", extra={"message_ids": list(message_ids), "retryable": retryable}
    )
    return [{"itemIdentifier": message_id} for message_id in message_ids]


def consume_facts(
    event: dict[str, Any], handle: Callable[[Sequence[Heard]], None]
) -> PartialFailure:
    """Give each EventBridge event's facts (one organisation, one type) to `handle`."""

    def one(body: dict[str, Any]) -> None:
        heard = facts_of(body)
        if not heard:
            return
        with correlated(heard[0].meta.correlation_id, cause=str(heard[0].meta.event_id)):
            handle(heard)

    return consume(event, one)


def consume_by_organization(
    event: dict[str, Any], handle: Callable[[OrganizationId, Sequence[Heard]], None]
) -> PartialFailure:
    """Give all facts of a batch to `handle`, an organisation at a time, ordered by number.

    When an organisation's fail, so do the messages they came in.
    """
    failures = []
    heard: dict[OrganizationId, list[Heard]] = defaultdict(list)
    message_ids: dict[OrganizationId, list[str]] = defaultdict(list)
    for record in event["Records"]:
        try:
            facts = facts_of(json.loads(record["body"]))
        except Exception as error:
            failures += _failed([record["messageId"]], error)
            continue
        for fact in facts[:1]:
            organization_id = OrganizationId(fact.meta.organization_id)
            heard[organization_id] += facts
            message_ids[organization_id].append(record["messageId"])
    for organization_id, facts in heard.items():
        facts.sort(key=lambda fact: fact.meta.seq)
        with correlated(facts[0].meta.correlation_id):
            try:
                handle(organization_id, facts)
            except Exception as error:
                failures += _failed(message_ids[organization_id], error)
    return {"batchItemFailures": failures}


def for_each(
    organization_ids: Sequence[OrganizationId], handle: Callable[[OrganizationId], None]
) -> int:
    """Give each organisation to `handle`; one that fails stops no other. Return how many failed.

    For sweeps, which come again in a minute.
    """
    failed = 0
    for organization_id in organization_ids:
        try:
            handle(organization_id)
        except Exception:
            failed += 1
            logger.exception(
                "organisation left for the next sweep",
                extra={"organization_id": str(organization_id)},
            )
    return failed


def first_time(transaction: Transaction, consumer: str, event_id: UUID) -> bool:
    """Remember that `consumer` has seen an event; return False if it had before.

    In the transaction of the consumer's own change, so both happen once or not at all.
    """
    return bool(
        transaction.run(
            "INSERT INTO netpulse.consumed_events (organization_id, consumer, event_id) "
            "VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (transaction.organization_id, consumer, event_id),
        )
    )
