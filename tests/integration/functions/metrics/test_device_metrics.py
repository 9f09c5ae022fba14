"""Measured values over HTTP, out of a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.clock import NOON
from tests.support.devices import put_series
from tests.support.metrics import put_device, put_rows

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase
    from tests.support.http import Client

SERIES = [
    ("", "icmp_rtt_avg_ms", "ms", "gauge"),
    ("", "icmp_loss_ratio", "ratio", "gauge"),
    ("if:ge-0/0/1", "ifOperStatus", "", "status"),
]
PORTS = [
    ("if:ge-0/0/1", "if_in_bps", "bit/s", "rate"),
    ("if:ge-0/0/2", "if_in_bps", "bit/s", "rate"),
]
FIRST = NOON - timedelta(minutes=10)


@pytest.fixture
def device_id(postgres: TestDatabase, organization: OrganizationId) -> str:
    """A device polled every minute for ten minutes; the fourth and fifth are missing."""
    made = put_device(postgres, organization)
    put_series(postgres, organization, made, SERIES)
    put_series(postgres, organization, made, PORTS, block=1)
    rows: list[list[float | None] | None] = [
        [float(minute), None if minute == 6 else 0.0, 1.0 if minute < 8 else 2.0]
        for minute in range(10)
    ]
    rows[3] = rows[4] = None
    put_rows(postgres, made, FIRST, timedelta(minutes=1), rows)
    put_rows(postgres, made, FIRST, timedelta(minutes=1), [[1e9, 2e9]] * 10, block=1)
    return made


def _curves(client: Client, device_id: str, **query: str) -> dict[str, Any]:
    answer = client.call("GET", f"/devices/{device_id}/metrics", query=query)
    assert answer.status == 200, answer.text
    return dict(answer.data)


def test_a_short_range_shows_the_samples_and_one_null_a_gap(client: Client, device_id: str) -> None:
    found = _curves(client, device_id, metric="icmp_rtt_avg_ms")
    assert (found["from"], found["to"]) == ("2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z")
    assert (found["device_id"], found["step_seconds"]) == (device_id, 60)
    (curve,) = found["series"]
    assert (curve["metric"], curve["entity"], curve["unit"], curve["kind"]) == (
        "icmp_rtt_avg_ms",
        "",
        "ms",
        "gauge",
    )
    assert curve["points"][:4] == [
        ["2026-03-02T11:50:00Z", 0.0],
        ["2026-03-02T11:51:00Z", 1.0],
        ["2026-03-02T11:52:00Z", 2.0],
        ["2026-03-02T11:53:00Z", None],
    ]
    assert curve["points"][4] == ["2026-03-02T11:55:00Z", 5.0]
    assert len(curve["points"]) == 9


def test_buckets_are_averaged_and_empty_ones_are_null(client: Client, device_id: str) -> None:
    query = {"metric": "icmp_rtt_avg_ms", "from": "-9m", "to": "now", "step": "120"}
    found = _curves(client, device_id, **query)
    (curve,) = found["series"]
    # 11:51 lies in the bucket of 11:50, which is told whole
    assert found["from"] == "2026-03-02T11:50:00Z"
    assert curve["aggregate"] == "avg"
    assert [value for _, value in curve["points"]] == [0.5, 2.0, 5.0, 6.5, 8.5]
    query["step"] = "60"
    assert len(_curves(client, device_id, **query)["series"][0]["points"]) == 8


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("min", [0.0, 5.0]),
        ("max", [2.0, 9.0]),
        ("sum", [3.0, 35.0]),
        ("count", [3.0, 5.0]),
        ("last", [2.0, 9.0]),
    ],
)
def test_other_aggregates(
    client: Client, device_id: str, aggregate: str, expected: list[float]
) -> None:
    found = _curves(
        client,
        device_id,
        metric="icmp_rtt_avg_ms",
        aggregate=aggregate,
        step="300",
        **{"from": "2026-03-02T11:50:00Z", "to": "2026-03-02T15:00:00+03:00"},
    )
    assert [value for _, value in found["series"][0]["points"]] == expected


def test_counting_makes_buckets_of_single_samples(client: Client, device_id: str) -> None:
    found = _curves(client, device_id, metric="icmp_rtt_avg_ms", aggregate="count", step="60")
    values = [value for _, value in found["series"][0]["points"]]
    assert (len(values), values[50:54]) == (60, [1.0, 1.0, 1.0, None])


def test_states_are_not_averaged_unless_asked(client: Client, device_id: str) -> None:
    found = _curves(client, device_id, metric="ifOperStatus", step="600", **{"from": "-10m"})
    assert [value for _, value in found["series"][0]["points"]] == [2.0]


def test_metrics_and_entities_are_chosen_by_name_and_pattern(
    client: Client, device_id: str
) -> None:
    both = _curves(client, device_id, metric="if_in_bps,ifOperStatus")
    assert [(c["entity"], c["metric"]) for c in both["series"]] == [
        ("if:ge-0/0/1", "ifOperStatus"),
        ("if:ge-0/0/1", "if_in_bps"),
        ("if:ge-0/0/2", "if_in_bps"),
    ]
    ports = _curves(client, device_id, entity="if:*/2")
    assert [(c["entity"], c["points"][0][1]) for c in ports["series"]] == [("if:ge-0/0/2", 2e9)]
    assert _curves(client, device_id, metric="nothing")["series"] == []
    assert len(_curves(client, device_id)["series"]) == 5


def test_a_value_that_was_not_measured_is_no_point(client: Client, device_id: str) -> None:
    found = _curves(client, device_id, metric="icmp_loss_ratio")
    assert [value for _, value in found["series"][0]["points"]] == [
        0.0, 0.0, 0.0, None, 0.0, None, 0.0, 0.0, 0.0,
    ]  # fmt: skip


def test_the_newest_values(client: Client, device_id: str, postgres: TestDatabase) -> None:
    put_rows(postgres, device_id, NOON, timedelta(minutes=1), [[None, 0.5, 1.0]])
    latest = client.call("GET", f"/devices/{device_id}/metrics/latest").data
    assert {(v["metric"], v["entity"]): (v["time"], v["value"]) for v in latest} == {
        ("icmp_rtt_avg_ms", ""): ("2026-03-02T11:59:00Z", 9.0),
        ("icmp_loss_ratio", ""): ("2026-03-02T12:00:00Z", 0.5),
        ("ifOperStatus", "if:ge-0/0/1"): ("2026-03-02T12:00:00Z", 1.0),
        ("if_in_bps", "if:ge-0/0/1"): ("2026-03-02T11:59:00Z", 1e9),
        ("if_in_bps", "if:ge-0/0/2"): ("2026-03-02T11:59:00Z", 2e9),
    }


def test_the_series_there_are(client: Client, device_id: str) -> None:
    found = client.call("GET", f"/devices/{device_id}/series", query={"entity": ""}).data
    assert found == [
        {"metric": "icmp_loss_ratio", "entity": "", "unit": "ratio", "kind": "gauge"},
        {"metric": "icmp_rtt_avg_ms", "entity": "", "unit": "ms", "kind": "gauge"},
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday"},
        {"from": "2026-03-02T12:00:00"},
        {"from": "now", "to": "-1h"},
        {"from": "-999999w"},
        {"from": "0001-01-01T00:00:00+14:00"},
        {"step": "0"},
        {"step": "-60"},
        {"step": "soon"},
        {"step": "9" * 40},
        {"aggregate": "median"},
        {"metric": "\x07"},
        {"entity": "\x07"},
        {"from": "\x07"},
    ],
)
def test_ranges_that_make_no_sense_are_refused(
    client: Client, device_id: str, query: dict[str, str]
) -> None:
    answer = client.call("GET", f"/devices/{device_id}/metrics", query=query)
    assert (answer.status, answer.code) == (422, "INVALID_INPUT"), answer.text


def test_more_points_than_an_answer_holds_are_too_large_as_for_other_questions(
    client: Client, device_id: str
) -> None:
    query = {"step": "60", "from": "-90d"}
    answer = client.call("GET", f"/devices/{device_id}/metrics", query=query)
    assert (answer.status, answer.code) == (413, "QUERY_TOO_LARGE"), answer.text
    assert "longer step" in answer.text


def test_a_long_range_gets_a_step_of_its_own(client: Client, device_id: str) -> None:
    found = _curves(client, device_id, metric="icmp_rtt_avg_ms", **{"from": "-90d"})
    assert found["step_seconds"] == 21_600
    assert len(found["series"][0]["points"]) == 360
    assert found["series"][0]["points"][-1][1] == pytest.approx(4.75)


def test_a_plus_that_arrived_as_a_space_is_understood(client: Client, device_id: str) -> None:
    found = _curves(client, device_id, **{"from": "2026-03-02T14:00:00 03:00"})
    assert found["from"] == "2026-03-02T11:00:00Z"


def test_another_organisation_sees_no_values(stranger: Client, device_id: str) -> None:
    for path in ("metrics", "metrics/latest", "series"):
        answer = stranger.call("GET", f"/devices/{device_id}/{path}")
        assert (answer.status, answer.code) == (404, "DEVICE_NOT_FOUND")


def test_a_day_without_a_partition_is_a_gap(client: Client, device_id: str) -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=UTC).isoformat()
    query = {"from": long_ago, "to": "2001-01-01T01:00:00Z"}
    assert _curves(client, device_id, **query)["series"][0]["points"] == []


def test_columns_share_an_axis_where_instants_are_the_same(client: Client, device_id: str) -> None:
    found = _curves(client, device_id, format="columns")
    names = [(curve["metric"], curve["entity"]) for curve in found["series"]]
    axes = dict(zip(names, (curve["axis"] for curve in found["series"]), strict=True))
    # the ports were measured each minute, the other two missed three and five of them
    assert axes["if_in_bps", "if:ge-0/0/1"] == axes["if_in_bps", "if:ge-0/0/2"]
    assert axes["icmp_rtt_avg_ms", ""] != axes["if_in_bps", "if:ge-0/0/1"]
    assert len(found["axes"]) == len(set(axes.values()))
    assert all(curve["points"] is None for curve in found["series"])
    for curve in found["series"]:
        assert len(curve["values"]) == len(found["axes"][curve["axis"]])


@pytest.mark.parametrize("step", ["auto", "120"])
def test_columns_say_what_rows_say(client: Client, device_id: str, step: str) -> None:
    rows = _curves(client, device_id, step=step)
    columns = _curves(client, device_id, step=step, format="columns")
    told = [
        [
            [f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}", value]
            for at, value in zip(columns["axes"][curve["axis"]], curve["values"], strict=True)
        ]
        for curve in columns["series"]
    ]
    assert told == [curve["points"] for curve in rows["series"]]
    assert any(value is None for curve in told for _, value in curve)
