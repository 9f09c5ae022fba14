"""What the mail of a report may show: plain dicts of text."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.notify.domain.text import one_line
from functions.notify.templates.context import TEST_COLOUR, zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.notify.domain.notice import ReportFile, ReportNotice

_LABELS = {
    "uptime": "UPTIME REPORT",
    "performance": "PERFORMANCE REPORT",
    "alerts": "ALERT REPORT",
}
_UNITS = ((1024 * 1024, "MB"), (1024, "kB"))


def report_context(
    notice: ReportNotice, *, organization: str, public_url: str, channel: str
) -> dict[str, Any]:
    """Return everything the template may show, its subject included."""
    name, period = one_line(notice.name), _period(notice)
    return {
        "organization": one_line(organization),
        "zone": str(zone_of(notice.time_zone)),
        "channel": one_line(channel),
        "label": _LABELS.get(notice.kind, "REPORT"),
        "colour": TEST_COLOUR,
        "name": name,
        "period": period,
        "highlights": [(one_line(label), one_line(value)) for label, value in notice.highlights],
        "where": _where(notice),
        "why": _why(channel),
        # never a signed URL: mails are read weeks later, and forwarded
        "link": f"{public_url}/reports?report={notice.report_id}",
        "link_label": "Open the report",
        "reply": "",
        "signature": "",
        "subject": one_line(f"[REPORT] {name}"),
        "preview": "; ".join(f"{label}: {value}" for label, value in notice.highlights[:3]),
    }


def _period(notice: ReportNotice) -> str:
    if notice.begin_at is None or notice.end_at is None:
        return ""
    zone = zone_of(notice.time_zone)
    # the end is the first instant that is not part of it
    first = notice.begin_at.astimezone(zone)
    last = max(first, (notice.end_at - timedelta(microseconds=1)).astimezone(zone))
    days = [f"{each:%A} {each.day} {each:%B %Y}" for each in (first, last)]
    return " to ".join(dict.fromkeys(days))


def _where(notice: ReportNotice) -> str:
    attached = notice.attached
    missing = [each for each in notice.files if each not in attached]
    parts = []
    if attached:
        parts.append(f"Attached: {_files(attached)}.")
    if missing:
        parts.append(f"Too large to attach: {_files(missing)}. Open the report to download it.")
    return " ".join(parts) or "Open the report to download it."


def _why(channel: str) -> str:
    if channel:
        return f"You get this because the channel {one_line(channel)} has your address."
    return "You get this because somebody named your address in this report."


def _files(files: Sequence[ReportFile]) -> str:
    return ", ".join(f"{each.format.upper()} ({_size(each.size_bytes)})" for each in files)


def _size(size: int) -> str:
    for length, unit in _UNITS:
        if size >= length:
            return f"{size / length:.{0 if size >= 10 * length else 1}f}\u00a0{unit}"
    return f"{size}\u00a0bytes"
