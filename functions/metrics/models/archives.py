"""Archives of an organisation: made, fetched, brought and restored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from functions.metrics.models.scope import InstantText


class ArchiveIn(BaseModel):
    """From when on samples are in the archive; without, all that are kept."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    samples_from: Annotated[InstantText | None, "An instant."] = None


class ArchiveStartedView(BaseModel):
    """An archive is being made or restored: watch the job."""

    job_id: UUID
    archive_id: UUID


class ArchiveLinkView(BaseModel):
    """Where an archive's file can be had for a short while."""

    archive_id: UUID
    url: str
    file_name: str
    size_bytes: int
    expires_at: datetime


class ArchiveUploadView(BaseModel):
    """Where an archive's file can be brought to by PUT for a short while; then restore it."""

    archive_id: UUID
    url: str
    expires_at: datetime
