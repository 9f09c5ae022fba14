"""Logs, metrics and traces, configured once for every process."""

from __future__ import annotations

import contextvars

from aws_lambda_powertools import Logger, Metrics

logger = Logger(service="netpulse", utc=True)
metrics = Metrics(namespace="NetPulse", service="netpulse")

# Follows a request through facts and queues: taken from the caller or made at the edge.
correlation_id: contextvars.ContextVar[str] = contextvars.ContextVar("correlation_id", default="")
causation_id: contextvars.ContextVar[str | None] = contextvars.ContextVar(
    "causation_id", default=None
)
