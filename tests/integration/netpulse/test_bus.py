from __future__ import annotations

import pytest
from netpulse.bus import EventBridge
from netpulse.errors import UnavailableError

from tests.support.aws import make_bus, messages_in
from tests.unit.netpulse.test_bus import a_record


def test_facts_reach_a_queue_in_bursts_that_the_bus_takes(aws_in_process: None) -> None:
    url = make_bus("facts")
    records = [a_record(seq, size=20_000) for seq in range(1, 21)]
    EventBridge("facts").publish(records)
    bodies = messages_in(url)
    assert {body["detail-type"] for body in bodies} == {"AlertOpened.v1"}
    seqs = [fact["meta"]["seq"] for body in bodies for fact in body["detail"]["facts"]]
    assert sorted(seqs) == list(range(1, 21))


def test_a_fact_that_was_not_taken_is_an_error(aws_in_process: None) -> None:
    make_bus("facts")
    nameless = a_record(1).model_copy(update={"type": ""})
    with pytest.raises(UnavailableError):
        EventBridge("facts").publish([nameless])
