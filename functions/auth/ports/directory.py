"""What is kept of an organisation's directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import UserId

    from functions.auth.domain.scim import Filter


@dataclass(frozen=True)
class Wanted:
    """Which people or groups: by id, or by one attribute."""

    id: UUID | None = None
    attribute: str = ""
    value: str = ""

    @classmethod
    def by(cls, wanted: Filter | None) -> Wanted:
        """Return what a filter asks for; all of them without one."""
        return cls(attribute=wanted.attribute, value=wanted.value) if wanted else cls()


class Directory(Protocol):
    """The directory of the organisation of this work."""

    def people(
        self, wanted: Wanted, *, offset: int = 0, limit: int = 1
    ) -> tuple[list[dict[str, Any]], int]:
        """Return people by address and how many there are in all."""
        ...

    def groups(
        self, wanted: Wanted, *, offset: int = 0, limit: int = 1
    ) -> tuple[list[dict[str, Any]], int]:
        """Return groups by name and how many there are in all."""
        ...

    def name_person(self, user_id: UserId, external_id: str | None) -> None:
        """Store the directory's own id of a person."""
        ...

    def add_group(
        self, group_id: UUID, name: str, external_id: str | None, *, at: datetime
    ) -> bool:
        """Store a new group; return False when its name is taken."""
        ...

    def rename_group(self, group_id: UUID, name: str, *, at: datetime) -> None:
        """Store a group's new name."""
        ...

    def remove_group(self, group_id: UUID) -> None:
        """Forget a group."""
        ...

    def set_members(self, group_id: UUID, user_ids: frozenset[UUID], *, at: datetime) -> None:
        """Replace a group's members; who is no member of the organisation is passed over."""
        ...
