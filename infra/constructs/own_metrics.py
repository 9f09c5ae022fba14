"""The metrics that NetPulse's own processes write, and expressions over metrics.

A test runs the code that writes them and compares names and dimensions.
"""

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.alarms import minutes

_NAMESPACE = "NetPulse"
_TOGETHER = {"service": "netpulse"}


def own(
    name: str,
    statistic: str = "Sum",
    *,
    period: int = 1,
    label: str | None = None,
    **dimensions: str,
) -> cloudwatch.Metric:
    """Return a metric of NetPulse's, by its dimensions or for all of it together."""
    return cloudwatch.Metric(
        namespace=_NAMESPACE,
        metric_name=name,
        dimensions_map=dimensions or _TOGETHER,
        statistic=statistic,
        period=minutes(period),
        label=label,
    )


def math(
    expression: str, metrics: Mapping[str, cloudwatch.Metric], *, period: int, label: str
) -> cloudwatch.MathExpression:
    """Return an expression over metrics, each taken over the period in minutes."""
    return cloudwatch.MathExpression(
        expression=expression,
        using_metrics={
            name: metric.with_(period=minutes(period)) for name, metric in metrics.items()
        },
        period=minutes(period),
        label=label,
    )


def error_rate(
    requests: cloudwatch.Metric, errors: cloudwatch.Metric, *, period: int
) -> cloudwatch.MathExpression:
    """Return the percentage of requests that failed by our fault."""
    return math(
        "100 * errors / requests",
        {"requests": requests, "errors": errors},
        period=period,
        label="errors, %",
    )
