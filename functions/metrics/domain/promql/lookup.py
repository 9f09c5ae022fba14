"""Which stretch of time each selector of a query needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.metrics.domain.promql.plan import Selector


def stretch(selector: Selector, start_ms: int, end_ms: int, lookback_ms: int) -> tuple[int, int]:
    """Return the first and the last instant (ms) whose samples can matter to a selector."""
    back = lookback_ms if selector.window_ms is None else selector.window_ms
    return start_ms - selector.offset_ms - back, end_ms - selector.offset_ms
