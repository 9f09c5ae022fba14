"""That a report is ready: what its mail says and brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# Mail servers refuse what is large, and base64 makes it a third larger still.
MAX_ATTACHED_BYTES = 3 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ReportFile:
    """A file of a report: where it is kept, and what it is called where it arrives."""

    format: str
    key: str
    name: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class ReportNotice:
    """A report that is ready; `highlights` are its figures, a label and a value each."""

    report_id: UUID
    name: str
    kind: str
    begin_at: datetime | None
    end_at: datetime | None
    time_zone: str
    highlights: tuple[tuple[str, str], ...] = ()
    files: tuple[ReportFile, ...] = ()

    @property
    def attached(self) -> tuple[ReportFile, ...]:
        """The files that the mail brings: as many as together are small enough, in their order."""
        kept: list[ReportFile] = []
        room = MAX_ATTACHED_BYTES
        for file in self.files:
            if file.size_bytes <= room:
                kept.append(file)
                room -= file.size_bytes
        return tuple(kept)
