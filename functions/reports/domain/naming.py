"""Names of reports and of their files."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from functions.reports.domain.calendar import dates_shown

if TYPE_CHECKING:
    from functions.reports.domain.definition import ReportFormat

_MAX_STEM = 80
# with two dates it must fit where names do
_MAX_TITLE = 220
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def dated_name(title: str, begin: datetime, end: datetime, time_zone: str) -> str:
    """Return the name of a report that was given none: its title and its days."""
    first, last = dates_shown(begin, end, ZoneInfo(time_zone))
    days = first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
    return f"{title[:_MAX_TITLE]} {days}"


def file_stem(name: str) -> str:
    """Return a report's name as file systems, headers and keys bear it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", plain).strip("-")[:_MAX_STEM].strip("-") or "report"


def object_key(organization_id: UUID, report_id: UUID, name: str, format_: ReportFormat) -> str:
    """Return where a report's file is kept: an organisation's files share a prefix."""
    return f"{organization_id}/{report_id}/{file_stem(name)}.{format_.value}"
