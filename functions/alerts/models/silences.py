"""Silences and inhibition rules as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from netpulse.http.fields import Name, Text
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from functions.alerts.domain.matchers import MAX_PATTERN, Matcher, MatcherError, Operator
from functions.alerts.domain.muting import Inhibition, Silence
from functions.alerts.models.instants import NearInstant

_MAX_MATCHERS = 20
# Longer than this, a rule should be changed instead.
_LONGEST = timedelta(days=366)

LabelName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]{0,99}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MatcherModel(_Body):
    """A label, how it stands to a value, and the value; patterns are RE2's, anchored."""

    name: LabelName
    op: Operator = Operator.EQUAL
    value: Annotated[str, StringConstraints(max_length=MAX_PATTERN)]

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        self.matcher()
        return self

    def matcher(self) -> Matcher:
        """Return it as the domain's value."""
        try:
            return Matcher(self.name, self.op, self.value)
        except MatcherError as error:
            raise PydanticCustomError("pattern", "{reason}", {"reason": str(error)}) from error

    @classmethod
    def of(cls, matcher: Matcher) -> MatcherModel:
        """Return a matcher as it was taken."""
        return cls(name=matcher.name, op=matcher.op, value=matcher.value)


Matchers = Annotated[list[MatcherModel], Field(min_length=1, max_length=_MAX_MATCHERS)]


class PreviewIn(_Body):
    """Matchers whose alerts are to be shown."""

    matchers: Matchers

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        # as in Alertmanager: one that matches everything is a mistake
        if all(each.matcher().matches({}) for each in self.matchers):
            raise PydanticCustomError(
                "matchers", "At least one matcher must not match an empty label"
            )
        return self


class SilenceIn(PreviewIn):
    """Alerts that match all matchers are not told from one instant to another."""

    starts_at: NearInstant | None = Field(default=None, description="Without it, now.")
    ends_at: NearInstant | None = Field(
        default=None, description="Needed unless `until_resolved`; then 30 days at most."
    )
    until_resolved: bool = Field(
        default=False, description="End as soon as nothing it matches is open any more."
    )
    comment: Text = ""

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """Return when it begins and ends; raise PydanticCustomError."""
        begin = self.starts_at or now
        if self.ends_at is None and not self.until_resolved:
            raise PydanticCustomError("missing", "ends_at or until_resolved is needed")
        end = self.ends_at or begin + timedelta(days=30)
        if end <= max(begin, now):
            raise PydanticCustomError("ends_at", "ends_at must lie after starts_at and now")
        if end - begin > _LONGEST:
            raise PydanticCustomError("ends_at", "A silence lasts a year at most")
        return begin, end


class SilenceView(BaseModel):
    """A silence."""

    id: UUID
    state: str
    matchers: list[MatcherModel]
    starts_at: datetime
    ends_at: datetime
    until_resolved: bool
    comment: str
    created_by: UUID | None
    created_by_name: str

    @classmethod
    def of(cls, silence: Silence, *, now: datetime) -> SilenceView:
        """Return the view of a silence."""
        return cls(
            id=silence.id,
            state=silence.state(now),
            matchers=[MatcherModel.of(each) for each in silence.matchers],
            starts_at=silence.starts_at,
            ends_at=silence.ends_at,
            until_resolved=silence.until_resolved,
            comment=silence.comment,
            created_by=silence.created_by,
            created_by_name=silence.created_by_name,
        )


class InhibitionIn(_Body):
    """While an alert matches the source, those that match the target are not told."""

    name: Name
    source_matchers: Matchers
    target_matchers: Matchers
    equal: list[LabelName] = Field(
        default=[], max_length=20, description="Labels that must be the same on both sides."
    )
    enabled: bool = True

    def inhibition(self, inhibition_id: UUID) -> Inhibition:
        """Return it as the domain's value."""
        return Inhibition(
            id=inhibition_id,
            name=self.name,
            source=tuple(each.matcher() for each in self.source_matchers),
            target=tuple(each.matcher() for each in self.target_matchers),
            equal=tuple(self.equal),
            is_enabled=self.enabled,
        )


class InhibitionView(InhibitionIn):
    """An inhibition rule."""

    id: UUID

    @classmethod
    def of(cls, inhibition: Inhibition) -> InhibitionView:
        """Return the view of a rule."""
        return cls(
            id=inhibition.id,
            name=inhibition.name,
            source_matchers=[MatcherModel.of(each) for each in inhibition.source],
            target_matchers=[MatcherModel.of(each) for each in inhibition.target],
            equal=list(inhibition.equal),
            enabled=inhibition.is_enabled,
        )
