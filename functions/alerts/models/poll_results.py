"""The poll-results message, as the pollers write it."""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Any

from netpulse.ids import DeviceId, OrganizationId
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from functions.alerts.domain.device import Result, Value, Verdict


def _finite(number: float | None) -> float | None:
    return number if number is not None and isfinite(number) else None


Number = Annotated[float | None, AfterValidator(_finite)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PolledValue(_Part):
    """One value that a rule watches."""

    metric: str
    entity: str = ""
    value: Number = None


class PolledDevice(_Part):
    """One device's verdict in one slot."""

    device_id: DeviceId
    slot_at: AwareDatetime
    state: Verdict
    hard: bool = False
    first_failed_at: AwareDatetime | None = None
    rtt_ms: Number = None
    loss_ratio: Number = None
    reason: str = ""
    epoch: int = Field(default=0, ge=0)
    values: tuple[PolledValue, ...] = ()

    def result(self) -> Result:
        """Return it as the domain's value."""
        return Result(
            device_id=self.device_id,
            slot_at=self.slot_at,
            verdict=self.state,
            is_hard=self.hard,
            failing_since=self.first_failed_at,
            reason=self.reason[:200],
            rtt_ms=self.rtt_ms,
            loss_ratio=self.loss_ratio,
            epoch=self.epoch,
            values=tuple(
                Value(each.metric, each.entity, each.value)
                for each in self.values
                if each.value is not None
            ),
        )


class PollResults(_Part):
    """What a poller found out about an organisation's devices."""

    organization_id: OrganizationId
    poller: str = ""
    results: tuple[PolledDevice, ...]


def read_poll_results(body: dict[str, Any]) -> tuple[OrganizationId, list[Result]]:
    """Return whose results a message holds, and the results."""
    message = PollResults.model_validate(body)
    return message.organization_id, [each.result() for each in message.results]
