"""Many series over HTTP, out of a real PostgreSQL."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from netpulse.permissions import Role

from tests.support.clock import NOON
from tests.support.devices import put_series
from tests.support.metrics import (
    a_client,
    columns,
    data_of,
    put_device,
    put_group,
    put_rows,
    services_over,
    work_on,
)

if TYPE_CHECKING:
    from netpulse.db import Database
    from netpulse.ids import OrganizationId

    from functions.metrics.handlers.services import Services
    from tests.support.clock import FakeClock
    from tests.support.database import TestDatabase
    from tests.support.http import Client

MINUTE = timedelta(minutes=1)
RTT = ("", "icmp_rtt_avg_ms", "ms", "gauge")
PORTS = [
    ("if:eth0", "if_in_bps", "bit/s", "rate"),
    ("if:eth0", "if_out_bps", "bit/s", "rate"),
    ("if:eth0", "if_in_octets", "octets", "counter"),
]
HOUR = {"from": "-1h", "to": "now"}


@pytest.fixture
def fleet(postgres: TestDatabase, organization: OrganizationId) -> dict[str, str]:
    """Two devices polled each minute for an hour; the second was silent for ten minutes."""
    made = {}
    for number, name in enumerate(("core", "edge"), 1):
        tags = ["nairobi", "core"] if name == "core" else ["nairobi"]
        made[name] = put_device(postgres, organization, name=name, tags=tags)
        put_series(postgres, organization, made[name], [RTT])
        put_series(postgres, organization, made[name], PORTS, block=1)
        rtt: list[float | None] = [number * 10.0 + minute % 2 for minute in range(60)]
        begin = NOON - 60 * MINUTE
        rows = columns(rtt)
        if name == "edge":
            rows[20:30] = [[None]] * 10
        put_rows(postgres, made[name], begin, MINUTE, rows)
        octets = [1e6 + 60 * 125.0 * minute * number for minute in range(60)]
        octets[30:] = [value - octets[30] for value in octets[30:]]
        bits = [1000.0 * number] * 60
        put_rows(postgres, made[name], begin, MINUTE, columns(bits, bits, octets), block=1)
    put_group(postgres, organization, "Backbone", [made["core"]])
    return made


def _query(client: Client, **body: Any) -> Any:
    return data_of(client, "/metrics/query", {"metrics": ["icmp_rtt_avg_ms"], **HOUR, **body})


def test_each_series_is_a_curve_of_its_own(client: Client, fleet: dict[str, str]) -> None:
    found = _query(client, step=600)
    assert (found["from"], found["to"]) == ("2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z")
    assert (found["step_seconds"], found["source"]) == (600, "samples")
    core, edge = found["series"]
    assert (core["device_id"], core["device_name"], core["entity"], core["unit"]) == (
        *(fleet["core"], "core", "", "ms"),
    )
    assert core["points"] == [[f"2026-03-02T11:{n}0:00Z", 10.5] for n in range(6)]
    assert [value for _, value in edge["points"]] == [20.5, 20.5, None, 20.5, 20.5, 20.5]


def test_columns_share_one_axis_of_time(client: Client, fleet: dict[str, str]) -> None:
    found = _query(client, step=1800, format="columns", aggregate="max")
    assert found["times"] == [int((NOON - n * 30 * MINUTE).timestamp()) for n in (2, 1)]
    assert [each["values"] for each in found["series"]] == [[11.0, 11.0], [21.0, 21.0]]
    assert found["series"][0].get("points") is None


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("avg", 10.5), ("min", 10.0), ("max", 11.0), ("last", 11.0), ("sum", 630.0),
        ("count", 60.0), ("p50", 10.5), ("p95", 11.0), ("p99", 11.0), ("rate", 10.5),
    ],
)  # fmt: skip
def test_aggregates(client: Client, fleet: dict[str, str], aggregate: str, expected: float) -> None:
    found = _query(client, step=3600, aggregate=aggregate, device_ids=[fleet["core"]])
    assert [value for _, value in found["series"][0]["points"]] == [expected]


@pytest.mark.parametrize(
    ("combine", "expected"),
    [("sum", 31.0), ("avg", 15.5), ("min", 10.5), ("max", 20.5), ("count", 2.0), ("p50", 15.5)],
)
def test_series_become_one_curve(
    client: Client, fleet: dict[str, str], combine: str, expected: float
) -> None:
    found = _query(client, step=600, combine=combine)
    (curve,) = found["series"]
    assert (curve["series_count"], curve["group"], curve["device_id"]) == (2, {}, None)
    values = [value for _, value in curve["points"]]
    assert values[0] == expected
    # while one of them was silent, the other speaks alone
    assert values[2] == (1.0 if combine == "count" else 10.5)


def test_a_series_counts_in_each_of_its_tags_and_groups(
    client: Client, fleet: dict[str, str]
) -> None:
    by_tag = _query(client, step=3600, combine="sum", group_by=["tag"])["series"]
    assert {each["group"]["tag"]: each["points"][0][1] for each in by_tag} == {
        "core": 10.5,
        "nairobi": 31.0,
    }
    by_group = _query(client, step=3600, combine="avg", group_by=["group"])["series"]
    assert {each["group"]["group"]: each["points"][0][1] for each in by_group} == {
        "": 20.5,
        "Backbone": 10.5,
    }


def test_metrics_never_mix_when_series_are_combined(client: Client, fleet: dict[str, str]) -> None:
    found = _query(client, metrics=["if_*_bps"], entities=["if:*"], step=3600, combine="sum")
    assert [(each["metric"], each["points"][0][1]) for each in found["series"]] == [
        ("if_in_bps", 3000.0),
        ("if_out_bps", 3000.0),
    ]


def test_a_counters_reset_is_a_gap_in_its_rate_and_no_spike(
    client: Client, fleet: dict[str, str]
) -> None:
    found = _query(
        client, metrics=["if_in_octets"], aggregate="rate", device_ids=[fleet["core"]], step=60
    )
    values = [value for _, value in found["series"][0]["points"]]
    assert {value for value in values if value is not None} == {125.0}
    # the first has none before it, and at the reset nobody knows
    assert [place for place, value in enumerate(values) if value is None] == [0, 30]


def test_an_earlier_period_lies_beside_the_later_one(client: Client, fleet: dict[str, str]) -> None:
    asked = {"from": "-20m", "to": "now", "step": 600, "compare": "30m"}
    found = _query(client, device_ids=[fleet["edge"]], **asked)
    (curve,) = found["series"]
    assert found["compared_seconds"] == 1800
    assert [value for _, value in curve["points"]] == [20.5, 20.5]
    assert curve["earlier_points"] == [
        ["2026-03-02T11:40:00Z", 20.5],
        ["2026-03-02T11:50:00Z", None],
    ]


def test_the_step_suits_the_width(client: Client, fleet: dict[str, str]) -> None:
    assert _query(client, max_points=20)["step_seconds"] == 300
    assert _query(client, max_points=60)["step_seconds"] == 60
    assert _query(client, max_points=1)["step_seconds"] == 3600


def test_csv_is_a_line_a_point_and_runs_nothing(
    client: Client, postgres: TestDatabase, organization: OrganizationId
) -> None:
    device_id = put_device(postgres, organization, name="=cmd|' /C calc'!A0")
    put_series(postgres, organization, device_id, [RTT])
    put_rows(postgres, device_id, NOON - 2 * MINUTE, MINUTE, [[1.5], None])
    body = {"metrics": ["*"], "from": "-2m", "to": "now", "step": 60}
    answer = client.call("POST", "/metrics/query/csv", body=body)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(line["device"], line["value"]) for line in lines] == [
        ("'=cmd|' /C calc'!A0", "1.5"),
        ("'=cmd|' /C calc'!A0", ""),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "now", "to": "-1h"}, "from"),
        ({"from": "0001-01-01T00:00:00Z", "to": "0001-02-01T00:00:00Z"}, "from"),
        ({"to": "9999-12-31T00:00:00Z"}, "to"),
        ({"step": 0}, "step.constrained-int"),
        ({"aggregate": "median"}, "aggregate"),
        ({"combine": "last"}, "combine"),
        ({"group_by": ["site"]}, "group_by.0"),
        ({"metrics": []}, "metrics"),
        ({"metrics": ["\x07"]}, "metrics.0"),
        ({"max_points": 100_000}, "max_points"),
        ({"compare": "a week"}, "compare"),
        ({"device_ids": ["nothing"]}, "device_ids.0"),
        ({"device_ids": ["00000000-0000-4000-8000-000000000000"]}, "device_ids"),
        ({"group_ids": ["00000000-0000-4000-8000-000000000000"]}, "group_ids"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_makes_no_sense_is_refused(client: Client, body: dict[str, Any], field: str) -> None:
    asked = {"metrics": ["icmp_rtt_avg_ms"], **body}
    for path in ("/metrics/query", "/metrics/query/csv"):
        answer = client.call("POST", path, body=asked)
        assert (answer.status, answer.code) == (422, "INVALID_INPUT"), answer.text
        assert field in [each["field"] for each in answer.json["error"]["details"]["fields"]]


def test_all_the_time_there_was_and_what_lay_before_it_may_be_asked_for(
    client: Client, fleet: dict[str, str]
) -> None:
    body = {"from": "1970-01-01T00:00:00Z", "step": 604_800, "compare": "9999w"}
    found = data_of(client, "/metrics/query", {"metrics": ["icmp_rtt_avg_ms"], **body})
    assert found["from"] < "1970-01-02"
    assert any(value is not None for _, value in found["series"][0]["points"])
    assert all(value is None for _, value in found["series"][0]["earlier_points"])


@pytest.mark.parametrize(
    "body", [{"from": "-400d", "step": 60}, {"from": "-60d", "step": 60, "aggregate": "p95"}]
)
def test_what_is_too_much_is_refused_with_a_413(
    client: Client, fleet: dict[str, str], body: dict[str, Any]
) -> None:
    answer = client.call("POST", "/metrics/query", body={"metrics": ["icmp_*"], **body})
    assert (answer.status, answer.code) == (413, "QUERY_TOO_LARGE"), answer.text


def test_a_question_that_takes_too_long_is_given_up(
    postgres: TestDatabase, database: Database, clock: FakeClock, organization: OrganizationId
) -> None:
    work = work_on(database, clock, statement_timeout=timedelta(milliseconds=50))
    client = a_client(services_over(work, clock), clock, organization)
    with psycopg.connect(postgres.owner_url) as somebody:
        somebody.execute("LOCK TABLE netpulse.series IN ACCESS EXCLUSIVE MODE")
        answer = client.call("POST", "/metrics/query", body={"metrics": ["*"]})
        foreign = client.call("GET", "//prometheus/api/v1/query", query={"query": "up"})
    assert (answer.status, answer.code) == (503, "DATABASE_ERROR")
    assert "took longer" in answer.text
    assert "Retry-After" in answer.headers
    assert (foreign.status, foreign.json["errorType"]) == (503, "timeout")
    assert data_of(client, "/metrics/query", {"metrics": ["*"]})["series"] == []


def test_another_organisation_finds_nothing(stranger: Client, fleet: dict[str, str]) -> None:
    body = {"metrics": ["*"], **HOUR}
    assert data_of(stranger, "/metrics/query", body)["series"] == []
    assert data_of(stranger, "/metrics/top", body)["series"] == []
    assert data_of(stranger, "/metrics/availability", HOUR)["devices"] == []
    named = {**body, "device_ids": [fleet["core"]]}
    answer = stranger.call("POST", "/metrics/query", body=named)
    assert (answer.status, answer.code) == (422, "INVALID_INPUT")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.API_USER, Role.OPERATOR, Role.ADMIN])
def test_whoever_reads_devices_reads_values(
    services: Services, clock: FakeClock, organization: OrganizationId, role: Role
) -> None:
    client = a_client(services, clock, organization, role=role)
    assert data_of(client, "/metrics/query", {"metrics": ["*"]})["series"] == []
    for path in ("/metrics/latest", "/metrics/series"):
        assert client.call("GET", path).status == 200
