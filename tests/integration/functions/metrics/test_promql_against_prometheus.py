"""The same samples, the same queries: what Prometheus answers and what we do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from functions.metrics.channels.promql import parse
from functions.metrics.domain.promql.errors import PromqlError
from functions.metrics.domain.promql.evaluation import Evaluation, Manner
from functions.metrics.domain.promql.matching import chooser
from functions.metrics.domain.promql.plan import selectors
from functions.metrics.domain.promql.vectors import Samples, grid
from tests.support.prometheus import MISSING, is_installed, running_prometheus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.prometheus import Prometheus

pytestmark = pytest.mark.skipif(not is_installed(), reason=MISSING)

START_S = 1_767_571_200
MINUTES = 240
STEP_S = 37


def _samples() -> list[Samples]:
    """Return gauges and counters of four devices, with gaps, resets and odd phases."""
    random = np.random.default_rng(11)
    found = []
    for number in range(4):
        times = (START_S + 60 * np.arange(MINUTES) + 7 * number) * 1000
        keep = random.random(MINUTES) > 0.03
        if number == 2:
            keep[60:90] = False
        place = {"device": f"core-{number}", "site": "north" if number < 2 else "south"}
        for entity in ("if:eth0", "if:eth1"):
            octets = 1e6 + np.cumsum(np.floor(random.gamma(2, 1e4, MINUTES)))
            octets[150:] -= octets[150] - 1e5 * number
            labels = {"__name__": "octets_total", "entity": entity, **place}
            found.append(Samples(labels, times[keep], octets[keep]))
        rtt = np.round(random.gamma(3, 4, MINUTES), 3)
        found.append(Samples({"__name__": "rtt_ms", **place}, times[keep], rtt[keep]))
        state = (random.random(MINUTES) > 0.1).astype(float)
        found.append(Samples({"__name__": "up", **place}, times, state))
    limit = np.full(MINUTES, 12.5)
    whole = (START_S + 60 * np.arange(MINUTES)) * 1000
    for site in ("north", "south"):
        found.append(Samples({"__name__": "rtt_limit", "site": site, "unit": "ms"}, whole, limit))
    return found


SAMPLES = _samples()


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with running_prometheus(tmp_path_factory.mktemp("prometheus"), series=SAMPLES) as found:
        yield found


QUERIES = """
rtt_ms
rtt_ms{device="core-1"}
rtt_ms{device!="core-1"}
rtt_ms{device=~"core-[12]"}
rtt_ms{device!~"core-(0|3)",site="south"}
{__name__=~"rtt.*",site=~"n.+"}
rtt_ms{missing=""}
rtt_ms offset 7m
rtt_ms offset -3m
nothing_like_it
rate(octets_total[5m])
rate(octets_total{entity="if:eth0"}[90s])
rate(octets_total[20m] offset 10m)
increase(octets_total[15m])
irate(octets_total[5m])
delta(rtt_ms[10m])
idelta(rtt_ms[10m])
deriv(rtt_ms[10m])
predict_linear(rtt_ms[30m], 600)
predict_linear(rtt_ms[30m] offset 5m, 600)
resets(octets_total[2h])
changes(up[1h])
avg_over_time(rtt_ms[10m])
min_over_time(rtt_ms[10m])
max_over_time(rtt_ms[10m])
sum_over_time(up[1h])
count_over_time(rtt_ms[10m])
last_over_time(rtt_ms[10m])
present_over_time(rtt_ms[10m])
stddev_over_time(rtt_ms[10m])
stdvar_over_time(rtt_ms[10m])
quantile_over_time(0.95, rtt_ms[20m])
quantile_over_time(1.5, rtt_ms[20m])
sum(rtt_ms)
sum by (site) (rtt_ms)
sum without (device, unit) (up)
avg by (site) (rate(octets_total[5m]))
min(rtt_ms)
max by (device) (octets_total)
count(rtt_ms)
count by (site) (rtt_ms > 10)
group by (site) (up)
stddev(rtt_ms)
stdvar by (site) (rtt_ms)
quantile(0.5, rtt_ms)
quantile by (site) (0.95, rtt_ms)
topk(2, rtt_ms)
bottomk(1, rtt_ms)
topk by (site) (1, rtt_ms)
sum(topk(3, rtt_ms))
rtt_ms + 1
2 ^ rtt_ms
rtt_ms % 3
-rtt_ms % 5
-rtt_ms
rtt_ms / 0
rtt_ms * -1 / 0
1 - rtt_ms
rtt_ms > 10
10 < rtt_ms
rtt_ms > bool 10
rtt_ms == rtt_ms
rtt_ms != bool rtt_ms
up == 1
rtt_ms + on(device) rtt_ms offset 5m
rtt_ms / on(site) group_left rtt_limit
rtt_limit - on(site) group_right rtt_ms
rtt_ms > on(site) group_left rtt_limit
rtt_ms * on(site) group_left(unit) rtt_limit
octets_total / ignoring(entity) group_left rtt_ms
rtt_ms and up == 1
rtt_ms and on(device) (up == 0)
rtt_ms unless on(device) (up == 0)
rtt_ms > 15 or rtt_ms < 5
rtt_ms or on(site) rtt_limit
up or rtt_ms
100 * (1 - avg_over_time(up[1h]))
sum by (site) (rate(octets_total[5m]) * 8) / 1000
abs(rtt_ms - 12)
ceil(rtt_ms)
floor(rtt_ms)
round(rtt_ms)
round(rtt_ms, 5)
round(rtt_ms, 0.1)
clamp(rtt_ms, 5, 10)
clamp(rtt_ms, 10, 5)
clamp_min(rtt_ms, 8)
clamp_max(rtt_ms, 8)
sgn(rtt_ms - 10)
sqrt(rtt_ms)
exp(rtt_ms / 10)
ln(rtt_ms)
log2(rtt_ms)
log10(rtt_ms)
time()
time() - timestamp(rtt_ms)
timestamp(rtt_ms + 1)
vector(3)
vector(time())
scalar(rtt_ms{device="core-1"})
scalar(rtt_ms)
rtt_ms > scalar(avg(rtt_ms))
absent(rtt_ms{device="none",site=~"x"})
absent(rtt_ms{device="core-2"})
absent(sum(nothing_like_it))
sort(rtt_ms)
sort_desc(sum by (device) (octets_total))
1 + 2 * 3 ^ 2 / 4 % 5
1 > bool 2
NaN
Inf
sum(rate(octets_total[5m])) by (site) > 1e3
avg(rtt_ms) by (site) * 2 >= bool 20
octets_total / octets_total
""".strip().splitlines()
# What cannot be combined, and what cannot be read.
WRONG = """
rtt_ms + on(site) rtt_ms
rtt_ms * on(site) rtt_limit
rtt_limit * on(site) rtt_ms
octets_total + on(device) rtt_ms
rate({__name__=~"rtt.*|up"}[5m])
rate({device="core-1"}[5m])
rtt_ms +
rate(rtt_ms)
sum(1)
{}
{site=~".*"}
rtt_ms{device=~"("}
no_such_function(rtt_ms)
1 > 2
""".strip().splitlines()


def _ours(query: str, instants: Any, manner: Manner) -> Any:
    node = parse(query)
    chosen = {
        each: [one for one in SAMPLES if chooser(each.matchers)(one.labels)]
        for each in selectors(node)
    }
    return Evaluation(instants, chosen, manner).value(node)


def _matrix(value: Any, instants: Any) -> dict[tuple[tuple[str, str], ...], dict[int, float]]:
    if isinstance(value, list):
        return {
            tuple(sorted(each.labels.items())): {
                int(at): float(v)
                for at, v, there in zip(instants, each.values, each.present, strict=True)
                if there
            }
            for each in value
            if each.present.any()
        }
    return {(): {int(at): float(v) for at, v in zip(instants, value, strict=True)}}


def _theirs(data: dict[str, Any]) -> dict[tuple[tuple[str, str], ...], dict[int, float]]:
    return {
        tuple(sorted(each["metric"].items())): {
            round(at * 1000): float(value) for at, value in each["values"]
        }
        for each in data["result"]
    }


@pytest.mark.parametrize("query", QUERIES)
def test_a_range_is_answered_as_prometheus_does(prometheus: Prometheus, query: str) -> None:
    start, end = START_S + 1801, START_S + MINUTES * 60 + 600
    status, answer = prometheus.ask("query_range", query=query, start=start, end=end, step=STEP_S)
    assert status == 200, answer
    theirs = _theirs(answer["data"])
    instants = grid(start * 1000, end * 1000, STEP_S * 1000)
    ours = _matrix(_ours(query, instants, Manner(left_open=prometheus.major >= 3)), instants)
    assert ours.keys() == theirs.keys()
    for labels, values in theirs.items():
        assert ours[labels].keys() == values.keys(), labels
        for at, value in values.items():
            assert _close(ours[labels][at], value), (labels, at, ours[labels][at], value)


def _close(ours: float, theirs: float) -> bool:
    if math.isnan(theirs):
        return math.isnan(ours)
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("query", WRONG)
def test_what_prometheus_refuses_is_refused_for_the_same_reason(
    prometheus: Prometheus, query: str
) -> None:
    start, end = START_S + 1800, START_S + 5400
    status, answer = prometheus.ask("query_range", query=query, start=start, end=end, step=60)
    instants = grid(start * 1000, end * 1000, 60_000)
    with pytest.raises(PromqlError) as refused:
        _ours(query, instants, Manner(left_open=prometheus.major >= 3))
    assert (refused.value.status, refused.value.kind) == (status, answer["errorType"])
