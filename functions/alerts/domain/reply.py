"""What a link in a message stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from netpulse.ids import AlertId, OrganizationId

# Whoever finds a telephone a week later is not on call with it.
LASTS = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Whose message a link is from, and what it told of."""

    organization_id: OrganizationId
    # their number or address: whoever has the link is taken for them
    recipient: str
    made_at: datetime
    alert_ids: tuple[AlertId, ...]

    def holds(self, now: datetime) -> bool:
        """Return whether it may still be answered."""
        return now < self.made_at + LASTS
