"""The bus that facts travel on and the queues of work."""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs.work_queue import WorkQueue
from infra.functions import ON_DELIVERY, ON_MAIL, ON_POLL_RESULTS, ON_TIMER, FunctionSpec
from infra.resources import Channels
from infra.stage import Stage


class EventsStack(Stack):
    """One bus with an archive to replay from, and a queue with a DLQ for each kind of work."""

    def __init__(self, scope: Construct, id_: str, *, stage: Stage) -> None:
        super().__init__(scope, id_)
        bus = events.EventBus(self, "Bus", event_bus_name=f"netpulse-{stage.name}")
        if stage.retention.archive_days:
            bus.archive(
                "Archive",
                event_pattern=events.EventPattern(source=events.Match.prefix("netpulse.")),
                retention=Duration.days(stage.retention.archive_days),
            )
        self.poll_results = self._work("PollResults", ON_POLL_RESULTS)
        self.timers = self._work("Timers", ON_TIMER)
        self.deliveries = self._work("Deliveries", ON_DELIVERY)
        self.mails = self._work("Mails", ON_MAIL)
        self.channels = Channels(
            bus=bus,
            poll_results=self.poll_results.queue,
            timers=self.timers.queue,
            deliveries=self.deliveries.queue,
            mails=self.mails.queue,
        )
        outputs = {
            "BusName": bus.event_bus_name,
            "PollResultsQueueUrl": self.channels.poll_results.queue_url,
            "TimersQueueUrl": self.channels.timers.queue_url,
            "DeliveriesQueueUrl": self.channels.deliveries.queue_url,
            "MailsQueueUrl": self.channels.mails.queue_url,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)

    @property
    def work_queues(self) -> list[WorkQueue]:
        """Return every queue with its DLQ."""
        return [self.poll_results, self.timers, self.deliveries, self.mails]

    def _work(self, name: str, consumer: FunctionSpec) -> WorkQueue:
        return WorkQueue(self, name, consumer_timeout_seconds=consumer.timeout_seconds)
