"""What the retention's service needs of the world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from netpulse.ids import OrganizationId

    from functions.metrics.models.retention import RetentionView


class Policies(Protocol):
    """One organisation's retention."""

    def get(self) -> RetentionView:
        """Return the policy and the quota."""
        ...

    def save(self, wanted: RetentionView, *, at: datetime) -> None:
        """Keep a policy; the quota is not the organisation's to change."""
        ...


class PolicyWork(Protocol):
    """Opens transactions."""

    def __call__(self, organization_id: OrganizationId) -> AbstractContextManager[Policies]:
        """Open the work of one organisation."""
        ...
