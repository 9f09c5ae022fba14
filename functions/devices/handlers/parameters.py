"""What paths and queries of the inventory are read as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from netpulse.http import id_in_path
from netpulse.http.fields import split_items
from netpulse.ids import CredentialId, DeviceId, GroupId
from netpulse.instants import NotAnInstantError, parse_instant
from pydantic import Field

from functions.devices.domain.device import DeviceType
from functions.devices.domain.errors import unacceptable
from functions.devices.domain.listing import NotAnOrderError, Slice, parse_order
from functions.devices.models.views import Status

if TYPE_CHECKING:
    from datetime import datetime

DeviceKey = Annotated[str, Path(description="A device's id.", max_length=100)]
GroupKey = Annotated[str, Path(description="A group's id.", max_length=100)]
CredentialKey = Annotated[str, Path(description="A credential's id.", max_length=100)]

ScanKey = Annotated[str, Path(description="A scan's id.", max_length=100)]
BegunBy = Annotated[UUID | None, Query(description="Only scans that this schedule began.")]
CheckKey = Annotated[str, Path(description="A check's id.", max_length=100)]

Statuses = Annotated[list[Status] | None, split_items, Query(description="Any of these.")]
DeviceTypes = Annotated[list[DeviceType] | None, split_items, Query(description="Any of these.")]
GroupIds = Annotated[list[UUID] | None, split_items, Query(description="In any of these.")]
Numbers = Annotated[
    Annotated[list[Annotated[int, Field(ge=1, le=2**31 - 1)]], Field(max_length=200)] | None,
    split_items,
    Query(description="Any of these."),
]
From = Annotated[
    str, Query(alias="from", max_length=40, description="ISO 8601 with an offset, or `-6h`.")
]
To = Annotated[
    str, Query(alias="to", max_length=40, description="ISO 8601 with an offset, or `now`.")
]


def device_id_of(key: str) -> DeviceId:
    """Return the device id a path names; raise NotFoundError."""
    return DeviceId(id_in_path("device", key))


def group_id_of(key: str) -> GroupId:
    """Return the group id a path names; raise NotFoundError."""
    return GroupId(id_in_path("device_group", key))


def credential_id_of(key: str) -> CredentialId:
    """Return the credential id a path names; raise NotFoundError."""
    return CredentialId(id_in_path("credential", key))


def scan_id_of(key: str) -> UUID:
    """Return the scan id a path names; raise NotFoundError."""
    return id_in_path("discovery_scan", key)


def check_id_of(key: str) -> UUID:
    """Return the check id a path names; raise NotFoundError."""
    return id_in_path("check", key)


def slice_of(page: int, per_page: int, sort: list[str] | None) -> Slice:
    """Return the page and order a query asks for; raise InvalidError."""
    try:
        return Slice(page, per_page, parse_order(sort or []))
    except NotAnOrderError as error:
        raise unacceptable("sort", str(error)) from error


def range_of(begin: str, end: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the range of time a query asks for; raise InvalidError."""
    first, last = _instant("from", begin, now), _instant("to", end, now)
    if first >= last:
        raise unacceptable("from", "from must be before to")
    return first, last


def _instant(field: str, text: str, now: datetime) -> datetime:
    try:
        return parse_instant(text, now)
    except NotAnInstantError as error:
        message = "An instant is needed: ISO 8601 with an offset, `now`, or relative like `-1h`"
        raise unacceptable(field, message) from error
