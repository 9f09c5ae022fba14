"""What a Prometheus writes, and what it reads back."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import requests
from netpulse.permissions import Role

from functions.metrics.handlers.http import application
from functions.metrics.repository.foreign import PostgresForeign
from tests.support.gateway import serving
from tests.support.http import Answer, Client, FakeAccess, a_principal
from tests.support.metrics import services_over, work_on
from tests.support.organizations import new_organization
from tests.support.prometheus import (
    MISSING,
    is_installed,
    remote_writing,
    running_prometheus,
    same_samples,
)
from tests.support.remote_write import HEADERS, an_event, metadata, packed, series

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netpulse.clock import Clock
    from netpulse.db import Database
    from netpulse.http import Application
    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase

# Real time: what is older than its retention is not taken.
NOW = datetime.now(UTC).replace(microsecond=0)
NOW_MS = round(NOW.timestamp() * 1000)
CPU = {"__name__": "node_cpu_seconds_total", "job": "node", "instance": "a:9100", "cpu": "0"}
UP = {"__name__": "up", "job": "node", "instance": "a:9100"}


class _Now:
    def now(self) -> datetime:
        return NOW


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


FROZEN = _Now()


@pytest.fixture
def system(postgres: TestDatabase) -> Iterator[Database]:
    with closing(postgres.database("netpulse_system")) as opened:
        yield opened


def _application(
    database: Database,
    system: Database,
    organization: OrganizationId,
    *,
    role: Role = Role.ADMIN,
    clock: Clock = FROZEN,
) -> Application:
    @contextmanager
    def foreign(organization_id: OrganizationId) -> Iterator[PostgresForeign]:
        with system.transaction(organization_id) as transaction:
            yield PostgresForeign(transaction)

    services = services_over(work_on(database, clock), clock, foreign)
    access = FakeAccess(a_principal(role, organization_id=organization))
    return application(lambda: access, services, clock=clock)


@pytest.fixture
def app(database: Database, system: Database, organization: OrganizationId) -> Application:
    return _application(database, system, organization)


def _write(app: Application, body: bytes, headers: dict[str, str] | None = None) -> Answer:
    return Answer(app(an_event(body, headers or HEADERS), None))


def _ask(app: Application, path: str, **query: str) -> Any:
    answer = Client(app).call("GET", f"//prometheus/api/v1/{path}", query=query)
    assert answer.status == 200, answer.text
    assert answer.json["status"] == "success"
    return answer.json["data"]


def _samples(count: int, *, step_ms: int = 15_000, rate: float = 1.0) -> list[tuple[int, float]]:
    return [(NOW_MS - (count - n) * step_ms + 123, 1000 + rate * n) for n in range(count)]


def test_what_is_written_is_read_back_to_the_millisecond(app: Application) -> None:
    sent = _samples(8)
    answer = _write(app, packed([series(CPU, sent), series(UP, [(NOW_MS - 1000, 1.0)])]))
    assert (answer.status, answer.text) == (204, "")
    found = _ask(app, "query", query='node_cpu_seconds_total{cpu="0"}[10m]', time=str(NOW_MS / 1e3))
    assert found["resultType"] == "matrix"
    (only,) = found["result"]
    assert only["metric"] == CPU
    assert only["values"] == [[at / 1000, str(int(value))] for at, value in sent]
    found = _ask(app, "query", query="up", time=str(NOW_MS / 1000))
    assert [(each["metric"], each["value"][1]) for each in found["result"]] == [(UP, "1")]


def test_writing_again_changes_nothing_and_parts_of_a_scrape_come_together(
    app: Application,
) -> None:
    other = {**CPU, "cpu": "1"}
    sent = _samples(4)
    # shards send what one scrape found in several requests
    for body in (packed([series(CPU, sent)]), packed([series(other, sent)])) * 2:
        assert _write(app, body).status == 204
    found = _ask(app, "query", query="count_over_time(node_cpu_seconds_total[10m])")
    assert {each["metric"]["cpu"]: each["value"][1] for each in found["result"]} == {
        "0": "4",
        "1": "4",
    }


def test_more_series_than_a_row_holds_stand_in_several(app: Application) -> None:
    many = [series({**CPU, "cpu": str(n)}, [(NOW_MS - 5000, float(n))]) for n in range(150)]
    assert _write(app, packed(many)).status == 204
    found = _ask(app, "query", query="sum(node_cpu_seconds_total)")
    assert found["result"][0]["value"][1] == str(sum(range(150)))
    found = _ask(app, "query", query="count by (job) (node_cpu_seconds_total)")
    assert found["result"] == [{"metric": {"job": "node"}, "value": [NOW_MS / 1000, "150"]}]


def test_stale_markers_and_unknown_fields_are_passed_over(app: Application) -> None:
    stale = (NOW_MS - 1000, float("nan"))
    body = packed([series(UP, [(NOW_MS - 2000, 1.0), stale]) + b"\x1a\x02\x08\x01"])
    assert _write(app, body).status == 204
    found = _ask(app, "query", query="up[5m]")
    assert [len(each["values"]) for each in found["result"]] == [1]


@pytest.mark.parametrize(
    ("labels", "word"),
    [
        ({"job": "node"}, "name is missing"),
        ({"__name__": "a-b"}, "no name"),
        ({"__name__": "a", "b-c": "d"}, "no name"),
        ({"__name__": "a", "b": "x" * 3000}, "cannot be kept"),
        ({"__name__": "a", **{f"l{n}": "x" for n in range(70)}}, "more than 64 labels"),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_is_taken(
    app: Application, labels: dict[str, str], word: str
) -> None:
    now = [(NOW_MS - 1000, 1.0)]
    answer = _write(app, packed([series(labels, now), series(UP, now)]))
    assert (answer.status, answer.json["errorType"]) == (400, "bad_data")
    assert word in answer.json["error"]
    assert len(_ask(app, "query", query="up")["result"]) == 1


def test_samples_of_no_time_we_keep_are_told(app: Application) -> None:
    old = NOW_MS - int(timedelta(days=400).total_seconds() * 1000)
    answer = _write(app, packed([series(UP, [(old, 1.0)])]))
    assert (answer.status, "older than" in answer.text) == (400, True)
    answer = _write(app, packed([series(UP, [(-5, 1.0)])]))
    assert (answer.status, "out of all range" in answer.text) == (400, True)


def test_new_series_beyond_the_quota_are_refused_and_known_ones_go_on(
    postgres: TestDatabase, app: Application, organization: OrganizationId
) -> None:
    with psycopg.connect(postgres.owner_url) as owner:
        owner.execute(
            "INSERT INTO netpulse.series_quotas (organization_id, series_limit) VALUES (%s, 2)",
            (organization,),
        )
    now = [(NOW_MS - 1000, 1.0)]
    many = [series({**CPU, "cpu": str(n)}, now) for n in range(3)]
    answer = _write(app, packed(many))
    assert (answer.status, "quota of series is used up: 1 new" in answer.text) == (400, True)
    assert len(_ask(app, "query", query="node_cpu_seconds_total")["result"]) == 2


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"no snappy at all", {}, 400),
        (packed([b"\x0a\xff"]), {}, 400),
        (packed([b"\x0b\x01\x01"]), {}, 400),
        (b"\xff\xff\xff\xff\x0f", {}, 400),
        (packed([]), {"content-type": "application/json"}, 415),
        (packed([]), {"content-encoding": "gzip"}, 415),
        (
            packed([]),
            {"content-type": "application/x-protobuf;proto=io.prometheus.write.v2.Request"},
            415,
        ),
        (packed([]), {}, 204),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(
    app: Application, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert _write(app, body, {**HEADERS, **headers}).status == status


def test_who_may_only_read_may_not_write(
    database: Database, system: Database, organization: OrganizationId
) -> None:
    app = _application(database, system, organization, role=Role.API_USER)
    answer = _write(app, packed([]))
    assert (answer.status, answer.json["errorType"]) == (403, "forbidden")
    assert _ask(app, "status/buildinfo")["application"] == "NetPulse"


def test_organisations_do_not_see_each_others_series(
    postgres: TestDatabase, database: Database, system: Database, app: Application
) -> None:
    body = packed([series(UP, [(NOW_MS - 1000, 1.0)])])
    assert _write(app, body).status == 204
    other = _application(database, system, new_organization(postgres, "Other"))
    assert _ask(other, "query", query="up")["result"] == []
    assert _ask(other, "labels") == []
    # the same labels are another series there
    assert _write(other, packed([series(UP, [(NOW_MS - 1000, 0.0)])])).status == 204
    assert [e["value"][1] for e in _ask(app, "query", query="up")["result"]] == ["1"]
    assert [e["value"][1] for e in _ask(other, "query", query="up")["result"]] == ["0"]


def test_metadata_labels_and_series_are_listed(app: Application) -> None:
    now = [(NOW_MS - 1000, 1.0)]
    body = packed(
        [series(CPU, now), series(UP, now)],
        [metadata("node_cpu_seconds_total", 1, "Seconds the CPUs spent.")],
    )
    assert _write(app, body).status == 204
    assert _ask(app, "metadata") == {
        "node_cpu_seconds_total": [
            {"type": "counter", "help": "Seconds the CPUs spent.", "unit": ""}
        ]
    }
    assert _ask(app, "labels") == ["__name__", "cpu", "instance", "job"]
    assert _ask(app, "label/__name__/values") == ["node_cpu_seconds_total", "up"]
    assert _ask(app, "label/cpu/values") == ["0"]
    assert _ask(app, "series", **{"match[]": "up"}) == [UP]
    assert _ask(app, "labels", **{"match[]": '{__name__=~"u.*"}'}) == [
        "__name__",
        "instance",
        "job",
    ]


@pytest.mark.skipif(not is_installed(), reason=MISSING)
@pytest.mark.timeout(120)
def test_the_real_prometheus_writes_here_and_reads_back_what_it_wrote(
    database: Database, system: Database, organization: OrganizationId, tmp_path: Path
) -> None:
    app = _application(database, system, organization, clock=_Clock())
    deadline = time.monotonic() + 60
    with serving(app) as origin:
        own = f"{origin}/prometheus/api/v1"
        with running_prometheus(
            tmp_path, configuration=remote_writing(f"{own}/write", "npk_unused")
        ) as theirs:
            compared = 0
            while compared < 2000:
                assert time.monotonic() < deadline, f"only {compared} samples came"
                window = {"query": '{job="prometheus"}[2m]'}
                ours = requests.get(f"{own}/query", params=window, timeout=10).json()["data"]
                compared = same_samples(theirs.ask("query", **window)[1]["data"], ours)
            now = {"query": "sum by (job) (up)", "time": str(time.time() - 2)}
            found = requests.get(f"{own}/query", params=now, timeout=10).json()["data"]
            assert found["result"][0]["value"][1] == "1"
            what = requests.get(f"{own}/metadata?metric=go_goroutines", timeout=10).json()
            assert what["data"]["go_goroutines"][0]["type"] == "gauge"
