from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from netpulse.errors import ConflictError

from functions.alerts.domain.alert import Actor, Severity, State
from functions.alerts.models.alerts import AcknowledgeIn
from functions.alerts.service.desk import AlertDesk
from functions.alerts.service.incident_handling import IncidentHandling
from tests.integration.functions.alerts.place import Place, down, up
from tests.support.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from netpulse.ids import DeviceId

    from functions.alerts.domain.device import Result
    from tests.support.database import TestDatabase

MINUTE = timedelta(minutes=1)


def counted(place: Place) -> dict[tuple[str, str], int]:
    with place.work(place.organization_id) as work:
        return {
            (each.severity.value, each.state.value): each.count for each in work.alerts.counts()
        }


def really(place: Place) -> dict[tuple[str, str], int]:
    rows = place.sql(
        "SELECT severity, state, count(*) AS n FROM netpulse.alerts "
        "WHERE organization_id = %s AND resolved_at IS NULL GROUP BY severity, state",
        place.organization_id,
    )
    return {(row["severity"], row["state"]): row["n"] for row in rows}


def test_open_alerts_are_counted_as_they_come_change_and_go(place: Place) -> None:
    core = place.device("core")
    others = [place.device(f"d{n}", parents=[core]) for n in range(4)]
    place.take(*(up(each, NOON) for each in (core, *others)))
    assert counted(place) == {}
    place.take(up(core, NOON + MINUTE, cpu_usage=95.0, http_status=1.0))
    assert counted(place) == really(place) == {("warning", "pending"): 1}
    at = NOON + 2 * MINUTE
    place.take(*(down(each, at) for each in (core, *others)))
    assert counted(place) == really(place)
    assert counted(place)["critical", "suppressed"] == 4
    place.clock.advance(10 * MINUTE)
    place.ring()
    assert counted(place) == really(place)
    later = NOON + 5 * MINUTE
    place.take(up(core, later, cpu_usage=1.0), *(up(each, later) for each in others))
    assert counted(place) == really(place) == {}


def test_counts_are_of_one_organisation(place: Place, postgres: TestDatabase) -> None:
    other = Place(postgres)
    place.take(down(place.device(), NOON))
    assert counted(place) == {("critical", "firing"): 1}
    assert counted(other) == {}
    other.database.close()


class Chance:
    """Whatever may happen in an organisation with a core and what hangs on it."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place = place
        self.random = random.Random(seed)
        self.where, self.who = place.organization_id, Actor(user_id=None, name="Amina")
        self.desk = AlertDesk(place.work, place.recorder, place.wakeups, place.clock)
        self.handling = IncidentHandling(place.work, place.recorder, place.wakeups, place.clock)
        core = place.device("core")
        self.devices = [core, *(place.device(f"d{n}", parents=[core]) for n in range(5))]

    def step(self) -> None:
        self.place.clock.advance(self.random.choice([1, 1, 2, 6]) * MINUTE)
        steps = [self.poll, self.place.ring, self.handle, self.handle_all]
        self.random.choices(steps, weights=[8, 3, 5, 1])[0]()

    def poll(self) -> None:
        at = self.place.clock.now()
        self.place.take(*(self.result(each, at) for each in self.devices))

    def result(self, device_id: DeviceId, at: datetime) -> Result:
        if self.random.choice([True, False, False]):
            return down(device_id, at)
        return up(device_id, at, cpu_usage=self.random.choice([5.0, 91.0, 99.0]))

    def handle(self) -> None:
        alerts = [each["id"] for each in self.place.alerts()]
        if alerts:
            one = self.random.choice(alerts)
            steps: list[Callable[[], object]] = [
                lambda: self.desk.acknowledge(self.where, one, AcknowledgeIn(), by=self.who),
                lambda: self.desk.unacknowledge(self.where, one, by=self.who),
                lambda: self.desk.resolve(self.where, one, by=self.who, note=""),
            ]
            with suppress(ConflictError):
                self.random.choice(steps)()

    def handle_all(self) -> None:
        with self.place.work(self.where) as work:
            incidents = work.incidents.open()
        for each in incidents:
            if self.random.choice([True, False]):
                self.handling.resolve(self.where, each.id, by=self.who, note="")
            else:
                self.handling.acknowledge(self.where, each.id, AcknowledgeIn(), by=self.who)


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_what_there_is_after_whatever_happens(place: Place, seed: int) -> None:
    chance = Chance(place, seed)
    for _ in range(40):
        chance.step()
        assert counted(place) == really(place)
    assert place.alerts()
    place.sql("DELETE FROM netpulse.alerts WHERE id = %s", place.alerts()[-1]["id"])
    assert counted(place) == really(place)


def test_counting_reads_as_many_rows_as_there_are_kinds(place: Place) -> None:
    for n in range(30):
        place.take(down(place.device(f"d{n}"), NOON))
    with place.database.transaction(place.organization_id) as transaction:
        rows = transaction.rows("SELECT * FROM netpulse.alert_counts")
    assert [row["count"] for row in rows if row["state"] == "firing"] == [30]
    assert len(rows) <= len(Severity) * len(State)
