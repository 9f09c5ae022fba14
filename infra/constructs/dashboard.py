"""The dashboard: every alarm's state, then graphs in rows."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

_WIDTH = 24


def dashboard(
    scope: Construct,
    name: str,
    *,
    alarms: Sequence[cloudwatch.Alarm],
    rows: Sequence[Mapping[str, Sequence[cloudwatch.IMetric]]],
) -> cloudwatch.Dashboard:
    """Return a dashboard; each row maps the graphs' titles to their metrics."""
    made = cloudwatch.Dashboard(scope, "Dashboard", dashboard_name=f"NetPulse-{name}")
    made.add_widgets(
        cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=_WIDTH)
    )
    for row in rows:
        made.add_widgets(
            *(
                cloudwatch.GraphWidget(title=title, left=list(metrics), width=_WIDTH // len(row))
                for title, metrics in row.items()
            )
        )
    return made
