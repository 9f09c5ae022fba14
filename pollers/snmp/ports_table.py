"""Reading a device's interfaces: what they are, and what they count."""

from collections import Counter
from collections.abc import Collection, Mapping
from sys import intern

from pollers.domain.device import NOT_PRESENT, Interface
from pollers.domain.text import mac_of, text_of
from pollers.snmp import mibs
from pollers.snmp.message import Value
from pollers.snmp.session import Index, SnmpSession, Table

_DESCRIBING = (
    mibs.IF_DESCR,
    mibs.IF_TYPE,
    mibs.IF_MTU,
    mibs.IF_SPEED,
    mibs.IF_PHYS_ADDRESS,
    mibs.IF_ADMIN_STATUS,
    mibs.IF_OPER_STATUS,
)
_DESCRIBING_MORE = (
    mibs.IF_NAME,
    mibs.IF_HIGH_SPEED,
    mibs.IF_ALIAS,
    mibs.IF_HC_IN_OCTETS,
    mibs.IF_HC_OUT_OCTETS,
)
_UNKNOWN_SPEED = 2**32 - 1
_EXACT_BELOW_BPS = 10_000_000
_ROUNDING_BPS = 500_000
_MAX_STATUS = 255


async def read_interfaces(
    session: SnmpSession,
    *,
    known: Collection[str] = (),
    internal: Collection[str] = (),
) -> tuple[Interface, ...]:
    """Return the interfaces of ifTable and ifXTable, ordered by index.

    A place whose hardware is missing is no interface, unless it was one before (`known` names):
    an uplink whose optic was pulled must be seen to be gone. `internal` names are the system's own.
    """
    table = await session.table(_DESCRIBING)
    table.update(await session.table(_DESCRIBING_MORE))
    indexes = _rows(table)
    names = _names(table, indexes)
    ports = (_interface(table, index, names[index]) for index in indexes)
    return tuple(
        port
        for port in ports
        if port.name not in internal and (port.oper_status != NOT_PRESENT or port.name in known)
    )


async def are_numbered_alike(session: SnmpSession, ports: Collection[Interface]) -> bool:
    """Return whether all these interfaces still have their names under their indexes."""
    table = await session.table((mibs.IF_NAME, mibs.IF_DESCR))
    rows = {index for column in table.values() for index in column if len(index) == 1}
    names = _names(table, sorted(rows))
    return all(names.get((port.index,)) == port.name for port in ports)


def _rows(table: Table) -> list[Index]:
    """Return the rows that are interfaces; ifXTable only adds to those of ifTable.

    An agent without ifTable is taken by its ifXTable; a row that has neither a description nor a
    type is a left-over of an interface that is gone.
    """
    described = {*table[mibs.IF_DESCR], *table[mibs.IF_TYPE]} or set(table[mibs.IF_NAME])
    return sorted(index for index in described if len(index) == 1)


def _interface(table: Table, index: Index, name: str) -> Interface:
    def cell(column: bytes) -> Value:
        return table[column].get(index)

    return Interface(
        # A thousand switches have ports of the same names: each name is kept once.
        name=intern(name),
        index=index[0],
        descr=intern(text_of(cell(mibs.IF_DESCR)) or name),
        alias=intern(text_of(cell(mibs.IF_ALIAS))),
        type=_small(cell(mibs.IF_TYPE)) or 1,
        speed_bps=speed_of(_integer(cell(mibs.IF_SPEED)), _integer(cell(mibs.IF_HIGH_SPEED))),
        mtu=_small(cell(mibs.IF_MTU)),
        phys_address=mac_of(cell(mibs.IF_PHYS_ADDRESS)),
        admin_status=_status(cell(mibs.IF_ADMIN_STATUS)),
        oper_status=_status(cell(mibs.IF_OPER_STATUS)),
        has_hc=cell(mibs.IF_HC_IN_OCTETS) is not None and cell(mibs.IF_HC_OUT_OCTETS) is not None,
    )


def speed_of(speed: int | None, high_speed: int | None) -> int | None:
    """Return a link's speed: ifHighSpeed in bit/s, ifSpeed where only that is exact."""
    if high_speed:
        if (
            speed
            and speed < _EXACT_BELOW_BPS
            and abs(high_speed * 1_000_000 - speed) <= _ROUNDING_BPS
        ):
            return speed
        return high_speed * 1_000_000
    if speed is None or speed < 0 or (speed == _UNKNOWN_SPEED and high_speed is not None):
        return None
    return speed


def _names(table: Table, indexes: list[Index]) -> Mapping[Index, str]:
    """Return a name for each row: history hangs on it, so no two may share one."""
    wished = {
        index: text_of(table[mibs.IF_NAME].get(index), 200)
        or text_of(table[mibs.IF_DESCR].get(index), 200)
        or f"if{index[0]}"
        for index in indexes
    }
    count = Counter(wished.values())
    return {
        index: name if count[name] == 1 else f"{name}#{index[0]}" for index, name in wished.items()
    }


def _integer(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def _small(value: Value) -> int | None:
    number = _integer(value)
    return number if number is not None and -(2**31) <= number < 2**31 else None


def _status(value: Value) -> int | None:
    number = _integer(value)
    return number if number is not None and 0 <= number <= _MAX_STATUS else None
