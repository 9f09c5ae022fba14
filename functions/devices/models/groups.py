"""Groups of devices."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from netpulse.http.fields import Name, Text
from netpulse.ids import DeviceId
from pydantic import BaseModel, Field

from functions.devices.models.probes import Strict

MAX_MEMBERS = 10_000


class GroupIn(Strict):
    """A whole group, as POST and PUT take it."""

    name: Name
    description: Text = ""


class MembersIn(Strict):
    """The devices a group is to have, all of them."""

    device_ids: list[DeviceId] = Field(max_length=MAX_MEMBERS)


class GroupView(BaseModel):
    """A group as it is read."""

    id: UUID
    name: str
    description: str
    device_count: int
    created_at: datetime
    updated_at: datetime
