"""Alerts as Alertmanager shows them, and what may keep others quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.alerts.domain.alert import Reason, Severity, State
from functions.alerts.domain.device import Standing
from functions.alerts.domain.external import External, fingerprint_of
from functions.alerts.domain.muting import device_labels, labels_of, may_inhibit
from functions.alerts.domain.shown import Receiver, Shown, groups_of, severity_of
from functions.alerts.domain.status import StatusChange
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import a_device, an_alert


def test_an_alert_is_shown_by_its_labels_as_active_or_suppressed() -> None:
    labels = {"alertname": "x"}
    shown = Shown(alert=an_alert(state=State.FIRING), labels=labels, receivers=("ops",))
    assert (shown.fingerprint, shown.state) == (fingerprint_of(labels), "active")
    muted = Shown(alert=an_alert(state=State.SUPPRESSED), labels=labels, receivers=())
    assert muted.state == "suppressed"


@pytest.mark.parametrize(
    ("word", "severity"),
    [("page", "critical"), ("Critical", "critical"), ("notice", "info"), ("", "warning")],
)
def test_words_of_others_for_how_grave_it_is(word: str, severity: str) -> None:
    assert severity_of({"severity": word}) == severity


def test_alerts_of_others_keep_their_labels_and_ours_say_what_their_device_is() -> None:
    external = External(labels={"alertname": "a"}, annotations={}, ends_at=NOON)
    assert labels_of(an_alert(external=external)) == {"alertname": "a"}
    device = a_device(tags=frozenset({"b", "a"}))
    assert device_labels(device) == {"device_type": "router", "tags": "a,b"}
    assert device_labels(a_device()) == {"device_type": "router"}
    assert labels_of(an_alert(), device)["tags"] == "a,b"


@pytest.mark.parametrize(
    ("state", "reason", "may"),
    [
        (State.PENDING, Reason.BREACHED, False),
        (State.RESOLVED, Reason.CLEARED, False),
        (State.SUPPRESSED, Reason.PARENT_DOWN, False),
        (State.SUPPRESSED, Reason.SILENCED, True),
        (State.FIRING, Reason.BREACHED, True),
    ],
)
def test_what_is_active_may_keep_others_quiet(state: State, reason: Reason, may: bool) -> None:
    assert may_inhibit(an_alert(state=state, reason=reason)) is may


def test_a_status_is_as_it_is_since_it_began_or_since_maintenance_did() -> None:
    before, after = Standing(), Standing(since=NOON)
    change = StatusChange(device_id=a_device().id, before=before, after=after)
    assert change.begins_at == NOON
    later = replace(change, at=NOON + timedelta(minutes=1))
    assert later.begins_at == NOON + timedelta(minutes=1)


def shown(severity: Severity, **labels: str) -> Shown:
    alert = an_alert(state=State.FIRING, severity=severity)
    return Shown(alert=alert, labels=labels, receivers=("ops", "mail"))


def test_groups_are_those_in_which_channels_tell() -> None:
    disks = [shown(Severity.WARNING, alertname="Disk", site=site) for site in ("x", "y")]
    core = shown(Severity.CRITICAL, alertname="Down", site="x")
    unheard = Shown(alert=an_alert(), labels={"alertname": "Quiet"}, receivers=())
    receivers = [
        Receiver(name="ops", severities=(), group_by=("site",), critical_at_once=False),
        Receiver(name="mail", severities=(), group_by=("alertname",)),
    ]
    found = groups_of([*disks, core, unheard], receivers)
    assert [(each.receiver, each.labels, len(each.alerts)) for each in found] == [
        ("mail", {"alertname": "Disk"}, 2),
        ("mail", {"alertname": "Down", "site": "x"}, 1),
        ("netpulse", {"alertname": "Quiet"}, 1),
        ("ops", {"site": "x"}, 2),
        ("ops", {"site": "y"}, 1),
    ]
    alone = Receiver(name="ops", severities=(), group_by=("...",))
    assert len(groups_of(disks, [alone])) == 2
