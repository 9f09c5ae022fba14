from __future__ import annotations

from uuid import UUID

from netpulse.events import FACTS, DeviceStatusChanged, Meta, SessionRevoked

from functions.realtime.models import TOPIC_OF, told
from tests.support.facts import AT, an_example

META = Meta(
    event_id=UUID(int=1),
    occurred_at=AT,
    correlation_id="c",
    organization_id=UUID(int=2),
    seq=17,
)


def test_every_fact_has_a_topic_but_the_one_that_closes_sockets() -> None:
    named = {fact.type_name() for fact in FACTS} - {SessionRevoked.type_name()}
    assert set(TOPIC_OF) == named


def test_a_status_change_is_told_by_the_devices_short_number() -> None:
    fact = an_example(DeviceStatusChanged, number=101, status="offline", since=AT)
    found = told(META, fact.type_name(), fact.model_dump(mode="json"))
    assert found.change is not None
    assert (found.change.number, found.change.status, found.change.since) == (101, "offline", AT)
    assert (found.seq, found.at) == (17, "2026-03-02T12:00:00Z")


def test_a_status_change_that_cannot_be_read_is_told_as_it_is() -> None:
    found = told(META, DeviceStatusChanged.type_name(), {"status": "melted"})
    assert (found.change, found.data) == (None, {"status": "melted"})


def test_a_fact_nobody_here_knows_has_no_topic() -> None:
    assert told(META, "AlertOpened.v2", {}).topic is None
