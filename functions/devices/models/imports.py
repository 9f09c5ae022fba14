"""Many devices at once."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from netpulse.http.envelope import ErrorBody
from pydantic import BaseModel, Field

from functions.devices.models.probes import Strict

MAX_ROWS = 1000


class ImportIn(Strict):
    """Rows, each a device as POST /devices takes it; a wrong row does not spoil the others.

    A row whose `external_id` is known describes that device anew, so an import can be repeated.
    """

    devices: list[dict[str, Any]] = Field(min_length=1, max_length=MAX_ROWS)
    dry_run: bool = False


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class RowView(BaseModel):
    """What became of a row, by its place from 0."""

    row: int
    outcome: Outcome
    device_id: UUID | None = None
    error: ErrorBody | None = None


class ImportView(BaseModel):
    """What became of an import; with `dry_run` what would have become of it."""

    dry_run: bool
    created: int
    updated: int
    unchanged: int
    failed: int
    rows: list[RowView]
