"""Series that stay away for longer than their last day is in hot rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from netpulse import timeseries
from netpulse.timeseries import Row, compaction
from netpulse.timeseries.model import micros

from functions.alerts.service.absence import AbsenceWatch
from tests.integration.functions.alerts.callers import client_of
from tests.integration.functions.alerts.place import Place, up
from tests.support.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase

HOUR = timedelta(hours=1)
# Young enough for the store to take, old enough for its day to be packed.
LAST = datetime.now(UTC).replace(hour=22, minute=0, second=0, microsecond=0) - timedelta(days=6)
RULE = {
    "name": "No CPU",
    "kind": "missing_data",
    "metric": "cpu_usage",
    "window_seconds": 8 * 3600,
    "severity": "warning",
}


@pytest.fixture
def place(own_postgres: TestDatabase) -> Iterator[Place]:
    """An organisation in a database where days may be packed."""
    made = Place(own_postgres)
    yield made
    made.database.close()


@pytest.mark.parametrize("packed", [False, True])
def test_a_series_that_went_away_yesterday_is_told_of(place: Place, packed: bool) -> None:
    made = client_of(place).call("POST", "/alert-rules", body=RULE)
    assert made.status == 201, made.text
    device_id = place.device("core")
    place.series(device_id, "cpu_usage")
    (numbers,) = place.sql(
        "SELECT d.number AS device, o.number AS organization FROM netpulse.devices d "
        "JOIN netpulse.organizations o ON o.id = d.organization_id WHERE d.id = %s",
        device_id,
    )
    row = Row(micros(LAST), numbers["device"], numbers["organization"], 0, [12.0])
    system = place.postgres.database("netpulse_system")
    with system.transaction(None) as transaction:
        timeseries.write(transaction.connection, [row])
        if packed:
            assert compaction.compact_day(transaction, LAST.date()) == 1
    system.close()

    watch = AbsenceWatch(place.work, place.recorder, place.wakeups, place.clock)
    place.clock.advance(LAST + 7 * HOUR - NOON)
    for alerts in (0, 1):
        place.take(up(device_id, place.clock.now()))
        watch.check(place.organization_id)
        told = [each for each in place.alerts() if str(each["rule_id"]) == made.data["id"]]
        assert len(told) == alerts
        place.clock.advance(2 * HOUR)
    assert told[0]["began_at"] == LAST + 8 * HOUR
