"""What an organisation's directory keeps here: people and groups, both shown in the same way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from functions.auth.domain.scim import ScimError
from functions.auth.models.scim import list_response
from functions.auth.ports import Wanted

if TYPE_CHECKING:
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.auth.domain.scim import Filter
    from functions.auth.ports import AuthWork, Work

    Resource = dict[str, Any]


class DirectoryResources(ABC):
    """Resources of one kind, as SCIM shows them; each kind has its own ways to change."""

    kind: ClassVar[str]

    def __init__(self, work: Work, clock: Clock, *, base_url: str) -> None:
        self._work = work
        self._clock = clock
        self._base_url = base_url

    def page(
        self, organization_id: OrganizationId, wanted: Filter | None, *, start: int, count: int
    ) -> Resource:
        """Return some of them by name, as SCIM lists them; `start` counts from 1."""
        with self._work(organization_id) as work:
            found, total = self._found(work, Wanted.by(wanted), offset=start - 1, limit=count)
        return list_response(found, total, start)

    def view(self, organization_id: OrganizationId, resource_id: UUID) -> Resource:
        """Return one; raise ScimError."""
        with self._work(organization_id) as work:
            return self._shown(work, resource_id)

    def _shown(self, work: AuthWork, resource_id: UUID) -> Resource:
        found, _ = self._found(work, Wanted(id=resource_id), offset=0, limit=1)
        if not found:
            raise ScimError(404, f"{self.kind} {resource_id} not found")
        return found[0]

    @abstractmethod
    def _found(
        self, work: AuthWork, wanted: Wanted, *, offset: int, limit: int
    ) -> tuple[list[Resource], int]:
        """Return some of them, and how many there are in all."""
