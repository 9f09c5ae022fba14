"""What paths and queries of the alerts' routes are read as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from netpulse.http import id_in_path
from netpulse.http.fields import split_items
from netpulse.ids import AlertId, DeviceId, IncidentId, RuleId

from functions.alerts.domain.alert import Actor, Severity, State
from functions.alerts.models.instants import NearInstant

if TYPE_CHECKING:
    from netpulse.principal import Principal

AlertKey = Annotated[str, Path(description="An alert's id.", max_length=100)]
IncidentKey = Annotated[str, Path(description="An incident's id.", max_length=100)]
RuleKey = Annotated[str, Path(description="A rule's id.", max_length=100)]
DeviceKey = Annotated[str, Path(description="A device's id.", max_length=100)]

States = Annotated[
    list[State] | None,
    split_items,
    Query(description="Any of these; without it all but pending ones."),
]
Severities = Annotated[list[Severity] | None, split_items, Query(description="Any of these.")]
Instant = Annotated[NearInstant | None, Query(description="ISO 8601 with an offset.")]
AlertSort = Annotated[
    Literal[
        "created_at",
        "-created_at",
        "began_at",
        "-began_at",
        "severity",
        "-severity",
        "state",
        "-state",
        "resolved_at",
        "-resolved_at",
    ],
    Query(description="`-` for descending."),
]
RuleSort = Annotated[
    Literal["name", "-name", "created_at", "-created_at", "severity", "-severity"],
    Query(description="`-` for descending."),
]
HeldDevice = Annotated[UUID | None, Query(description="Only rules whose scope holds the device.")]
AlertType = Annotated[str, Query(max_length=50, description="Such as `device_down`.")]


def actor_of(principal: Principal) -> Actor:
    """Return the caller as whoever does something."""
    return Actor(user_id=principal.user_id, name=principal.name)


def alert_id_of(key: str) -> AlertId:
    """Return the alert id a path names; raise NotFoundError."""
    return AlertId(id_in_path("alert", key))


def incident_id_of(key: str) -> IncidentId:
    """Return the incident id a path names; raise NotFoundError."""
    return IncidentId(id_in_path("incident", key))


def rule_id_of(key: str) -> RuleId:
    """Return the rule id a path names; raise NotFoundError."""
    return RuleId(id_in_path("alert_rule", key))


def device_id_of(key: str) -> DeviceId:
    """Return the device id a path names; raise NotFoundError."""
    return DeviceId(id_in_path("device", key))
