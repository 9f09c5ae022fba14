"""What the dashboard shows: rows of graphs from the caller's side inwards."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.alarms import minutes
from infra.constructs.own_metrics import error_rate, own
from infra.watched import Watched

Row = Mapping[str, Sequence[cloudwatch.IMetric]]


def rows(watched: Watched) -> list[Row]:
    """Return graphs' titles and their metrics, row by row."""
    made = [*_api(watched), _queues(watched), *_work(watched), _database(watched)]
    return [row for row in made if row]


def _api(watched: Watched) -> list[Row]:
    api, domains = watched.api, watched.http_domains
    requests = api.metric_count(period=minutes(1), statistic="Sum")
    errors = api.metric_server_error(period=minutes(1), statistic="Sum")
    return [
        {
            "API requests a minute": [
                requests,
                api.metric_client_error(period=minutes(1), statistic="Sum"),
                errors,
            ],
            "API errors, %": [error_rate(requests, errors, period=5)],
            "API latency, ms": [
                api.metric_latency(period=minutes(1), statistic=each) for each in ("p50", "p95")
            ],
        },
        {
            "Requests by domain": [own("http_requests_total", label=d, domain=d) for d in domains],
            "Errors by domain": [own("http_errors_total", label=d, domain=d) for d in domains],
            "p95 by domain, s": [
                own("http_request_duration_seconds", "p95", label=d, domain=d) for d in domains
            ],
        },
    ]


def _queues(watched: Watched) -> Row:
    work = watched.work_queues
    one = minutes(1)
    return {
        "Waiting messages": [
            w.queue.metric_approximate_number_of_messages_visible(period=one, label=w.title)
            for w in work
        ],
        "Oldest message, s": [
            w.queue.metric_approximate_age_of_oldest_message(period=one, label=w.title)
            for w in work
        ],
        "Dead letters": [
            w.dead_letters.metric_approximate_number_of_messages_visible(period=one, label=w.title)
            for w in work
        ],
    }


def _work(watched: Watched) -> list[Row]:
    functions = watched.functions
    tasks: dict[str, Sequence[cloudwatch.IMetric]] = {
        "Poll lag, s": [own("PollLagSeconds", "Maximum")],
        "Slots skipped": [own("PollSlotsSkipped")],
        "Devices polled": [own("PollerDevices", "Maximum")],
    }
    if watched.pollers:
        tasks["Pollers' CPU and memory, %"] = [
            watched.pollers.metric_cpu_utilization(period=minutes(5)),
            watched.pollers.metric_memory_utilization(period=minutes(5)),
        ]
    return [
        tasks,
        {
            "Notifications": [own("notifications_sent_total"), own("notifications_failed_total")],
            "Pushes": [own("facts_pushed_total"), own("pushes_failed_total")],
            "Alerts by severity": [
                own("alerts_generated_total", label=f"{s} {t}", severity=s, alert_type=t)
                for s in ("critical", "warning", "info")
                for t in ("device_down", "threshold")
            ],
        },
        {
            "Function errors": [
                f.function.metric_errors(period=minutes(5), label=f.spec.title) for f in functions
            ],
            "Function p95, ms": [
                f.function.metric_duration(period=minutes(5), statistic="p95", label=f.spec.title)
                for f in functions
            ],
        },
    ]


def _database(watched: Watched) -> Row:
    row: dict[str, Sequence[cloudwatch.IMetric]] = {
        "Queries p95, s": [own("database_query_duration_seconds", "p95")],
        "Database connections": [own("active_database_connections", "Maximum")],
    }
    if database := watched.database:
        row["PostgreSQL CPU, %"] = [database.metric_cpu_utilization(period=minutes(5))]
        row["PostgreSQL free memory and disk, bytes"] = [
            database.metric_freeable_memory(period=minutes(5)),
            database.metric_free_storage_space(period=minutes(5)),
        ]
    return row
