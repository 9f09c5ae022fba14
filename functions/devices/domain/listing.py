"""What a list of devices is asked for: filters, order and page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from functions.devices.domain.device import DeviceType

MAX_SORT_KEYS = 3


class SortField(StrEnum):
    """What a list of devices may be ordered by."""

    NAME = "name"
    NUMBER = "number"
    IP_ADDRESS = "ip_address"
    DEVICE_TYPE = "device_type"
    STATUS = "status"
    LOCATION = "location"
    VENDOR = "vendor"
    MODEL = "model"
    RESPONSE_TIME_MS = "response_time_ms"
    LAST_SEEN_AT = "last_seen_at"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


@dataclass(frozen=True)
class SortKey:
    """One field of an order; devices without a value come last."""

    field: SortField
    descending: bool = False


@dataclass(frozen=True)
class DeviceFilter:
    """Which devices are wanted: any value of a filter will do, every filter must be met."""

    search: str = ""
    statuses: Sequence[str] = ()
    device_types: Sequence[DeviceType] = ()
    group_ids: Sequence[UUID] = ()
    tags: Sequence[str] = ()
    numbers: Sequence[int] = ()
    vendors: Sequence[str] = ()
    location: str = ""
    is_active: bool | None = None


@dataclass(frozen=True)
class Slice:
    """Which page of a list, in which order."""

    page: int = 1
    per_page: int = 50
    order: Sequence[SortKey] = (SortKey(SortField.NAME),)

    @property
    def offset(self) -> int:
        """How many stand before the page."""
        return (self.page - 1) * self.per_page


class NotAnOrderError(ValueError):
    """The words name no order of devices."""


def parse_order(words: Sequence[str]) -> tuple[SortKey, ...]:
    """Return the order that `name` or `-created_at` means; raise NotAnOrderError."""
    if len(words) > MAX_SORT_KEYS:
        raise NotAnOrderError(f"at most {MAX_SORT_KEYS} fields")
    if unknown := [word for word in words if word.removeprefix("-") not in set(SortField)]:
        raise NotAnOrderError(f"{unknown[0]} is none of {', '.join(SortField)}")
    keys = tuple(SortKey(SortField(word.removeprefix("-")), word.startswith("-")) for word in words)
    return keys or (SortKey(SortField.NAME),)
