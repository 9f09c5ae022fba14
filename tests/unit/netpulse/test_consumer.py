from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse import observability
from netpulse.bus import wire
from netpulse.consumer import consume, consume_by_organization, consume_facts
from netpulse.errors import InvalidError, UnavailableError
from netpulse.events import SessionRevoked

from tests.support.aws import sqs_event
from tests.unit.netpulse.test_bus import a_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.consumer import Heard
    from netpulse.ids import OrganizationId


def a_body(*seqs: int, organization: int = 1) -> dict[str, Any]:
    facts = [wire(a_record(seq, organization=organization)) for seq in seqs]
    return {"detail-type": "AlertOpened.v1", "detail": {"facts": facts}}


def failed(*numbers: int) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": [{"itemIdentifier": f"message-{n}"} for n in numbers]}


def test_only_the_messages_that_failed_go_back_to_the_queue() -> None:
    handled: list[int] = []

    def handle(body: dict[str, Any]) -> None:
        if body["n"] == 1:
            raise UnavailableError("later")
        if body["n"] == 3:
            raise InvalidError("never")
        handled.append(body["n"])

    event = sqs_event(*({"n": n} for n in range(5)))
    assert consume(event, handle) == failed(1, 3)
    assert handled == [0, 2, 4]


def test_a_message_that_is_no_json_fails_alone() -> None:
    event = sqs_event({"n": 0}, {"n": 1})
    event["Records"][0]["body"] = "{"
    assert consume(event, lambda _body: None) == failed(0)


def test_the_facts_of_an_event_are_handled_together_and_traced() -> None:
    heard: list[tuple[list[int], str, str | None]] = []

    def handle(facts: Sequence[Heard]) -> None:
        numbers = [fact.meta.seq for fact in facts]
        cause = observability.causation_id.get()
        heard.append((numbers, observability.correlation_id.get(), cause))

    assert consume_facts(sqs_event(a_body(1, 2), a_body(), a_body(7)), handle) == failed()
    assert heard == [([1, 2], "c", str(UUID(int=1))), ([7], "c", str(UUID(int=7)))]


def test_a_batch_is_handled_an_organisation_at_a_time_in_order() -> None:
    heard: dict[UUID, list[int]] = {}

    def handle(organization_id: OrganizationId, facts: Sequence[Heard]) -> None:
        heard[organization_id] = [fact.meta.seq for fact in facts]

    event = sqs_event(a_body(5, 6), a_body(1, organization=2), a_body(3), a_body())
    assert consume_by_organization(event, handle) == failed()
    assert heard == {UUID(int=1): [3, 5, 6], UUID(int=2): [1]}


def test_when_an_organisations_facts_fail_the_others_are_done() -> None:
    def handle(organization_id: OrganizationId, facts: Sequence[Heard]) -> None:
        if organization_id == UUID(int=1):
            raise UnavailableError("later")

    event = sqs_event(a_body(5), {"what": "is this"}, a_body(1, organization=2), a_body(6))
    answer = consume_by_organization(event, handle)["batchItemFailures"]
    assert sorted(each["itemIdentifier"] for each in answer) == [
        "message-0",
        "message-1",
        "message-3",
    ]


def test_a_fact_is_read_as_its_class_and_unknown_fields_are_ignored() -> None:
    body = a_body(1)
    body["detail"]["facts"][0]["data"] = {"user_id": str(UUID(int=9)), "new_field": 1}
    read: list[SessionRevoked] = []
    consume_facts(
        sqs_event(json.loads(json.dumps(body))),
        lambda facts: read.append(facts[0].read(SessionRevoked)),
    )
    assert read == [SessionRevoked(user_id=UUID(int=9))]
