"""Short names of organisations for URLs."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 80


def slug_of(name: str, suffix: str = "") -> str:
    """Return a name in small letters, digits and hyphens, with a suffix when it was taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    return "-".join(part for part in (words or "organization", suffix) if part)
