"""Measured values on paper: a chart a metric, the statistics of each series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.platypus import CondPageBreak, KeepTogether, Spacer

from functions.reports.renderers.pdf import charts
from functions.reports.renderers.pdf.parts import begun, limited, text
from functions.reports.renderers.pdf.table import Column
from functions.reports.renderers.pdf.text import amount, length

if TYPE_CHECKING:
    from functions.reports.domain.report import Performance, Report

_METRICS = {
    "response_time_ms": "Response time",
    "icmp_rtt_avg_ms": "Round-trip time",
    "icmp_jitter_ms": "Jitter",
    "icmp_loss_ratio": "Packet loss",
    "cpu_usage": "Processor load",
    "memory_usage": "Memory in use",
    "disk_usage": "Disk in use",
    "if_in_bps": "Traffic in",
    "if_out_bps": "Traffic out",
    "if_in_utilization": "Utilisation in",
    "if_out_utilization": "Utilisation out",
}


def performance_section(report: Report, performance: Performance) -> list[Any]:
    """Return a chart a metric and the statistics of each series."""
    story = begun("Performance", is_short=not performance.readings)
    if not performance.readings:
        wanted = ", ".join(performance.metrics)
        return [*story, text(f"Nothing was measured in this period of: {wanted}.", "body")]
    last = min(report.end, report.generated_at)
    for chart in performance.charts:
        named = _METRICS.get(chart.metric)
        title = f"{named} ({chart.metric})" if named else chart.metric
        title = f"{title}, averages of {length(chart.step_s)}"
        drawn = charts.metric_chart(chart, report.begin, last, report.zone)
        story.append(KeepTogether([text(title, "subheading"), drawn]))
    columns = [
        Column("Device", bold=True, once=True),
        Column("Metric"),
        Column("Of"),
        Column("Lowest", right=True),
        Column("Average", right=True),
        Column("95\u00a0% below", right=True),
        Column("Highest", right=True),
        Column("Samples", right=True),
    ]
    rows = [
        [
            reading.device.name,
            reading.statistics.metric,
            reading.statistics.entity or "device",
            *(
                amount(value, reading.statistics.unit)
                for value in (
                    reading.statistics.minimum,
                    reading.statistics.average,
                    reading.statistics.p95,
                    reading.statistics.maximum,
                )
            ),
            str(reading.statistics.samples),
        ]
        for reading in performance.readings
    ]
    story += [CondPageBreak(110), Spacer(0, 10), text("Measured values", "heading")]
    return story + limited(columns, rows)
