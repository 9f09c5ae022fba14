"""Reading a device's neighbours: LLDP-MIB, LLDP-V2-MIB, CISCO-CDP-MIB and MIKROTIK-MIB."""
# ruff: noqa: PLR2004 - the numbers here are columns and lengths of the MIBs

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pollers.domain.device import Interface
from pollers.domain.neighbour import (
    CHASSIS_ADDRESS,
    CHASSIS_MAC,
    PORT_ADDRESS,
    PORT_MAC,
    LocalPort,
    LocalPorts,
    Neighbour,
    address_of,
    cdp_capabilities,
    identifier,
    lldp_capabilities,
    reachable,
)
from pollers.domain.text import text_of
from pollers.snmp.ber import encode_oid
from pollers.snmp.message import Value
from pollers.snmp.session import Index, SnmpSession

MAX_NEIGHBOURS = 2000
_LLDP = "1.0.8802.1.1.2.1"
_LLDP_V2 = "1.3.111.2.802.1.1.13.1"
_LOCAL_CHASSIS = (encode_oid(f"{_LLDP}.3.1.0"), encode_oid(f"{_LLDP}.3.2.0"))
_LOCAL_PORTS = tuple(encode_oid(f"{_LLDP}.3.7.1.{column}") for column in (2, 3, 4))
_CDP = "1.3.6.1.4.1.9.9.23.1.2.1.1"
_CDP_COLUMNS = tuple(encode_oid(f"{_CDP}.{column}") for column in (4, 5, 6, 7, 8, 9))
# mtxrNeighborTable: address, MAC address, version, platform, identity, local ifIndex
_MNDP = "1.3.6.1.4.1.14988.1.1.11.1.1"
_MNDP_COLUMNS = tuple(encode_oid(f"{_MNDP}.{column}") for column in (2, 3, 4, 5, 6, 8))
Cells = Mapping[int, Value]


@dataclass(frozen=True, slots=True)
class _Edition:
    """Where one edition of LLDP's MIB keeps its table of remote systems.

    Its columns begin with lldpRemChassisIdSubtype; a row's index is a time mark, the local port,
    and the rest of what tells neighbours of one port apart.
    """

    table: str
    first: int
    addresses: str
    key_length: int
    by_if_index: bool

    @property
    def columns(self) -> dict[bytes, int]:
        """Return the columns by their place after the first."""
        return {encode_oid(f"{self.table}.{self.first + place}"): place for place in range(9)}


_EDITIONS = (
    _Edition(f"{_LLDP}.4.1.1", 4, f"{_LLDP}.4.2.1.3", 3, by_if_index=False),
    _Edition(f"{_LLDP_V2}.4.1.1", 5, f"{_LLDP_V2}.4.2.1.3", 4, by_if_index=True),
)


async def read_chassis_id(session: SnmpSession) -> str:
    """Return by what neighbours call this device (lldpLocChassisId), empty when it is mute."""
    got = await session.get(_LOCAL_CHASSIS)
    subtype, value = (got.get(oid) for oid in _LOCAL_CHASSIS)
    return _chassis(subtype, value) if value else ""


async def read_neighbours(
    session: SnmpSession, interfaces: Sequence[Interface]
) -> tuple[Neighbour, ...]:
    """Return who stands at the other end of the device's links, each once a protocol."""
    roots = {encode_oid(edition.table): edition for edition in _EDITIONS}
    cdp, mndp = encode_oid(_CDP), encode_oid(_MNDP)
    present = await session.exist_below((*roots, cdp, mndp))
    ports = LocalPorts(interfaces)
    found: list[Neighbour] = []
    for root, edition in roots.items():
        if root in present and not found:
            found += await _lldp(session, edition, ports)
    if cdp in present:
        found += await _cdp(session, ports)
    if mndp in present:
        # MikroTik lists there whom it knows by LLDP and CDP as well
        known = {(neighbour.local_name, neighbour.chassis_id) for neighbour in found}
        found += [
            n for n in await _mndp(session, ports) if (n.local_name, n.chassis_id) not in known
        ]
    return tuple({_key(n): n for n in found if n.chassis_id or n.port_id}.values())[:MAX_NEIGHBOURS]


def _key(neighbour: Neighbour) -> tuple[str, str, str, str]:
    return neighbour.protocol, neighbour.local_name, neighbour.chassis_id, neighbour.port_id


async def _lldp(session: SnmpSession, edition: _Edition, ports: LocalPorts) -> list[Neighbour]:
    table = await session.table(edition.columns)
    rows: dict[Index, dict[int, Value]] = {}
    for column, place in edition.columns.items():
        for index, value in table[column].items():
            if len(index) == edition.key_length:
                rows.setdefault(index, {})[place] = value
    if not rows:
        return []
    locals_ = {} if edition.by_if_index else await _local_ports(session)
    addresses = await _addresses(session, edition)
    found = []
    for index, cells in sorted(rows.items()):
        number = index[1]
        if edition.by_if_index:
            name = ports.by_index(number) or str(number)
        else:
            name = ports.of(number, locals_.get(number, LocalPort()))
        found.append(_remote(name, cells, addresses.get(index, "")))
    return found


def _remote(name: str, cells: Cells, address: str) -> Neighbour:
    port_subtype = cells.get(2)
    return Neighbour(
        protocol="lldp",
        local_name=name,
        chassis_id=_chassis(cells.get(0), cells.get(1)),
        port_id=identifier(
            cells.get(3),
            is_mac=port_subtype == PORT_MAC,
            is_address=port_subtype == PORT_ADDRESS,
        ),
        port_descr=text_of(cells.get(4), 255),
        sys_name=text_of(cells.get(5), 255),
        sys_descr=text_of(cells.get(6), 1024),
        management_address=address,
        capabilities=lldp_capabilities(cells.get(8), cells.get(7)),
    )


def _chassis(subtype: Value, value: Value) -> str:
    return identifier(value, is_mac=subtype == CHASSIS_MAC, is_address=subtype == CHASSIS_ADDRESS)


async def _local_ports(session: SnmpSession) -> dict[int, LocalPort]:
    table = await session.table(_LOCAL_PORTS)
    subtypes, ids, descrs = (table[column] for column in _LOCAL_PORTS)
    found = {}
    for index in {*subtypes, *ids, *descrs}:
        subtype = subtypes.get(index)
        found[index[-1]] = LocalPort(
            subtype=subtype if isinstance(subtype, int) else 0,
            id=ids.get(index, b""),
            descr=text_of(descrs.get(index), 200),
        )
    return found


async def _addresses(session: SnmpSession, edition: _Edition) -> dict[Index, str]:
    """Return the management addresses: they stand in the index, IPv4 before IPv6."""
    column = encode_oid(edition.addresses)
    found: dict[Index, str] = {}
    for index in sorted((await session.table((column,)))[column]):
        key, rest = index[: edition.key_length], index[edition.key_length :]
        if key not in found and (address := _address_in(rest)):
            found[key] = address
    return found


def _address_in(rest: Index) -> str:
    """Return the address after a subtype and, unless an agent leaves it out, its length."""
    octets = rest[2:] if len(rest) > 2 and rest[1] == len(rest) - 2 else rest[1:]
    return address_of(bytes(octets)) if _all_octets(octets) else ""


def _all_octets(numbers: Iterable[int]) -> bool:
    return all(number <= 0xFF for number in numbers)


async def _cdp(session: SnmpSession, ports: LocalPorts) -> list[Neighbour]:
    table = await session.table(_CDP_COLUMNS)
    addresses, versions, ids, remote_ports, platforms, capabilities = (
        table[column] for column in _CDP_COLUMNS
    )
    found = []
    for index in sorted(ids):
        address = addresses.get(index)
        device = identifier(ids[index], is_mac=True, is_address=False)
        found.append(
            Neighbour(
                protocol="cdp",
                local_name=ports.by_index(index[0]) or str(index[0]),
                chassis_id=device,
                port_id=text_of(remote_ports.get(index), 200),
                # NX-OS adds its serial number in brackets.
                sys_name=device.partition("(")[0],
                sys_descr=text_of(versions.get(index), 1024),
                platform=text_of(platforms.get(index), 255),
                management_address=address_of(address) if isinstance(address, bytes) else "",
                capabilities=cdp_capabilities(capabilities.get(index)),
            )
        )
    return found


async def _mndp(session: SnmpSession, ports: LocalPorts) -> list[Neighbour]:
    table = await session.table(_MNDP_COLUMNS)
    addresses, macs, versions, platforms, names, locals_ = (
        table[column] for column in _MNDP_COLUMNS
    )
    found = []
    for index in sorted(macs):
        local = locals_.get(index)
        if not isinstance(local, int):
            continue
        found.append(
            Neighbour(
                protocol="mndp",
                local_name=ports.by_index(local) or str(local),
                chassis_id=identifier(macs[index], is_mac=True, is_address=False),
                port_id="",
                sys_name=text_of(names.get(index), 255),
                sys_descr=text_of(versions.get(index), 1024),
                platform=text_of(platforms.get(index), 255),
                management_address=reachable(text_of(addresses.get(index), 45)),
            )
        )
    return found
