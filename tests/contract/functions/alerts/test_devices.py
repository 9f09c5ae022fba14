"""What the ports of devices and timers promise, the fakes and PostgreSQL keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from netpulse.ids import DeviceId

from functions.alerts.domain.device import Standing, Status, Verdict
from functions.alerts.domain.listing import AlertFilter
from functions.alerts.domain.status import StatusChange
from functions.alerts.service.purposes import FOR, SETTLE
from tests.support.clock import NOON

if TYPE_CHECKING:
    from tests.contract.functions.alerts.stores import Store

MINUTE = timedelta(minutes=1)
ALL = AlertFilter()


def test_a_scene_has_the_devices_the_held_ones_and_all_their_ancestors(store: Store) -> None:
    root = store.device("root")
    middle = store.device("middle", parents=(root.id,))
    leaf = store.device("leaf", parents=(middle.id,))
    held = store.device("held", parents=(root.id,))
    store.device("elsewhere")
    asleep = store.device("asleep", is_polled=False)
    with store.open() as work:
        work.timers.set_many(SETTLE, {str(held.id): NOON})
    with store.open() as work:
        scene = work.devices.scene([leaf.id, asleep.id])
    assert scene.devices == {leaf.id: leaf, held.id: held}
    assert scene.standings.keys() == {leaf.id, held.id, middle.id, root.id}
    assert scene.standings[held.id].held_until == NOON
    assert scene.parents == {leaf.id: [middle.id], middle.id: [root.id], held.id: [root.id]}


def a_standing(status: Status, **given: Any) -> Standing:
    plain: dict[str, Any] = {
        "status": status,
        "since": NOON,
        "slot_at": NOON,
        "seq": 3,
        "verdict": Verdict.DOWN,
        "is_hard": True,
        "failing_since": NOON,
        "verdict_reason": "icmp timeout",
        "loss_ratio": 1.0,
    }
    return Standing(**{**plain, **given})


def test_a_standing_is_read_as_it_was_written(store: Store) -> None:
    device = store.device("core")
    standing = a_standing(Status.OFFLINE, reason="icmp timeout")
    change = StatusChange(device_id=device.id, before=Standing(), after=standing)
    with store.open() as work:
        work.devices.write({device.id: standing}, [change])
    with store.open() as work:
        assert work.devices.seen([device.id, DeviceId(uuid4())]) == {device.id: (device, standing)}
        later = replace(standing, slot_at=NOON + MINUTE, held_until=None)
        work.devices.write({device.id: later}, [])
    with store.open() as work:
        assert work.devices.seen([device.id])[device.id][1] == later


def test_what_hangs_on_a_device_and_is_hidden_is_found_however_deep(store: Store) -> None:
    root = store.device("root")
    middle = store.device("middle", parents=(root.id,))
    leaf = store.device("leaf", parents=(middle.id,))
    own = store.device("own", parents=(middle.id,))
    with store.open() as work:
        standings = {
            middle.id: a_standing(Status.UNREACHABLE),
            leaf.id: a_standing(Status.UNREACHABLE),
            own.id: a_standing(Status.OFFLINE),
        }
        work.devices.write(standings, [])
    with store.open() as work:
        assert {each.id for each in work.devices.hidden_below([root.id])} == {middle.id, leaf.id}
        assert {each.id for each in work.devices.hidden_below([middle.id])} == {leaf.id}
        assert work.devices.hidden_below([leaf.id]) == []


def test_devices_of_which_nothing_is_heard_are_silent(store: Store) -> None:
    heard, silent = store.device("heard"), store.device("silent")
    store.device("asleep", is_polled=False)
    with store.open() as work:
        standings = {
            heard.id: a_standing(Status.ONLINE, slot_at=NOON + timedelta(minutes=4)),
            silent.id: a_standing(Status.ONLINE),
        }
        work.devices.write(standings, [])
    with store.open() as work:
        assert work.devices.silent(now=NOON + timedelta(minutes=4)) == {}
        assert set(work.devices.silent(now=NOON + timedelta(minutes=5))) == {silent.id}


def test_timers_are_set_moved_cleared_and_taken_once(store: Store) -> None:
    # as in life, subjects are ids: the sweep's test reads what other tests leave
    a, b, c = (str(uuid4()) for _ in range(3))
    with store.open() as work:
        first = work.timers.set_many(FOR, {a: NOON, b: NOON, c: NOON + MINUTE})
        moved = work.timers.set_many(FOR, {b: NOON + MINUTE})
        assert {each.subject for each in first} == {a, b, c}
        assert [each.id for each in moved] == [each.id for each in first if each.subject == b]
        assert work.timers.set_many(FOR, {}) == []
        assert work.timers.clear_many(FOR, [c, str(uuid4())]) == 1
        assert work.timers.clear_many(FOR, []) == 0
    with store.open() as work:
        assert [each.subject for each in work.timers.take_all_due([FOR], now=NOON)] == [a]
        assert work.timers.take_all_due([FOR], now=NOON) == []
        assert work.timers.take_all_due([SETTLE], now=NOON + MINUTE) == []
