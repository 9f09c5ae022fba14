"""Timers as tables: what the clock shows, and what people hear then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from netpulse.events import AlertEscalated, AlertOpened, AlertResolved

from functions.alerts.models.maintenance import WindowIn
from functions.alerts.models.silences import SilenceIn
from tests.support.clock import NOON
from tests.unit.functions.alerts.desk import AMINA, FIRST, MINUTE, SECOND, Desk
from tests.unit.functions.alerts.domain.builders import up

SECOND_STEP = timedelta(seconds=1)
FIRES, QUIET = "firing", "suppressed"
_NAMES = {AlertOpened: "opened", AlertResolved: "over", AlertEscalated: "escalated"}
# 02:00 is 03:00 in spring; 03:00 is 02:00 once more in autumn
SPRING, AUTUMN = datetime(2026, 3, 29), datetime(2026, 10, 25)  # noqa: DTZ001 - a wall's clock


class Clockwork(Desk):
    """A desk that notes at which minute people hear of something."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, float]] = []
        self._begin = NOON

    def go(self, instant: datetime) -> None:
        """Let the time be this, ring what is due, and note what is told."""
        self.clock.advance(instant - self.clock.now())
        before = len(self.work.outbox.facts)
        self.ring()
        # what a ring makes due at once rings at once
        self.ring()
        self._note(before)

    def begin(self, instant: datetime) -> None:
        """Count minutes from this instant on."""
        self.clock.advance(instant - self.clock.now())
        self._begin = instant

    def until(self, minutes: int, *, each: timedelta = MINUTE) -> None:
        """Let so many minutes go by since the beginning, looking at the clock ever so often."""
        end = self._begin + minutes * MINUTE
        while self.clock.now() < end:
            self.go(min(self.clock.now() + each, end))

    def measure(self, value: float) -> None:
        before = len(self.work.outbox.facts)
        self.take(up(self.core, self.clock.now(), http_response_ms=value))
        self._note(before)

    def silence(self, begin: datetime, end: datetime) -> None:
        matchers = [{"name": "alertname", "value": "Slow"}]
        body = SilenceIn.model_validate({"matchers": matchers, "starts_at": begin, "ends_at": end})
        self.silencing.make(self.organization_id, body, by=AMINA)

    def maintain(self, wall: datetime, *, zone: str, hours: float) -> None:
        body = {
            "name": "cabling",
            "time_zone": zone,
            "starts_at": wall.isoformat(),
            "duration_seconds": int(hours * 3600),
            "scope": {"device_ids": [self.core.id]},
        }
        self.silencing.save_window(
            self.organization_id, None, WindowIn.model_validate(body), by=AMINA
        )

    def quietness(self) -> str:
        (alert,) = [each for each in self.work.alerts.rows.values() if each.is_open]
        return alert.state.value

    def _note(self, before: int) -> None:
        minute = (self.clock.now() - self._begin) / MINUTE
        for fact in self.work.outbox.facts[before:]:
            if name := _NAMES.get(type(fact)):
                self.heard.append((name, minute))


@pytest.mark.parametrize(
    ("begin", "end", "over", "heard"),
    [
        # in minutes since the trouble began: the silence begins, it ends, the trouble is over
        pytest.param(-5, 10, 30, [("opened", 10), ("over", 30)], id="told when it ends"),
        pytest.param(-5, 10, 10, [], id="over in the very minute the silence ends"),
        pytest.param(-5, 40, 30, [], id="over before the silence"),
        pytest.param(5, 10, 30, [("opened", 0), ("over", 30)], id="not told twice"),
        pytest.param(5, 40, 30, [("opened", 0), ("over", 30)], id="its end is told in silence"),
        pytest.param(35, 40, 30, [("opened", 0), ("over", 30)], id="too late to matter"),
        pytest.param(-5, 0, 30, [("opened", 0), ("over", 30)], id="over as the trouble begins"),
        pytest.param(0, 10, 30, [("opened", 10), ("over", 30)], id="begins with the trouble"),
    ],
)
def test_what_is_told_of_an_alert_follows_from_when_its_silence_begins_and_ends(
    begin: float, end: float, over: float, heard: list[tuple[str, float]]
) -> None:
    desk = Clockwork()
    start = NOON + 10 * MINUTE
    if end > 0:
        desk.silence(start + begin * MINUTE, start + end * MINUTE)
    desk.begin(start)
    desk.ring()
    desk.measure(95.0)
    desk.until(int(over) - 1)
    desk.clock.advance(MINUTE)
    # the last value comes before the clock rings
    desk.measure(10.0)
    desk.until(60)
    assert desk.heard == heard


@pytest.mark.parametrize(
    ("second", "state"), [(-1, FIRES), (0, QUIET), (1, QUIET), (299, QUIET), (300, FIRES)]
)
def test_a_silence_holds_from_its_first_second_to_the_one_before_its_end(
    second: int, state: str
) -> None:
    desk = Clockwork()
    desk.measure(95.0)
    desk.silence(NOON + 10 * MINUTE, NOON + 15 * MINUTE)
    desk.go(NOON + 10 * MINUTE + second * SECOND_STEP)
    assert desk.quietness() == state


def test_a_silence_that_nobody_looked_after_has_ended_all_the_same() -> None:
    desk = Clockwork()
    desk.silence(NOON, NOON + 10 * MINUTE)
    desk.measure(95.0)
    # the first look comes hours late, as after an outage of our own
    desk.go(NOON + 300 * MINUTE)
    assert desk.heard == [("opened", 300)]
    assert desk.work.timers.rows == {}


Steps = list[tuple[float, list[UUID]]]


@pytest.mark.parametrize(
    ("steps", "repeats", "minutes"),
    [
        pytest.param([(0, [FIRST])], 0, [0], id="at once"),
        pytest.param([(5, [FIRST])], 0, [5], id="one step"),
        pytest.param([(5, [FIRST])], 3, [5, 10, 15, 20], id="one step, three times more"),
        pytest.param([(5, [FIRST]), (10, [SECOND])], 0, [5, 15], id="after the one before"),
        pytest.param([(5, [FIRST]), (10, [SECOND])], 1, [5, 15, 20, 30], id="both again"),
        pytest.param([(1, [FIRST]), (0, [SECOND])], 1, [1, 1, 2, 2], id="two at a time"),
        pytest.param([(90, [FIRST]), (90, [SECOND])], 0, [90, 180], id="hours"),
    ],
)
def test_steps_come_so_long_after_one_another(
    steps: Steps, repeats: int, minutes: list[float]
) -> None:
    desk = Clockwork()
    desk.policy(*steps, repeats=repeats)
    desk.measure(95.0)
    desk.go(NOON)
    desk.until(240)
    assert [at for name, at in desk.heard if name == "escalated"] == minutes


@pytest.mark.parametrize(
    ("happens", "minutes"),
    [
        pytest.param({"taken": (3, None)}, [], id="taken on for good"),
        pytest.param({"taken": (7, None)}, [5], id="taken on after the first step"),
        pytest.param({"taken": (3, 20)}, [25, 35], id="taken on until 20: begins anew"),
        pytest.param({"over": 4}, [], id="over before the first step"),
        pytest.param({"over": 14}, [5], id="over before the second"),
        pytest.param({"silenced": (2, 30)}, [35, 45], id="silenced: begins anew when that ends"),
        pytest.param({"silenced": (7, 30)}, [5, 35, 45], id="silenced after the first step"),
    ],
)
def test_whoever_sees_to_an_alert_stops_its_steps(
    happens: dict[str, Any], minutes: list[float]
) -> None:
    desk = Clockwork()
    desk.policy((5, [FIRST]), (10, [SECOND]))
    desk.measure(95.0)
    (alert_id,) = desk.work.alerts.rows
    if "silenced" in happens:
        begin, end = happens["silenced"]
        desk.silence(NOON + begin * MINUTE, NOON + end * MINUTE)
    if "taken" in happens:
        at, until = happens["taken"]
        desk.until(at)
        desk.take_on(alert_id, until=NOON + until * MINUTE if until else None)
    if "over" in happens:
        desk.until(happens["over"])
        desk.measure(10.0)
    desk.until(120)
    assert [at for name, at in desk.heard if name == "escalated"] == minutes
    assert desk.work.timers.rows == {}


def test_a_step_that_was_slept_through_is_told_late_and_the_next_one_after_it() -> None:
    desk = Clockwork()
    desk.policy((5, [FIRST]), (10, [SECOND]))
    desk.measure(95.0)
    desk.go(NOON + 20 * MINUTE)
    desk.until(60)
    # two steps at once would wake two people for one late look
    assert [at for name, at in desk.heard if name == "escalated"] == [20, 30]


@pytest.mark.parametrize(
    ("night", "begins_at", "minutes"),
    [
        pytest.param(SPRING, datetime(2026, 3, 29, 0), 180, id="spring: three hours"),  # noqa: DTZ001
        pytest.param(AUTUMN, datetime(2026, 10, 24, 23), 300, id="autumn: five hours"),  # noqa: DTZ001
    ],
)
def test_maintenance_from_one_to_five_o_clock_ends_at_five_whatever_the_night_does(
    night: datetime, begins_at: datetime, minutes: float
) -> None:
    desk = Clockwork()
    desk.measure(10.0)
    desk.policy((5, [FIRST]))
    desk.maintain(night.replace(hour=1), zone="Europe/Berlin", hours=4)
    desk.begin(begins_at.replace(tzinfo=NOON.tzinfo))
    desk.ring()
    desk.measure(95.0)
    desk.until(int(minutes) + 30, each=5 * MINUTE)
    # told when the window is over, and the first step so long after that
    assert desk.heard == [("opened", minutes), ("escalated", minutes + 5)]


@pytest.mark.parametrize(
    ("day", "hours_gone"),
    [
        # from the trouble at 00:30 local, 3 hours of 00:00-06:00 are to go by
        pytest.param(SPRING, 3.0, id="spring: 02:30 is 03:30"),
        pytest.param(AUTUMN, 3.0, id="autumn: 03:30 is 02:30 for the second time"),
    ],
)
def test_hours_that_count_are_hours_that_go_by_when_clocks_change(
    day: datetime, hours_gone: float
) -> None:
    desk = Clockwork()
    hours = {
        "time_zone": "Europe/Berlin",
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "from_time": "00:00",
        "to_time": "06:00",
    }
    desk.level(respond_seconds=3 * 3600, restore_seconds=None, hours=hours)
    begin = _instant(day, 0, 30)
    desk.begin(begin)
    desk.measure(95.0)
    (alert_id,) = desk.work.alerts.rows
    shown = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert shown.respond_by == begin + timedelta(hours=hours_gone)


@pytest.mark.parametrize(
    ("day", "hours_after"),
    # six hours of business from 00:30: five and a half are left of a day with six hours, four and
    # a half of one with five, six and a half of one with seven
    [
        pytest.param(datetime(2026, 3, 28), 24.0, id="a day like any other"),  # noqa: DTZ001
        pytest.param(SPRING, 24.0, id="spring: the night is an hour short, and so is the day"),
        pytest.param(AUTUMN, 6.0, id="autumn: the night alone is long enough"),
    ],
)
def test_business_hours_are_as_long_as_the_wall_shows_them(
    day: datetime, hours_after: float
) -> None:
    desk = Clockwork()
    hours = {
        "time_zone": "Europe/Berlin",
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "from_time": "00:00",
        "to_time": "06:00",
    }
    desk.level(respond_seconds=6 * 3600, restore_seconds=None, hours=hours)
    begin = _instant(day, 0, 30)
    desk.begin(begin)
    desk.measure(95.0)
    (alert_id,) = desk.work.alerts.rows
    shown = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert shown.respond_by == begin + timedelta(hours=hours_after)


def _instant(day: datetime, hour: int, minute: int) -> datetime:
    """Return what a wall in Berlin shows, before the night's change, in UTC."""
    ahead = timedelta(hours=2 if day == AUTUMN else 1)
    return day.replace(hour=hour, minute=minute, tzinfo=NOON.tzinfo) - ahead
