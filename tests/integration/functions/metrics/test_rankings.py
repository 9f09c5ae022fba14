"""Rankings, availability, bills and the newest of all, out of a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from netpulse.availability import StatusPeriod, availability

from tests.support.clock import NOON
from tests.support.devices import put_series
from tests.support.metrics import columns, data_of, put_device, put_rows

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from tests.support.clock import FakeClock
    from tests.support.database import TestDatabase
    from tests.support.http import Client

MINUTE = timedelta(minutes=1)
CPU = ("", "cpu_usage", "%", "gauge")
TRAFFIC = [("if:eth0", "if_in_bps", "bit/s", "rate"), ("if:eth0", "if_out_bps", "bit/s", "rate")]
HOUR = {"from": "-1h", "to": "now"}


@pytest.fixture
def busy(postgres: TestDatabase, organization: OrganizationId) -> list[str]:
    """Five devices, each busier than the one before; the last has been silent."""
    made = []
    for number in range(5):
        device_id = put_device(postgres, organization, name=f"device-{number}")
        put_series(postgres, organization, device_id, [CPU])
        if number < 4:
            load: list[float | None] = [10.0 * number + minute / 10 for minute in range(60)]
            put_rows(postgres, device_id, NOON - 60 * MINUTE, MINUTE, columns(load))
        made.append(device_id)
    return made


@pytest.mark.parametrize(
    ("by", "value"), [("avg", 32.95), ("max", 35.9), ("min", 30.0), ("last", 35.9), ("p95", 35.605)]
)
def test_the_first_of_a_ranking(client: Client, busy: list[str], by: str, value: float) -> None:
    found = data_of(
        client, "/metrics/top", {"metrics": ["cpu_usage"], **HOUR, "by": by, "limit": 2}
    )
    assert found["ranked"] == 4
    first, second = found["series"]
    assert (first["rank"], first["device_id"], first["device_name"]) == (1, busy[3], "device-3")
    assert first["value"] == pytest.approx(value)
    assert (first["minimum"], first["maximum"], first["last"]) == (30.0, 35.9, 35.9)
    assert first["average"] == pytest.approx(32.95)
    assert second["device_id"] == busy[2]


def test_the_lowest_come_first_when_asked(client: Client, busy: list[str]) -> None:
    body = {"metrics": ["cpu_usage"], **HOUR, "order": "lowest", "limit": 1}
    assert data_of(client, "/metrics/top", body)["series"][0]["device_id"] == busy[0]


def test_the_newest_values_of_all_devices_in_columns(
    client: Client, busy: list[str], clock: FakeClock
) -> None:
    found = client.call("GET", "/metrics/latest", query={"metric": "cpu_*"}).data
    assert (found["devices"], found["metrics"], found["units"]) == (busy[:4], ["cpu_usage"], ["%"])
    assert found["device_names"] == [f"device-{number}" for number in range(4)]
    assert (found["device"], found["metric"]) == ([0, 1, 2, 3], [0] * 4)
    assert found["value"] == pytest.approx([5.9, 15.9, 25.9, 35.9])
    assert set(found["time"]) == {(NOON - MINUTE).timestamp()}
    clock.advance(timedelta(hours=2))
    assert client.call("GET", "/metrics/latest").data["value"] == []


def test_the_catalogue_comes_in_pages_and_is_searched(client: Client, busy: list[str]) -> None:
    answer = client.call("GET", "/metrics/series", query={"per_page": "2", "page": "2"})
    assert [each["device_name"] for each in answer.data] == ["device-2", "device-3"]
    assert answer.json["pagination"]["total"] == 5
    found = client.call("GET", "/metrics/series", query={"search": "ICE-4"}).data
    assert [(each["device_id"], each["metric"], each["unit"]) for each in found] == [
        (busy[4], "cpu_usage", "%")
    ]
    assert client.call("GET", "/metrics/series", query={"search": "%"}).data == []


def _put_periods(
    postgres: TestDatabase, organization: OrganizationId, device_id: str, periods: list[Any]
) -> None:
    with psycopg.connect(postgres.owner_url) as connection:
        for status, begin, end, maintenance in periods:
            connection.execute(
                "INSERT INTO netpulse.status_periods "
                "(organization_id, device_id, status, began_at, ended_at, maintenance) "
                "VALUES (%s, %s, %s, %s, %s, %s)",
                (organization, device_id, status, begin, end, maintenance),
            )


def test_availability_of_many_devices_is_the_sum_of_their_periods(
    client: Client, postgres: TestDatabase, organization: OrganizationId
) -> None:
    began = NOON - timedelta(hours=2)
    lists = [
        [
            ("online", began, NOON - 20 * MINUTE, False),
            ("offline", NOON - 20 * MINUTE, None, False),
        ],
        [
            ("online", began, NOON - 40 * MINUTE, False),
            ("offline", NOON - 40 * MINUTE, NOON - 30 * MINUTE, True),
            ("degraded", NOON - 30 * MINUTE, NOON - 10 * MINUTE, False),
            ("unreachable", NOON - 10 * MINUTE, None, False),
        ],
    ]
    created = NOON - timedelta(hours=3)
    for number, periods in enumerate(lists):
        device_id = put_device(postgres, organization, name=f"d{number}", created_at=created)
        _put_periods(postgres, organization, device_id, periods)
    found = data_of(client, "/metrics/availability", HOUR)
    expected = [
        availability(
            [StatusPeriod(*each) for each in periods],
            begin=NOON - timedelta(hours=1),
            end=NOON,
            existed_from=created,
            now=NOON,
        )
        for periods in lists
    ]
    assert [each["availability"] for each in found["devices"]] == [e.ratio for e in expected]
    # the outage that lasts counts to now
    assert found["devices"][0]["down_seconds"] == 1200
    assert found["devices"][1]["maintenance_seconds"] == 600
    assert found["devices"][1]["unreachable_seconds"] == 600
    assert found["total"]["availability"] == pytest.approx((2400 + 2400) / (3600 + 2400))
    assert found["total"]["outages"] == 1


@pytest.fixture
def ports(postgres: TestDatabase, organization: OrganizationId, clock: FakeClock) -> list[str]:
    """Two ports, measured every five minutes on the first two days of March in Nairobi."""
    clock.advance(timedelta(days=0))
    begin = datetime(2026, 2, 28, 21, tzinfo=UTC)
    made = []
    for number in range(2):
        device_id = put_device(postgres, organization, name=f"port-{number}", interval_s=300)
        put_series(postgres, organization, device_id, TRAFFIC)
        into: list[float | None] = [float(n) * 1e6 for n in range(100)]
        out: list[float | None] = [5e5] * 100
        rows: list[Any] = columns(into, out)
        if number:
            rows[:10] = [None] * 10
        put_rows(postgres, device_id, begin, 5 * MINUTE, rows)
        made.append(device_id)
    return made


def test_a_month_is_billed_by_its_95th_percentile(client: Client, ports: list[str]) -> None:
    body = {
        "ports": [{"device_id": each, "entity": "if:eth0"} for each in ports],
        "month": "2026-03",
        "time_zone": "Africa/Nairobi",
        "commit_bps": 1e8,
    }
    found = data_of(client, "/metrics/billing", body)
    assert (found["from"], found["complete"]) == ("2026-03-01T00:00:00+03:00", False)
    first, second = found["ports"]
    # 100 samples: the five highest are left out, the sixth counts
    assert first["in"]["p95_bps"] == 94e6
    assert first["in"]["octets"] == pytest.approx(sum(range(100)) * 1e6 * 300 / 8)
    assert (first["out"]["p95_bps"], first["max_of_p95_bps"]) == (5e5, 94e6)
    expected = int((NOON - datetime(2026, 2, 28, 21, tzinfo=UTC)) / (5 * MINUTE))
    assert (first["samples_expected"], first["samples_measured"]) == (expected, 100)
    assert first["samples_missing"] == expected - 100
    # 90 samples: four are left out
    assert second["in"]["p95_bps"] == 95e6
    total = found["total"]
    assert total["in"]["p95_bps"] == 188e6
    assert (total["samples_measured"], total["samples_partial"]) == (100, 10)
    assert (total["billed_bps"], total["burst_bps"]) == (188e6, 88e6)
    assert first["billed_bps"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"month": "2026-13"},
        {"month": "2026-04"},
        {"time_zone": "Mars/Olympus"},
        {"ports": []},
        {"commit_bps": -1},
        {"ports": [{"device_id": "00000000-0000-4000-8000-000000000000", "entity": "if:x"}]},
    ],
)
def test_a_bill_that_makes_no_sense_is_refused(
    client: Client, ports: list[str], body: dict[str, Any]
) -> None:
    good = {"ports": [{"device_id": ports[0], "entity": "if:eth0"}], "month": "2026-03"}
    answer = client.call("POST", "/metrics/billing", body={**good, **body})
    assert (answer.status, answer.code) == (422, "INVALID_INPUT"), answer.text


def test_no_port_is_billed_twice(client: Client, ports: list[str]) -> None:
    port = {"device_id": ports[0], "entity": "if:eth0"}
    body = {"ports": [port, port], "month": "2026-03"}
    assert client.call("POST", "/metrics/billing", body=body).status == 422
