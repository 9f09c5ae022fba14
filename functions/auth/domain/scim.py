"""SCIM 2.0 (RFC 7643, RFC 7644) as far as directories use it: one filter, and patches.

Entra ID and Okta differ in habits: operations in capitals, booleans as words, values without a
path. All of these are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"

_FILTER = re.compile(r'\s*(\w+)\s+eq\s+"((?:[^"\\]|\\.){0,255})"\s*', re.IGNORECASE)
_MEMBER = re.compile(r'members\[\s*value\s+eq\s+"([^"]{1,100})"\s*\]', re.IGNORECASE)
_WORDS = {"true": True, "false": False}


class ScimError(Exception):
    """A request that the protocol answers in its own way."""

    def __init__(self, status: int, detail: str, scim_type: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.scim_type = scim_type


@dataclass(frozen=True)
class Filter:
    """`attribute eq "value"`."""

    attribute: str
    value: str


@dataclass(frozen=True)
class PersonChange:
    """What a directory changes of a person; None: nothing."""

    active: bool | None = None
    full_name: str | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class GroupChange:
    """What a directory changes of a group; `members` replaces all of them."""

    display_name: str | None = None
    members: frozenset[UUID] | None = None
    added: frozenset[UUID] = frozenset()
    removed: frozenset[UUID] = frozenset()


def filter_of(text: str, allowed: tuple[str, ...]) -> Filter | None:
    """Return what a list is filtered by, None for nothing; raise ScimError."""
    if not text.strip():
        return None
    found = _FILTER.fullmatch(text)
    names = {name.lower(): name for name in allowed}
    if found is None or found[1].lower() not in names:
        raise ScimError(400, f"Only `eq` on {', '.join(allowed)} is supported", "invalidFilter")
    return Filter(names[found[1].lower()], found[2].replace('\\"', '"').replace("\\\\", "\\"))


def person_change(operations: list[dict[str, Any]]) -> PersonChange:
    """Return what a person's patch means; raise ScimError."""
    change: dict[str, Any] = {}
    for operation in operations:
        verb, path, value = _parts(operation)
        if verb == "remove":
            raise ScimError(400, "Nothing of a user can be removed", "mutability")
        for name, one in ({path: value} if path else _object(value)).items():
            change.update(_person_value(name, one))
    return PersonChange(**change)


def person_replacement(given: dict[str, Any]) -> PersonChange:
    """Return what a whole person means, of POST or PUT; raise ScimError."""
    named = {name: given[name] for name in ("active", "externalId") if given.get(name) is not None}
    name = given.get("name")
    formatted = given.get("displayName") or (isinstance(name, dict) and _full_name(name))
    if formatted:
        named["displayName"] = formatted
    return person_change([{"op": "replace", "value": named}])


def _full_name(name: dict[str, Any]) -> str:
    return str(
        name.get("formatted")
        or " ".join(str(name[part]) for part in ("givenName", "familyName") if name.get(part))
    )


def _person_value(name: str, value: Any) -> dict[str, Any]:
    if name == "active":
        return {"active": boolean(value)}
    if name in {"displayName", "name.formatted"}:
        return {"full_name": text(value, name)}
    if name == "name" and isinstance(value, dict):
        return {"full_name": text(value["formatted"], name)} if "formatted" in value else {}
    if name == "externalId":
        return {"external_id": text(value, name)}
    # attributes that mean nothing here are let pass, as RFC 7644 (3.5.2) allows
    return {}


def group_change(operations: list[dict[str, Any]]) -> GroupChange:
    """Return what a group's patch means; raise ScimError."""
    change = GroupChange()
    for operation in operations:
        verb, path, value = _parts(operation)
        if chosen := _MEMBER.fullmatch(path):
            change = replace(change, removed=change.removed | {_uuid(chosen[1])})
            continue
        for name, one in ({path: value} if path else _object(value)).items():
            if name == "displayName":
                change = replace(change, display_name=text(one, name))
            elif name == "members":
                change = _with_members(change, verb, one)
    return change


def group_replacement(given: dict[str, Any]) -> GroupChange:
    """Return what a PUT of a whole group means; raise ScimError."""
    whole = {"displayName": given.get("displayName"), "members": given.get("members") or []}
    return group_change([{"op": "replace", "value": whole}])


def _with_members(change: GroupChange, verb: str, value: Any) -> GroupChange:
    if value is None or verb == "replace":
        # without a value, a removal is of all of them
        whole = members_of(value or [])
        return replace(change, members=whole, added=frozenset(), removed=frozenset())
    if verb == "add":
        return replace(change, added=change.added | members_of(value))
    return replace(change, removed=change.removed | members_of(value))


def changed_members(before: frozenset[UUID], change: GroupChange) -> frozenset[UUID]:
    """Return a group's members after a change."""
    whole = before if change.members is None else change.members
    return (whole | change.added) - change.removed


def members_of(value: Any) -> frozenset[UUID]:
    """Return the ids in a list of members; raise ScimError."""
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(member, dict) and "value" in member for member in listed):
        raise ScimError(400, "members are objects with a value", "invalidValue")
    return frozenset(_uuid(member["value"]) for member in listed)


def boolean(value: Any) -> bool:
    """Return a truth value, also written as a word; raise ScimError."""
    found = _WORDS.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise ScimError(400, "active is true or false", "invalidValue")
    return found


def text(value: Any, name: str) -> str:
    """Return one line of text; raise ScimError."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 255 or not value.isprintable():  # noqa: PLR2004 - columns are as wide
        raise ScimError(400, f"{name} is one line of at most 255 characters", "invalidValue")
    return value.strip()


def _parts(operation: Any) -> tuple[str, str, Any]:
    if not isinstance(operation, dict):
        raise ScimError(400, "Operations are objects", "invalidSyntax")
    verb, path = operation.get("op"), operation.get("path") or ""
    if not isinstance(verb, str) or verb.lower() not in {"add", "replace", "remove"}:
        raise ScimError(400, "op is add, replace or remove", "invalidSyntax")
    if not isinstance(path, str):
        raise ScimError(400, "path is text", "invalidPath")
    return verb.lower(), path.removeprefix(f"{USER}:"), operation.get("value")


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ScimError(400, "Without a path, value is an object", "invalidValue")
    return value


def _uuid(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise ScimError(400, "A member's value is a user's id", "invalidValue") from error
