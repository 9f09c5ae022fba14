"""A fact: something that happened, named in the past tense, with a version."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """Base of every fact. The class name and `version` make its name on the wire.

    Additive changes keep the version; a breaking one adds a class beside the old one. Readers
    ignore fields they do not know.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    domain: ClassVar[str]
    version: ClassVar[int] = 1

    @classmethod
    def type_name(cls) -> str:
        """Return the detail-type, e.g. `AlertOpened.v1`."""
        return f"{cls.__name__}.v{cls.version}"

    @classmethod
    def source(cls) -> str:
        """Return the EventBridge source, e.g. `netpulse.alerts`."""
        return f"netpulse.{cls.domain}"


class Meta(BaseModel):
    """What is known of every fact, whatever it says."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_id: UUID
    occurred_at: datetime
    correlation_id: str
    causation_id: str | None = None
    organization_id: UUID
    seq: int


class Recorded(BaseModel):
    """A fact as it stands in an organisation's event log."""

    model_config = ConfigDict(frozen=True)

    meta: Meta
    type: str
    source: str
    data: dict[str, object]
