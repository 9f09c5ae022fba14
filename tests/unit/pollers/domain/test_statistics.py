from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pollers.domain.statistics import summarise


def test_a_burst_of_three_is_summed_up() -> None:
    seen = summarise([10.0, 14.0, 12.0])
    assert (seen.loss_ratio, seen.min_ms, seen.avg_ms, seen.max_ms) == (0.0, 10.0, 12.0, 14.0)
    assert seen.jitter_ms == 3.0


def test_nothing_but_loss_has_no_times() -> None:
    seen = summarise([None, None])
    assert (seen.loss_ratio, seen.avg_ms, seen.jitter_ms) == (1.0, None, None)


def test_one_answer_has_no_jitter() -> None:
    assert summarise([None, 5.0, None]).jitter_ms is None


@given(st.lists(st.none() | st.floats(0, 1e4), min_size=1, max_size=20))
def test_the_figures_hold_together(rtts: list[float | None]) -> None:
    seen = summarise(rtts)
    assert 0 <= seen.loss_ratio <= 1
    assert seen.received == round((1 - seen.loss_ratio) * seen.sent)
    if seen.min_ms is not None:
        assert seen.avg_ms is not None
        assert seen.max_ms is not None
        assert seen.min_ms <= seen.avg_ms + 1e-6
        assert seen.avg_ms <= seen.max_ms + 1e-6
