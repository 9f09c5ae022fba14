"""Octets from the wire as text that a database and a browser can take."""

import re
from math import isfinite, nan

_MAX_ADDRESS_OCTETS = 32
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def text_of(value: object, limit: int = 512) -> str:
    """Return a value as clean text: no control or direction characters, no NUL, bounded."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        value = value.rstrip(b"\0")
        try:
            decoded = value.decode()
        except UnicodeDecodeError:
            decoded = value.decode("latin-1")
    else:
        decoded = str(value)
    return _UNWANTED.sub("", decoded).strip()[:limit]


def mac_of(value: object) -> str:
    """Return a hardware address as colon-separated hex, empty when it is none."""
    if not isinstance(value, bytes) or not value or len(value) > _MAX_ADDRESS_OCTETS:
        return ""
    return ":".join(f"{octet:02x}" for octet in value)


def number_of(value: object) -> float | None:
    """Return the finite number in a value; agents send many of them as text."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        number = float(value)
    else:
        found = re.match(r"\s*(-?\d+(?:\.\d+)?)", text_of(value))
        number = float(found[1]) if found else nan
    return number if isfinite(number) else None
