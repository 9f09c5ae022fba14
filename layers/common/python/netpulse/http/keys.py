"""Ids as paths name them."""

from __future__ import annotations

from uuid import UUID

from netpulse.errors import NotFoundError


def id_in_path(thing: str, key: str) -> UUID:
    """Return the id of a `thing` that a path names; raise NotFoundError.

    An id is any text in a path: one that is no UUID names nothing, so it is a 404 like any other.
    """
    try:
        return UUID(key)
    except ValueError as error:
        raise NotFoundError.of(thing, key) from error
