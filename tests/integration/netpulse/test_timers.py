from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from netpulse import aws
from netpulse.ids import OrganizationId, TimerId
from netpulse.timers import Timer, Timers, Wakeups, woken

from tests.support.aws import make_queue, messages_in
from tests.support.clock import NOON
from tests.support.organizations import new_organization

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.db import Database

    from tests.support.database import TestDatabase

MINUTE = timedelta(minutes=1)


@pytest.fixture
def database(postgres: TestDatabase) -> Iterator[Database]:
    found = postgres.database()
    yield found
    found.close()


@pytest.fixture
def organization_id(postgres: TestDatabase) -> OrganizationId:
    return new_organization(postgres)


def test_a_timer_is_taken_once_and_only_when_due(
    database: Database, organization_id: OrganizationId
) -> None:
    with database.transaction(organization_id) as transaction:
        timers = Timers(transaction)
        timer = timers.set("settle", "device-1", NOON, {"slot": 3})
        assert timers.take_due(timer.id, now=NOON - MINUTE) is None
        assert timers.take_due(timer.id, now=NOON) == timer
        assert timers.take_due(timer.id, now=NOON) is None
    assert (timer.purpose, timer.subject, timer.data) == ("settle", "device-1", {"slot": 3})


def test_setting_a_timer_again_moves_it(
    database: Database, organization_id: OrganizationId
) -> None:
    with database.transaction(organization_id) as transaction:
        timers = Timers(transaction)
        first = timers.set("settle", "device-1", NOON)
        second = timers.set("settle", "device-1", NOON + MINUTE)
        assert first.id == second.id
        # the first wake-up comes, too early by now
        assert timers.take_due(first.id, now=NOON) is None
        assert timers.take_due(first.id, now=NOON + MINUTE) == second


def test_a_timer_that_was_cleared_does_not_ring(
    database: Database, organization_id: OrganizationId
) -> None:
    with database.transaction(organization_id) as transaction:
        timers = Timers(transaction)
        timer = timers.set("settle", "device-1", NOON)
        assert timers.clear("settle", "device-1")
        assert not timers.clear("settle", "device-1")
        assert timers.take_due(timer.id, now=NOON) is None


def test_many_timers_are_set_cleared_and_taken_at_once(
    database: Database, organization_id: OrganizationId
) -> None:
    with database.transaction(organization_id) as transaction:
        timers = Timers(transaction)
        assert timers.set_many("settle", {}) == []
        due = {"a": NOON, "b": NOON, "c": NOON + MINUTE, "d": NOON}
        assert {t.subject: t.due_at for t in timers.set_many("settle", due)} == due
        assert timers.clear_many("settle", []) == 0
        assert timers.clear_many("settle", ["d", "unknown"]) == 1
        taken = timers.take_all_due(["settle"], now=NOON)
        assert {timer.subject for timer in taken} == {"a", "b"}
        assert [t.subject for t in timers.due(["settle"], now=NOON + MINUTE, limit=9)] == ["c"]


def test_timers_of_others_stay_even_for_a_role_that_sees_them(postgres: TestDatabase) -> None:
    ours, theirs = (new_organization(postgres) for _ in range(2))
    system = postgres.database("netpulse_system")
    for organization_id in (ours, theirs):
        with system.transaction(organization_id) as transaction:
            Timers(transaction).set_many("settle", {"a": NOON, "b": NOON, "c": NOON})
    with system.transaction(ours) as transaction:
        timers = Timers(transaction)
        assert timers.clear("settle", "a")
        assert timers.clear_many("settle", ["b"]) == 1
        assert len(timers.take_all_due(["settle"], now=NOON)) == 1
    with system.transaction(theirs) as transaction:
        assert len(Timers(transaction).take_all_due(["settle"], now=NOON)) == 3


def test_the_sweep_finds_every_organisations_due_timers_of_its_purposes(
    database: Database, postgres: TestDatabase
) -> None:
    organizations = [new_organization(postgres) for _ in range(2)]
    purpose = f"test-{uuid4()}"
    for organization_id in organizations:
        with database.transaction(organization_id) as transaction:
            timers = Timers(transaction)
            timers.set(purpose, "due", NOON)
            timers.set(purpose, "later", NOON + MINUTE)
            timers.set("another", "due", NOON)
    system = postgres.database("netpulse_system")
    with system.transaction(None) as transaction:
        found = Timers(transaction).due([purpose], now=NOON, limit=10)
    system.close()
    assert {timer.organization_id for timer in found} == set(organizations)
    assert [timer.subject for timer in found] == ["due", "due"]


def a_timer(due_in: timedelta) -> Timer:
    return Timer(TimerId(uuid4()), OrganizationId(uuid4()), "settle", "x", NOON + due_in, {})


def test_timers_are_woken_by_delayed_messages(aws_in_process: None) -> None:
    url = make_queue("timers")
    timers = [a_timer(timedelta(seconds=-1)) for _ in range(25)]
    Wakeups(url).send(timers, now=NOON)
    assert {woken(body) for body in messages_in(url)} == {
        (timer.organization_id, timer.id) for timer in timers
    }


def test_a_message_comes_a_second_late_rather_than_early(aws_in_process: None) -> None:
    url = make_queue("timers")
    Wakeups(url).send([a_timer(timedelta(seconds=20.5))], now=NOON)
    # delayed: not yet there
    assert messages_in(url) == []
    count = aws.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )["Attributes"]
    assert count == {"ApproximateNumberOfMessagesDelayed": "1"}


def test_timers_beyond_the_longest_delay_are_left_to_the_sweep(aws_in_process: None) -> None:
    url = make_queue("timers")
    Wakeups(url).send([a_timer(timedelta(minutes=16))], now=NOON)
    count = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert count["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "0"


def test_a_queue_that_is_away_is_no_error(aws_in_process: None) -> None:
    Wakeups("http://127.0.0.1/nowhere").send([a_timer(MINUTE)], now=NOON)
