"""Logs and metrics, configured once for every process; traces are Lambda's own."""

from __future__ import annotations

import contextvars
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMESPACE = "NetPulse"
# The dimension of what is not told apart.
TOGETHER = {"service": "netpulse"}

# its `service` is POWERTOOLS_SERVICE_NAME: the domain's name, or `pollers`
logger = Logger(utc=True)

# Follows a request through facts and queues: taken from the caller or made at the edge.
correlation_id: contextvars.ContextVar[str] = contextvars.ContextVar("correlation_id", default="")
causation_id: contextvars.ContextVar[str | None] = contextvars.ContextVar(
    "causation_id", default=None
)

Reading = tuple[MetricUnit, tuple[float, ...]]
# Powertools writes a line of its own accord at 100 values.
_MOST_VALUES = 99


@contextmanager
def correlated(correlation: str, *, cause: str | None = None) -> Iterator[None]:
    """Let facts and log lines of this block carry the id, and none after it."""
    before = correlation_id.set(correlation), causation_id.set(cause)
    logger.set_correlation_id(correlation)
    try:
        yield
    finally:
        correlation_id.reset(before[0])
        causation_id.reset(before[1])
        logger.set_correlation_id(correlation_id.get() or None)


def count(*values: float) -> Reading:
    """Return a reading of things counted."""
    return MetricUnit.Count, values


def seconds(*values: float) -> Reading:
    """Return a reading of durations."""
    return MetricUnit.Seconds, values


def swept(domain: str) -> None:
    """Say that a domain's sweep of the minute ended well; five minutes without are an alarm."""
    emit({"domain": domain}, sweeps_completed_total=count(1))


def emit(
    *dimensions: Mapping[str, str], details: Mapping[str, Any] | None = None, **readings: Reading
) -> None:
    """Write readings as one line of CloudWatch's embedded metric format.

    Each mapping makes metrics of its own, which cost by the month, so no ids in there: they go to
    `details`, which a log search finds. Without any the metrics are for all of NetPulse together.
    """
    first, *others = dimensions or (TOGETHER,)
    # Powertools' own `service` would be one more dimension, and another one in each process
    line = AmazonCloudWatchEMFProvider(
        namespace=NAMESPACE, service="", dimension_set=dict(first), metadata_set=dict(details or {})
    )
    for other in others:
        line.add_dimensions(**other)
    for name, (unit, values) in readings.items():
        for value in values[:_MOST_VALUES]:
            line.add_metric(name, unit, value)
    line.flush_metrics()
