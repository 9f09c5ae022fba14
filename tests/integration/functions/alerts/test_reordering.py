from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.functions.alerts.place import Place, down, up
from tests.support.clock import NOON

if TYPE_CHECKING:
    from functions.alerts.domain.device import Result
    from tests.support.database import TestDatabase


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_duplicates_and_reordering_end_in_the_same_rows(place: Place, data: st.DataObject) -> None:
    """The latest slot decides, whatever comes when, how often and in which batch."""
    device = place.device()
    kinds = data.draw(st.lists(st.sampled_from(["up", "down"]), min_size=1, max_size=6))
    results = [
        (up if kind == "up" else down)(device, NOON + timedelta(seconds=60 * n))
        for n, kind in enumerate(kinds)
    ]
    arrivals = data.draw(st.permutations(results + data.draw(st.lists(st.sampled_from(results)))))
    cut = data.draw(st.integers(0, len(arrivals)))
    for batch in (arrivals[:cut], arrivals[cut:], arrivals):
        place.take(*batch)
    assert place.status(device) == ("online" if kinds[-1] == "up" else "offline")
    # that it comes and goes is told by an alert of its own, which lasts until it does not
    own = [
        alert
        for alert in place.alerts()
        if alert["device_id"] == device and alert["alert_type"] == "device_down"
    ]
    assert [a["resolved_at"] is None for a in own].count(True) == (kinds[-1] == "down")
    periods = place.periods(device)
    assert [period[2] is None for period in periods].count(True) == 1
    ends = {period[1]: period[2] for period in periods}
    assert all(end in (None, *ends) for end in ends.values())


def test_batches_at_the_same_time_do_not_open_an_alert_twice(postgres: TestDatabase) -> None:
    places = [Place(postgres) for _ in range(4)]
    for each in places[1:]:
        each.organization_id = places[0].organization_id
    devices = [places[0].device(f"d{n}") for n in range(20)]
    batch: list[Result] = [down(device, NOON) for device in devices]
    threads = [threading.Thread(target=each.take, args=batch) for each in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(places[0].alerts()) == 20
    assert sum(each.facts().count("AlertOpened.v1") for each in places) == 20
    for each in places:
        each.database.close()
