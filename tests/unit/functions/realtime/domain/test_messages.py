from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.realtime.domain.messages import MAX_FRAME_BYTES, Message, Told, frames, messages
from functions.realtime.domain.topics import ALL_TOPICS, Topic
from tests.support.clock import NOON
from tests.unit.functions.realtime.fakes import a_status, an_alert

EPOCH = int(NOON.timestamp())


def test_a_fact_is_told_with_its_number_its_time_and_its_data() -> None:
    assert messages([an_alert(17, severity="critical")], ALL_TOPICS) == [
        {
            "type": "AlertOpened.v1",
            "seq": 17,
            "at": "2026-03-02T12:00:00Z",
            "data": {"severity": "critical"},
        }
    ]


def test_a_run_of_status_changes_becomes_one_short_delta() -> None:
    facts = [a_status(5, 101), a_status(6, 102, "degraded"), a_status(7, 103)]
    assert messages(facts, ALL_TOPICS) == [
        {
            "type": "status",
            "seq": 7,
            "from_seq": 5,
            "devices": [
                [101, "offline", EPOCH + 5],
                [102, "degraded", EPOCH + 6],
                [103, "offline", EPOCH + 7],
            ],
        }
    ]


def test_only_the_newest_status_of_a_device_is_told() -> None:
    facts = [a_status(1, 101), a_status(2, 102), a_status(3, 101, "online")]
    assert messages(facts, ALL_TOPICS)[0]["devices"] == [
        [102, "offline", EPOCH + 2],
        [101, "online", EPOCH + 3],
    ]


def test_another_fact_between_status_changes_keeps_the_order() -> None:
    told = messages([a_status(1, 101), an_alert(2), a_status(3, 101, "online")], ALL_TOPICS)
    assert [(m["type"], m["seq"]) for m in told] == [
        ("status", 1),
        ("AlertOpened.v1", 2),
        ("status", 3),
    ]


def test_what_a_listener_may_not_see_is_covered_by_the_message_after_it() -> None:
    told = messages([an_alert(4), a_status(5, 101), an_alert(6)], {Topic.STATUS})
    assert [(m["type"], m.get("from_seq"), m["seq"]) for m in told] == [
        ("status", 4, 5),
        ("skip", None, 6),
    ]


def test_a_number_that_is_missing_stays_a_gap() -> None:
    told = messages([a_status(5, 101), a_status(7, 102)], ALL_TOPICS)
    assert [(m["from_seq"], m["seq"]) for m in told] == [(5, 5), (7, 7)]


def test_facts_that_arrive_twice_or_out_of_order_are_told_once_and_in_order() -> None:
    told = messages([an_alert(3), an_alert(1), an_alert(2), an_alert(3)], ALL_TOPICS)
    assert [m["seq"] for m in told] == [1, 2, 3]


def test_a_listener_who_may_see_nothing_is_told_nothing() -> None:
    assert messages([an_alert(1), an_alert(2, topic=None)], {Topic.STATUS}) == []


def test_a_burst_is_cut_into_frames_that_the_socket_takes() -> None:
    burst = [a_status(seq, 1_000_000_000 + seq, "unreachable") for seq in range(1, 5001)]
    texts = frames(messages(burst, ALL_TOPICS))
    assert all(len(text.encode()) <= MAX_FRAME_BYTES for text in texts)
    assert len(texts) <= 8
    told = [
        device for text in texts for m in json.loads(text)["messages"] for device in m["devices"]
    ]
    assert len(told) == 5000


def test_a_fact_too_long_for_a_frame_is_announced_without_its_data() -> None:
    [text] = frames(messages([an_alert(9, message="x" * MAX_FRAME_BYTES)], ALL_TOPICS))
    [message] = json.loads(text)["messages"]
    assert (message["seq"], message["data"], message["omitted"]) == (9, None, True)


def _covered(told: list[Message]) -> list[int]:
    seqs: list[int] = []
    for message in told:
        last = int(message["seq"])
        seqs += range(int(message.get("from_seq", last)), last + 1)
    return seqs


@st.composite
def _batches(draw: st.DrawFn) -> list[Told]:
    seqs = draw(st.lists(st.integers(1, 60), unique=True, min_size=1))
    kinds: list[Any] = [
        lambda seq: a_status(seq, draw(st.integers(1, 4))),
        an_alert,
        lambda seq: an_alert(seq, topic=None),
    ]
    return [draw(st.sampled_from(kinds))(seq) for seq in seqs]


@given(_batches(), st.sets(st.sampled_from(Topic)))
def test_every_number_of_a_batch_is_covered_exactly_once_or_nothing_is_told(
    batch: list[Told], topics: set[Topic]
) -> None:
    told = messages(batch, topics)
    if told:
        assert _covered(told) == sorted(fact.seq for fact in batch)
    else:
        assert not any(fact.topic in topics for fact in batch)


@given(_batches())
def test_who_applies_the_deltas_knows_every_devices_newest_status(batch: list[Told]) -> None:
    known: dict[int, int] = {}
    for message in messages(batch, {Topic.STATUS}):
        for number, _, since in message.get("devices", []):
            known[number] = since
    expected = {
        fact.change.number: int(fact.change.since.timestamp())
        for fact in sorted(batch, key=lambda f: f.seq)
        if fact.change
    }
    assert known == expected
