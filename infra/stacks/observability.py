"""Who watches the watcher: alarms, a dashboard and a budget.

The limits are the blueprint's KPIs and alerting rules; docs/operations.md says what to do.
"""

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.alarms import Alarms, minutes
from infra.constructs.budget import budget
from infra.constructs.dashboard import dashboard
from infra.constructs.database_alarms import watch_database
from infra.constructs.domain_function import DomainFunction
from infra.constructs.overview import rows
from infra.constructs.own_metrics import error_rate, math, own
from infra.constructs.work_queue import WorkQueue
from infra.stage import AlarmSettings
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


class ObservabilityStack(Stack):
    """Alarms to one topic, one dashboard, one budget."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: AlarmSettings, watched: Watched, name: str
    ) -> None:
        super().__init__(scope, id_)
        topic = sns.Topic(self, "Topic", enforce_ssl=True, display_name=f"NetPulse {name}")
        if settings.email:
            topic.add_subscription(subscriptions.EmailSubscription(settings.email))
        self.alarms = Alarms(self, topic, stage=name)
        self._api(watched.api)
        self._domains(watched)
        self._functions(watched.functions)
        self._queues(watched.work_queues)
        self._poller(watched)
        if watched.pollers:
            self._tasks(watched.pollers)
        self._queries()
        if watched.database:
            watch_database(self.alarms, watched.database)
        self._notifications()
        dashboard(self, name, alarms=self.alarms.all, rows=rows(watched))
        budget(self, settings)

    def _api(self, api: apigw.HttpApi) -> None:
        requests, errors = api.metric_count(statistic="Sum"), api.metric_server_error()
        errors = errors.with_(statistic="Sum")
        self.alarms.below(
            "ApiAvailability",
            math(
                "100 - 100 * errors / requests",
                {"requests": requests, "errors": errors},
                period=60,
                label="availability, %",
            ),
            _AVAILABLE_PERCENT,
            silence_is_good=True,
            meaning="In the last hour fewer than 99.5 % of all requests were answered well.",
        )
        self.alarms.above(
            "ApiErrorRate",
            error_rate(requests, errors, period=5),
            _ERRORS_PERCENT,
            periods=3,
            meaning="More than 1 % of all requests have failed for a quarter of an hour.",
        )
        self.alarms.above(
            "ApiErrorBurst",
            error_rate(requests, errors, period=1),
            _MANY_ERRORS_PERCENT,
            periods=2,
            meaning="More than 5 % of all requests have failed for two minutes.",
        )
        self.alarms.above(
            "ApiLatency",
            api.metric_latency(period=minutes(5), statistic="p95"),
            _SLOW_MS,
            periods=3,
            meaning="One request in twenty takes longer than half a second.",
        )
        self.alarms.above(
            "ApiVerySlow",
            api.metric_latency(period=minutes(1), statistic="p95"),
            _VERY_SLOW_MS,
            periods=5,
            meaning="One request in twenty has taken longer than two seconds for five minutes.",
        )

    def _domains(self, watched: Watched) -> None:
        for domain in watched.http_domains:
            self.alarms.above(
                f"{domain.capitalize()}ErrorRate",
                error_rate(
                    own("http_requests_total", domain=domain),
                    own("http_errors_total", domain=domain),
                    period=1,
                ),
                _MANY_ERRORS_PERCENT,
                periods=2,
                meaning=f"{domain}: more than 5 % of its requests have failed for two minutes.",
            )
        for domain in watched.sweeping_domains:
            self.alarms.below(
                f"{domain.capitalize()}Down",
                own("sweeps_completed_total", domain=domain),
                1,
                periods=5,
                meaning=f"{domain}: its sweep of the minute has not ended well for five minutes.",
            )

    def _functions(self, functions: list[DomainFunction]) -> None:
        for function in functions:
            self.alarms.above(
                f"{function.spec.title}Errors",
                function.function.metric_errors(period=minutes(5)),
                0,
                periods=2,
                meaning=f"{function.spec.handler} fails or times out.",
            )
        throttles = {
            f.spec.domain: f.function.metric_throttles(statistic="Sum")
            for f in functions
            if f.spec.entry == "http"
        }
        self.alarms.above(
            "ApiThrottled",
            math(
                " + ".join(f"FILL({name}, 0)" for name in throttles),
                throttles,
                period=5,
                label="requests refused",
            ),
            0,
            periods=2,
            meaning="Requests are refused because their function runs as often as it may.",
        )

    def _queues(self, queues: list[WorkQueue]) -> None:
        for work in queues:
            title = work.title
            self.alarms.above(
                f"{title}DeadLetters",
                work.dead_letters.metric_approximate_number_of_messages_visible(period=minutes(1)),
                0,
                meaning=f"{title}: messages were given up on. Look at them, then redrive.",
            )
            self.alarms.above(
                f"{title}Age",
                work.queue.metric_approximate_age_of_oldest_message(period=minutes(1)),
                _OLD_S + (_DELAY_S if title in _DELAYED else 0),
                periods=3,
                meaning=f"{title}: work has waited for more than five minutes.",
            )
            self.alarms.above(
                f"{title}Backlog",
                work.queue.metric_approximate_number_of_messages_visible(period=minutes(1)),
                _BACKLOG,
                periods=3,
                meaning=f"{title}: more than 1,000 messages wait.",
            )

    def _poller(self, watched: Watched) -> None:
        self.alarms.below(
            "PollerHeartbeat",
            own("PollerHeartbeat"),
            1,
            periods=3,
            meaning="No poller has been heard of for three minutes: nothing is being watched.",
        )
        self.alarms.below(
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
            1,
            silence_is_good=True,
            meaning="Devices are polled, but no result has reached the queue for five minutes.",
        )
        self.alarms.above(
            "PollLag",
            own("PollLagSeconds", "Maximum"),
            _LATE_S,
            periods=5,
            meaning="Slots have begun more than ten seconds late for five minutes.",
        )
        self.alarms.above(
            "PollSlotsSkipped",
            own("PollSlotsSkipped", period=5),
            0,
            periods=3,
            meaning="Slots have been left out for a quarter of an hour: there are gaps in graphs.",
        )
        self.alarms.above(
            "PollerSpool",
            own("PollerSpoolBytes", "Maximum"),
            _SPOOL_BYTES,
            periods=3,
            meaning="The poller's spool is more than 80 % full; beyond that, samples are lost.",
        )

    def _tasks(self, pollers: ecs.FargateService) -> None:
        self.alarms.above(
            "PollersCpu",
            pollers.metric_cpu_utilization(period=minutes(5)),
            _BUSY_PERCENT,
            periods=3,
            meaning="Pollers have been above 85 % CPU for a quarter of an hour.",
        )
        self.alarms.above(
            "PollersMemory",
            pollers.metric_memory_utilization(period=minutes(5)),
            _MEMORY_PERCENT,
            periods=3,
            meaning="Pollers use more than 90 % of their memory.",
        )

    def _queries(self) -> None:
        self.alarms.above(
            "DatabaseQueries",
            own("database_query_duration_seconds", "p95", period=5),
            _SLOW_QUERY_S,
            periods=3,
            meaning="One query in twenty takes longer than 200 ms.",
        )
        self.alarms.above(
            "DatabaseUnreachable",
            own("database_connection_failures_total"),
            0,
            periods=2,
            meaning="Functions have failed to reach PostgreSQL for two minutes.",
        )

    def _notifications(self) -> None:
        self.alarms.above(
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
            _NOTIFICATIONS_PERCENT,
            meaning="More than half of the attempts to notify people fail.",
        )
