"""A unit of work: one transaction, its repositories, and the facts it announces."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from netpulse.observability import logger
from netpulse.outbox import EventLog, PostgresOutbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from uuid import UUID

    from netpulse.bus import Bus
    from netpulse.clock import Clock
    from netpulse.db import Database, Transaction
    from netpulse.events import Recorded
    from netpulse.outbox import Outbox

W = TypeVar("W")


class Relay:
    """Publishes facts after their commit; what fails stays for the minute sweep."""

    def __init__(self, database: Database, bus: Bus, clock: Clock) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock

    def publish(self, organization_id: UUID, records: Sequence[Recorded]) -> None:
        """Publish just committed facts; never raises, for they are safe in the outbox."""
        if not records:
            return
        try:
            self._bus.publish(records)
            with self._database.transaction(organization_id) as transaction:
                EventLog(transaction).mark_published(records, self._clock.now())
        except Exception:
            logger.exception("facts wait for the sweep", extra={"facts": len(records)})


class UnitOfWork(Generic[W]):
    """Opens work: `with unit(organization_id) as work:` commits changes and facts together.

    `build` makes the domain's bundle of repositories from the transaction and the outbox.
    """

    def __init__(
        self,
        database: Database,
        relay: Relay,
        clock: Clock,
        build: Callable[[Transaction, Outbox], W],
    ) -> None:
        self._database = database
        self._relay = relay
        self._clock = clock
        self._build = build

    @contextmanager
    def __call__(self, organization_id: UUID | None) -> Iterator[W]:
        """Open the work of one organisation; with None, of none, which announces nothing."""
        with self._database.transaction(organization_id) as transaction:
            outbox = PostgresOutbox(transaction, self._clock)
            yield self._build(transaction, outbox)
            records = outbox.flush()
        if organization_id is not None:
            self._relay.publish(organization_id, records)
