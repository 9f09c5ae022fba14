"""Which series share a row of samples."""

from __future__ import annotations

from pollers.ports import Series, series_of
from pollers.series import _Layout


def series(metric: str, entity: str = "") -> Series:
    return series_of(metric, "", entity, "gauge")


def test_a_checks_series_have_a_block_of_their_own() -> None:
    layout = _Layout({}, {})
    blocks = [
        layout.allot(one)[0]
        for one in (
            series("availability"),
            series("cpu_usage"),
            series("check_ok", "check:web"),
            series("if_in_bps", "if:eth0"),
            series("check_ok", "check:dns"),
            series("tls_days_left", "check:web"),
        )
    ]
    assert blocks == [0, 1, 2, 1, 3, 2]


def test_a_block_that_is_full_is_followed_by_the_next_that_is_free() -> None:
    layout = _Layout({}, {})
    layout.allot(series("cpu_usage"))
    layout.allot(series("check_ok", "check:web"))
    places = [layout.allot(series("x", f"if:{n}")) for n in range(64)]
    assert {block for block, _ in places} == {1, 3}
    assert places[-1] == (3, 1)


def test_a_layout_read_from_the_database_goes_on_where_it_was() -> None:
    layout = _Layout({}, {})
    layout.take(("", "cpu_usage"), (1, 1))
    layout.take(("check:web", "check_ok"), (2, 1))
    assert layout.allot(series("memory_usage")) == (1, 2)
    assert layout.allot(series("check_response_ms", "check:web")) == (2, 2)
