"""Conversations with one agent: GET in batches, tables by GETBULK, at the pace it can bear."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pollers.snmp.ber import BerError, decode_subids
from pollers.snmp.engine import SnmpEngine, SnmpTimeoutError
from pollers.snmp.message import (
    GET,
    GETBULK,
    GETNEXT,
    ErrorStatus,
    Response,
    Value,
    Version,
    encode_request,
)

Index = tuple[int, ...]
Table = dict[bytes, dict[Index, Value]]
"""Column -> row index -> value."""

_MAX_ROWS = 20_000
_SMALL_REQUEST = 6


class SnmpError(Exception):
    """The agent answered, but not with what was asked."""


class SnmpSession(Protocol):
    """What a collector asks of an agent, whatever the version spoken."""

    async def get(self, oids: Iterable[bytes]) -> dict[bytes, Value]:
        """Return the values of the objects that exist."""
        ...

    async def table(self, columns: Iterable[bytes]) -> Table:
        """Return the columns, each with the rows that exist."""
        ...

    async def exist_below(self, roots: Iterable[bytes]) -> set[bytes]:
        """Return those roots below which the agent has anything at all."""
        ...


@dataclass(slots=True)
class Pace:
    """How much is asked at once; kept a device, lowered when it cannot bear it."""

    get_size: int = 24
    bulk_varbinds: int = 48
    columns: int = 8
    timeout_s: float = 1.5
    retries: int = 1
    max_repetitions: int | None = None
    most_varbinds: int = 48

    def repetitions(self, columns: int) -> int:
        """Return the max-repetitions of a GETBULK of so many columns."""
        fair = max(1, self.bulk_varbinds // columns)
        return min(fair, self.max_repetitions) if self.max_repetitions else fair

    def lower(self) -> bool:
        """Ask for half as much; False when it cannot be less."""
        if self.get_size == 1 and self.bulk_varbinds <= self.columns == 1:
            return False
        self.get_size = max(1, self.get_size // 2)
        self.bulk_varbinds = max(1, self.bulk_varbinds // 2)
        self.columns = max(1, min(self.columns, self.bulk_varbinds))
        return True

    def raise_slowly(self) -> None:
        """Ask for a little more, after a cycle in which nothing failed."""
        self.get_size = min(24, self.get_size + 1)
        self.bulk_varbinds = min(self.most_varbinds, self.bulk_varbinds + 2)
        self.columns = min(8, max(self.columns, self.bulk_varbinds // 6))


class AgentSession:
    """GET and GETBULK with one agent, whatever carries the requests; one at a time."""

    def __init__(self, pace: Pace, *, has_bulk: bool = True) -> None:
        self._walk_kind = GETBULK if has_bulk else GETNEXT
        self.pace = pace

    async def get(self, oids: Iterable[bytes]) -> dict[bytes, Value]:
        """Return the values of the objects that exist."""
        waiting = list(dict.fromkeys(oids))
        found: dict[bytes, Value] = {}
        alone = 0
        while waiting:
            batch = waiting[: 1 if alone else self.pace.get_size]
            response = await self._patiently(GET, batch, 0)
            if response is None:
                continue
            if response.error_status == ErrorStatus.TOO_BIG:
                self._lower_or_fail("tooBig")
                continue
            if response.error_status:
                # v1 names the first missing object; the others are asked again without it.
                if len(batch) > 1 and not 1 <= response.error_index <= len(batch):
                    alone = len(batch)  # it does not say which: one by one then
                    continue
                waiting.remove(batch[_culprit(response, len(batch))])
                alone = max(0, alone - 1)
                continue
            waiting = waiting[len(batch) :]
            alone = max(0, alone - len(batch))
            wanted = set(batch)
            for oid, value in response.varbinds:
                if value is not None and oid in wanted:
                    found[oid] = value
        return found

    async def table(self, columns: Iterable[bytes]) -> Table:
        """Return the columns, each with the rows that exist."""
        table: Table = {column: {} for column in columns}
        waiting = list(table)
        while waiting:
            group = waiting[: self.pace.columns]
            waiting = waiting[len(group) :]
            await self._walk(group, table)
        return table

    async def exist_below(self, roots: Iterable[bytes]) -> set[bytes]:
        """Return those roots below which the agent has anything at all."""
        waiting = list(dict.fromkeys(roots))
        found: set[bytes] = set()
        while waiting:
            batch = waiting[: self.pace.get_size]
            response = await self._patiently(GETNEXT, batch, 0)
            if response is None:
                continue
            if response.error_status == ErrorStatus.TOO_BIG:
                self._lower_or_fail("tooBig")
                continue
            if response.error_status:
                # v1 names the first object that nothing follows.
                waiting.remove(batch[_culprit(response, len(batch))])
                continue
            waiting = waiting[len(batch) :]
            found.update(
                root
                for root, (oid, value) in zip(batch, response.varbinds, strict=False)
                if value is not None and _index_below(root, oid) is not None
            )
        return found

    async def _walk(self, group: list[bytes], table: Table) -> None:
        position: dict[bytes, bytes] = {column: column for column in group}
        while position:
            columns = list(position)
            kind = self._walk_kind
            repetitions = self.pace.repetitions(len(columns)) if kind == GETBULK else 0
            asked = [position[column] for column in columns]
            response = await self._patiently(kind, asked, repetitions)
            if response is None:
                continue
            if response.error_status == ErrorStatus.TOO_BIG:
                self._lower_or_fail("tooBig")
                continue
            if response.error_status:
                del position[columns[_culprit(response, len(columns))]]
                continue
            _advance(response, columns, position, table)

    async def _patiently(self, kind: int, oids: list[bytes], repetitions: int) -> Response | None:
        """Return the answer, or None when it is worth asking again for less."""
        try:
            response = await self._ask(kind, oids, repetitions)
        except SnmpTimeoutError:
            large = len(oids) > 1 or repetitions > 1
            if not large or not self.pace.lower():
                raise
            # Does it live at all? A device that is gone must not be asked six times.
            if len(oids) * max(1, repetitions) <= _SMALL_REQUEST:
                raise
            return None
        if response.error_status == ErrorStatus.AUTHORIZATION:
            raise SnmpError("not authorized")
        return response

    async def _ask(self, kind: int, oids: list[bytes], repetitions: int) -> Response:
        """Send one request and return its answer, or raise SnmpTimeoutError."""
        raise NotImplementedError

    def _lower_or_fail(self, reason: str) -> None:
        if not self.pace.lower():
            raise SnmpError(f"{reason}, however little is asked")


class CommunitySession(AgentSession):
    """SNMP v1 or v2c through the shared engine."""

    def __init__(
        self,
        engine: SnmpEngine,
        address: tuple[str, int],
        community: bytes,
        *,
        version: Version = Version.V2C,
        pace: Pace | None = None,
    ) -> None:
        super().__init__(pace or Pace(), has_bulk=version is not Version.V1)
        self._engine = engine
        self._address = address
        self._community = community
        self._version = version

    async def _ask(self, kind: int, oids: list[bytes], repetitions: int) -> Response:
        request_id = self._engine.new_id()
        packet = encode_request(
            self._version, self._community, kind, request_id, oids, 0, repetitions
        )
        return await self._engine.ask(
            self._address,
            self._community,
            request_id,
            packet,
            self.pace.timeout_s,
            self.pace.retries,
        )


def _culprit(response: Response, size: int) -> int:
    return min(max(response.error_index, 1), size) - 1


def _advance(
    response: Response, columns: list[bytes], position: dict[bytes, bytes], table: Table
) -> None:
    """Take the rows out of an answer and move each column on, or end it."""
    width = len(columns)
    if not response.varbinds:
        position.clear()
        return
    moved = False
    ended: set[bytes] = set()
    for number, (oid, value) in enumerate(response.varbinds):
        column = columns[number % width]
        if column in ended:
            continue
        index = _index_below(column, oid)
        rows = table[column]
        # An agent that does not move forward would be walked for ever.
        if index is None or value is None or index in rows or len(rows) >= _MAX_ROWS:
            ended.add(column)
            continue
        rows[index] = value
        position[column] = oid
        moved = True
    for column in columns:
        # A column the answer had no room for is asked again; an answer without progress ends all.
        if column in ended or not moved:
            del position[column]


def _index_below(column: bytes, oid: bytes) -> Index | None:
    if len(oid) <= len(column) or not oid.startswith(column):
        return None
    try:
        return decode_subids(oid[len(column) :])
    except BerError:
        return None
