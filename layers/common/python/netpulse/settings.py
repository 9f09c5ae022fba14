"""Settings come from NETPULSE_* environment variables, and only here."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

S = TypeVar("S", bound="Settings")


class Settings(BaseModel):
    """Base of every settings model: field `bus_name` is read from NETPULSE_BUS_NAME.

    Lists and models are written as JSON in the environment.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: str = "local"


class DatabaseSettings(Settings):
    """Where PostgreSQL is and which secret holds the role's `{username, password}`."""

    database_host: str
    database_port: int = 5432
    database_name: str = "netpulse"
    database_secret: str
    database_tls: Literal["require", "verify-full", "disable"] = "require"


class SystemDatabaseSettings(DatabaseSettings):
    """The database of a worker that spans organisations.

    Without a secret of its own, the process's one role is netpulse_system already.
    """

    system_database_secret: str = ""


class BusSettings(Settings):
    """The EventBridge bus facts travel on."""

    bus_name: str


class RateLimit(BaseModel):
    """So many requests in so many seconds."""

    model_config = ConfigDict(frozen=True)

    requests: int = Field(gt=0)
    window_s: int = Field(gt=0)


class AccessSettings(Settings):
    """Where sessions and request counts are kept, and the blueprint's limits."""

    sessions_table: str
    rate_limits_table: str
    rate_limits: dict[str, RateLimit] = {
        "auth": RateLimit(requests=5, window_s=60),
        "api": RateLimit(requests=100, window_s=60),
        "monitoring": RateLimit(requests=1000, window_s=60),
        "bulk": RateLimit(requests=10, window_s=3600),
        # all people and keys of an organisation together, on every route
        "organization": RateLimit(requests=6000, window_s=60),
    }


class SettingsError(Exception):
    """The environment lacks a variable, or one cannot be read."""


def _value(text: str) -> Any:
    if text.startswith(("{", "[")):
        return json.loads(text)
    return text


@cache
def load(model: type[S]) -> S:
    """Return the settings `model` asks for; raise SettingsError naming what is missing or wrong."""
    given = {
        name: _value(os.environ[variable])
        for name in model.model_fields
        if (variable := f"NETPULSE_{name.upper()}") in os.environ
    }
    try:
        return model(**given)
    except ValidationError as error:
        wrong = ", ".join(
            f"NETPULSE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()
        )
        raise SettingsError(wrong) from error
