"""How long an organisation keeps measured values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.metrics.domain.errors import unacceptable

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.metrics.models.retention import RetentionIn, RetentionView
    from functions.metrics.ports.retention import PolicyWork


class RetentionService:
    """Shows and changes an organisation's retention; the hourly upkeep follows it."""

    def __init__(self, work: PolicyWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def get(self, organization_id: OrganizationId) -> RetentionView:
        """Return the organisation's retention and quota."""
        with self._work(organization_id) as policies:
            return policies.get()

    def change(self, organization_id: OrganizationId, asked: RetentionIn) -> RetentionView:
        """Change what is asked for; raise InvalidError when coarse values would go before fine."""
        with self._work(organization_id) as policies:
            changes = asked.model_dump(exclude_none=True)
            wanted = policies.get().model_copy(update=changes)
            if wanted.hourly_days > wanted.daily_days:
                raise unacceptable("daily_days", "Not shorter than hourly_days")
            policies.save(wanted, at=self._clock.now())
            return wanted
