"""What stacks hand to one another: the shared things a function may be given."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs

DATABASE_NAME = "netpulse"
DATABASE_PORT = 5432
# Short name of a PostgreSQL role, as secrets are named -> the role itself.
DATABASE_ROLES = {
    "app": "netpulse_app",
    "auth": "netpulse_auth",
    "system": "netpulse_system",
}


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where in the network the clients of the database live."""

    vpc: ec2.IVpc
    subnets: ec2.SubnetSelection
    security_groups: tuple[ec2.ISecurityGroup, ...]


@dataclass(frozen=True, kw_only=True)
class DatabaseAccess:
    """How to reach PostgreSQL, and the secret of each role that may."""

    # None: the address arrives as parameters of each stack that needs it.
    host: str | None
    direct_host: str | None
    port: str | None
    name: str | None
    tls: str
    secrets: Mapping[str, secretsmanager.ISecret]
    placement: Placement | None


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Everything that remembers: database, tables, bucket, keys and secrets."""

    database: DatabaseAccess
    sessions: dynamodb.ITable
    rate_limits: dynamodb.ITable
    connections: dynamodb.ITable
    leases: dynamodb.ITable
    reports: s3.IBucket
    # samples that pollers could neither write nor keep
    spool: s3.IBucket
    credentials_key: kms.IKey
    signing_secret: secretsmanager.ISecret
    providers_secret: secretsmanager.ISecret
    edge_secret: secretsmanager.ISecret


@dataclass(frozen=True, kw_only=True)
class Channels:
    """Everything that carries: the bus and the queues of work."""

    bus: events.IEventBus
    poll_results: sqs.IQueue
    timers: sqs.IQueue
    deliveries: sqs.IQueue
    mails: sqs.IQueue


def secret_name(stage_name: str, what: str) -> str:
    """Return the name of a stage's secret, e.g. `netpulse/dev/database/app`."""
    return f"netpulse/{stage_name}/{what}"
