from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.integration.functions.alerts.place import Place, down, up
from tests.support.clock import NOON

if TYPE_CHECKING:
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
