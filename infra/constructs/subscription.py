"""A subscription: rule on the bus -> queue with a DLQ -> function."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.constructs.domain_function import DomainFunction
from infra.constructs.work_queue import WorkQueue, consume
from infra.subscriptions import Subscription, detail_types, sources


class FactSubscription(Construct):
    """Brings one handler the facts it asked for."""

    def __init__(
        self,
        scope: Construct,
        subscription: Subscription,
        *,
        bus: events.IEventBus,
        consumer: DomainFunction,
    ) -> None:
        super().__init__(scope, f"{consumer.spec.title}Subscription")
        self.consumer = consumer
        self.work = WorkQueue(self, "Work", consumer_timeout_seconds=consumer.spec.timeout_seconds)
        self.rule = events.Rule(
            self,
            "Rule",
            event_bus=bus,
            description=f"Facts for {consumer.spec.handler}",
            event_pattern=events.EventPattern(
                source=sources(subscription), detail_type=detail_types(subscription)
            ),
            targets=[
                targets.SqsQueue(
                    self.work.queue,
                    dead_letter_queue=self.work.dead_letters,
                    max_event_age=Duration.hours(24),
                    retry_attempts=185,
                )
            ],
        )
        consume(consumer.function, self.work.queue, batch_size=subscription.batch_size)
