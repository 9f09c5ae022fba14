"""What happens without a request: work from queues, facts for their subscribers, sweeps."""

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct

from infra.constructs.domain_function import DomainFunction, FunctionContext
from infra.constructs.report_schedules import ReportSchedules
from infra.constructs.schedule import Sweep
from infra.constructs.subscription import FactSubscription
from infra.constructs.work_queue import WorkQueue, consume
from infra.environment import poller_environment
from infra.functions import (
    EVERY_HOUR,
    EVERY_MINUTE,
    ON_DELIVERY,
    ON_DUE,
    ON_MAIL,
    ON_POLL_RESULTS,
    ON_TIMER,
    SUBSCRIBERS,
    FunctionSpec,
)
from infra.resources import Channels
from infra.subscriptions import SUBSCRIPTIONS

# Each running copy holds a connection of PostgreSQL's.
_MAX_CONCURRENCY = 10


class WorkflowsStack(Stack):
    """Consumers of the work queues, subscribers of facts, and what runs by the clock."""

    def __init__(
        self, scope: Construct, id_: str, *, context: FunctionContext, channels: Channels
    ) -> None:
        super().__init__(scope, id_)
        self._context = context
        self.functions: list[DomainFunction] = []
        self.work_queues: list[WorkQueue] = []
        queues = {
            ON_POLL_RESULTS: channels.poll_results,
            ON_TIMER: channels.timers,
            ON_DELIVERY: channels.deliveries,
            ON_MAIL: channels.mails,
        }
        for spec, queue in queues.items():
            consume(self._function(spec).function, queue, max_concurrency=_MAX_CONCURRENCY)
        for subscription in SUBSCRIPTIONS:
            if subscription.domain == "realtime":
                continue  # the push worker lives beside its WebSocket API
            consumer = self._function(SUBSCRIBERS[subscription.domain, subscription.entry])
            added = FactSubscription(self, subscription, bus=channels.bus, consumer=consumer)
            self.work_queues.append(added.work)
            if consumer.spec.entry == "on_schedule":
                ReportSchedules(self, due=self._function(ON_DUE), keeper=consumer)
        for spec in EVERY_MINUTE:
            Sweep(self, self._function(spec), every=Duration.minutes(1))
        for spec in EVERY_HOUR:
            Sweep(self, self._function(spec), every=Duration.hours(1))
        if context.stage.pollers is None:
            environment = poller_environment(self, context.stage, context.stores, channels)
            CfnOutput(
                self,
                "PollerEnvironment",
                description="What pollers that run elsewhere must be told.",
                value=self.to_json_string(environment),
            )

    def _function(self, spec: FunctionSpec) -> DomainFunction:
        function = DomainFunction(self, spec, self._context)
        self.functions.append(function)
        return function
