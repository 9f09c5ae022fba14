"""Rules as the API shows and takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from netpulse.http import failures
from netpulse.http.fields import Line, Name, Text
from netpulse.ids import DeviceId, RuleId
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.listing import StoredRule
from functions.alerts.domain.rule import Comparison, Kind, Rule, Scope

_MAX_SCOPE = 200
_DAY_S = 86_400
_ABOVE = frozenset({Comparison.ABOVE, Comparison.AT_LEAST})
_BELOW = frozenset({Comparison.BELOW, Comparison.AT_MOST})

Metric = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,49}$")]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e300, le=1e300)]
Seconds = Annotated[int, Field(ge=0, le=_DAY_S)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScopeIn(_Body):
    """The devices a rule applies to: every part given must fit; all empty: every device."""

    device_ids: list[UUID] = Field(default=[], max_length=_MAX_SCOPE)
    group_ids: list[UUID] = Field(default=[], max_length=_MAX_SCOPE)
    tags: list[Line] = Field(default=[], max_length=_MAX_SCOPE)
    device_types: list[Line] = Field(default=[], max_length=_MAX_SCOPE)

    def scope(self) -> Scope:
        """Return it as the domain's value."""
        return Scope(
            device_ids=frozenset(DeviceId(each) for each in self.device_ids),
            group_ids=frozenset(self.group_ids),
            tags=frozenset(self.tags),
            device_types=frozenset(self.device_types),
        )


class RuleIn(_Body):
    """A whole rule, as POST and PUT take it."""

    name: Name
    description: Text = ""
    kind: Kind = Kind.THRESHOLD
    metric: Metric | None = None
    entity: Annotated[
        Line, Field(description="A pattern such as `if:ge-0/0/*`; `` is the device as a whole.")
    ] = "*"
    comparison: Comparison | None = None
    threshold: Number | None = None
    clear_threshold: Number | None = None
    for_seconds: Seconds = 0
    severity: Severity
    scope: ScopeIn = ScopeIn()
    enabled: bool = True

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        of_threshold = {
            "metric": self.metric,
            "comparison": self.comparison,
            "threshold": self.threshold,
        }
        if self.kind is Kind.DEVICE_DOWN:
            if any(value is not None for value in [*of_threshold.values(), self.clear_threshold]):
                raise PydanticCustomError("kind", "A device_down rule has no metric or threshold")
            return self
        missing = [name for name, value in of_threshold.items() if value is None]
        if missing:
            raise PydanticCustomError(
                "missing", "A threshold rule needs {names}", {"names": ", ".join(missing)}
            )
        self._check_clear_threshold()
        return self

    def _check_clear_threshold(self) -> None:
        clear, threshold = self.clear_threshold, self.threshold
        if clear is None or threshold is None:
            return
        if self.comparison not in _ABOVE | _BELOW:
            raise PydanticCustomError(
                "clear_threshold", "clear_threshold needs one of > >= < <= as comparison"
            )
        if (self.comparison in _ABOVE) == (clear > threshold) and clear != threshold:
            raise PydanticCustomError(
                "clear_threshold", "clear_threshold must lie on the good side of threshold"
            )

    def rule(self, rule_id: RuleId, *, before: Rule | None = None) -> Rule:
        """Return it as the domain's value: a new rule, or the next version of one."""
        is_down = self.kind is Kind.DEVICE_DOWN
        made = Rule(
            id=rule_id,
            name=self.name,
            kind=self.kind,
            severity=self.severity,
            description=self.description,
            metric=self.metric,
            entity="*" if is_down else self.entity,
            comparison=self.comparison,
            threshold=self.threshold,
            clear_threshold=self.clear_threshold,
            hold=timedelta(seconds=self.for_seconds),
            scope=self.scope.scope(),
            is_enabled=self.enabled,
        )
        if before is None:
            return made
        return replace(made, is_built_in=before.is_built_in, version=before.version + 1)


class RulePatch(_Body):
    """What of a rule is to change, as PATCH takes it."""

    name: Name | None = None
    description: Text | None = None
    metric: Metric | None = None
    entity: Line | None = None
    comparison: Comparison | None = None
    threshold: Number | None = None
    clear_threshold: Number | None = None
    for_seconds: Seconds | None = None
    severity: Severity | None = None
    scope: ScopeIn | None = None
    enabled: bool | None = None

    def over(self, rule: Rule) -> RuleIn:
        """Return the whole rule with these changes; raise InvalidError if it makes no sense."""
        whole = _plain(rule) | self.model_dump(exclude_unset=True)
        try:
            return RuleIn.model_validate(whole)
        except ValidationError as error:
            raise failures.invalid([dict(each) for each in error.errors()]) from error


class RuleView(BaseModel):
    """A rule."""

    id: UUID
    name: str
    description: str
    kind: Kind
    metric: str | None
    entity: str
    comparison: Comparison | None
    threshold: float | None
    clear_threshold: float | None
    for_seconds: int
    severity: Severity
    scope: ScopeIn
    enabled: bool
    built_in: bool
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, stored: StoredRule) -> RuleView:
        """Return the view of a rule."""
        rule = stored.rule
        return cls(
            **_plain(rule),
            id=rule.id,
            built_in=rule.is_built_in,
            version=rule.version,
            created_at=stored.created_at,
            updated_at=stored.updated_at,
        )


def _plain(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "description": rule.description,
        "kind": rule.kind,
        "metric": rule.metric,
        "entity": rule.entity,
        "comparison": rule.comparison,
        "threshold": rule.threshold,
        "clear_threshold": rule.clear_threshold,
        "for_seconds": int(rule.hold.total_seconds()),
        "severity": rule.severity,
        "scope": {
            "device_ids": sorted(rule.scope.device_ids),
            "group_ids": sorted(rule.scope.group_ids),
            "tags": sorted(rule.scope.tags),
            "device_types": sorted(rule.scope.device_types),
        },
        "enabled": rule.is_enabled,
    }
