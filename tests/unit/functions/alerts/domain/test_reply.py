from __future__ import annotations

from datetime import timedelta

import pytest
from netpulse.ids import OrganizationId

from functions.alerts.domain.reply import Reply
from tests.support.clock import NOON
from tests.support.http import ORGANIZATION


@pytest.mark.parametrize(
    ("age", "holds"),
    [
        (timedelta(), True),
        (timedelta(days=7) - timedelta(seconds=1), True),
        (timedelta(days=7), False),
    ],
)
def test_a_link_may_be_answered_for_a_week(age: timedelta, *, holds: bool) -> None:
    reply = Reply(
        organization_id=OrganizationId(ORGANIZATION),
        recipient="+254700000001",
        made_at=NOON,
        alert_ids=(),
    )
    assert reply.holds(NOON + age) is holds
