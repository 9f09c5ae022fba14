"""What the port of alerts promises, the fake and PostgreSQL keep."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import AlertId

from functions.alerts.domain import handwork as hand
from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Actor, Alert, Severity, State, Subject
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.listing import AlertFilter, Cut
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import (
    a_threshold,
    an_alert,
)

if TYPE_CHECKING:
    from functions.alerts.domain.device import Device
    from functions.alerts.domain.rule import Rule
    from tests.contract.functions.alerts.stores import Store

MINUTE = timedelta(minutes=1)
ALL = AlertFilter()


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
        assert [each.step for each in work.alerts.history(alert, after=0, limit=9)] == (
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
    ledger.note(hand.resolved_by_hand(fresh, by=by, note="", now=NOON))
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
        assert work.alerts.history(alert, after=0, limit=9) == []


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
        listed, total = work.alerts.page(ALL, Cut(sort="-severity", page=1, per_page=2))
        assert [each.alert.severity for each in listed] == ["critical", "warning"]
        assert total == 3
        listed, _ = work.alerts.page(ALL, Cut(sort="began_at", page=2, per_page=2))
        assert [each.alert.severity for each in listed] == ["warning"]

        def count(**given: Any) -> int:
            return work.alerts.page(AlertFilter(**given), Cut(sort="began_at", page=1, per_page=9))[
                1
            ]

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
    ledger.note(hand.acknowledged(alert, by=by, note="mine", now=NOON))
    with store.open() as work:
        work.alerts.write(ledger)
        steps = work.alerts.history(alert, after=1, limit=9)
        assert [(each.step.seq, each.step.note) for each in steps] == [(2, "mine")]
        assert len(work.alerts.history(alert, after=0, limit=1)) == 1
