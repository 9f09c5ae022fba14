"""A dry run as the API takes and shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.replay import Episode
from functions.alerts.models.rules import RuleIn

Days = Annotated[int, Field(ge=1, le=30, description="How many days to look back.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PeriodIn(_Body):
    """Which past a rule is tried on."""

    days: Days = 7


class DryRunIn(PeriodIn):
    """A rule that is not kept yet, and which past it is tried on."""

    rule: RuleIn


class EpisodeView(BaseModel):
    """An alert as it would have been."""

    device_id: UUID
    device_name: str
    ip_address: str
    entity: str
    severity: Severity
    message: str
    began_at: datetime
    fired_at: datetime
    resolved_at: datetime | None
    notifications: int

    @classmethod
    def of(cls, episode: Episode) -> EpisodeView:
        """Return the view of an alert that would have been."""
        return cls(
            device_id=episode.device.id,
            device_name=episode.device.name,
            ip_address=episode.device.ip_address,
            entity=episode.entity,
            severity=episode.severity,
            message=episode.message,
            began_at=episode.began_at,
            fired_at=episode.fired_at,
            resolved_at=episode.resolved_at,
            notifications=episode.messages,
        )


class DryRunView(BaseModel):
    """What a rule would have done; `alerts` are the newest 200 of `opened`.

    `notifications` counts an alert's beginning, its growing worse and its end, for each channel
    that takes the severity. Parents, silences and maintenance are not played back.
    """

    begin: datetime
    end: datetime
    devices: int
    series: int
    values: int
    # more values than one request may read: these devices were not tried
    devices_left_out: int
    opened: int
    resolved: int
    notifications: int
    alerts: list[EpisodeView]
