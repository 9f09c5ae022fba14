"""Reports' PostgreSQL and S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.jobs import Jobs

from functions.reports.repository.files import S3Files
from functions.reports.repository.reports import PostgresReports
from functions.reports.repository.schedules import PostgresSchedules
from functions.reports.repository.sources import PostgresSources

if TYPE_CHECKING:
    from netpulse.db import Transaction
    from netpulse.outbox import Outbox

__all__ = [
    "PostgresReports",
    "PostgresReportsWork",
    "PostgresSchedules",
    "PostgresSources",
    "S3Files",
]


class PostgresReportsWork:
    """The repositories of one transaction, and its facts."""

    def __init__(self, transaction: Transaction, outbox: Outbox) -> None:
        self.reports = PostgresReports(transaction)
        self.schedules = PostgresSchedules(transaction)
        self.jobs = Jobs(transaction)
        self.sources = PostgresSources(transaction)
        self.outbox = outbox
