"""Rules as the API shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.anomaly import Direction, Sensitivity
from functions.alerts.domain.listing import StoredRule, Version
from functions.alerts.domain.rule import Comparison, Kind
from functions.alerts.models.rules import OverrideView, ScopeIn, plain


class _Described(BaseModel):
    name: str
    description: str
    kind: Kind
    metric: str | None
    entity: str
    comparison: Comparison | None
    threshold: float | None
    clear_threshold: float | None
    critical_threshold: float | None
    for_seconds: int
    keep_firing_for_seconds: int
    breaches: int
    of_last: int
    clears: int
    window_seconds: int
    from_value: float | None
    to_value: float | None
    speed_bps: float | None
    sensitivity: Sensitivity
    direction: Direction
    history_hours: int
    least_deviation: float
    severity: Severity
    scope: ScopeIn
    enabled: bool
    overrides: list[OverrideView]
    version: int


class RuleView(_Described):
    """A rule."""

    id: UUID
    built_in: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, stored: StoredRule) -> RuleView:
        """Return the view of a rule."""
        rule = stored.rule
        return cls(
            **plain(rule),
            id=rule.id,
            overrides=[OverrideView.of(each) for each in rule.overrides],
            built_in=rule.is_built_in,
            version=rule.version,
            created_at=stored.created_at,
            updated_at=stored.updated_at,
        )


class VersionView(_Described):
    """A rule as somebody saved it once."""

    saved_at: datetime
    saved_by: UUID | None
    saved_by_name: str

    @classmethod
    def of(cls, version: Version) -> VersionView:
        """Return the view of a version."""
        return cls(
            **plain(version.rule),
            overrides=[OverrideView.of(each) for each in version.rule.overrides],
            version=version.rule.version,
            saved_at=version.saved_at,
            saved_by=version.saved_by,
            saved_by_name=version.saved_by_name,
        )
