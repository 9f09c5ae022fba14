"""Every alarm there is, as a table: what is watched, its limit, and what it means.

The limits are the blueprint's KPIs and alerting rules; docs/operations.md says what to do.
"""

from collections.abc import Iterator

from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_ecs as ecs

from infra.constructs.alarms import Watch, minutes
from infra.constructs.database_alarms import database_watches
from infra.constructs.domain_function import DomainFunction
from infra.constructs.own_metrics import error_rate, math, own
from infra.constructs.work_queue import WorkQueue
from infra.watched import Watched

_AVAILABLE_PERCENT = 99.5
_ERRORS_PERCENT = 1
_MANY_ERRORS_PERCENT = 5
_SLOW_MS = 500
_VERY_SLOW_MS = 2000
_SLOW_QUERY_S = 0.2
_OLD_S = 300
# SQS holds a message back for so long at most; its age counts from when it was sent.
_DELAY_S = 900
_DELAYED = ("Timers", "Deliveries")
_BACKLOG = 1000
_BUSY_PERCENT = 85
_MEMORY_PERCENT = 90
_LATE_S = 10
# 80 % of what the poller's spool may hold.
_SPOOL_BYTES = 0.8 * 256 * 1024**2
_NOTIFICATIONS_PERCENT = 50


def watches(watched: Watched) -> Iterator[Watch]:
    """Return what there is an alarm on."""
    yield from _api(watched.api)
    yield from _domains(watched)
    yield from _functions(watched.functions)
    yield from _queues(watched.work_queues)
    yield from _poller(watched)
    if watched.pollers:
        yield from _tasks(watched.pollers)
    yield from _queries()
    yield from _time_series()
    if watched.database:
        yield from database_watches(watched.database)
    yield from _notifications()


def _api(api: apigw.HttpApi) -> Iterator[Watch]:
    requests, errors = api.metric_count(statistic="Sum"), api.metric_server_error()
    errors = errors.with_(statistic="Sum")
    yield Watch(
        "ApiAvailability",
        math(
            "100 - 100 * errors / requests",
            {"requests": requests, "errors": errors},
            period=60,
            label="availability, %",
        ),
        below=_AVAILABLE_PERCENT,
        silence_is_good=True,
        meaning="In the last hour fewer than 99.5 % of all requests were answered well.",
    )
    yield Watch(
        "ApiErrorRate",
        error_rate(requests, errors, period=5),
        above=_ERRORS_PERCENT,
        periods=3,
        meaning="More than 1 % of all requests have failed for a quarter of an hour.",
    )
    yield Watch(
        "ApiErrorBurst",
        error_rate(requests, errors, period=1),
        above=_MANY_ERRORS_PERCENT,
        periods=2,
        meaning="More than 5 % of all requests have failed for two minutes.",
    )
    yield Watch(
        "ApiLatency",
        api.metric_latency(period=minutes(5), statistic="p95"),
        above=_SLOW_MS,
        periods=3,
        meaning="One request in twenty takes longer than half a second.",
    )
    yield Watch(
        "ApiVerySlow",
        api.metric_latency(period=minutes(1), statistic="p95"),
        above=_VERY_SLOW_MS,
        periods=5,
        meaning="One request in twenty has taken longer than two seconds for five minutes.",
    )


def _domains(watched: Watched) -> Iterator[Watch]:
    for domain in watched.http_domains:
        yield Watch(
            f"{domain.capitalize()}ErrorRate",
            error_rate(
                own("http_requests_total", domain=domain),
                own("http_errors_total", domain=domain),
                period=1,
            ),
            above=_MANY_ERRORS_PERCENT,
            periods=2,
            meaning=f"{domain}: more than 5 % of its requests have failed for two minutes.",
        )
    for domain in watched.sweeping_domains:
        yield Watch(
            f"{domain.capitalize()}Down",
            own("sweeps_completed_total", domain=domain),
            below=1,
            periods=5,
            meaning=f"{domain}: its sweep of the minute has not ended well for five minutes.",
        )


def _functions(functions: list[DomainFunction]) -> Iterator[Watch]:
    for function in functions:
        yield Watch(
            f"{function.spec.title}Errors",
            function.function.metric_errors(period=minutes(5)),
            above=0,
            periods=2,
            meaning=f"{function.spec.handler} fails or times out.",
        )
    throttles = {
        f.spec.domain: f.function.metric_throttles(statistic="Sum")
        for f in functions
        if f.spec.entry == "http"
    }
    yield Watch(
        "ApiThrottled",
        math(
            " + ".join(f"FILL({name}, 0)" for name in throttles),
            throttles,
            period=5,
            label="requests refused",
        ),
        above=0,
        periods=2,
        meaning="Requests are refused because their function runs as often as it may.",
    )


def _queues(queues: list[WorkQueue]) -> Iterator[Watch]:
    for work in queues:
        title = work.title
        yield Watch(
            f"{title}DeadLetters",
            work.dead_letters.metric_approximate_number_of_messages_visible(period=minutes(1)),
            above=0,
            meaning=f"{title}: messages were given up on. Look at them, then redrive.",
        )
        yield Watch(
            f"{title}Age",
            work.queue.metric_approximate_age_of_oldest_message(period=minutes(1)),
            above=_OLD_S + (_DELAY_S if title in _DELAYED else 0),
            periods=3,
            meaning=f"{title}: work has waited for more than five minutes.",
        )
        yield Watch(
            f"{title}Backlog",
            work.queue.metric_approximate_number_of_messages_visible(period=minutes(1)),
            above=_BACKLOG,
            periods=3,
            meaning=f"{title}: more than 1,000 messages wait.",
        )


def _poller(watched: Watched) -> Iterator[Watch]:
    yield Watch(
        "PollerHeartbeat",
        own("PollerHeartbeat"),
        below=1,
        periods=3,
        meaning="No poller has been heard of for three minutes: nothing is being watched.",
    )
    yield Watch(
        "PollResultsSilent",
        math(
            "IF(FILL(devices, 0) > 0, FILL(sent, 0), 1)",
            {
                "devices": own("PollerDevices", "Maximum"),
                "sent": watched.poll_results.queue.metric_number_of_messages_sent(),
            },
            period=5,
            label="messages sent, where there are devices",
        ),
        below=1,
        silence_is_good=True,
        meaning="Devices are polled, but no result has reached the queue for five minutes.",
    )
    yield Watch(
        "PollLag",
        own("PollLagSeconds", "Maximum"),
        above=_LATE_S,
        periods=5,
        meaning="Slots have begun more than ten seconds late for five minutes.",
    )
    yield _lasting(
        "PollSlotsSkipped",
        "PollSlotsSkipped",
        "Slots have been left out for a quarter of an hour: there are gaps in graphs.",
    )
    yield Watch(
        "PollerSpool",
        own("PollerSpoolBytes", "Maximum"),
        above=_SPOOL_BYTES,
        periods=3,
        meaning="The poller's spool is more than 80 % full; beyond that, samples are lost.",
    )


def _lasting(name: str, metric: str, meaning: str) -> Watch:
    """Watch a count of NetPulse's own that is nought when all is well, for a quarter of an hour."""
    return Watch(name, own(metric, period=5), above=0, periods=3, meaning=meaning)


def _tasks(pollers: ecs.FargateService) -> Iterator[Watch]:
    yield Watch(
        "PollersCpu",
        pollers.metric_cpu_utilization(period=minutes(5)),
        above=_BUSY_PERCENT,
        periods=3,
        meaning="Pollers have been above 85 % CPU for a quarter of an hour.",
    )
    yield Watch(
        "PollersMemory",
        pollers.metric_memory_utilization(period=minutes(5)),
        above=_MEMORY_PERCENT,
        periods=3,
        meaning="Pollers use more than 90 % of their memory.",
    )


def _queries() -> Iterator[Watch]:
    yield Watch(
        "DatabaseQueries",
        own("database_query_duration_seconds", "p95", period=5),
        above=_SLOW_QUERY_S,
        periods=3,
        meaning="One query in twenty takes longer than 200 ms.",
    )
    yield Watch(
        "DatabaseUnreachable",
        own("database_connection_failures_total"),
        above=0,
        periods=2,
        meaning="Functions have failed to reach PostgreSQL for two minutes.",
    )


def _time_series() -> Iterator[Watch]:
    yield _lasting(
        "SamplesQuarantined",
        "samples_quarantined_total",
        "Samples have been kept aside for a quarter of an hour: somebody's clock is wrong.",
    )
    yield _lasting(
        "SeriesRefused",
        "series_refused_total",
        "An organisation has measured more series than its quota for a quarter of an hour.",
    )


def _notifications() -> Iterator[Watch]:
    yield Watch(
        "NotificationsFailing",
        math(
            "IF(failed + sent >= 10, 100 * failed / (failed + sent), 0)",
            {
                "failed": own("notifications_failed_total"),
                "sent": own("notifications_sent_total"),
            },
            period=15,
            label="attempts that failed, %",
        ),
        above=_NOTIFICATIONS_PERCENT,
        meaning="More than half of the attempts to notify people fail.",
    )
