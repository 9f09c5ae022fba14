from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from netpulse.errors import InvalidError
from netpulse.events import DeviceStatusChanged

from functions.alerts.domain.alert import Actor
from functions.alerts.models.maintenance import WindowIn
from functions.alerts.models.silences import InhibitionIn, SilenceIn
from functions.alerts.service.silencing import SilenceOverError
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import a_threshold, down, up
from tests.unit.functions.alerts.stage import Stage

MINUTE = timedelta(minutes=1)
AMINA = Actor(user_id=None, name="Amina")


class Quarters(Stage):
    """A core router, an access switch on it, and a rule about CPU without delay."""

    def __init__(self) -> None:
        super().__init__()
        self.work.rules.save(a_threshold(name="Busy", metric="http_response_ms"), at=NOON)
        self.core = self.device("core", tags=frozenset({"kigali"}))
        self.access = self.device("access", parents=[self.core.id])
        self.take(up(self.core, NOON), up(self.access, NOON))

    def at(self, minutes: float) -> datetime:
        """Move the clock to so many minutes after noon, and ring what is due."""
        self.clock.advance(NOON + minutes * MINUTE - self.clock.now())
        self.ring()
        return self.clock.now()

    def busy(self, minutes: float, value: float = 95.0) -> None:
        at = self.at(minutes)
        self.take(up(self.core, at, http_response_ms=value))

    def silence(self, text: str = "Busy", **given: Any) -> UUID:
        body = {"matchers": [{"name": "alertname", "op": "=", "value": text}], **given}
        made = self.silencing.make(self.organization_id, SilenceIn(**body), by=AMINA)
        return made.id

    def window(self, minutes: float, *, hours: float = 1, **given: Any) -> UUID:
        body = {
            "name": "Works",
            "scope": {"tags": ["kigali"]},
            "time_zone": "Africa/Nairobi",
            "starts_at": (NOON + minutes * MINUTE + timedelta(hours=3)).replace(tzinfo=None),
            "duration_seconds": hours * 3600,
            **given,
        }
        made = self.silencing.save_window(self.organization_id, None, WindowIn(**body), by=AMINA)
        return made.id

    def told(self) -> list[str]:
        """Return what people would have been told: alerts that opened and resolved."""
        facts = self.facts()
        return [name.removeprefix("Alert") for name in facts if name in _TOLD]

    def reasons(self) -> list[str]:
        open_alerts = [each for each in self.work.alerts.rows.values() if each.is_open]
        return [f"{each.state.value}: {each.reason.value}" for each in open_alerts]


_TOLD = {"AlertOpened", "AlertResolved"}


def test_an_alert_under_a_silence_is_shown_and_not_told_and_told_once_when_it_ends() -> None:
    stage = Quarters()
    stage.silence(ends_at=NOON + 10 * MINUTE)
    stage.busy(1)
    assert (stage.reasons(), stage.told()) == (["suppressed: silenced"], [])
    stage.busy(9)
    stage.at(10)
    assert stage.reasons() == ["firing: silence_ended"]
    stage.at(11)
    assert stage.told() == ["Opened"]


def test_what_is_over_before_its_silence_is_never_told() -> None:
    stage = Quarters()
    stage.silence(ends_at=NOON + 10 * MINUTE)
    stage.busy(1)
    stage.busy(2, 10.0)
    stage.at(10)
    assert stage.told() == []


def test_a_silence_of_what_was_told_hides_it_but_not_its_end() -> None:
    stage = Quarters()
    stage.busy(1)
    assert stage.told() == ["Opened"]
    silence_id = stage.silence(ends_at=NOON + 60 * MINUTE)
    assert stage.reasons() == ["suppressed: silenced"]
    stage.busy(2, 10.0)
    assert stage.told() == ["Opened", "Resolved"]
    over = stage.silencing.expire(stage.organization_id, silence_id)  # type: ignore[arg-type]
    assert over.state == "expired"
    with pytest.raises(SilenceOverError):
        stage.silencing.expire(stage.organization_id, silence_id)  # type: ignore[arg-type]


def test_a_silence_may_end_with_what_it_silences() -> None:
    stage = Quarters()
    stage.busy(1)
    stage.silence(until_resolved=True)
    stage.busy(2)
    assert stage.reasons() == ["suppressed: silenced"]
    stage.busy(3, 10.0)
    # the next one is told
    stage.busy(4)
    assert stage.reasons() == ["firing: breached"]


def test_a_silence_may_begin_later_and_be_shortened() -> None:
    stage = Quarters()
    begin, end = NOON + 5 * MINUTE, NOON + 60 * MINUTE
    silence_id = stage.silence(starts_at=begin, ends_at=end)
    stage.busy(1)
    stage.at(5)
    assert stage.reasons() == ["suppressed: silenced"]
    shorter = SilenceIn(
        matchers=[{"name": "alertname", "value": "Busy"}],
        starts_at=begin,
        ends_at=NOON + 7 * MINUTE,
    )
    stage.silencing.change(
        stage.organization_id,
        silence_id,  # type: ignore[arg-type]
        shorter,
        by=AMINA,
    )
    stage.at(7)
    assert stage.reasons() == ["firing: silence_ended"]
    # it was told before the silence, and is not told again
    assert stage.told() == ["Opened"]


@pytest.mark.parametrize("minutes", [None, 0, -5])
def test_a_silence_needs_an_end_that_lies_ahead(minutes: float | None) -> None:
    stage = Quarters()
    ends_at = None if minutes is None else NOON + minutes * MINUTE
    with pytest.raises(InvalidError):
        stage.silence(ends_at=ends_at)


def test_maintenance_keeps_devices_and_what_hangs_on_them_quiet_and_is_marked() -> None:
    stage = Quarters()
    stage.window(5)
    assert stage.work.devices.in_maintenance() == set()
    at = stage.at(5)
    assert stage.work.devices.in_maintenance() == {stage.core.id, stage.access.id}
    stage.take(down(stage.core, at), down(stage.access, at))
    assert set(stage.reasons()) == {"suppressed: maintenance", "suppressed: parent_down"}
    stage.at(30)
    stage.take(up(stage.core, stage.clock.now()), up(stage.access, stage.clock.now()))
    stage.at(65)
    assert stage.work.devices.in_maintenance() == set()
    assert (stage.reasons(), stage.told()) == ([], [])
    marks = [f.maintenance for f in stage.work.outbox.facts if isinstance(f, DeviceStatusChanged)]
    assert marks[-2:] == [False, False]


def test_what_is_still_true_at_the_end_of_maintenance_is_told_then_and_once() -> None:
    stage = Quarters()
    stage.window(0)
    stage.busy(1)
    assert stage.reasons() == ["suppressed: maintenance"]
    stage.busy(59)
    stage.at(60)
    stage.at(61)
    assert stage.told() == ["Opened"]
    assert stage.reasons() == ["firing: maintenance_ended"]


def test_a_device_that_is_first_heard_of_within_a_window_wakes_nobody() -> None:
    stage = Quarters()
    stage.window(0)
    fresh = stage.device("fresh", tags=frozenset({"kigali"}))
    other = stage.device("other")
    at = stage.at(1)
    stage.take(down(fresh, at), down(other, at))
    assert stage.told() == ["Opened"]
    assert sorted(stage.reasons()) == ["firing: breached", "suppressed: maintenance"]
    assert fresh.id in stage.work.devices.in_maintenance()


def test_maintenance_without_children_leaves_them_to_be_told() -> None:
    stage = Quarters()
    stage.window(0, with_children=False)
    assert stage.work.devices.in_maintenance() == {stage.core.id}


def test_a_window_that_is_deleted_ends_at_once() -> None:
    stage = Quarters()
    window_id = stage.window(0)
    stage.busy(1)
    stage.silencing.remove_window(stage.organization_id, window_id)
    assert stage.reasons() == ["firing: maintenance_ended"]
    assert stage.work.devices.in_maintenance() == set()


def test_an_alert_in_silence_and_maintenance_waits_for_the_end_of_both() -> None:
    stage = Quarters()
    stage.silence(ends_at=NOON + 90 * MINUTE)
    stage.window(0)
    stage.busy(1)
    stage.busy(59)
    stage.at(60)
    assert stage.reasons() == ["suppressed: silenced"]
    stage.busy(89)
    stage.at(90)
    assert stage.told() == ["Opened"]


def test_a_graver_alert_keeps_others_of_its_device_quiet_until_it_ends() -> None:
    stage = Quarters()
    stage.work.rules.save(
        a_threshold(name="Melting", metric="icmp_jitter_ms", threshold=60.0), at=NOON
    )
    rule = InhibitionIn(
        name="heat explains load",
        source_matchers=[{"name": "alertname", "value": "Melting"}],
        target_matchers=[{"name": "alertname", "value": "Busy"}],
        equal=["device_id"],
    )
    stage.silencing.save_inhibition(stage.organization_id, None, rule)
    at = stage.at(1)
    stage.take(up(stage.core, at, icmp_jitter_ms=70.0))
    stage.take(up(stage.access, at, http_response_ms=95.0))
    stage.busy(2)
    reasons = sorted(stage.reasons())
    assert reasons == ["firing: breached", "firing: breached", "suppressed: inhibited"]
    at = stage.at(3)
    stage.take(up(stage.core, at, icmp_jitter_ms=20.0, http_response_ms=95.0))
    assert "firing: inhibition_ended" in stage.reasons()
    assert stage.told().count("Opened") == 3
