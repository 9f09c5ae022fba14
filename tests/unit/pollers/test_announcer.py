from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pollers.announcer import MESSAGE_BYTES, QueueAnnouncer
from pollers.domain.device import Sample
from pollers.domain.verdict import State, Verdict
from pollers.metrics import Metrics
from pollers.ports import Result

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LOST = "netpulse_poller_results_lost_total"
FAILED = "netpulse_poller_send_failures_total"


def a_result(number: int = 0, *, organization: int = 1, values: int = 0) -> Result:
    return Result(
        UUID(int=number),
        UUID(int=organization),
        NOON,
        Verdict(State.UP, hard=True),
        rtt_ms=1.5,
        loss_ratio=0.0,
        values=tuple(Sample("if_in_bps", float(n), "bit/s", f"if:port{n}") for n in range(values)),
    )


class Queue:
    """A queue that can be away."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.is_away = False
        self.asked = 0

    def send(self, body: str) -> None:
        self.asked += 1
        if self.is_away:
            raise ConnectionError
        self.bodies.append(body)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    @property
    def devices(self) -> list[int]:
        return [UUID(r["device_id"]).int for m in self.messages for r in m["results"]]


def announcing(queue: Queue, **options: Any) -> tuple[QueueAnnouncer, Metrics]:
    metrics = Metrics()
    return QueueAnnouncer(queue.send, metrics, poller="test", **options), metrics


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the sender is a thread
            await asyncio.sleep(0.005)


async def test_a_message_holds_one_organisations_results() -> None:
    queue = Queue()
    announcer, _ = announcing(queue)
    for number in range(6):
        announcer.announce(a_result(number, organization=number % 2))
    await announcer.flush()
    told = {m["organization_id"]: [r["device_id"] for r in m["results"]] for m in queue.messages}
    assert told == {
        str(UUID(int=o)): [str(UUID(int=n)) for n in range(6) if n % 2 == o] for o in (0, 1)
    }


async def test_a_result_is_told_with_its_verdict_and_watched_values() -> None:
    queue = Queue()
    announcer, _ = announcing(queue)
    announcer.announce(a_result(7, values=1))
    await announcer.flush()
    [message] = queue.messages
    assert message["poller"] == "test"
    assert message["results"] == [
        {
            "device_id": str(UUID(int=7)),
            "epoch": 0,
            "slot_at": "2026-11-23T12:00:00+00:00",
            "state": "up",
            "hard": True,
            "first_failed_at": None,
            "rtt_ms": 1.5,
            "loss_ratio": 0.0,
            "reason": "",
            "values": [
                {"metric": "if_in_bps", "entity": "if:port0", "value": 0.0, "unit": "bit/s"}
            ],
        }
    ]


async def test_no_message_is_larger_than_the_queue_takes() -> None:
    queue = Queue()
    announcer, _ = announcing(queue)
    for number in range(3000):
        announcer.announce(a_result(number))
    await announcer.flush()
    assert len(queue.bodies) > 1
    assert all(len(body.encode()) <= MESSAGE_BYTES for body in queue.bodies)
    assert sorted(queue.devices) == list(range(3000))


async def test_a_device_of_thousands_of_watched_ports_is_told_in_parts() -> None:
    queue = Queue()
    announcer, _ = announcing(queue)
    announcer.announce(a_result(values=10_000))
    await announcer.flush()
    assert all(len(body.encode()) <= MESSAGE_BYTES for body in queue.bodies)
    results = [result for message in queue.messages for result in message["results"]]
    assert sum(len(result["values"]) for result in results) == 10_000
    instants = [datetime.fromisoformat(result["slot_at"]) for result in results]
    assert len(set(instants)) == len(instants)  # of one instant only one result is taken
    assert max(instants) - NOON < timedelta(seconds=1)


async def test_a_value_that_is_no_number_is_not_told() -> None:
    queue = Queue()
    announcer, _ = announcing(queue)
    result = a_result()
    nan = Sample("cpu_usage", float("nan"), "%")
    announcer.announce(
        Result(result.device_id, result.organization_id, NOON, result.verdict, None, None, (nan,))
    )
    await announcer.flush()
    assert queue.messages[0]["results"][0]["values"] == []


async def test_what_a_queue_that_is_away_did_not_take_comes_later_in_its_order() -> None:
    queue = Queue()
    announcer, metrics = announcing(queue)
    queue.is_away = True
    for number in range(2500):
        announcer.announce(a_result(number, organization=number // 1250))
    await announcer.flush()
    announcer.announce(a_result(2500, organization=1))
    await announcer.flush()
    assert metrics.value(FAILED) > 0
    queue.is_away = False
    await announcer.flush()
    assert queue.devices == list(range(2501))
    assert metrics.value(LOST) == 0


async def test_a_queue_that_is_away_is_not_asked_for_every_organisation() -> None:
    queue = Queue()
    announcer, _ = announcing(queue)
    queue.is_away = True
    for number in range(500):
        announcer.announce(a_result(number, organization=number))
    await announcer.flush()
    assert queue.asked <= 8
    queue.is_away = False
    await announcer.flush()
    assert len(queue.messages) == 500


async def test_a_full_backlog_loses_its_oldest_and_counts_them() -> None:
    queue = Queue()
    announcer, metrics = announcing(queue, backlog=10)
    queue.is_away = True
    for number in range(8):
        announcer.announce(a_result(number))
    await announcer.flush()
    for number in range(8, 15):
        announcer.announce(a_result(number))
    queue.is_away = False
    await announcer.flush()
    assert queue.devices == list(range(5, 15))
    assert metrics.value(LOST) == 5


async def test_results_are_sent_after_the_time_and_at_once_when_a_message_is_full() -> None:
    queue = Queue()
    stop = asyncio.Event()
    patient, _ = announcing(queue, flush_every_s=60)
    running = asyncio.create_task(patient.run(stop))
    patient.announce(a_result(1))
    await asyncio.sleep(0)
    assert queue.messages == []
    for number in range(2, 800):
        patient.announce(a_result(number))
    await until(lambda: len(queue.devices) == 799)
    stop.set()
    await running
    quick, _ = announcing(queue, flush_every_s=0.01)
    stop.clear()
    running = asyncio.create_task(quick.run(stop))
    quick.announce(a_result(1000))
    await until(lambda: 1000 in queue.devices)
    stop.set()
    await running


async def test_what_is_announced_until_the_stop_is_sent() -> None:
    queue = Queue()
    stop = asyncio.Event()
    announcer, _ = announcing(queue, flush_every_s=60)

    def send(body: str) -> None:
        queue.send(body)
        if len(queue.bodies) == 1:  # while the first message is on its way
            loop.call_soon_threadsafe(announcer.announce, a_result(2))
            loop.call_soon_threadsafe(stop.set)

    loop = asyncio.get_running_loop()
    announcer = QueueAnnouncer(send, Metrics(), poller="test", flush_every_s=0.01)
    announcer.announce(a_result(1))
    async with asyncio.timeout(5):
        await announcer.run(stop)
    assert queue.devices == [1, 2]
