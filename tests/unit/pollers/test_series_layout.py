"""Which series share a row of samples."""

from __future__ import annotations

from pollers.domain.device import Sample
from pollers.series import _Layout


def test_a_checks_series_have_a_block_of_their_own() -> None:
    layout = _Layout({}, {})
    blocks = [
        layout.allot(sample)[0]
        for sample in (
            Sample("availability", 1.0),
            Sample("cpu_usage", 1.0),
            Sample("check_ok", 1.0, entity="check:web"),
            Sample("if_in_bps", 1.0, entity="if:eth0"),
            Sample("check_ok", 1.0, entity="check:dns"),
            Sample("tls_days_left", 1.0, entity="check:web"),
        )
    ]
    assert blocks == [0, 1, 2, 1, 3, 2]


def test_a_block_that_is_full_is_followed_by_the_next_that_is_free() -> None:
    layout = _Layout({}, {})
    layout.allot(Sample("cpu_usage", 1.0))
    layout.allot(Sample("check_ok", 1.0, entity="check:web"))
    places = [layout.allot(Sample("x", 1.0, entity=f"if:{n}")) for n in range(64)]
    assert {block for block, _ in places} == {1, 3}
    assert places[-1] == (3, 1)


def test_a_layout_read_from_the_database_goes_on_where_it_was() -> None:
    layout = _Layout({}, {})
    layout.take(("", "cpu_usage"), (1, 1))
    layout.take(("check:web", "check_ok"), (2, 1))
    assert layout.allot(Sample("memory_usage", 1.0)) == (1, 2)
    assert layout.allot(Sample("check_response_ms", 1.0, entity="check:web")) == (2, 2)
