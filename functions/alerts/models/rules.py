"""Rules as the API shows and takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
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

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.anomaly import Direction, Sensitivity, Unusual
from functions.alerts.domain.hour import HOUR
from functions.alerts.domain.rule import Comparison, Kind, Override, Rule, Scope
from functions.alerts.models import rule_checks

_MAX_SCOPE = 200
_DAY_S = 86_400
_MONTH_S = 30 * _DAY_S
_MOST_VALUES = 60
_USUAL = Unusual()

Metric = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,49}$")]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e300, le=1e300)]
Seconds = Annotated[int, Field(ge=0, le=_DAY_S)]
Times = Annotated[int, Field(ge=1, le=_MOST_VALUES)]
Window = Annotated[
    int,
    Field(
        ge=0,
        le=_MONTH_S,
        description="rate, delta: the span a change is measured over, 0 from one value to the next;"
        " missing_data: how long nothing may come;"
        " forecast: how far it looks ahead.",
    ),
]
Speed = Annotated[
    float,
    Field(gt=0, le=1e15, description="bit/s; without it the speed the interface tells of itself."),
]
Entity = Annotated[
    Line, Field(description="A pattern such as `if:ge-0/0/*`; `` is the device as a whole.")
]
History = Annotated[
    int,
    Field(
        ge=24,
        le=24 * 28,
        description="anomaly: how many hours must have been learnt before anything is unusual.",
    ),
]
Deviation = Annotated[
    float,
    Field(
        ge=0,
        le=1e300,
        allow_inf_nan=False,
        description="anomaly: a value nearer to what is expected is never unusual.",
    ),
]
Critical = Annotated[Number | None, Field(description="From here on the trouble is critical.")]


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

    @classmethod
    def of(cls, scope: Scope) -> ScopeIn:
        """Return a scope as it was taken."""
        return cls(
            device_ids=sorted(scope.device_ids),
            group_ids=sorted(scope.group_ids),
            tags=sorted(scope.tags),
            device_types=sorted(scope.device_types),
        )


class RuleIn(_Body):
    """A whole rule, as POST and PUT take it."""

    name: Name
    description: Text = ""
    kind: Kind = Kind.THRESHOLD
    metric: Metric | None = None
    entity: Entity = "*"
    comparison: Comparison | None = None
    threshold: Number | None = None
    clear_threshold: Number | None = None
    critical_threshold: Critical = None
    for_seconds: Seconds = 0
    keep_firing_for_seconds: Annotated[
        Seconds,
        Field(description="status_change: after this long it is over though it did not return."),
    ] = 0
    breaches: Annotated[Times, Field(description="Trouble when so many values are …")] = 1
    of_last: Annotated[Times, Field(description="… of the last so many.")] = 1
    clears: Annotated[Times, Field(description="Over after so many good values in a row.")] = 1
    window_seconds: Window = 0
    from_value: Number | None = None
    to_value: Number | None = None
    speed_bps: Speed | None = None
    sensitivity: Sensitivity = _USUAL.sensitivity
    direction: Direction = _USUAL.direction
    history_hours: History = _USUAL.history // HOUR
    least_deviation: Deviation = _USUAL.least_deviation
    severity: Severity
    scope: ScopeIn = ScopeIn()
    enabled: bool = True

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        rule_checks.check(self.kind, self.model_dump(), given=self.model_fields_set)
        return self

    def rule(self, rule_id: RuleId, *, before: Rule | None = None) -> Rule:
        """Return it as the domain's value: a new rule, or the next version of one."""
        is_down = self.kind is Kind.DEVICE_DOWN
        made = Rule(
            id=rule_id,
            name=self.name,
            kind=self.kind,
            severity=self.severity,
            description=self.description,
            metric=rule_checks.watched_metric(self.kind, self.metric, speed_bps=self.speed_bps),
            entity="*" if is_down else self.entity,
            comparison=self.comparison,
            threshold=self.threshold,
            clear_threshold=self.clear_threshold,
            critical_threshold=self.critical_threshold,
            hold=timedelta(seconds=self.for_seconds),
            keep_firing=timedelta(seconds=self.keep_firing_for_seconds),
            breaches=self.breaches,
            of_last=self.of_last,
            clears=self.clears,
            window=timedelta(seconds=self.window_seconds),
            from_value=self.from_value,
            to_value=self.to_value,
            speed_bps=self.speed_bps,
            unusual=Unusual(
                sensitivity=self.sensitivity,
                direction=self.direction,
                history=self.history_hours * HOUR,
                least_deviation=self.least_deviation,
            ),
            scope=self.scope.scope(),
            is_enabled=self.enabled,
        )
        if before is None:
            return made
        return replace(
            made,
            is_built_in=before.is_built_in,
            overrides=before.overrides,
            version=before.version + 1,
        )


class RulePatch(_Body):
    """What of a rule is to change, as PATCH takes it."""

    name: Name | None = None
    description: Text | None = None
    metric: Metric | None = None
    entity: Line | None = None
    comparison: Comparison | None = None
    threshold: Number | None = None
    clear_threshold: Number | None = None
    critical_threshold: Number | None = None
    for_seconds: Seconds | None = None
    keep_firing_for_seconds: Seconds | None = None
    breaches: Times | None = None
    of_last: Times | None = None
    clears: Times | None = None
    window_seconds: Window | None = None
    from_value: Number | None = None
    to_value: Number | None = None
    speed_bps: Speed | None = None
    sensitivity: Sensitivity | None = None
    direction: Direction | None = None
    history_hours: History | None = None
    least_deviation: Deviation | None = None
    severity: Severity | None = None
    scope: ScopeIn | None = None
    enabled: bool | None = None

    def over(self, rule: Rule) -> RuleIn:
        """Return the whole rule with these changes; raise InvalidError if it makes no sense."""
        whole = plain(rule) | self.model_dump(exclude_unset=True)
        try:
            return RuleIn.model_validate(whole)
        except ValidationError as error:
            raise failures.invalid([dict(each) for each in error.errors()]) from error


class OverrideIn(_Body):
    """What a rule is to be for one device; a threshold brings its own clear and critical ones."""

    threshold: Number | None = None
    clear_threshold: Number | None = None
    critical_threshold: Number | None = None
    for_seconds: Seconds | None = None
    enabled: bool = True

    def over(self, rule: Rule, device_id: DeviceId) -> Override:
        """Return it as the domain's value; raise InvalidError if it makes no sense of the rule."""
        made = Override(
            device_id=device_id,
            threshold=self.threshold,
            clear_threshold=self.clear_threshold,
            critical_threshold=self.critical_threshold,
            hold=None if self.for_seconds is None else timedelta(seconds=self.for_seconds),
            is_enabled=self.enabled,
        )
        try:
            rule_checks.check_override(rule, made)
            RuleIn.model_validate(plain(replace(rule, overrides=(made,)).for_device(device_id)))
        except ValidationError as error:
            raise failures.invalid([dict(each) for each in error.errors()]) from error
        return made


class OverrideView(OverrideIn):
    """What a rule is for one device."""

    device_id: UUID

    @classmethod
    def of(cls, override: Override) -> OverrideView:
        """Return the view of an override."""
        hold = override.hold
        return cls(
            device_id=override.device_id,
            threshold=override.threshold,
            clear_threshold=override.clear_threshold,
            critical_threshold=override.critical_threshold,
            for_seconds=None if hold is None else int(hold.total_seconds()),
            enabled=override.is_enabled,
        )


def plain(rule: Rule) -> dict[str, Any]:
    """Return a rule as a body that would make it."""
    return {
        "name": rule.name,
        "description": rule.description,
        "kind": rule.kind,
        "metric": rule.metric,
        "entity": rule.entity,
        "comparison": rule.comparison,
        "threshold": rule.threshold,
        "clear_threshold": rule.clear_threshold,
        "critical_threshold": rule.critical_threshold,
        "for_seconds": int(rule.hold.total_seconds()),
        "keep_firing_for_seconds": int(rule.keep_firing.total_seconds()),
        "breaches": rule.breaches,
        "of_last": rule.of_last,
        "clears": rule.clears,
        "window_seconds": int(rule.window.total_seconds()),
        "from_value": rule.from_value,
        "to_value": rule.to_value,
        "speed_bps": rule.speed_bps,
        "sensitivity": rule.unusual.sensitivity,
        "direction": rule.unusual.direction,
        "history_hours": rule.unusual.history // HOUR,
        "least_deviation": rule.unusual.least_deviation,
        "severity": rule.severity,
        "scope": ScopeIn.of(rule.scope).model_dump(),
        "enabled": rule.is_enabled,
    }
