"""How much one query may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.metrics.domain.promql.errors import BadQueryError, ExecutionError
from functions.metrics.domain.promql.rolled import EVERY_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_POINTS = 11_000
MAX_SAMPLES = 5_000_000
MAX_VALUES = 5_000_000


def check_steps(start_ms: int, end_ms: int, step_ms: int) -> None:
    """Refuse a grid that is upside down or too fine, in Prometheus' words."""
    if end_ms < start_ms:
        raise BadQueryError('invalid parameter "end": end timestamp must not be before start time')
    if step_ms <= 0:
        raise BadQueryError(
            'invalid parameter "step": zero or negative query resolution step widths are not '
            "accepted. Try a positive integer"
        )
    if (end_ms - start_ms) // step_ms > MAX_POINTS:
        raise BadQueryError(
            "exceeded maximum resolution of 11,000 points per timeseries. "
            "Try decreasing the query resolution (?step=XX)"
        )


def check_values(series: int, instants: int) -> None:
    """Refuse a query whose every step would hold more values than fit in memory."""
    if series * instants > MAX_VALUES:
        raise ExecutionError(
            f"{series} series at {instants} instants are too many: aggregate fewer, or try a "
            "longer step"
        )


def samples_in(begin_ms: int, end_ms: int, raw_ms: int, interval_s: int) -> float:
    """Return how many samples a series has in a stretch; before `raw_ms` they are rollups."""
    rolled = max(0, min(end_ms, raw_ms) - begin_ms)
    return rolled / EVERY_MS + (end_ms - begin_ms - rolled) / (1000 * interval_s)


def check_samples(counts: Iterable[float]) -> None:
    """Refuse to read more samples than one query may."""
    if sum(counts) > MAX_SAMPLES:
        raise ExecutionError(
            "query processing would load too many samples into memory in query execution "
            f"(more than {MAX_SAMPLES}): ask for a shorter range or fewer series"
        )
