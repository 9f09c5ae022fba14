"""On-call schedules and escalation policies as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Self
from uuid import UUID

from netpulse.http.fields import Name, ZoneName
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from functions.alerts.domain.escalation import Policy, Step
from functions.alerts.domain.on_call import Layer, Member, Schedule, Shift, StandIn
from functions.alerts.models.instants import NearInstant, NearLocal
from functions.alerts.models.silences import MatcherModel

_WEEK_S = 7 * 86_400
ChannelIds = Annotated[list[UUID], Field(max_length=20)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MemberModel(_Body):
    """Somebody who can be on call, and the notification channels that reach them."""

    name: Name
    user_id: UUID | None = None
    channel_ids: Annotated[list[UUID], Field(min_length=1, max_length=10)]

    def member(self) -> Member:
        """Return it as the domain's value."""
        return Member(name=self.name, user_id=self.user_id, channel_ids=tuple(self.channel_ids))

    @classmethod
    def of(cls, member: Member) -> MemberModel:
        """Return a member as it was taken."""
        return cls(name=member.name, user_id=member.user_id, channel_ids=list(member.channel_ids))


class LayerModel(_Body):
    """Members who take turns."""

    members: Annotated[list[MemberModel], Field(min_length=1, max_length=50)]
    starts_at: NearLocal = Field(
        description="The first hand-over as a clock in the zone shows it, without an offset."
    )
    turn_days: Annotated[int, Field(ge=1, le=365)] = 7
    weekdays: Annotated[
        list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7, description="0 is Monday.")
    ] = []
    from_time: time | None = None
    to_time: time | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.from_time is None) is not (self.to_time is None):
            raise PydanticCustomError("to_time", "from_time and to_time belong together")
        if (self.from_time and self.from_time.tzinfo) or (self.to_time and self.to_time.tzinfo):
            raise PydanticCustomError("from_time", "A wall's clock has no offset")
        if self.from_time is not None and self.from_time == self.to_time:
            raise PydanticCustomError("to_time", "from_time and to_time must differ")
        return self

    def layer(self) -> Layer:
        """Return it as the domain's value."""
        return Layer(
            members=tuple(each.member() for each in self.members),
            starts_local=self.starts_at,
            turn_days=self.turn_days,
            weekdays=frozenset(self.weekdays),
            from_time=self.from_time,
            to_time=self.to_time,
        )

    @classmethod
    def of(cls, layer: Layer) -> LayerModel:
        """Return a layer as it was taken."""
        return cls(
            members=[MemberModel.of(each) for each in layer.members],
            starts_at=layer.starts_local,
            turn_days=layer.turn_days,
            weekdays=sorted(layer.weekdays),
            from_time=layer.from_time,
            to_time=layer.to_time,
        )


class StandInModel(_Body):
    """Somebody who is on call instead, from one instant to another."""

    member: MemberModel
    starts_at: NearInstant
    ends_at: NearInstant

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise PydanticCustomError("ends_at", "ends_at must lie after starts_at")
        return self


class OnCallScheduleIn(_Body):
    """Layers, the first that has somebody on call wins; whoever stands in wins over all."""

    name: Name
    time_zone: ZoneName
    layers: Annotated[list[LayerModel], Field(min_length=1, max_length=10)]
    overrides: Annotated[list[StandInModel], Field(max_length=100)] = []
    allow_holes: bool = Field(
        default=False, description="Take a schedule in which at times nobody is on call."
    )

    def schedule(self, schedule_id: UUID) -> Schedule:
        """Return it as the domain's value."""
        return Schedule(
            id=schedule_id,
            name=self.name,
            time_zone=self.time_zone,
            layers=tuple(each.layer() for each in self.layers),
            overrides=tuple(
                StandIn(member=each.member.member(), starts_at=each.starts_at, ends_at=each.ends_at)
                for each in self.overrides
            ),
        )

    def channel_ids(self) -> set[UUID]:
        """Return every channel it names."""
        return {channel_id for member in self._members() for channel_id in member.channel_ids}

    def user_ids(self) -> set[UUID]:
        """Return every person it names."""
        return {member.user_id for member in self._members() if member.user_id is not None}

    def _members(self) -> list[MemberModel]:
        members = [member for layer in self.layers for member in layer.members]
        return [*members, *(each.member for each in self.overrides)]


class OnCallScheduleView(BaseModel):
    """An on-call schedule, and who is on call now."""

    id: UUID
    name: str
    time_zone: str
    layers: list[LayerModel]
    overrides: list[StandInModel]
    on_call: MemberModel | None

    @classmethod
    def of(cls, schedule: Schedule, *, now: datetime) -> OnCallScheduleView:
        """Return the view of a schedule."""
        member = schedule.on_call(now)
        return cls(
            id=schedule.id,
            name=schedule.name,
            time_zone=schedule.time_zone,
            layers=[LayerModel.of(each) for each in schedule.layers],
            overrides=[
                StandInModel(
                    member=MemberModel.of(each.member),
                    starts_at=each.starts_at,
                    ends_at=each.ends_at,
                )
                for each in schedule.overrides
            ],
            on_call=MemberModel.of(member) if member else None,
        )


class ShiftView(BaseModel):
    """Who is on call from when to when; nobody: there is a hole."""

    begins_at: datetime
    ends_at: datetime
    name: str | None

    @classmethod
    def of(cls, shift: Shift) -> ShiftView:
        """Return the view of a shift."""
        name = shift.member.name if shift.member else None
        return cls(begins_at=shift.begins_at, ends_at=shift.ends_at, name=name)


class OnCallView(BaseModel):
    """Who is on call at an instant, and the shifts of the days after it."""

    at: datetime
    on_call: MemberModel | None
    shifts: list[ShiftView]


class EscalationStep(_Body):
    """Channels, and schedules whose member on call, that are told after a time."""

    after_seconds: Annotated[
        int, Field(ge=0, le=_WEEK_S, description="After the step before, or the alert's begin.")
    ]
    channel_ids: ChannelIds = []
    schedule_ids: Annotated[list[UUID], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if not self.channel_ids and not self.schedule_ids:
            raise PydanticCustomError("channel_ids", "A step needs a channel or a schedule")
        return self


class EscalationPolicyIn(_Body):
    """Whom to ask next while nobody takes an alert on."""

    name: Name
    matchers: Annotated[list[MatcherModel], Field(max_length=20)] = Field(
        default=[], description="Which alerts escalate by it; none: all."
    )
    priority: Annotated[int, Field(ge=0, le=10_000)] = 100
    steps: Annotated[list[EscalationStep], Field(min_length=1, max_length=20)]
    repeats: Annotated[int, Field(ge=0, le=20)] = 0
    enabled: bool = True

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.repeats and sum(each.after_seconds for each in self.steps) < 60:  # noqa: PLR2004
            raise PydanticCustomError("repeats", "A round that repeats takes at least a minute")
        return self

    def policy(self, policy_id: UUID) -> Policy:
        """Return it as the domain's value."""
        return Policy(
            id=policy_id,
            name=self.name,
            matchers=tuple(each.matcher() for each in self.matchers),
            priority=self.priority,
            steps=tuple(
                Step(
                    after=timedelta(seconds=each.after_seconds),
                    channel_ids=tuple(each.channel_ids),
                    schedule_ids=tuple(each.schedule_ids),
                )
                for each in self.steps
            ),
            repeats=self.repeats,
            is_enabled=self.enabled,
        )


class EscalationPolicyView(EscalationPolicyIn):
    """An escalation policy."""

    id: UUID

    @classmethod
    def of(cls, policy: Policy) -> EscalationPolicyView:
        """Return the view of a policy."""
        return cls(
            id=policy.id,
            name=policy.name,
            matchers=[MatcherModel.of(each) for each in policy.matchers],
            priority=policy.priority,
            steps=[
                EscalationStep(
                    after_seconds=int(each.after.total_seconds()),
                    channel_ids=list(each.channel_ids),
                    schedule_ids=list(each.schedule_ids),
                )
                for each in policy.steps
            ],
            repeats=policy.repeats,
            enabled=policy.is_enabled,
        )
