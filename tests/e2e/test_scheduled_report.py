"""A report that is due by the clock, made and mailed by the deployed stack itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.e2e.client import Deadline, newcomer

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(400)

# Longer would be the sweep's doing, which makes up for what EventBridge Scheduler did not call.
CALLED_WITHIN = timedelta(minutes=2)


def test_a_schedule_is_called_when_it_is_due_and_its_report_mailed(stack: Stack) -> None:
    session = newcomer(stack.api_url)
    # schedules have minutes: the next one that is not too near
    due = (datetime.now(UTC) + timedelta(seconds=70)).replace(second=0, microsecond=0)
    schedule = session.post(
        "/report-schedules",
        {
            "name": "Every day",
            "kind": "uptime",
            "cadence": "daily",
            "at": f"{due:%H:%M}",
            "time_zone": "UTC",
            "formats": ["pdf", "csv"],
            "recipients": [session.email],
        },
    )
    assert datetime.fromisoformat(schedule["next_run_at"]) == due

    def mailed() -> dict[str, Any] | None:
        found = stack.messages("email", session.email)
        return next((each for each in found if each["subject"].startswith("[REPORT]")), None)

    mail = Deadline.after(240).wait(mailed, what="the mail with the report")
    [report] = session.get("/reports", schedule_id=schedule["id"])
    assert datetime.fromisoformat(report["created_at"]) - due < CALLED_WITHIN
    names = sorted(each["filename"].rpartition(".")[2] for each in mail["raw"]["attachments"])
    assert names == ["csv", "pdf"]
    assert f"/reports?report={report['id']}" in mail["body"]
    [sent] = session.get("/notifications", report_id=report["id"])
    assert (sent["recipient"], sent["purpose"], sent["state"]) == (session.email, "report", "sent")
    after = session.get(f"/report-schedules/{schedule['id']}")
    assert datetime.fromisoformat(after["next_run_at"]) == due + timedelta(days=1)
    assert after["last_report_id"] == report["id"]
    link = session.get(f"/reports/{report['id']}/download", format="pdf")
    assert requests.get(link["url"], timeout=30).content.startswith(b"%PDF-")
