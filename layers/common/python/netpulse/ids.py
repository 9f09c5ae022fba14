"""Identifiers, one type a kind, so that mypy tells a device from an alert."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

OrganizationId = NewType("OrganizationId", UUID)
UserId = NewType("UserId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)
DeviceId = NewType("DeviceId", UUID)
GroupId = NewType("GroupId", UUID)
CredentialId = NewType("CredentialId", UUID)
RuleId = NewType("RuleId", UUID)
AlertId = NewType("AlertId", UUID)
IncidentId = NewType("IncidentId", UUID)
SilenceId = NewType("SilenceId", UUID)
ChannelId = NewType("ChannelId", UUID)
DeliveryId = NewType("DeliveryId", UUID)
JobId = NewType("JobId", UUID)
TimerId = NewType("TimerId", UUID)
ReportId = NewType("ReportId", UUID)
ScheduleId = NewType("ScheduleId", UUID)
