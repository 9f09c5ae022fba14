"""Things by the names that people have for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from cli.client import Client
from cli.errors import RefusedError

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
    if is_id(named):
        return named
    if len(named) < _SHORTEST:
        raise RefusedError(f"“{named}” is too short for an alert's id: give {_SHORTEST} characters")
    # Most are asked about while they are open; else among those that ended last.
    found = _beginning(client, named, resolved="false") or _beginning(
        client, named, resolved="true", sort="-created_at", limit=_RECENT
    )
    if len(found) != 1:
        many = "several alerts have" if found else "no open or recent alert has"
        raise RefusedError(f"{many} an id that begins with “{named}”")
    return found[0]


def _beginning(client: Client, named: str, **filters: Any) -> list[str]:
    ids = (str(each["id"]) for each in client.pages("/alerts", **filters))
    return [id_ for id_ in ids if id_.startswith(named.lower())]


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
