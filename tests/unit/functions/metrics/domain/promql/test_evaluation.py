"""Queries over a few series whose answers can be reckoned in the head."""

from __future__ import annotations

from math import isclose

import numpy as np
import pytest

from functions.metrics.channels.promql import parse
from functions.metrics.domain.promql import limits, lookup, notation
from functions.metrics.domain.promql.errors import BadQueryError, ExecutionError
from functions.metrics.domain.promql.evaluation import Evaluation, Manner
from functions.metrics.domain.promql.matching import chooser
from functions.metrics.domain.promql.plan import Match, Matcher, Selector, selectors
from functions.metrics.domain.promql.vectors import Samples, grid
from functions.metrics.domain.promql.windows import quantile

# A sample a minute from 0 s on, so the last is at 600 s.
SERIES = {
    'm{i="1",j="a"}': [60.0 * n for n in range(11)],
    'm{i="2",j="a"}': [7.0] * 11,
    'm{i="3",j="b"}': [-2.5] * 11,
    'k{i="1",z="p"}': [2.0] * 11,
    'k{i="2",z="q"}': [0.0] * 11,
    "r": [5.0, 8.0, 3.0, 4.0, 9.0, 1.0, 2.0, 2.0, 6.0, 7.0, 8.0],
    "ended": [1.0, 1.0],
    "strange": [float("nan")] * 11,
}
AT = 600


def _labels(text: str) -> dict[str, str]:
    name, _, rest = text.rstrip("}").partition("{")
    pairs = [pair.split("=") for pair in rest.split(",") if pair]
    return {"__name__": name, **{key: value.strip('"') for key, value in pairs}}


ALL = [
    Samples(_labels(text), 60_000 * np.arange(len(values)), np.array(values))
    for text, values in SERIES.items()
]


def _samples(text: str) -> tuple[Evaluation, object]:
    node = parse(text)
    found = {
        each: [series for series in ALL if chooser(each.matchers)(series.labels)]
        for each in selectors(node)
    }
    return Evaluation(grid(AT * 1000, AT * 1000, 1), found), node


def ask(text: str) -> dict[str, float]:
    """Return what a query is worth, by the labels but for the name."""
    evaluation, node = _samples(text)
    found = notation.vector(evaluation.value(node), AT * 1000, descending=None)  # type: ignore[arg-type]
    if found["resultType"] == "scalar":
        return {"scalar": float(found["result"][1])}
    return {
        ",".join(f"{k}={v}" for k, v in sorted(each["metric"].items())): float(each["value"][1])
        for each in found["result"]
    }


M = "__name__=m,"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("1 + 2 * 3 ^ 2", {"scalar": 19}),
        ("-7 % 4", {"scalar": -3}),
        ("1 < bool 2", {"scalar": 1}),
        ("time()", {"scalar": 600}),
        ("scalar(r)", {"scalar": 8}),
        ("vector(3)", {"": 3}),
        ("-r", {"": -8}),
        ("-scalar(r)", {"scalar": -8}),
        ('m{i="1"}', {M + "i=1,j=a": 600}),
        ('m{i!="1"}', {M + "i=2,j=a": 7, M + "i=3,j=b": -2.5}),
        ('m{j=~"b|c"}', {M + "i=3,j=b": -2.5}),
        ('m{j!~"a"}', {M + "i=3,j=b": -2.5}),
        ('m{i="1"} offset 5m', {M + "i=1,j=a": 300}),
        ("ended", {}),
        ("absent(ended)", {"": 1}),
        ('absent(nothing{i="1",j=~"a"})', {"i=1": 1}),
        ("absent(r)", {}),
        ("absent(sum(nothing))", {"": 1}),
        ('m{i="1"} + 1', {"i=1,j=a": 601}),
        ('2 * m{i="2"}', {"i=2,j=a": 14}),
        ("m > 5", {M + "i=1,j=a": 600, M + "i=2,j=a": 7}),
        ("m > bool 5", {"i=1,j=a": 1, "i=2,j=a": 1, "i=3,j=b": 0}),
        ("5 < m", {M + "i=1,j=a": 600, M + "i=2,j=a": 7}),
        ("m * on (i) group_left (z) k", {"i=1,j=a,z=p": 1200, "i=2,j=a,z=q": 0}),
        ("k * on (i) group_right m", {"i=1,j=a": 1200, "i=2,j=a": 0}),
        ("m * on (i) k", {"i=1": 1200, "i=2": 0}),
        ("m * ignoring (j, z) k", {"i=1": 1200, "i=2": 0}),
        ("m == on (i) group_left m", {M + "i=1,j=a": 600, M + "i=2,j=a": 7, M + "i=3,j=b": -2.5}),
        ("m > bool on (i) k", {"i=1": 1, "i=2": 1}),
        ("m and on (i) k", {M + "i=1,j=a": 600, M + "i=2,j=a": 7}),
        ("m unless on (i) k", {M + "i=3,j=b": -2.5}),
        ("r or vector(1)", {"__name__=r": 8}),
        ('m{i="9"} or r', {"__name__=r": 8}),
        ("sum(m)", {"": 604.5}),
        ("sum by (j) (m)", {"j=a": 607, "j=b": -2.5}),
        ("sum without (i) (m)", {"j=a": 607, "j=b": -2.5}),
        ("avg by (j) (m)", {"j=a": 303.5, "j=b": -2.5}),
        ("min(m)", {"": -2.5}),
        ("max(m)", {"": 600}),
        ("count(m)", {"": 3}),
        ("group(m)", {"": 1}),
        ("stdvar(k)", {"": 1}),
        ("stddev(k)", {"": 1}),
        ("quantile(0.5, m)", {"": 7}),
        ("quantile(2, m)", {"": float("inf")}),
        ("quantile(-1, m)", {"": float("-inf")}),
        ("topk(1, m)", {M + "i=1,j=a": 600}),
        ("bottomk(2, m)", {M + "i=2,j=a": 7, M + "i=3,j=b": -2.5}),
        ("topk(0, m)", {}),
        ('abs(m{i="3"})', {"i=3,j=b": 2.5}),
        ('ceil(m{i="3"})', {"i=3,j=b": -2}),
        ('floor(m{i="3"})', {"i=3,j=b": -3}),
        ('round(m{i="3"})', {"i=3,j=b": -2}),
        ("round(m{i='2'}, 5)", {"i=2,j=a": 5}),
        ("clamp(m, 0, 10)", {"i=1,j=a": 10, "i=2,j=a": 7, "i=3,j=b": 0}),
        ("clamp(m, 10, 0)", {}),
        ('clamp_min(m{i="3"}, 0)', {"i=3,j=b": 0}),
        ('clamp_max(m{i="1"}, 9)', {"i=1,j=a": 9}),
        ("sgn(r)", {"": 1}),
        ("sqrt(r + 1)", {"": 3}),
        ("log2(r)", {"": 3}),
        ("ln(exp(r))", {"": 8}),
        ("log10(r * 12.5)", {"": 2}),
        ("timestamp(r)", {"": 600}),
        ("timestamp(r + 1)", {"": 600}),
        ("sort(r)", {"__name__=r": 8}),
        ("sort_desc(r)", {"__name__=r": 8}),
        ('rate(m{i="1"}[5m])', {"i=1,j=a": 1}),
        ('irate(m{i="1"}[5m])', {"i=1,j=a": 1}),
        ('increase(m{i="1"}[5m])', {"i=1,j=a": 300}),
        ('delta(m{i="1"}[5m])', {"i=1,j=a": 300}),
        ('idelta(m{i="1"}[5m])', {"i=1,j=a": 60}),
        ('deriv(m{i="1"}[5m])', {"i=1,j=a": 1}),
        ('deriv(m{i="2"}[5m])', {"i=2,j=a": 0}),
        ('predict_linear(m{i="1"}[5m], 60)', {"i=1,j=a": 660}),
        ("resets(r[10m])", {"": 2}),
        ("changes(r[5m])", {"": 3}),
        ("irate(r[10m])", {"": 1 / 60}),
        ("last_over_time(r[5m])", {"__name__=r": 8}),
        ("sum_over_time(r[3m])", {"": 21}),
        ("avg_over_time(r[3m])", {"": 7}),
        ("min_over_time(r[3m])", {"": 6}),
        ("max_over_time(r[3m])", {"": 8}),
        ("count_over_time(r[3m])", {"": 3}),
        ("present_over_time(r[3m])", {"": 1}),
        ("stddev_over_time(r[2m])", {"": 0.5}),
        ("stdvar_over_time(r[2m])", {"": 0.25}),
        ("quantile_over_time(0.5, r[3m])", {"": 7}),
        ("sum_over_time(ended[1m])", {}),
        ("rate(ended[1m])", {}),
        ("count(strange)", {"": 1}),
    ],
)
def test_answers(query: str, expected: dict[str, float]) -> None:
    found = ask(query)
    assert found.keys() == expected.keys()
    for labels, value in expected.items():
        assert found[labels] == value or isclose(found[labels], value, rel_tol=1e-9), (
            labels,
            found,
        )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("k * on () m", "many-to-many"),
        ('m{j="a"} * on () r', "many-to-one matching must be explicit"),
        ("sum_over_time(m[1m]) + on () group_left sum_over_time(k[1m])", "many-to-many"),
    ],
)
def test_what_cannot_be_combined_is_told_why(query: str, words: str) -> None:
    evaluation, node = _samples(query)
    with pytest.raises(ExecutionError, match=words):
        evaluation.value(node)  # type: ignore[arg-type]


def test_an_expression_that_is_none_is_refused() -> None:
    with pytest.raises(BadQueryError, match="no RE2 expression"):
        chooser([Matcher("i", Match.LIKE, "(?=x)")])


def test_series_that_are_never_there_together_find_no_partner() -> None:
    early, late = (
        Samples({"__name__": name}, np.array([at]), np.array([1.0]))
        for name, at in (("early", 0), ("late", 900_000))
    )
    node = parse("early + late")
    first, second = selectors(node)
    at = grid(0, 900_000, 900_000)
    assert Evaluation(at, {first: [early], second: [late]}).value(node) == []


def test_labels_that_made_two_series_different_may_be_lost_while_they_take_turns() -> None:
    turns = [
        Samples({"__name__": "a", "i": "1"}, np.array([0]), np.array([1.0])),
        Samples({"__name__": "b", "i": "1"}, np.array([900_000]), np.array([2.0])),
    ]
    node = parse('{i="1"} + 1')
    (one,) = selectors(node)
    found = Evaluation(grid(0, 900_000, 900_000), {one: turns}).value(node)
    assert isinstance(found, list)
    assert [curve.values.tolist() for curve in found] == [[2.0, 3.0]]


def test_a_label_that_the_one_side_lacks_is_taken_from_the_other_too() -> None:
    assert ask("m * on (i) group_left (j) k") == {"i=1": 1200, "i=2": 0}


def test_the_quantile_of_nothing_is_none() -> None:
    assert np.isnan(quantile(np.empty(0), 0.5))
    assert np.isnan(quantile(np.ones(3), float("nan")))


def test_text_is_itself_and_a_window_is_its_samples() -> None:
    evaluation, node = _samples('"hi"')
    assert notation.vector(evaluation.value(node), 0, descending=None)["result"] == [0, "hi"]  # type: ignore[arg-type]
    found = notation.raw(ALL[-2:-1], 0, 60_000)
    assert [each["values"] for each in found["result"]] == [[[60, "1"]]]
    assert notation.raw(ALL[-2:-1], 60_000, 70_000)["result"] == []


@pytest.mark.parametrize(("descending", "order"), [(True, [2, 0]), (False, [0, 2]), (None, [2, 0])])
def test_an_instant_answer_is_sorted_as_asked(order: list[float], *, descending: bool) -> None:
    evaluation, node = _samples("k")
    found = notation.vector(evaluation.value(node), 0, descending=descending)  # type: ignore[arg-type]
    assert [float(each["value"][1]) for each in found["result"]] == order


def test_a_range_answer_is_a_row_a_series_and_one_for_a_scalar() -> None:
    instants = grid(0, 120_000, 60_000)
    node = parse("r")
    assert isinstance(node, Selector)
    evaluation = Evaluation(instants, {node: [each for each in ALL if len(each.labels) == 1][:1]})
    rows = notation.matrix(evaluation.value(node), instants)["result"]
    assert rows == [{"metric": {"__name__": "r"}, "values": [[0, "5"], [60, "8"], [120, "3"]]}]
    scalar = notation.matrix(evaluation.value(parse("1")), instants)["result"]
    assert scalar == [{"metric": {}, "values": [[0, "1"], [60, "1"], [120, "1"]]}]
    assert notation.matrix(evaluation.value(parse('"x"')), instants)["result"] == []


def test_prometheus_2_counts_the_first_instant_of_the_lookback() -> None:
    node = parse("ended")
    assert isinstance(node, Selector)
    ended = {node: [each for each in ALL if each.labels["__name__"] == "ended"]}
    at = grid(360_000, 360_000, 1)
    assert Evaluation(at, ended).value(node) == []
    assert Evaluation(at, ended, Manner(left_open=False)).value(node) != []


@pytest.mark.parametrize("grid_", [(10, 0, 1), (0, 10, 0), (0, 12_000, 1)])
def test_grids_that_make_no_sense_are_refused(grid_: tuple[int, int, int]) -> None:
    with pytest.raises(BadQueryError):
        limits.check_steps(*grid_)


def test_a_query_may_be_only_so_much() -> None:
    limits.check_steps(0, 10, 1)
    limits.check_values(1000, 5000)
    limits.check_samples([limits.MAX_SAMPLES])
    with pytest.raises(ExecutionError, match="too many"):
        limits.check_values(1000, 5001)
    with pytest.raises(ExecutionError, match="too many"):
        limits.check_samples([limits.MAX_SAMPLES, 1])


def test_a_selector_needs_its_window_or_the_lookback_before_its_offset() -> None:
    window, newest = parse("rate(r[2m] offset 1m)"), parse("r")
    (ranged,) = selectors(window)
    assert lookup.stretch(ranged, 600_000, 900_000, 300_000) == (420_000, 840_000)
    assert isinstance(newest, Selector)
    assert lookup.stretch(newest, 600_000, 900_000, 300_000) == (300_000, 900_000)


@pytest.mark.parametrize(
    ("text", "ms"), [("1.5", 1500), ("2026-03-02T12:00:00Z", 1_772_452_800_000)]
)
def test_instants(text: str, ms: int) -> None:
    assert notation.instant("time", text) == ms
    assert notation.seconds(1500) == 1.5
    with pytest.raises(BadQueryError, match="valid time"):
        notation.instant("time", "1e13")
