"""Prometheus' API over what NetPulse measured: wire format, parameters, errors, Grafana's ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import psycopg
import pytest

from functions.metrics.handlers.http import application
from tests.support.clock import NOON
from tests.support.devices import put_series
from tests.support.http import Client, FakeAccess
from tests.support.metrics import columns, put_device, put_rows

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from functions.metrics.handlers.services import Services
    from tests.support.clock import FakeClock
    from tests.support.database import TestDatabase

MINUTE = timedelta(minutes=1)
T = int(NOON.timestamp())
API = "//prometheus/api/v1"


@pytest.fixture
def device_id(postgres: TestDatabase, organization: OrganizationId) -> str:
    made = put_device(postgres, organization, name="core", tags=["nairobi", "core"])
    kinds = [("", "cpu_usage", "%", "gauge"), ("if:eth0", "if_in_octets", "octets", "counter")]
    put_series(postgres, organization, made, kinds)
    values = columns([float(n) for n in range(60)], [1e6 * n for n in range(60)])
    put_rows(postgres, made, NOON - 60 * MINUTE, MINUTE, values)
    return made


def _get(client: Client, path: str, **query: str) -> Any:
    answer = client.call("GET", f"{API}/{path}", query=query)
    assert answer.headers["Content-Type"] == "application/json"
    return answer


def _post(client: Client, path: str, form: list[tuple[str, str]]) -> Any:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return client.call("POST", f"{API}/{path}", body=urlencode(form), headers=headers)


def test_an_instant_vector_has_prometheus_form(client: Client, device_id: str) -> None:
    answer = _get(client, "query", query="cpu_usage", time=f"{T}")
    labels = {
        "__name__": "cpu_usage",
        "device": "core",
        "device_id": device_id,
        "device_type": "router",
        "instance": "192.0.2.1",
        "job": "netpulse",
        "tags": ",core,nairobi,",
    }
    assert answer.json == {
        "status": "success",
        "data": {"resultType": "vector", "result": [{"metric": labels, "value": [T, "59"]}]},
    }


def test_ports_have_their_entity_and_name(client: Client, device_id: str) -> None:
    found = _get(client, "query", query='if_in_octets{interface="eth0"}').json["data"]["result"]
    assert [each["metric"]["entity"] for each in found] == ["if:eth0"]
    assert _get(client, "query", query='cpu_usage{tags=~".*,core,.*"}').json["data"]["result"]


def test_scalars_and_texts_have_forms_of_their_own(client: Client) -> None:
    assert _get(client, "query", query="1 / 0", time="5").json["data"] == {
        "resultType": "scalar",
        "result": [5, "+Inf"],
    }
    assert _get(client, "query", query='"hi"', time="5.5").json["data"] == {
        "resultType": "string",
        "result": [5.5, "hi"],
    }


def test_a_range_is_a_matrix(client: Client, device_id: str) -> None:
    found = _get(
        client,
        "query_range",
        query="rate(if_in_octets[5m])",
        start=str(T - 600),
        end="2026-03-02T12:00:00Z",
        step="5m",
    ).json["data"]
    assert found["resultType"] == "matrix"
    (only,) = found["result"]
    assert "__name__" not in only["metric"]
    assert [at for at, _ in only["values"]] == [T - 600, T - 300, T]
    assert [float(value) for _, value in only["values"]] == pytest.approx([1e6 / 60] * 3)


def test_grafana_asks_by_form_and_is_answered(client: Client, device_id: str) -> None:
    # what its Prometheus data source sends: health, build, then labels and panels
    assert _get(client, "status/buildinfo").json["data"]["version"] == "3.0.0"
    answer = _post(client, "query", [("query", "1+1"), ("time", f"{T}.000")])
    assert answer.json["data"] == {"resultType": "scalar", "result": [T, "2"]}
    panel = [
        ("query", 'cpu_usage{device=~"core|edge"}'),
        ("start", f"{T - 3600}.000"),
        ("end", f"{T}.000"),
        ("step", "15"),
    ]
    (only,) = _post(client, "query_range", panel).json["data"]["result"]
    assert len(only["values"]) == 241 - 0
    matches = [("match[]", "cpu_usage"), ("match[]", "if_in_octets"), ("start", str(T - 60))]
    assert "entity" in _post(client, "labels", matches).json["data"]
    assert len(_post(client, "series", matches).json["data"]) == 2
    names = _get(client, "label/__name__/values").json["data"]
    assert names == ["cpu_usage", "if_in_octets"]
    assert _get(client, "metadata").json["data"]["if_in_octets"] == [
        {"type": "counter", "help": "", "unit": "octets"}
    ]
    assert list(_get(client, "metadata", limit="1").json["data"]) == ["cpu_usage"]


@pytest.mark.parametrize(
    ("path", "query", "whole"),
    [
        ("query", {"query": '{job="netpulse"}', "time": str(T)}, 2),
        ("query_range",
         {"query": '{job="netpulse"}', "start": str(T - 60), "end": str(T), "step": "60"}, 2),
        ("series", {"match[]": '{job="netpulse"}'}, 2),
        ("label/__name__/values", {}, 2),
        ("labels", {"match[]": "cpu_usage"}, 7),
    ],
)  # fmt: skip
def test_an_answer_that_is_cut_says_so(
    client: Client, device_id: str, path: str, query: dict[str, str], whole: int
) -> None:
    def found(limit: int) -> tuple[int, list[str] | None]:
        answer = _get(client, path, **query, limit=str(limit)).json
        data = answer["data"]
        result = data["result"] if isinstance(data, dict) else data
        return len(result), answer.get("warnings")

    assert found(1) == (1, ["results truncated due to limit"])
    # 0 is all, as for Prometheus
    assert found(0) == found(whole) == (whole, None)


def test_a_scalar_is_never_cut(client: Client) -> None:
    assert "warnings" not in _get(client, "query", query="1 + 1", limit="1").json


def test_a_value_counts_for_five_minutes_or_two_intervals(
    client: Client,
    postgres: TestDatabase,
    organization: OrganizationId,
    device_id: str,
    clock: FakeClock,
) -> None:
    slow = put_device(postgres, organization, name="slow", interval_s=1800)
    put_series(postgres, organization, slow, [("", "cpu_usage", "%", "gauge")])
    put_rows(postgres, slow, NOON - 50 * MINUTE, MINUTE, [[7.0]])
    found = _get(client, "query", query="cpu_usage", time=str(T + 235)).json["data"]["result"]
    assert {each["metric"]["device"] for each in found} == {"core", "slow"}
    found = _get(client, "query", query="cpu_usage", time=str(T + 240)).json["data"]["result"]
    assert {each["metric"]["device"] for each in found} == {"slow"}
    assert not _get(client, "query", query="cpu_usage", time=str(T + 700)).json["data"]["result"]


@pytest.mark.parametrize(
    ("path", "query", "status", "kind", "word"),
    [
        ("query", {}, 400, "bad_data", '"query"'),
        ("query", {"query": "sum("}, 400, "bad_data", "parse error"),
        ("query", {"query": "up", "time": "soon"}, 400, "bad_data", '"time"'),
        ("query", {"query": "up", "time": "NaN"}, 400, "bad_data", '"time"'),
        ("query", {"query": "up", "time": "1e300"}, 400, "bad_data", '"time"'),
        ("query", {"query": "up @ 5"}, 400, "bad_data", "not supported here: the @ modifier"),
        ("query", {"query": "rate(up[5m:1m])"}, 400, "bad_data", "subqueries"),
        ("query", {"query": "(" * 5000}, 400, "bad_data", "deep"),
        ("query", {"query": "1+" * 5000 + "1"}, 400, "bad_data", "characters"),
        ("query", {"query": 'up{a=~"(?P<x>"}'}, 400, "bad_data", "parse error"),
        ("query", {"query": "cpu_usage + on() group_left if_in_octets + x"}, 200, "", ""),
        ("query_range", {"query": "up"}, 400, "bad_data", '"start"'),
        (
            "query_range",
            {"query": "up", "start": "5", "end": "4", "step": "1"},
            400,
            "bad_data",
            "end",
        ),
        (
            "query_range",
            {"query": "up", "start": "5", "end": "9", "step": "0"},
            400,
            "bad_data",
            "step",
        ),
        (
            "query_range",
            {"query": "up", "start": "5", "end": "9", "step": "x"},
            400,
            "bad_data",
            "step",
        ),
        (
            "query_range",
            {"query": "up", "start": "0", "end": "99999", "step": "1"},
            400,
            "bad_data",
            "11,000",
        ),
        (
            "query_range",
            {"query": "up[5m]", "start": "0", "end": "9", "step": "1"},
            400,
            "bad_data",
            "range",
        ),
        ("series", {}, 400, "bad_data", "match[]"),
        ("series", {"match[]": "sum(up)"}, 400, "bad_data", "match[]"),
        ("labels", {"limit": "many"}, 400, "bad_data", "limit"),
        ("rules", {}, 404, "not_found", ""),
    ],
)
def test_errors_have_prometheus_form(
    client: Client, path: str, query: dict[str, str], *, status: int, kind: str, word: str
) -> None:
    answer = _get(client, path, **query)
    assert answer.status == status, answer.text
    if status != 200:
        assert answer.json.keys() == {"status", "errorType", "error"}
        assert (answer.json["status"], answer.json["errorType"]) == ("error", kind)
        assert word in answer.json["error"]


def test_what_cannot_be_combined_is_an_execution_error(client: Client, device_id: str) -> None:
    answer = _get(client, "query", query='{job="netpulse"} + on(job) {job="netpulse"}', time=str(T))
    assert (answer.status, answer.json["errorType"]) == (422, "execution")


def test_too_many_samples_are_refused(client: Client, device_id: str) -> None:
    answer = _get(client, "query", query="avg_over_time(cpu_usage[2000w])", time=str(T))
    assert (answer.status, answer.json["errorType"]) == (422, "execution")
    assert "too many samples" in answer.json["error"]


def test_strangers_are_told_in_the_same_form(services: Services, clock: FakeClock) -> None:
    nobody = Client(application(lambda: FakeAccess(None), services, clock=clock))
    answer = _get(nobody, "query", query="up")
    assert (answer.status, answer.json["errorType"]) == (401, "unauthorized")


def test_another_organisation_sees_no_series(stranger: Client, device_id: str) -> None:
    assert _get(stranger, "query", query="cpu_usage").json["data"]["result"] == []
    assert _get(stranger, "labels").json["data"] == []
    assert _get(stranger, "metadata").json["data"] == {}


def test_what_is_older_than_samples_is_read_from_rollups(
    client: Client, postgres: TestDatabase, organization: OrganizationId
) -> None:
    made = put_device(postgres, organization, name="old")
    kinds = [("", "cpu_usage", "%", "gauge"), ("if:eth0", "if_in_octets", "octets", "counter")]
    put_series(postgres, organization, made, kinds)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.retention_policies (organization_id, raw_days, five_minute_days, "
            "hourly_days, daily_days) VALUES (%s, 2, 2, 5, 30)",
            (organization,),
        )
        for table, first, step in (("1h", 5, "1 hour"), ("1d", 10, "1 day")):
            connection.execute(
                f"INSERT INTO netpulse.rollups_{table} "
                "SELECT at, d.number, o.number, 0, ARRAY[60, 60], "
                "ARRAY[60 * 50, 60 * 2]::float8[], ARRAY[0, 2], ARRAY[100, 2], ARRAY[60, 2] "
                "FROM netpulse.devices d JOIN netpulse.organizations o ON o.id = d.organization_id,"
                "generate_series(%s, %s, %s::interval) at WHERE d.id = %s",
                (midnight - timedelta(days=first), midnight - timedelta(days=2, hours=1), step,
                 made),
            )  # fmt: skip
    # young enough to be taken, whatever the time of day is
    raw = [[70.0, 1e9 + 240.0 * n] for n in range(61)]
    put_rows(postgres, made, midnight - timedelta(days=1) + MINUTE, 2 * MINUTE, raw)
    begin = midnight - timedelta(days=8)
    asked = {"start": str(begin.timestamp()), "step": "7200"}
    end = str((midnight - timedelta(hours=22)).timestamp())
    levels, growth = (
        {
            float(value)
            for each in _get(client, "query_range", query=query, end=end, **asked).json["data"][
                "result"
            ]
            for _, value in each["values"]
        }
        for query in ("cpu_usage", "rate(if_in_octets[15m])")
    )
    assert levels == {50.0, 70.0}
    assert {round(value, 6) for value in growth} == {2.0}
    wide = _get(client, "query", query="max_over_time(cpu_usage[7d])", time=end).json["data"]
    assert [each["value"][1] for each in wide["result"]] == ["70"]
    count = _get(client, "query", query="count_over_time(cpu_usage[1d])",
                 time=str((midnight - timedelta(days=6)).timestamp())).json["data"]  # fmt: skip
    assert [each["value"][1] for each in count["result"]] == ["288"]
