"""Things by the names that people have for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cli.client import Client
from cli.errors import RefusedError

# Of ids, as tables show them.
SHORT = 8
_NAMES = ("name", "ip_address", "external_id")
_SHORTEST = 4
_RECENT = 200


def device(client: Client, named: str) -> dict[str, Any]:
    """Return the device of an id, a number, an external id, an address or a name."""
    if is_id(named):
        found: dict[str, Any] = client.get(f"/devices/{named}")
        return found
    matching = _by_number(client, named) or _by_words(client, named)
    if not matching:
        raise RefusedError(f"there is no device “{named}”: see `netpulse devices list`")
    if len(matching) > 1:
        numbers = ", ".join(str(each["number"]) for each in matching[:_SHORTEST])
        raise RefusedError(
            f"“{named}” may be any of {len(matching)} devices: give a number, {numbers}"
        )
    return matching[0]


def alert_id(client: Client, named: str) -> str:
    """Return the id of the alert that an id, or the beginning of an open alert's id, names."""
    # Most are asked about while they are open; else among those that ended last.
    open_ones = {"resolved": "false"}
    ended = {"resolved": "true", "sort": "-created_at", "limit": _RECENT}
    return _whole(client, named, "alert", "/alerts", open_ones, ended)


def report_id(client: Client, named: str) -> str:
    """Return the id of the report that an id, or the beginning of a recent report's id, names."""
    return _whole(client, named, "report", "/reports", {"limit": _RECENT})


def _whole(client: Client, named: str, thing: str, path: str, *places: Mapping[str, Any]) -> str:
    """Return the one id that begins so, in the first of these lists that has any."""
    if is_id(named):
        return named
    if len(named) < _SHORTEST:
        raise RefusedError(
            f"“{named}” is too short: give {_SHORTEST} characters of the {thing}'s id"
        )
    for filters in places:
        ids = (str(each["id"]) for each in client.pages(path, **filters))
        if found := [id_ for id_ in ids if id_.startswith(named.lower())]:
            break
    if len(found) != 1:
        many = f"several {thing}s have" if found else f"no open or recent {thing} has"
        raise RefusedError(f"{many} an id that begins with “{named}”")
    return found[0]


def is_id(named: str) -> bool:
    """Tell whether that is a whole id."""
    try:
        UUID(named)
    except ValueError:
        return False
    return True


def _by_number(client: Client, named: str) -> list[dict[str, Any]]:
    return list(client.pages("/devices", number=named)) if named.isdigit() else []


def _by_words(client: Client, named: str) -> list[dict[str, Any]]:
    candidates = list(client.pages("/devices", search=named))
    return [each for each in candidates if named in (each[name] for name in _NAMES)]
