"""A queue of work with its dead-letter queue."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.acknowledge import acknowledge

# After so many deliveries a message is poison and goes aside.
_MAX_RECEIVES = 5
_DLQ_DAYS = 14


class WorkQueue(Construct):
    """An encrypted queue whose poison ends in a queue beside it."""

    def __init__(self, scope: Construct, id_: str, *, consumer_timeout_seconds: int) -> None:
        super().__init__(scope, id_)
        self.title = "".join(part for part in self.node.path.split("/")[1:] if part != "Work")
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(_DLQ_DAYS),
        )
        acknowledge(self.dead_letters, SQSRedrivePolicy="It is the dead-letter queue.")
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(4),
            # Lambda asks for six times its time-out, so a throttled batch is not seen twice.
            visibility_timeout=Duration.seconds(6 * consumer_timeout_seconds),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=_MAX_RECEIVES
            ),
        )


def consume(
    function: lambda_.Function,
    queue: sqs.IQueue,
    *,
    batch_size: int = 10,
    max_concurrency: int = 10,
) -> None:
    """Let the function work the queue off in batches of which parts may fail."""
    function.add_event_source(
        sources.SqsEventSource(
            queue,
            batch_size=batch_size,
            max_concurrency=max_concurrency,
            report_batch_item_failures=True,
        )
    )
    acknowledge(
        function,
        LambdaEventSourceMappingDestination="Failed messages go to the queue's DLQ; a mapping of "
        "SQS takes no destination.",
    )
