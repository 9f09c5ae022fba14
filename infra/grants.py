"""What a process may do, each with the grant that allows just that."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from infra.acknowledge import acknowledge_id
from infra.resources import Channels, Stores


class Can(StrEnum):
    """A right that a function or task may have."""

    CHECK_SESSIONS = "check sessions"
    USE_SESSIONS = "use sessions"
    CHECK_TABLES = "check tables"
    COUNT_RATES = "count rates"
    USE_CONNECTIONS = "use connections"
    USE_LEASES = "use leases"
    READ_LEASES = "read leases"
    KEEP_SPOOL = "keep spool"
    PUBLISH_FACTS = "publish facts"
    CHECK_HEALTH = "check health"
    SEND_POLL_RESULTS = "send poll results"
    SEND_TIMERS = "send timers"
    SEND_DELIVERIES = "send deliveries"
    ASK_FOR_MAILS = "ask for mails"
    READ_PUBLIC_KEYS = "read public keys"
    READ_SIGNING_KEYS = "read signing keys"
    MAKE_SIGNING_KEYS = "make signing keys"
    PUBLISH_KEYS = "publish keys"
    SEAL_CREDENTIALS = "seal credentials"
    OPEN_CREDENTIALS = "open credentials"
    READ_PROVIDERS = "read providers"
    KEEP_REPORTS = "keep reports"
    SERVE_REPORTS = "serve reports"
    READ_REPORTS = "read reports"
    KEEP_ARCHIVES = "keep archives"
    KNOW_THE_EDGE = "know the edge"


# The tag of keys that sign tokens, as netpulse.signing_keys makes them.
_PURPOSE = "netpulse:purpose"
_ITEMS = (
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)


def _use_connections(table: dynamodb.ITable, who: iam.IGrantable) -> object:
    # CDK's own grant would cover `index/*`, but there is one index.
    return iam.Grant.add_to_principal(
        grantee=who,
        actions=list(_ITEMS),
        resource_arns=[table.table_arn, f"{table.table_arn}/index/organization"],
    )


_Conditions = Mapping[str, Mapping[str, list[str]]]
# The one item of the table that functions/auth/channels/published.py names.
_PUBLIC_KEYS = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["jwks"]}}
# What netpulse.access asks after: not sessions, challenges or tries.
_DENIALS = {
    "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["denied#*", "valid_after#*"]},
}


def _some_items(
    table: dynamodb.ITable, who: iam.IGrantable, action: str, conditions: _Conditions
) -> object:
    return iam.Grant.add_to_principal(
        grantee=who,
        actions=[f"dynamodb:{action}"],
        resource_arns=[table.table_arn],
        conditions=conditions,
    )


def _check_health(channels: Channels, who: iam.IGrantable) -> object:
    return (
        channels.poll_results.grant(who, "sqs:GetQueueAttributes"),
        iam.Grant.add_to_principal(
            grantee=who,
            actions=["events:DescribeEventBus"],
            resource_arns=[channels.bus.event_bus_arn],
        ),
    )


def _use_bucket(
    bucket: s3.IBucket, who: iam.IGrantable, why: str, *actions: str, under: str = ""
) -> object:
    home = Stack.of(bucket)
    # CDK's own grant has wildcards for actions; and the finding below names the ARN's export
    arn = home.export_value(bucket.bucket_arn)
    acknowledge_id(
        cast(IConstruct, who.grant_principal),
        f"AwsSolutions-IAM5[Resource::{home.resolve(arn)['Fn::ImportValue']}/{under}*]",
        why,
    )
    return (
        iam.Grant.add_to_principal(
            grantee=who,
            actions=[f"s3:{action}" for action in actions],
            resource_arns=[f"{arn}/{under}*"],
        ),
        # without it a file that is gone is forbidden instead of not found
        iam.Grant.add_to_principal(grantee=who, actions=["s3:ListBucket"], resource_arns=[arn]),
    )


_FILES = "Reports' files are named after organisations and reports that do not exist yet."
_ARCHIVES = "Archives are named after organisations that do not exist yet."
_SEGMENTS = "Segments are named after pollers that do not exist yet."


def _sign(stores: Stores, who: iam.IGrantable) -> object:
    return stores.signing_secret.grant_read(who), _with_signing_keys(who, "kms:Sign")


def _make_signing_keys(stores: Stores, who: iam.IGrantable) -> object:
    return (
        stores.signing_secret.grant_read(who),
        iam.Grant.add_to_principal(
            grantee=who,
            actions=["secretsmanager:PutSecretValue"],
            resource_arns=[stores.signing_secret.secret_arn],
        ),
        _with_signing_keys(who, "kms:GetPublicKey", "kms:ScheduleKeyDeletion"),
        # a key that does not exist yet has no ARN; only ones with the tag may be made
        iam.Grant.add_to_principal(
            grantee=who,
            actions=["kms:CreateKey", "kms:TagResource"],
            resource_arns=["*"],
            conditions={"StringEquals": {f"aws:RequestTag/{_PURPOSE}": "signing"}},
        ),
    )


def _with_signing_keys(who: iam.IGrantable, *actions: str) -> object:
    acknowledge_id(
        cast(IConstruct, who.grant_principal),
        "AwsSolutions-IAM5[Resource::*]",
        "Keys that sign are made by their rotation; the condition on their tag holds them apart.",
    )
    return iam.Grant.add_to_principal(
        grantee=who,
        actions=list(actions),
        resource_arns=["*"],
        conditions={"StringEquals": {f"aws:ResourceTag/{_PURPOSE}": "signing"}},
    )


_STORE_GRANTS: dict[Can, Callable[[Stores, iam.IGrantable], object]] = {
    Can.CHECK_SESSIONS: lambda s, who: _some_items(s.sessions, who, "BatchGetItem", _DENIALS),
    # CDK's own grants would let it read streams and whole tables
    Can.USE_SESSIONS: lambda s, who: s.sessions.grant(who, *_ITEMS),
    Can.CHECK_TABLES: lambda s, who: s.sessions.grant(who, "dynamodb:DescribeTable"),
    Can.COUNT_RATES: lambda s, who: s.rate_limits.grant(who, "dynamodb:UpdateItem"),
    Can.USE_CONNECTIONS: lambda s, who: _use_connections(s.connections, who),
    Can.USE_LEASES: lambda s, who: s.leases.grant(who, *_ITEMS, "dynamodb:Scan"),
    Can.READ_LEASES: lambda s, who: s.leases.grant(who, "dynamodb:Scan"),
    Can.KEEP_SPOOL: lambda s, who: _use_bucket(
        s.spool, who, _SEGMENTS, "DeleteObject", "GetObject", "PutObject"
    ),
    Can.READ_PUBLIC_KEYS: lambda s, who: _some_items(s.sessions, who, "GetItem", _PUBLIC_KEYS),
    Can.PUBLISH_KEYS: lambda s, who: _some_items(s.sessions, who, "PutItem", _PUBLIC_KEYS),
    Can.READ_SIGNING_KEYS: _sign,
    Can.MAKE_SIGNING_KEYS: _make_signing_keys,
    Can.SEAL_CREDENTIALS: lambda s, who: s.credentials_key.grant(who, "kms:GenerateDataKey"),
    Can.OPEN_CREDENTIALS: lambda s, who: s.credentials_key.grant(who, "kms:Decrypt"),
    Can.KNOW_THE_EDGE: lambda s, who: s.edge_secret.grant_read(who),
    Can.READ_PROVIDERS: lambda s, who: s.providers_secret.grant_read(who),
    Can.KEEP_REPORTS: lambda s, who: _use_bucket(
        s.reports, who, _FILES, "DeleteObject", "PutObject"
    ),
    # signs links to the files, and deletes them
    Can.SERVE_REPORTS: lambda s, who: _use_bucket(
        s.reports, who, _FILES, "DeleteObject", "GetObject"
    ),
    Can.READ_REPORTS: lambda s, who: _use_bucket(s.reports, who, _FILES, "GetObject"),
    # where functions/metrics/service/archives.py keeps them
    Can.KEEP_ARCHIVES: lambda s, who: _use_bucket(
        s.reports, who, _ARCHIVES, "GetObject", "PutObject", under="archives/"
    ),
}
_CHANNEL_GRANTS: dict[Can, Callable[[Channels, iam.IGrantable], object]] = {
    Can.PUBLISH_FACTS: lambda c, who: c.bus.grant_put_events_to(who),
    Can.CHECK_HEALTH: _check_health,
    Can.SEND_POLL_RESULTS: lambda c, who: c.poll_results.grant_send_messages(who),
    Can.SEND_TIMERS: lambda c, who: c.timers.grant_send_messages(who),
    Can.SEND_DELIVERIES: lambda c, who: c.deliveries.grant_send_messages(who),
    Can.ASK_FOR_MAILS: lambda c, who: c.mails.grant_send_messages(who),
}


def grant(
    rights: Iterable[Can], who: iam.IGrantable, *, stores: Stores, channels: Channels | None
) -> None:
    """Give someone these rights and no more."""
    for right in rights:
        if right in _STORE_GRANTS:
            _STORE_GRANTS[right](stores, who)
        elif channels is not None:
            _CHANNEL_GRANTS[right](channels, who)
        else:
            raise ValueError(f"{right!r} needs the bus and the queues")
