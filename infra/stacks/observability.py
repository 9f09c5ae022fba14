"""Who watches the watcher: alarms, a dashboard and a budget."""

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_rds as rds
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.alarms import Alarms, minutes
from infra.constructs.budget import budget
from infra.constructs.dashboard import dashboard
from infra.constructs.domain_function import DomainFunction
from infra.constructs.work_queue import WorkQueue
from infra.stage import AlarmSettings
from infra.watched import Watched

# The blueprint's limits for its own health.
_SLOW_MS = 500
_OLD_SECONDS = 60
_SERVER_ERRORS = 5
_BUSY_PERCENT = 80
_LOW_STORAGE_BYTES = 10 * 1024**3


class ObservabilityStack(Stack):
    """Alarms to one topic, one dashboard, one budget."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: AlarmSettings, watched: Watched, name: str
    ) -> None:
        super().__init__(scope, id_)
        topic = sns.Topic(self, "Topic", enforce_ssl=True, display_name=f"NetPulse {name}")
        if settings.email:
            topic.add_subscription(subscriptions.EmailSubscription(settings.email))
        self.alarms = Alarms(self, topic)
        self._queues(watched.work_queues)
        self._functions(watched.functions)
        self._api(watched.api)
        self._pollers(watched)
        if watched.database:
            self._database(watched.database)
        work, functions = watched.work_queues, watched.functions
        dashboard(
            self,
            name,
            alarms=self.alarms.all,
            rows=[
                {
                    "Requests": [watched.api.metric_count(), watched.api.metric_server_error()],
                    "Latency p95": [watched.api.metric_latency(statistic="p95")],
                    "Poll results": [watched.poll_results.queue.metric_number_of_messages_sent()],
                },
                {
                    "Oldest work": [
                        w.queue.metric_approximate_age_of_oldest_message() for w in work
                    ],
                    "Errors": [f.function.metric_errors() for f in functions],
                    "Durations p95": [
                        f.function.metric_duration(statistic="p95") for f in functions
                    ],
                },
            ],
        )
        budget(self, settings)

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
                _OLD_SECONDS,
                periods=5,
                meaning=f"{title}: work is not done in time.",
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

    def _api(self, api: apigw.HttpApi) -> None:
        self.alarms.above(
            "ApiServerErrors",
            api.metric_server_error(period=minutes(5), statistic="Sum"),
            _SERVER_ERRORS,
            meaning="The API answers 5xx.",
        )
        self.alarms.above(
            "ApiLatency",
            api.metric_latency(period=minutes(5), statistic="p95"),
            _SLOW_MS,
            periods=3,
            meaning="One request in twenty takes longer than half a second.",
        )

    def _pollers(self, watched: Watched) -> None:
        self.alarms.below(
            "PollerHeartbeat",
            watched.poll_results.queue.metric_number_of_messages_sent(period=minutes(1)),
            1,
            periods=3,
            meaning="No poller has reported for three minutes: nothing is being watched.",
        )
        if watched.pollers:
            self.alarms.above(
                "PollersBusy",
                watched.pollers.metric_cpu_utilization(period=minutes(5)),
                _BUSY_PERCENT,
                periods=3,
                meaning="Pollers have too little CPU: slots will be late.",
            )

    def _database(self, database: rds.DatabaseInstance) -> None:
        self.alarms.above(
            "DatabaseCpu",
            database.metric_cpu_utilization(period=minutes(5)),
            _BUSY_PERCENT,
            periods=3,
            meaning="PostgreSQL is busy.",
        )
        self.alarms.below(
            "DatabaseStorage",
            database.metric_free_storage_space(period=minutes(5)),
            _LOW_STORAGE_BYTES,
            meaning="PostgreSQL has less than 10 GiB left.",
        )
