"""One suite over the in-memory fakes and over PostgreSQL: what a port promises, both keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import AlertId, DeviceId, OrganizationId

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Actor, Alert, Severity, State, Subject
from functions.alerts.domain.device import Standing, Status, Verdict
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.listing import AlertFilter, RuleFilter
from functions.alerts.domain.rule import Kind, Scope
from functions.alerts.domain.status import StatusChange
from functions.alerts.ports import RuleExistsError
from functions.alerts.service.purposes import FOR, SETTLE
from tests.integration.functions.alerts.place import Place
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import (
    a_device,
    a_down_rule,
    a_threshold,
    an_alert,
)
from tests.unit.functions.alerts.fakes import FakeWork

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from functions.alerts.domain.device import Device
    from functions.alerts.domain.rule import Rule
    from functions.alerts.ports import Work

MINUTE = timedelta(minutes=1)
ALL = AlertFilter()


class InMemory:
    """The fakes."""

    def __init__(self) -> None:
        self._work = FakeWork()

    def open(self) -> AbstractContextManager[Work]:
        return self._work(OrganizationId(uuid4()))

    def device(self, name: str, *, parents: tuple[DeviceId, ...] = (), **given: Any) -> Device:
        device = a_device(name, **given)
        self._work.devices.devices[device.id] = device
        self._work.devices.parents[device.id] = list(parents)
        return device

    def close(self) -> None:
        pass


class OnPostgres:
    """The real thing."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def open(self) -> AbstractContextManager[Work]:
        return self._place.work(self._place.organization_id)

    def device(self, name: str, *, parents: tuple[DeviceId, ...] = (), **given: Any) -> Device:
        is_polled = given.pop("is_polled", True)
        device_id = self._place.device(name, parents=parents, is_active=is_polled, **given)
        with self.open() as work:
            return work.devices.seen([device_id])[device_id][0]

    def close(self) -> None:
        self._place.database.close()


Store = InMemory | OnPostgres


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    made: Store = (
        InMemory()
        if request.param == "memory"
        else OnPostgres(Place(request.getfixturevalue("postgres")))
    )
    yield made
    made.close()


def an_alert_of(device: Device, rule: Rule | None = None, **given: Any) -> Alert:
    subject = Subject(
        device_id=device.id,
        device_name=device.name,
        ip_address=device.ip_address,
        rule_id=rule.id if rule else None,
        rule_name=rule.name if rule else "",
    )
    plain = {"fingerprint": str(uuid4()), "subject": subject, "message": f"{device.name} is down"}
    return an_alert(**{**plain, **given})


def fired(alert: Alert) -> Ledger:
    ledger = Ledger()
    ledger.note(life.opened(alert, hold=timedelta(0), now=NOON))
    return ledger


def test_an_alert_is_read_as_it_was_written(store: Store) -> None:
    device = store.device("core")
    rule = a_threshold()
    alert = an_alert_of(device, rule, value=95.5, metric="cpu_usage", last_slot_at=NOON)
    ledger = fired(alert)
    with store.open() as work:
        work.rules.save(rule, at=NOON)
        work.alerts.write(ledger)
    with store.open() as work:
        (written,) = ledger.saved
        assert work.alerts.listed(alert.id).alert == written
        assert work.alerts.some([alert.id, AlertId(uuid4())]) == {alert.id: written}
        assert work.alerts.open_of_devices([device.id]) == [written]
        assert work.alerts.open_of_rule(rule.id) == [written]
        assert work.alerts.open_of_type("threshold") == [written]
        assert set(work.alerts.listed_many([alert.id])) == {alert.id}
        assert [each.step for each in work.alerts.history(alert.id, after=0, limit=9)] == (
            ledger.history
        )
        with pytest.raises(NotFoundError, match="not found"):
            work.alerts.listed(AlertId(uuid4()))


def test_resolved_alerts_are_no_longer_live_unless_they_are_quiet(store: Store) -> None:
    device = store.device("core")
    over, quiet = an_alert_of(device), an_alert_of(device)
    ledger = Ledger()
    for alert in (over, quiet):
        ledger.note(life.opened(alert, hold=timedelta(0), now=NOON))
    ledger.note(life.cleared(ledger.find(over.fingerprint) or over, now=NOON))
    by = Actor(user_id=None, name="Amina")
    fresh = ledger.find(quiet.fingerprint) or quiet
    ledger.note(life.resolved_by_hand(fresh, by=by, note="", now=NOON))
    with store.open() as work:
        work.alerts.write(ledger)
    with store.open() as work:
        live = work.alerts.open_of_devices([device.id])
        assert [(each.id, each.is_quiet) for each in live] == [(quiet.id, True)]
        assert work.alerts.counts() == []


def test_a_successor_takes_the_fingerprint_in_the_same_write(store: Store) -> None:
    device = store.device("core")
    first = an_alert_of(device, fingerprint="same")
    with store.open() as work:
        work.alerts.write(fired(first))
    with store.open() as work:
        ledger = Ledger(work.alerts.open_of_devices([device.id]))
        ledger.note(life.cleared(ledger.find("same") or first, now=NOON))
        second = an_alert_of(device, fingerprint="same")
        ledger.note(life.opened(second, hold=timedelta(0), now=NOON))
        work.alerts.write(ledger)
    with store.open() as work:
        assert [each.id for each in work.alerts.open_of_devices([device.id])] == [second.id]


def test_a_pending_alert_that_ended_untold_leaves_no_row(store: Store) -> None:
    device = store.device("core")
    ledger = Ledger()
    alert = an_alert_of(device)
    ledger.note(life.opened(alert, hold=MINUTE, now=NOON))
    with store.open() as work:
        work.alerts.write(ledger)
    with store.open() as work:
        again = Ledger(work.alerts.open_of_devices([device.id]))
        again.note(life.cleared(again.find(alert.fingerprint) or alert, now=NOON))
        work.alerts.write(again)
    with store.open() as work:
        assert work.alerts.some([alert.id]) == {}
        assert work.alerts.history(alert.id, after=0, limit=9) == []


def test_pages_filter_sort_and_count(store: Store) -> None:
    core, edge = store.device("core"), store.device("edge")
    ledger = Ledger()
    for n, (device, severity) in enumerate(
        [(core, Severity.CRITICAL), (edge, Severity.INFO), (edge, Severity.WARNING)]
    ):
        alert = an_alert_of(device, severity=severity, began_at=NOON + n * MINUTE)
        ledger.note(life.opened(alert, hold=timedelta(0), now=NOON + n * MINUTE))
    with store.open() as work:
        work.alerts.write(ledger)
    with store.open() as work:
        listed, total = work.alerts.page(ALL, sort="-severity", page=1, per_page=2)
        assert [each.alert.severity for each in listed] == ["critical", "warning"]
        assert total == 3
        listed, _ = work.alerts.page(ALL, sort="began_at", page=2, per_page=2)
        assert [each.alert.severity for each in listed] == ["warning"]

        def count(**given: Any) -> int:
            return work.alerts.page(AlertFilter(**given), sort="began_at", page=1, per_page=9)[1]

        assert count(device_id=edge.id) == 2
        assert count(severities=frozenset({Severity.INFO, Severity.CRITICAL})) == 2
        assert count(states=frozenset({State.RESOLVED})) == 0
        assert count(acknowledged=True) == 0
        assert count(resolved=False) == 3
        assert count(search="EDGE") == 2
        assert count(alert_type="device_down") == 0
        assert sum(each.count for each in work.alerts.counts()) == 3


def test_history_goes_on_after_a_seq(store: Store) -> None:
    device = store.device("core")
    ledger = fired(an_alert_of(device))
    (alert,) = ledger.saved
    by = Actor(user_id=None, name="Amina")
    ledger.note(life.acknowledged(alert, by=by, note="mine", now=NOON))
    with store.open() as work:
        work.alerts.write(ledger)
        steps = work.alerts.history(alert.id, after=1, limit=9)
        assert [(each.step.seq, each.step.note) for each in steps] == [(2, "mine")]
        assert len(work.alerts.history(alert.id, after=0, limit=1)) == 1


def test_rules_are_kept_by_name(store: Store) -> None:
    device = store.device("core")
    rule = a_threshold(
        name="Busy",
        clear_threshold=80.0,
        hold=MINUTE,
        scope=Scope(device_ids=frozenset({device.id}), tags=frozenset({"a", "b"})),
    )
    with store.open() as work:
        work.rules.save(rule, at=NOON)
    with store.open() as work, pytest.raises(RuleExistsError):
        work.rules.save(a_threshold(name="Busy"), at=NOON)
    with store.open() as work:
        assert work.rules.get(rule.id).rule == rule
        work.rules.add([a_down_rule(name="Busy"), a_down_rule(name="Down")], at=NOON)
        assert sorted(each.name for each in work.rules.all()) == ["Busy", "Down"]
        changed = replace(rule, threshold=95.0, version=2)
        work.rules.save(changed, at=NOON + MINUTE)
        stored = work.rules.get(rule.id)
        assert (stored.rule, stored.created_at) == (changed, NOON)
        assert stored.updated_at == NOON + MINUTE
        work.rules.remove(rule.id)
        with pytest.raises(NotFoundError):
            work.rules.get(rule.id)


def test_pages_of_rules_filter_and_sort(store: Store) -> None:
    with store.open() as work:
        work.rules.save(a_threshold(name="beta"), at=NOON)
        work.rules.save(a_down_rule(name="Alpha", is_enabled=False), at=NOON)

        def names(sort: str = "name", **given: Any) -> list[str]:
            found, _ = work.rules.page(RuleFilter(**given), sort=sort, page=1, per_page=9)
            return [each.rule.name for each in found]

        assert names() == ["Alpha", "beta"]
        assert names("-name") == ["beta", "Alpha"]
        assert names(kind=Kind.THRESHOLD) == ["beta"]
        assert names(enabled=False) == ["Alpha"]
        assert names(severity=Severity.CRITICAL) == ["Alpha"]
        assert names(search="cpu") == ["beta"]


def test_ids_that_are_no_devices_or_groups_are_told(store: Store) -> None:
    device = store.device("core")
    stranger, group = DeviceId(uuid4()), uuid4()
    with store.open() as work:
        assert work.rules.unknown_devices([device.id, stranger]) == [stranger]
        assert work.rules.unknown_groups([group]) == [group]


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
