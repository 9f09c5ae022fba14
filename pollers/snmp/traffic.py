"""What a device's ports carry: their counters as rates, and whether they are up."""

from array import array
from collections.abc import Iterable, Sequence

from pollers.domain.counters import ABSENT, Counted, rate_between, utilisation_percent
from pollers.domain.device import Interface, Sample
from pollers.snmp import mibs
from pollers.snmp.message import Value
from pollers.snmp.session import SnmpSession, Table

# The counters of a port's row, 64 bits first. A row has them in this order.
_WIDE = (mibs.IF_HC_IN_OCTETS, mibs.IF_HC_OUT_OCTETS)
_NARROW = (mibs.IF_IN_OCTETS, mibs.IF_OUT_OCTETS)
_EVENTS = (
    ("if_in_errors_per_s", mibs.IF_IN_ERRORS),
    ("if_out_errors_per_s", mibs.IF_OUT_ERRORS),
    ("if_in_discards_per_s", mibs.IF_IN_DISCARDS),
    ("if_out_discards_per_s", mibs.IF_OUT_DISCARDS),
)
_COUNTERS = (*_WIDE, *_NARROW, *(column for _, column in _EVENTS))
_STATUSES = (("ifAdminStatus", mibs.IF_ADMIN_STATUS), ("ifOperStatus", mibs.IF_OPER_STATUS))
_COLUMNS = (
    *_WIDE,
    *(column for _, column in _EVENTS),
    *(column for _, column in _STATUSES),
)
_OCTETS = (("if_in_bps", "if_in_utilization"), ("if_out_bps", "if_out_utilization"))
_NO_LIMIT_BELOW_BPS = 1_000_000


async def read_traffic(session: SnmpSession, ports: Sequence[Interface]) -> Table:
    """Return the counters and states of a device's ports."""
    if not ports:
        return {}
    table = await session.table(_COLUMNS)
    if any(not port.has_hc for port in ports):
        table.update(await session.table(_NARROW))
    return table


def counted(ports: Iterable[Interface], table: Table, at: float) -> Counted:
    """Return the counters that stand in a table, by the ports' entities."""
    return Counted(at, {port.entity: _row(port, table) for port in ports})


def traffic_samples(
    ports: Iterable[Interface], table: Table, before: Counted | None, now: Counted
) -> list[Sample]:
    """Return the samples that two readings of the counters make, and the states as they are."""
    samples: list[Sample] = []
    for port in ports:
        entity = port.entity
        samples += (
            Sample(metric, float(value), "", entity, "status")
            for metric, column in _STATUSES
            if isinstance(value := table[column].get((port.index,)), int)
        )
        ceiling = _ceiling(port)
        row = now.rows[entity]
        for place, (rated, utilised) in enumerate(_OCTETS):
            if row[place] != ABSENT:
                rate = rate_between(before, now, entity, place, bits=64, ceiling_per_s=ceiling)
            else:
                narrow = len(_WIDE) + place
                rate = rate_between(before, now, entity, narrow, bits=32, ceiling_per_s=ceiling)
            if rate is None:
                continue
            bps = round(rate * 8)
            samples.append(Sample(rated, bps, "bit/s", entity, "rate"))
            share = utilisation_percent(bps, port.speed_bps)
            if share is not None:
                samples.append(Sample(utilised, round(share, 3), "%", entity, "rate"))
        for place, (metric, _) in enumerate(_EVENTS, start=len(_WIDE) + len(_NARROW)):
            rate = rate_between(before, now, entity, place, bits=32)
            if rate is not None:
                samples.append(Sample(metric, round(rate, 4), "1/s", entity, "rate"))
    return samples


def octets_of(now: Counted, entity: str) -> tuple[int | None, int | None]:
    """Return the octets a port has taken in and given out, as widely as they are counted."""
    row = now.rows[entity]
    found = (row[place] if row[place] != ABSENT else row[len(_WIDE) + place] for place in (0, 1))
    taken, given = (None if value == ABSENT else value for value in found)
    return taken, given


def _row(port: Interface, table: Table) -> "array[int]":
    index = (port.index,)
    values = [
        _count(table[column].get(index)) if column in table else ABSENT for column in _COUNTERS
    ]
    if not port.has_hc:
        values[: len(_WIDE)] = [ABSENT] * len(_WIDE)
    return array("Q", values)


def _count(value: Value) -> int:
    return value if isinstance(value, int) and 0 <= value < ABSENT else ABSENT


def _ceiling(port: Interface) -> float | None:
    """Return the octets a second a port can carry; tunnels and the like claim absurd speeds."""
    if port.speed_bps is None or port.speed_bps < _NO_LIMIT_BELOW_BPS:
        return None
    return port.speed_bps / 8
