"""A poller's own connections to PostgreSQL: asynchronous, direct, made anew when they break."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress

import psycopg
from psycopg.rows import TupleRow

Connection = psycopg.AsyncConnection[TupleRow]

CONNECT_TIMEOUT_S = 5


# What is wrong with the data stays wrong; all else passes: a failover's read-only replica, a
# migration under way, a right not granted yet.
REFUSALS = (psycopg.DataError, psycopg.IntegrityError)


class DatabaseAwayError(Exception):
    """PostgreSQL cannot be reached, broke off, or cannot do its work now."""


class PollerDatabase:
    """One connection that its users take turns with.

    `conninfo` returns a libpq string, or those to try in turn; reading one may take a while.
    """

    def __init__(self, conninfo: Callable[[], str | Iterable[str]]) -> None:
        self._conninfo = conninfo
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Open a transaction; raises DatabaseAwayError when the database is not there."""
        async with self._turn:
            try:
                connection = await self._alive()
                async with connection.transaction():
                    yield connection
            except REFUSALS:
                raise
            except (psycopg.Error, OSError) as error:
                await self._drop()
                raise DatabaseAwayError(str(error)) from error

    async def connect(self) -> Connection:
        """Return a new connection of the caller's own."""
        given = self._conninfo()
        conninfos = iter((given,) if isinstance(given, str) else given)
        failure: Exception = DatabaseAwayError("there is no login to connect with")
        while (conninfo := await asyncio.to_thread(next, conninfos, None)) is not None:
            try:
                return await psycopg.AsyncConnection.connect(
                    conninfo,
                    autocommit=True,
                    # Named statements would pin the connection behind a proxy, and generic plans
                    # are slower on partitioned tables.
                    prepare_threshold=None,
                    connect_timeout=CONNECT_TIMEOUT_S,
                )
            except (psycopg.OperationalError, OSError) as error:
                failure = error
        raise DatabaseAwayError(str(failure)) from failure

    async def close(self) -> None:
        """Close the connection."""
        async with self._turn:
            await self._drop()

    async def _alive(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await self.connect()
        return self._connection

    async def _drop(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error, OSError):
                await self._connection.close()
        self._connection = None
