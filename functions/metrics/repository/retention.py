"""Retention policies and quotas in PostgreSQL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from functions.metrics.models.retention import RetentionView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from netpulse.db import Database, Transaction
    from netpulse.ids import OrganizationId

_GET = """
    SELECT p.raw_days, p.five_minute_days, p.hourly_days, p.daily_days, q.series_limit,
        q.refused AS series_refused, q.refused_at AS series_refused_at,
        (SELECT count(*) FROM netpulse.series) AS series
    FROM (SELECT netpulse.current_organization() AS id) o
    LEFT JOIN netpulse.retention_policies p ON p.organization_id = o.id
    LEFT JOIN netpulse.series_quotas q ON q.organization_id = o.id
"""
_SAVE = """
    INSERT INTO netpulse.retention_policies
        (organization_id, raw_days, five_minute_days, hourly_days, daily_days, updated_at)
    VALUES (netpulse.current_organization(), %s, %s, %s, %s, %s)
    ON CONFLICT (organization_id) DO UPDATE SET raw_days = excluded.raw_days,
        five_minute_days = excluded.five_minute_days, hourly_days = excluded.hourly_days,
        daily_days = excluded.daily_days, updated_at = excluded.updated_at
"""


class PostgresPolicies:
    """One organisation's retention."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self) -> RetentionView:
        """Return the policy and the quota."""
        row = self._transaction.row(_GET) or {}
        # what was never set is as the model has it
        return RetentionView(**{name: value for name, value in row.items() if value is not None})

    def save(self, wanted: RetentionView, *, at: datetime) -> None:
        """Keep a policy."""
        self._transaction.run(
            _SAVE,
            (
                wanted.raw_days,
                wanted.five_minute_days,
                wanted.hourly_days,
                wanted.daily_days,
                at,
            ),
        )


class PostgresPolicyWork:
    """Opens an organisation's transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def __call__(self, organization_id: OrganizationId) -> Iterator[PostgresPolicies]:
        """Open the work of one organisation."""
        with self._database.transaction(organization_id) as transaction:
            yield PostgresPolicies(transaction)
