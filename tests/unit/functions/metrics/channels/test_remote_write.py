"""Requests of remote_write, read; whatever else comes is refused and nothing breaks."""

from __future__ import annotations

from contextlib import suppress

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.metrics.channels.promql import parse
from functions.metrics.channels.remote_write import read
from functions.metrics.domain.foreign import accepted, foreign, next_places, rows_of
from functions.metrics.domain.promql.errors import BadQueryError
from tests.support.remote_write import metadata, packed, series

names = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
labels = st.dictionaries(names, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
instants = st.integers(-(2**62), 2**62)


@given(
    st.lists(
        st.tuples(labels, st.lists(st.tuples(instants, st.floats(allow_nan=False)), max_size=4)),
        max_size=4,
    )
)
def test_what_was_sent_is_what_is_read(
    sent: list[tuple[dict[str, str], list[tuple[int, float]]]],
) -> None:
    found = read(packed([series(*each) for each in sent]))
    assert [(dict(one.labels), list(one.samples)) for one in found.series] == sent


def test_metadata_are_read() -> None:
    found = read(packed([], [metadata("up", 2, "Whether it is up."), metadata("x", 99, "")]))
    assert [(m.name, m.type, m.help) for m in found.metadata] == [
        ("up", "gauge", "Whether it is up."),
        ("x", "unknown", ""),
    ]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    for given_ in (body, bytes(cramjam.snappy.compress_raw(body))):
        with suppress(BadQueryError):
            read(given_)


def test_what_would_unpack_to_too_much_is_not_unpacked() -> None:
    with pytest.raises(BadQueryError, match="unpacked"):
        read(b"\xff\xff\xff\xff\x0f" + b"x" * 10)


@given(st.lists(st.tuples(names, names), max_size=5, unique_by=lambda pair: pair[0]))
def test_a_series_is_the_same_in_whatever_order_its_labels_come(
    pairs: list[tuple[str, str]],
) -> None:
    named = [("__name__", "up"), *pairs]
    assert foreign(named).fingerprint == foreign(named[::-1]).fingerprint
    # a label without a value is none
    assert foreign([*named, ("none", "")]).fingerprint == foreign(named).fingerprint


def test_values_stand_at_their_series_positions() -> None:
    one, two = b"1" * 32, b"2" * 32
    found = rows_of(
        {one: [(5, 1.0), (6, 2.0), (5, 9.0)], two: [(5, 3.0)], b"unknown": [(5, 4.0)]},
        {one: (7, 0, 3), two: (7, 0, 1)},
    )
    assert found[7, 0, 5][::2] == [3.0, 1.0]
    assert [value == value for value in found[7, 0, 6]] == [False, False, True]  # noqa: PLR0124
    assert next_places(63, 3) == [(0, 64), (1, 1), (1, 2)]


def test_nothing_is_no_value() -> None:
    request = read(packed([series({"__name__": "up"}, [(1, float("nan")), (2, 1.0)])]))
    assert list(accepted(request).samples.values()) == [[(2, 1.0)]]


_TOKENS = st.sampled_from(
    ["a", "foo:b", "{", "}", "(", ")", "[5m]", "[5m:1m]", "offset 5m", "@ 10", "+", "-", "^", "==",
     "bool", "on(a)", "group_left(c)", "by (a)", "sum", "topk", "rate", "1", '"x"', ",", 'a="b"',
     'y!~"("', "and", "inf", "0x", "time()", "é", "\\x", "start()", "histogram_quantile"]
)  # fmt: skip


@given(st.lists(_TOKENS, max_size=12))
def test_no_query_breaks_the_parser(tokens: list[str]) -> None:
    with suppress(BadQueryError):
        parse(" ".join(tokens))
