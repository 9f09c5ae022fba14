"""EventBridge Scheduler: one schedule a report schedule, set to the instant it is due next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import UUID

from botocore.exceptions import ClientError
from netpulse import aws
from netpulse.ids import OrganizationId, ScheduleId

if TYPE_CHECKING:
    from datetime import datetime

_GONE = "ResourceNotFoundException"
# Later than that the sweep has seen to it.
_KEEPS_TRYING_S = 300


@dataclass(frozen=True)
class Place:
    """The group that schedules are kept in, what they call, and the role they call it by."""

    group: str
    target_arn: str
    role_arn: str


class EventBridgeSchedules:
    """Alarm clocks at EventBridge Scheduler.

    Each is a one-time schedule that is moved on after it rang: a cron expression would skip a local
    time that clocks skip, and knows no 31st that is the 30th in a shorter month.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    def put(self, organization_id: OrganizationId, schedule_id: ScheduleId, at: datetime) -> None:
        """Have a schedule called at an instant, instead of any it was to be called at before."""
        client = aws.client("scheduler")
        wanted = self._wanted(organization_id, schedule_id, at)
        try:
            client.update_schedule(**wanted)
        except ClientError as error:
            if error.response["Error"]["Code"] != _GONE:
                raise
            client.create_schedule(**wanted)

    def remove(self, schedule_id: ScheduleId) -> None:
        """Have a schedule called no more; one that never was does not matter."""
        try:
            aws.client("scheduler").delete_schedule(
                GroupName=self._place.group, Name=str(schedule_id)
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _GONE:
                raise

    def _wanted(
        self, organization_id: OrganizationId, schedule_id: ScheduleId, at: datetime
    ) -> dict[str, Any]:
        called_with = {"organization_id": str(organization_id), "schedule_id": str(schedule_id)}
        return {
            "GroupName": self._place.group,
            "Name": str(schedule_id),
            "ScheduleExpression": f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": self._place.target_arn,
                "RoleArn": self._place.role_arn,
                "Input": json.dumps(called_with),
                "RetryPolicy": {"MaximumEventAgeInSeconds": _KEEPS_TRYING_S},
            },
        }


def called(event: dict[str, Any]) -> tuple[OrganizationId, ScheduleId]:
    """Return whose schedule a call names."""
    return OrganizationId(UUID(event["organization_id"])), ScheduleId(UUID(event["schedule_id"]))
