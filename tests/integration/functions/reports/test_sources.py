"""What other domains wrote, as reports read it from PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from functions.reports.domain.definition import DeviceScope
from functions.reports.repository import PostgresSources
from tests.support.clock import NOON
from tests.support.devices import put_samples, put_series
from tests.support.organizations import new_organization
from tests.support.reports import put_alert, put_device, put_group, put_period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.db import Database
    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def ours(postgres: TestDatabase) -> OrganizationId:
    return new_organization(postgres)


@pytest.fixture
def database(postgres: TestDatabase) -> Iterator[Database]:
    with closing(postgres.database()) as opened:
        yield opened


def test_a_scope_finds_the_devices_that_every_part_fits(
    postgres: TestDatabase, database: Database, ours: OrganizationId
) -> None:
    alpha = put_device(postgres, ours, "alpha", "192.0.2.1", tags=("core",))
    bravo = put_device(postgres, ours, "Bravo", "192.0.2.2", tags=("core", "nbo"))
    charlie = put_device(postgres, ours, "charlie", "192.0.2.3")
    group = put_group(postgres, ours, bravo, charlie)
    cases = {
        DeviceScope(): [alpha, bravo, charlie],
        DeviceScope(tags=("core", "x")): [alpha, bravo],
        DeviceScope(group_ids=(group,)): [bravo, charlie],
        DeviceScope(group_ids=(group,), tags=("core",)): [bravo],
        DeviceScope(device_ids=(charlie,), tags=("core",)): [],
    }
    with database.transaction(ours) as transaction:
        sources = PostgresSources(transaction)
        for scope, expected in cases.items():
            assert [device.id for device in sources.devices(scope)] == expected
        stranger = uuid4()
        scope = DeviceScope(device_ids=(alpha, stranger), group_ids=(group, stranger))
        assert sources.missing(scope) == ({stranger}, {stranger})
        assert sources.organization().time_zone == "UTC"


def test_periods_that_touch_the_stretch_are_found_oldest_first(
    postgres: TestDatabase, database: Database, ours: OrganizationId
) -> None:
    device = put_device(postgres, ours, "a", "192.0.2.1")
    put_period(postgres, ours, device, "online", NOON - 3 * HOUR, NOON - 2 * HOUR)
    put_period(postgres, ours, device, "online", NOON, None, maintenance=True)
    put_period(postgres, ours, device, "offline", NOON - 2 * HOUR, NOON, reason="no_answer")
    with database.transaction(ours) as transaction:
        found = PostgresSources(transaction).periods(
            [device], begin=NOON - 2 * HOUR, end=NOON + HOUR
        )
    told = [(each.status, each.reason, each.maintenance) for each in found[device]]
    assert told == [("offline", "no_answer", False), ("online", "", True)]


def test_values_are_counted_averaged_and_cut_into_buckets(
    postgres: TestDatabase, database: Database, ours: OrganizationId
) -> None:
    device = put_device(postgres, ours, "a", "192.0.2.1")
    kinds = [("", "cpu_usage", "%", "gauge"), ("if:1", "ifOperStatus", "", "status")]
    put_series(postgres, ours, str(device), kinds)
    values = [*(float(n) for n in range(10)), None, 99.0]
    rows = [[value, 1.0] for value in values]
    put_samples(postgres, str(device), NOON, MINUTE, rows)
    with database.transaction(ours) as transaction:
        sources = PostgresSources(transaction)
        series = sources.series(device, ["cpu_usage", "ifOperStatus", "memory_usage"])
        [place] = series
        span = {"begin": NOON, "end": NOON + 11 * MINUTE}
        [found] = sources.statistics(series, **span)
        averages = sources.averages(series, **span, step_s=300)
    assert (found.metric, found.unit, found.samples) == ("cpu_usage", "%", 10)
    assert (found.minimum, found.average, found.maximum) == (0, 4.5, 9)
    assert found.p95 == pytest.approx(8.55)
    assert averages == {place.id: {NOON: 2.0, NOON + 5 * MINUTE: 7.0}}


def test_alerts_that_fired_are_found_and_those_of_other_devices_only_when_asked(
    postgres: TestDatabase, database: Database, ours: OrganizationId
) -> None:
    device = put_device(postgres, ours, "a", "192.0.2.1")
    other = put_device(postgres, ours, "b", "192.0.2.2")
    mine = put_alert(postgres, ours, device)
    theirs = put_alert(postgres, ours, other, began_at=NOON + MINUTE)
    put_alert(postgres, ours, device, fired_at=None)
    put_alert(postgres, ours, device, began_at=NOON + HOUR)
    with database.transaction(ours) as transaction:
        sources = PostgresSources(transaction)
        chosen = [each for each in sources.devices(DeviceScope()) if each.id == device]
        span = {"begin": NOON, "end": NOON + HOUR}
        few = sources.alerts(chosen, **span, everything=False)
        everything = sources.alerts(chosen, **span, everything=True)
    assert [each.id for each in few] == [mine]
    assert [(each.id, each.device and each.device.name) for each in everything] == [
        (mine, "a"),
        (theirs, None),
    ]


def test_another_organisation_and_none_at_all_see_nothing(
    postgres: TestDatabase, database: Database, ours: OrganizationId
) -> None:
    device = put_device(postgres, ours, "a", "192.0.2.1")
    put_period(postgres, ours, device, "offline", NOON, None)
    put_series(postgres, ours, str(device), [("", "cpu_usage", "%", "gauge")])
    put_samples(postgres, str(device), NOON, MINUTE, [[1.0]])
    put_alert(postgres, ours, device)
    span = {"begin": NOON - HOUR, "end": NOON + HOUR}
    with database.transaction(ours) as transaction:
        series = PostgresSources(transaction).series(device, ["cpu_usage"])
    for organization_id in (new_organization(postgres, "Other"), None):
        with database.transaction(organization_id) as transaction:
            sources = PostgresSources(transaction)
            assert sources.devices(DeviceScope()) == []
            assert sources.missing(DeviceScope(device_ids=(device,)))[0] == {device}
            assert sources.periods([device], **span) == {}
            assert sources.series(device, ["cpu_usage"]) == []
            assert sources.statistics(series, **span) == []
            assert sources.averages(series, **span, step_s=300) == {}
            assert sources.alerts([], **span, everything=True) == []
