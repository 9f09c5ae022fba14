"""What every domain's wiring begins with: the process's database, access check and relay."""

from __future__ import annotations

from functools import cache

from netpulse.access import CheckedAccess, DynamoSessionState
from netpulse.bus import EventBridge
from netpulse.clock import SYSTEM_CLOCK
from netpulse.db import Database
from netpulse.settings import (
    AccessSettings,
    BusSettings,
    DatabaseSettings,
    SystemDatabaseSettings,
    load,
)
from netpulse.work import Relay


@cache
def database() -> Database:
    """Return the process's database, as the role its secret names."""
    return Database.from_settings(load(DatabaseSettings))


@cache
def system_database() -> Database:
    """Return the database as netpulse_system, for workers that span organisations."""
    settings = load(SystemDatabaseSettings)
    if not settings.system_database_secret:
        return database()
    return Database.from_settings(
        settings.model_copy(update={"database_secret": settings.system_database_secret})
    )


@cache
def access() -> CheckedAccess:
    """Return the check of who is asking."""
    settings = load(AccessSettings)
    return CheckedAccess(
        database(),
        DynamoSessionState(settings.sessions_table),
        SYSTEM_CLOCK,
        counts_table=settings.rate_limits_table,
        limits=settings.rate_limits,
    )


@cache
def relay() -> Relay:
    """Return what publishes facts right after their commit."""
    return Relay(database(), EventBridge(load(BusSettings).bus_name), SYSTEM_CLOCK)
