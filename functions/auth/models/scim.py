"""SCIM's resources (RFC 7643), as our rows are shown to a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.auth.domain.scim import GROUP, LIST, USER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def user_resource(row: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Return a person as a SCIM user."""
    return {
        "schemas": [USER],
        "id": str(row["id"]),
        **({"externalId": row["external_id"]} if row["external_id"] else {}),
        "userName": row["email"],
        "displayName": row["full_name"],
        "name": {"formatted": row["full_name"]},
        "active": row["is_active"],
        "emails": [{"value": row["email"], "type": "work", "primary": True}],
        "groups": [
            {"value": str(one["value"]), "display": one["display"]} for one in row["groups"]
        ],
        "meta": _meta("User", row, f"{base_url}/Users/{row['id']}"),
    }


def group_resource(row: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Return a group as a SCIM group."""
    return {
        "schemas": [GROUP],
        "id": str(row["id"]),
        **({"externalId": row["external_id"]} if row["external_id"] else {}),
        "displayName": row["display_name"],
        "members": [
            {"value": str(one["value"]), "display": one["display"]} for one in row["members"]
        ],
        "meta": _meta("Group", row, f"{base_url}/Groups/{row['id']}"),
    }


def list_response(resources: Sequence[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    """Return a page of resources; `startIndex` counts from 1."""
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }


def _meta(kind: str, row: Mapping[str, Any], location: str) -> dict[str, str]:
    return {
        "resourceType": kind,
        "created": row["created_at"].isoformat(),
        "lastModified": row["updated_at"].isoformat(),
        "location": location,
    }
