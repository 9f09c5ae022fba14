"""Each alarm watches what is really emitted, fires when it should and is quiet otherwise."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch
from typing import TYPE_CHECKING

import pytest

from infra import cost
from infra.bundling import ROOT
from tests.infra.emitting import Emitted, emissions, metrics_in, run_everything
from tests.infra.judgement import Judge, Series, Watched

if TYPE_CHECKING:
    from tests.infra.conftest import Synthesised
    from tests.support.database import TestDatabase

_GIB = 1024**3
_MIB = 1024**2
# The dimensions under which AWS documents these metrics.
_AWS = {
    "AWS/SQS": (
        {
            "ApproximateNumberOfMessagesVisible",
            "ApproximateAgeOfOldestMessage",
            "NumberOfMessagesSent",
        },
        [{"QueueName"}],
    ),
    "AWS/Lambda": ({"Errors", "Throttles", "Duration"}, [{"FunctionName"}]),
    # of an HTTP API: REST APIs say 5XXError and ApiName
    "AWS/ApiGateway": ({"Count", "4xx", "5xx", "Latency"}, [{"ApiId"}, {"ApiId", "Stage"}]),
    "AWS/ECS": ({"CPUUtilization", "MemoryUtilization"}, [{"ClusterName", "ServiceName"}]),
    "AWS/RDS": (
        {"CPUUtilization", "FreeableMemory", "FreeStorageSpace", "DatabaseConnections"},
        [{"DBInstanceIdentifier"}],
    ),
}
Story = dict[str, list[float]]
# By alarm: datapoints of one period in a bad time and in a good one.
_STORIES: dict[str, tuple[Story, Story]] = {
    "ApiAvailability": (
        {"requests": [1000], "errors": [6]},
        {"requests": [1000], "errors": [5]},
    ),
    "ApiErrorRate": (
        {"requests": [1000], "errors": [11]},
        {"requests": [1000], "errors": [1]},
    ),
    "ApiErrorBurst": ({"requests": [100], "errors": [6]}, {"requests": [100], "errors": [5]}),
    "ApiLatency": ({"it": [90.0] * 18 + [600.0] * 2}, {"it": [90.0] * 19 + [600.0]}),
    "ApiVerySlow": ({"it": [90.0] * 18 + [2100.0] * 2}, {"it": [600.0] * 20}),
    "ApiThrottled": ({"devices": [3]}, {"devices": [0], "alerts": [0]}),
    "*ErrorRate": (
        {"requests": [1.0] * 50, "errors": [1.0] * 3 + [0.0] * 47},
        {"requests": [1.0] * 50, "errors": [1.0] * 2 + [0.0] * 48},
    ),
    "*Down": ({}, {"it": [1]}),
    "*DeadLetters": ({"it": [1]}, {"it": [0]}),
    "TimersAge": ({"it": [1201]}, {"it": [899]}),
    "DeliveriesAge": ({"it": [1201]}, {"it": [899]}),
    "*Age": ({"it": [301]}, {"it": [59]}),
    "*Backlog": ({"it": [1001]}, {"it": [1000]}),
    "PollerHeartbeat": ({}, {"it": [1]}),
    "PollResultsSilent": ({"devices": [20]}, {"devices": [20], "sent": [1, 1]}),
    "PollLag": ({"it": [0.1, 11]}, {"it": [0.1, 0.2]}),
    "PollSlotsSkipped": ({"it": [0, 2]}, {"it": [0, 0]}),
    "PollerSpool": ({"it": [206 * _MIB]}, {"it": [20 * _MIB]}),
    "PollersCpu": ({"it": [86]}, {"it": [69]}),
    "PollersMemory": ({"it": [91]}, {"it": [79]}),
    "DatabaseQueries": ({"it": [0.01] * 18 + [0.3] * 2}, {"it": [0.01] * 19 + [0.3]}),
    "DatabaseUnreachable": ({"it": [1]}, {}),
    "SamplesQuarantined": ({"it": [0, 3]}, {}),
    "SeriesRefused": ({"it": [1]}, {"it": [0]}),
    "DatabaseCpu": ({"it": [86]}, {"it": [69]}),
    "DatabaseMemory": ({"free": [0.7 * _GIB]}, {"free": [2 * _GIB]}),
    "DatabaseDisk": ({"free": [19 * _GIB]}, {"free": [40 * _GIB]}),
    "NotificationsFailing": (
        {"failed": [1.0] * 6, "sent": [1.0] * 4},
        {"failed": [1.0] * 5, "sent": [0.0]},
    ),
    "*Errors": ({"it": [0, 1]}, {"it": [0]}),
}
_SILENCE_FIRES = ("PollerHeartbeat", "*Down")


@pytest.fixture(scope="module")
def judges(prod: Synthesised) -> list[Judge]:
    alarms = prod.resources("AWS::CloudWatch::Alarm").values()
    return [Judge(alarm["Properties"]) for alarm in alarms]


@pytest.fixture(scope="module")
def emitted(postgres: TestDatabase) -> Emitted:
    lines: list[dict[str, object]] = []
    with pytest.MonkeyPatch.context() as monkeypatch, emissions(lines):
        run_everything(monkeypatch, postgres)
    return metrics_in(lines)


def _is_real(metric: Watched, emitted: Emitted) -> bool:
    if metric.namespace == "NetPulse":
        key = (metric.namespace, metric.name, frozenset(metric.dimensions.items()))
        return key in emitted
    names, dimensions = _AWS[metric.namespace]
    return metric.name in names and set(metric.dimensions) in dimensions


def _story_of(name: str) -> tuple[Story, Story]:
    return next(story for pattern, story in _STORIES.items() if fnmatch(name, pattern))


def _lasting(story: Story, periods: int) -> dict[str, Series]:
    return {metric: [values] * periods for metric, values in story.items()}


def test_what_alarms_watch_is_emitted_under_that_name_and_those_dimensions(
    judges: list[Judge], emitted: Emitted
) -> None:
    unreal = [(j.name, m) for j in judges for m in j.watched if not _is_real(m, emitted)]
    assert not unreal
    assert any(m.namespace == "NetPulse" for j in judges for m in j.watched)


def test_each_alarm_fires_in_bad_times_that_last_and_not_before(judges: list[Judge]) -> None:
    for judge in judges:
        bad, good = _story_of(judge.name)
        assert judge.fires(_lasting(bad, judge.periods)), judge.name
        once_good = {
            metric: [good.get(metric, []), *[bad.get(metric, [])] * (judge.periods - 1)]
            for metric in good.keys() | bad.keys()
        }
        assert not judge.fires(once_good), judge.name


def test_no_alarm_fires_in_good_times(judges: list[Judge]) -> None:
    for judge in judges:
        assert not judge.fires(_lasting(_story_of(judge.name)[1], judge.periods)), judge.name


def test_only_the_silence_of_what_is_always_heard_is_an_alarm(judges: list[Judge]) -> None:
    silent = {judge.name for judge in judges if judge.fires({})}
    expected = {j.name for j in judges if any(fnmatch(j.name, each) for each in _SILENCE_FIRES)}
    assert silent == expected
    assert silent


def test_every_story_is_of_an_alarm(judges: list[Judge]) -> None:
    names = [judge.name for judge in judges]
    assert not [each for each in _STORIES if not any(fnmatch(name, each) for name in names)]


def test_the_blueprints_limits_are_the_alarms_limits(prod: Synthesised) -> None:
    alarms = {
        a["Properties"]["AlarmName"].rpartition("-")[2]: a["Properties"]
        for a in prod.resources("AWS::CloudWatch::Alarm").values()
    }

    def limit(name: str) -> tuple[float, int]:
        alarm = alarms[name]
        stats = [m["MetricStat"] for m in alarm.get("Metrics", []) if "MetricStat" in m]
        period = alarm.get("Period") or stats[0]["Period"]
        return alarm["Threshold"], period * alarm["EvaluationPeriods"]

    assert limit("ApiAvailability")[0] == 99.5
    assert limit("ApiLatency")[0] == 500
    assert limit("ApiVerySlow") == (2000, 300)
    assert limit("ApiErrorRate")[0] == 1
    assert limit("ApiErrorBurst") == (5, 120)
    assert limit("PlatformDown") == (1, 300)
    assert limit("PollResultsAge")[0] == 300
    assert limit("PollResultsBacklog")[0] == 1000
    assert limit("DatabaseQueries")[0] == 0.2
    assert {limit(f"{each}Cpu")[0] for each in ("Pollers", "Database")} == {85}
    assert {limit(f"{each}Memory")[0] for each in ("Pollers", "Database")} == {90}
    assert limit("DatabaseDisk")[0] == 80


def test_the_blueprints_metrics_are_emitted_with_few_dimensions(emitted: Emitted) -> None:
    by_name = {name: {key for key, _ in dimensions} for _, name, dimensions in emitted}
    assert by_name["http_requests_total"] == {"domain"}
    assert by_name["http_request_duration_seconds"] == {"domain"}
    assert by_name["alerts_generated_total"] == {"severity", "alert_type"}
    assert by_name["device_online_status"] == {"device_type"}
    assert by_name["active_database_connections"] == {"service"}
    keys = {key for _, _, dimensions in emitted for key, _ in dimensions}
    # no ids: each value of a dimension costs by the month
    assert keys == {"domain", "severity", "alert_type", "device_type", "channel", "service"}
    # and the model of costs counts them, with room for more types and channels than met here
    assert len(emitted) < cost.OWN_METRICS


def test_the_dashboard_is_valid_and_shows_what_is_emitted(
    prod: Synthesised, emitted: Emitted
) -> None:
    (made,) = prod.resources("AWS::CloudWatch::Dashboard").values()
    parts = made["Properties"]["DashboardBody"]["Fn::Join"][1]
    body = json.loads("".join(part if isinstance(part, str) else "token" for part in parts))
    graphs = [w for w in body["widgets"] if w["type"] == "metric"]
    titles = " ".join(w["properties"]["title"] for w in graphs)
    for word in ("requests", "latency", "errors", "Dead letters", "lag", "Queries", "Notific"):
        assert word in titles
    for widget in body["widgets"]:
        assert 0 < widget["x"] + widget["width"] <= 24
    own = [m for w in graphs for m in w["properties"]["metrics"] if m[0] == "NetPulse"]
    assert own
    for namespace, name, *rest in own:
        words = [each for each in rest if isinstance(each, str)]
        dimensions = frozenset(zip(words[::2], words[1::2], strict=True))
        assert (namespace, name, dimensions) in emitted, (name, dimensions)


def test_a_budget_warns_before_the_month_is_too_dear(prod: Synthesised) -> None:
    (budget,) = prod.resources("AWS::Budgets::Budget").values()
    made = budget["Properties"]["Budget"]
    assert (made["TimeUnit"], made["BudgetLimit"]["Unit"]) == ("MONTHLY", "USD")
    assert made["BudgetLimit"]["Amount"] > 0
    assert made["CostFilters"] == {"TagKeyValue": ["user:project$netpulse"]}


def test_every_log_is_kept_as_long_as_the_stage_says(prod: Synthesised) -> None:
    groups = prod.resources("AWS::Logs::LogGroup").values()
    assert {group["Properties"]["RetentionInDays"] for group in groups} == {90}


def test_every_process_logs_under_its_domains_name(prod: Synthesised) -> None:
    for function in prod.resources("AWS::Lambda::Function").values():
        properties = function["Properties"]
        variables = properties["Environment"]["Variables"]
        assert variables["POWERTOOLS_SERVICE_NAME"] == properties["Handler"].split(".")[1]
    (task,) = prod.resources("AWS::ECS::TaskDefinition").values()
    (container,) = task["Properties"]["ContainerDefinitions"]
    assert {"Name": "POWERTOOLS_SERVICE_NAME", "Value": "pollers"} in container["Environment"]


def test_the_runbook_has_a_section_for_each_alarm_and_no_other(judges: list[Judge]) -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    parts = text.partition("## Alarms\n")[2].partition("\n## ")[0].split("\n### ")[1:]
    sections = {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in parts}
    names = {judge.name for judge in judges}
    single = {name for name in sections if not name.startswith("*")}
    assert single <= names
    for name in names - single:
        kind = next(each for each in sections if each[0] == "*" and name.endswith(each[1:]))
        subject = name.removesuffix(kind[1:])
        assert re.search(rf"\b{subject}\b", sections[kind]), name
    for name, advice in sections.items():
        assert any(fnmatch(each, name) for each in names), name
        assert len(advice) > 100, name
