"""Who did what: read in stretches, taken out as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netpulse.http import Stretch
from netpulse.spreadsheet import csv_of

from functions.auth.models.audit import AuditEntryView

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from functions.auth.models.audit import AuditQuery
    from functions.auth.ports import Work

# A file stays well under the 6 MB that one answer may have; `until` reaches what is older.
MOST_EXPORTED = 5_000


class AuditService:
    """Shows an organisation's audit log."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def stretch(
        self,
        organization_id: OrganizationId,
        query: AuditQuery,
        *,
        before: int | None,
        limit: int,
    ) -> tuple[Stretch[AuditEntryView], int | None]:
        """Return entries, the newest first, and the id to go on after."""
        with self._work(organization_id) as work:
            found = work.audit.stretch(query, before=before, limit=limit + 1)
        items = found[:limit]
        following = items[-1].id if len(found) > limit else None
        return Stretch[AuditEntryView](items=items), following

    def as_csv(self, organization_id: OrganizationId, query: AuditQuery) -> str:
        """Return the newest entries as CSV, MOST_EXPORTED of them; the export itself is noted."""
        with self._work(organization_id) as work:
            found = work.audit.stretch(query, before=None, limit=MOST_EXPORTED)
            work.audit.note("audit_log.exported", target_type="audit_log", target_id="")
        rows = (
            {
                **entry.model_dump(mode="json"),
                "before": _compact(entry.before),
                "after": _compact(entry.after),
            }
            for entry in found
        )
        return csv_of(list(AuditEntryView.model_fields), rows)


def _compact(change: object) -> str:
    return "" if change is None else json.dumps(change, ensure_ascii=False, sort_keys=True)
