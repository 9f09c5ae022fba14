"""The audit log as admins ask for it and see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class AuditQuery(BaseModel):
    """Which lines of the audit log; what is None is not asked for."""

    actor_id: UUID | None = None
    # whole ("device.updated") or its beginning ("device.")
    action: str = ""
    target_type: str = ""
    target_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


class AuditEntryView(BaseModel):
    """One thing that somebody did: of a change, `before` and `after` hold only what changed."""

    id: int
    occurred_at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    source_ip: str
    request_id: str
    action: str
    target_type: str
    target_id: str
    target_name: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
