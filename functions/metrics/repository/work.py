"""One transaction of the organisation's measured values, that does not think for ever."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netpulse.ids import OrganizationId
from netpulse.jobs import Jobs
from psycopg.errors import QueryCanceled

from functions.metrics.domain.errors import TookTooLongError
from functions.metrics.ports import MetricsWork
from functions.metrics.repository.catalogue import PostgresCatalogue
from functions.metrics.repository.labelled import PostgresLabelled
from functions.metrics.repository.readings import PostgresReadings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from netpulse.db import Transaction
    from netpulse.outbox import Outbox
    from netpulse.work import UnitOfWork


def work_of(transaction: Transaction, outbox: Outbox) -> MetricsWork:
    """Return measured values as one transaction sees them."""
    if transaction.organization_id is None:
        raise RuntimeError("measured values are always one organisation's")

    def limit(timeout: timedelta) -> None:
        milliseconds = int(timeout.total_seconds() * 1000)
        transaction.run("SELECT set_config('statement_timeout', %s, true)", (str(milliseconds),))

    return MetricsWork(
        organization_id=OrganizationId(transaction.organization_id),
        catalogue=PostgresCatalogue(transaction),
        readings=PostgresReadings(transaction),
        labelled=PostgresLabelled(transaction),
        jobs=Jobs(transaction),
        outbox=outbox,
        limit=limit,
    )


class BoundedWork:
    """Opens transactions whose statements are given up after some time."""

    def __init__(self, work: UnitOfWork[MetricsWork], *, statement_timeout: timedelta) -> None:
        self._work = work
        self._timeout = statement_timeout

    @contextmanager
    def __call__(self, organization_id: OrganizationId) -> Iterator[MetricsWork]:
        """Open the work of one organisation; raise TookTooLongError when it takes too long."""
        with self._work(organization_id) as work:
            work.limit(self._timeout)
            try:
                yield work
            except QueryCanceled as error:
                seconds = int(self._timeout.total_seconds())
                raise TookTooLongError(
                    f"The question took longer than {seconds} s: ask for less at once"
                ) from error
