"""Text that goes into headers and one-line places."""

from __future__ import annotations

from datetime import timedelta

_MAX_SUBJECT = 200


def one_line(text: str, limit: int = _MAX_SUBJECT) -> str:
    """Return text without control characters (a CR or LF would start a header), and not longer."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def lasted(duration: timedelta) -> str:
    """Return a duration as people say it: `45 s`, `5 min 3 s`, `2 h 10 min`, `3 d 4 h`."""
    seconds = max(0, int(duration.total_seconds()))
    parts = [
        (seconds // 86400, "d"),
        (seconds // 3600 % 24, "h"),
        (seconds // 60 % 60, "min"),
        (seconds % 60, "s"),
    ]
    shown = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(shown[:2]) or "0 s"
