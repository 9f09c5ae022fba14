"""AWS in process (moto): the tables, queues, bus, key and secrets that a stage has."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto import mock_aws
from netpulse import aws, settings, wiring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pytest

REGION = "eu-west-1"
SESSIONS, RATE_LIMITS, CONNECTIONS, LEASES = "Sessions", "RateLimits", "Connections", "Leases"


def forget_clients() -> None:
    """Forget cached clients, secrets and settings, so that the next are made anew."""
    aws.client.cache_clear()
    aws.table.cache_clear()
    aws._secrets.clear()
    settings.load.cache_clear()


def forget_wiring(*domains: str) -> None:
    """Close the kernel's databases and forget all that these domains' wiring made."""
    for database in (wiring.database, wiring.system_database):
        if database.cache_info().currsize:
            database().close()
    roots = ("netpulse.wiring", *(f"functions.{domain}.wiring" for domain in domains))
    for name, module in list(sys.modules.items()):
        if any(name == root or name.startswith(f"{root}.") for root in roots):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@contextmanager
def mocked_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Answer every AWS call in process until the block ends."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    forget_clients()
    with mock_aws():
        yield
    forget_clients()


def set_settings(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Set `NETPULSE_*` variables by their settings' names; forget the settings that were read."""
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value)
        monkeypatch.setenv(f"NETPULSE_{name.upper()}", text)
    settings.load.cache_clear()


def make_bucket(name: str) -> str:
    """Make a bucket and return its name."""
    where = {"LocationConstraint": REGION}
    aws.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
    return name


def make_tables() -> None:
    """Make the DynamoDB tables as the data stack does."""
    _make_table(SESSIONS, sort_key=True)
    _make_table(RATE_LIMITS)
    _make_table(LEASES)
    _make_table(
        CONNECTIONS,
        index={"organization": ("organization_id", "connection_id")},
    )


def _make_table(
    name: str, *, sort_key: bool = False, index: Mapping[str, tuple[str, str]] | None = None
) -> None:
    keys = [("pk", "HASH"), *([("sk", "RANGE")] if sort_key else [])]
    names = {key for key, _ in keys} | {key for pair in (index or {}).values() for key in pair}
    indexes = [
        {
            "IndexName": index_name,
            "KeySchema": _schema([(hash_key, "HASH"), (range_key, "RANGE")]),
            "Projection": {"ProjectionType": "ALL"},
        }
        for index_name, (hash_key, range_key) in (index or {}).items()
    ]
    aws.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_schema(keys),
        AttributeDefinitions=[
            {"AttributeName": each, "AttributeType": "S"} for each in sorted(names)
        ],
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    )


def _schema(keys: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys]


def make_queue(name: str) -> str:
    """Make an SQS queue and return its URL."""
    return str(aws.client("sqs").create_queue(QueueName=name)["QueueUrl"])


def messages_in(queue_url: str) -> list[Any]:
    """Take every message that is in a queue and return their bodies, read."""
    found: list[Any] = []
    while True:
        answer = aws.client("sqs").receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
        if not answer.get("Messages"):
            return found
        for message in answer["Messages"]:
            found.append(json.loads(message["Body"]))
            aws.client("sqs").delete_message(
                QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"]
            )


def make_bus(name: str = "facts") -> str:
    """Make an event bus whose every event lands in a queue; return the queue's URL."""
    aws.client("events").create_event_bus(Name=name)
    return make_subscription(name, "all", {"source": [{"prefix": "netpulse."}]})


def make_subscription(bus_name: str, name: str, pattern: Mapping[str, Any]) -> str:
    """Make a rule that leads events of a pattern to a queue; return the queue's URL."""
    url = make_queue(f"{bus_name}-{name}")
    answer = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    events = aws.client("events")
    events.put_rule(Name=name, EventBusName=bus_name, EventPattern=json.dumps(pattern))
    target = {"Id": "queue", "Arn": answer["Attributes"]["QueueArn"]}
    events.put_targets(Rule=name, EventBusName=bus_name, Targets=[target])
    return url


def make_secret(name: str, value: Mapping[str, Any]) -> str:
    """Make a secret and return its name."""
    aws.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(value))
    return name


def sqs_event(*bodies: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event by which Lambda gets these messages from a queue."""
    return {
        "Records": [
            {"messageId": f"message-{number}", "body": json.dumps(body)}
            for number, body in enumerate(bodies)
        ]
    }


def make_key() -> str:
    """Make a KMS key and return its id."""
    return str(aws.client("kms").create_key()["KeyMetadata"]["KeyId"])
