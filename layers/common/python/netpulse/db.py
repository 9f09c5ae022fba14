"""PostgreSQL: the one place that opens transactions, each inside one organisation."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from netpulse.acting import actor
from netpulse.errors import UnavailableError
from netpulse.logins import conninfos
from netpulse.observability import count, emit, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from netpulse.acting import Actor
    from netpulse.settings import DatabaseSettings

Row = dict[str, Any]
Parameters = Sequence[Any] | Mapping[str, Any]
# psycopg takes only literal strings; our SQL is literal but for column lists made from literals
Sql = Any

_SET = "SELECT set_config(s.name, s.value, true) FROM unnest(%s::text[], %s::text[]) s(name, value)"
_OPEN = (TransactionStatus.ACTIVE, TransactionStatus.INTRANS, TransactionStatus.INERROR)


class Transaction:
    """An open transaction, seen through the organisation it was opened for."""

    def __init__(self, connection: psycopg.Connection[Row], organization_id: UUID | None) -> None:
        self.connection = connection
        self.organization_id = organization_id
        self.durations: list[float] = []

    def rows(self, sql: Sql, parameters: Parameters = ()) -> list[Row]:
        """Return every row of a query."""
        return self._execute(sql, parameters).fetchall()

    def row(self, sql: Sql, parameters: Parameters = ()) -> Row | None:
        """Return the first row of a query, or None."""
        return self._execute(sql, parameters).fetchone()

    def value(self, sql: Sql, parameters: Parameters = ()) -> Any:
        """Return the first column of the first row, or None."""
        row = self.row(sql, parameters)
        return None if row is None else next(iter(row.values()))

    def run(self, sql: Sql, parameters: Parameters = ()) -> int:
        """Run a statement and return how many rows it touched."""
        return self._execute(sql, parameters).rowcount

    def run_many(self, sql: Sql, parameters: Sequence[Parameters]) -> None:
        """Run a statement once for each set of parameters, in one round trip."""
        if parameters:
            with self.connection.cursor() as cursor:
                cursor.executemany(sql, parameters)

    def _execute(self, sql: Sql, parameters: Parameters) -> psycopg.Cursor[Row]:
        began = time.perf_counter()
        try:
            return self.connection.execute(sql, parameters)
        finally:
            self.durations.append(time.perf_counter() - began)


def _settings_of(organization_id: UUID | None, author: Actor | None) -> dict[str, str]:
    settings = {}
    if organization_id is not None:
        settings["netpulse.organization_id"] = str(organization_id)
    if author is not None:
        settings["netpulse.actor"] = author.to_json()
    return settings


class Database:
    """A process's one connection to PostgreSQL, made when first needed and remade when it broke.

    `conninfo` is a libpq string, or a function that returns those to try in turn.
    """

    def __init__(self, conninfo: str | Callable[[], Iterable[str]]) -> None:
        self._conninfos = conninfo if callable(conninfo) else lambda: (conninfo,)
        self._connection: psycopg.Connection[Row] | None = None

    @classmethod
    def from_settings(cls, settings: DatabaseSettings) -> Database:
        """Return the database the settings name, its role's password read from its secret."""
        return cls(
            lambda: conninfos(settings, connect_timeout=5, application_name="netpulse"),
        )

    def _connect(self) -> psycopg.Connection[Row]:
        failure = psycopg.OperationalError("there is no login to connect with")
        for conninfo in self._conninfos():
            try:
                # No named statements: behind RDS Proxy they would pin the connection, and generic
                # plans were measured to be slower on partitioned time series.
                return psycopg.connect(
                    conninfo, autocommit=True, prepare_threshold=None, row_factory=dict_row
                )
            except psycopg.OperationalError as error:
                failure = error
        raise failure

    def _alive(self) -> psycopg.Connection[Row]:
        connection = self._connection
        if connection is not None and connection.info.transaction_status in _OPEN:
            # the inner one's organisation would be the outer one's from then on
            raise RuntimeError("a transaction is open already: they do not nest")
        if connection is None or connection.closed:
            connection = self._connection = self._connect()
            return connection
        try:
            # A frozen Lambda wakes to a connection the server has long closed: ask before use.
            connection.execute("SELECT 1")
        except psycopg.OperationalError:
            connection.close()
            connection = self._connection = self._connect()
        return connection

    @contextmanager
    def transaction(self, organization_id: UUID | None) -> Iterator[Transaction]:
        """Open a transaction that sees one organisation's rows; with None, no tenant's.

        Commits at the end of the block, rolls back when it raises. Raises UnavailableError when
        the database cannot be reached or breaks off.
        """
        try:
            connection = self._alive()
            with connection.transaction():
                # local to this transaction: the next user of a pooled connection sees nothing
                settings = _settings_of(organization_id, actor())
                if settings:
                    connection.execute(_SET, (list(settings), list(settings.values())))
                transaction = Transaction(connection, organization_id)
                try:
                    yield transaction
                finally:
                    if transaction.durations:
                        emit(database_query_duration_seconds=seconds(*transaction.durations))
        except psycopg.OperationalError as error:
            # a deadlock or a timeout is one too, but its connection is well
            if self._connection is None or self._connection.closed:
                emit(database_connection_failures_total=count(1))
            self.close()
            raise UnavailableError("The database is not reachable; try again shortly") from error

    def close(self) -> None:
        """Close the connection; the next transaction opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
