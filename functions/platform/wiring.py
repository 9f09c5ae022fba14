"""The platform's real world."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from netpulse import aws, wiring
from netpulse.bus import EventBridge
from netpulse.clock import SYSTEM_CLOCK
from netpulse.db import Database
from netpulse.settings import AccessSettings, BusSettings, DatabaseSettings, Settings, load

from functions.platform.repository.deployment import ensure_signing_key, prepare_database
from functions.platform.repository.fleet import DynamoFleet
from functions.platform.repository.records import PostgresJobWork, PostgresUpkeepWork
from functions.platform.service import FleetService, HealthService, JobService, UpkeepService

access = wiring.access


class PlatformSettings(Settings):
    """What the health checks ask after."""

    poll_results_queue_url: str
    version: str = "unknown"


class FleetSettings(Settings):
    """Where the pollers' heartbeats are."""

    leases_table: str


class DeploymentSettings(DatabaseSettings):
    """The owner's login and what a deployment prepares."""

    database_role_secrets: dict[str, str]
    signing_secret: str
    signing_by_kms: bool = False


@cache
def _checked_database() -> Database:
    # a connection of its own: a check that hangs in its thread must not hold up a request's
    return Database.from_settings(load(DatabaseSettings))


def _check_database() -> None:
    with _checked_database().transaction(None) as transaction:
        transaction.value("SELECT 1")


def _check_sessions() -> None:
    aws.client("dynamodb").describe_table(TableName=load(AccessSettings).sessions_table)


def _check_queue() -> None:
    aws.client("sqs").get_queue_attributes(
        QueueUrl=load(PlatformSettings).poll_results_queue_url,
        AttributeNames=["ApproximateNumberOfMessages"],
    )


def _check_bus() -> None:
    aws.client("events").describe_event_bus(Name=load(BusSettings).bus_name)


@cache
def health_service() -> HealthService:
    """Return the health service with its checks."""
    checks = {
        "database": _check_database,
        "sessions": _check_sessions,
        "message_queue": _check_queue,
        "event_bus": _check_bus,
    }
    return HealthService(checks, SYSTEM_CLOCK, version=load(PlatformSettings).version)


@cache
def job_service() -> JobService:
    """Return the job service."""
    return JobService(PostgresJobWork(wiring.database()), SYSTEM_CLOCK)


@cache
def fleet_service() -> FleetService:
    """Return the service that tells how the pollers are."""
    return FleetService(DynamoFleet(load(FleetSettings).leases_table), SYSTEM_CLOCK)


@cache
def upkeep_service() -> UpkeepService:
    """Return the service of the minute."""
    return UpkeepService(
        PostgresUpkeepWork(wiring.system_database()),
        EventBridge(load(BusSettings).bus_name),
        SYSTEM_CLOCK,
    )


def deploy() -> list[str]:
    """Prepare database and signing key as the owner; return the migrations applied."""
    settings = load(DeploymentSettings)
    login = aws.secret(settings.database_secret, fresh=True)
    # the advisory lock and yoyo want a URL; it is never logged
    url = _url(settings, login["username"], login["password"])
    applied = prepare_database(url, settings.database_role_secrets, SYSTEM_CLOCK)
    ensure_signing_key(settings.signing_secret, SYSTEM_CLOCK, by_kms=settings.signing_by_kms)
    return applied


def _url(settings: DatabaseSettings, username: str, password: str) -> str:
    return (
        f"postgresql://{quote(username)}:{quote(password, safe='')}@{settings.database_host}"
        f":{settings.database_port}/{settings.database_name}?sslmode={settings.database_tls}"
    )
