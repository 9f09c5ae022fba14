"""Who stands at the other end of a link, as LLDP (IEEE 802.1AB) and CDP tell it."""
# ruff: noqa: PLR2004 - the numbers here are the protocols' own

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from pollers.domain.device import Interface
from pollers.domain.text import mac_of, text_of

_LLDP_CAPABILITIES = (
    *("other", "repeater", "bridge", "access_point"),
    *("router", "phone", "cable_modem", "station"),
)
_CDP_CAPABILITIES = (
    *("router", "bridge", "bridge", "bridge"),
    *("station", "igmp", "repeater", "phone"),
)
CHASSIS_MAC, CHASSIS_ADDRESS = 4, 5
PORT_ALIAS, PORT_MAC, PORT_ADDRESS, PORT_NAME = 1, 3, 4, 5
_TEXT_MAC = re.compile(r"[0-9a-f]{2}([:.\- ][0-9a-f]{2}){5}", re.IGNORECASE)
_FORBIDDEN = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 - told, not bound


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A device seen on one of ours' links."""

    protocol: str
    local_name: str
    chassis_id: str
    port_id: str
    port_descr: str = ""
    sys_name: str = ""
    sys_descr: str = ""
    platform: str = ""
    management_address: str = ""
    capabilities: tuple[str, ...] = ()


def identifier(value: object, *, is_mac: bool, is_address: bool) -> str:
    """Return a chassis or port identifier as people write it, by what its subtype says it is."""
    if not isinstance(value, bytes):
        return text_of(value, 200)
    if is_mac and len(value) == 6:
        return mac_of(value)
    if is_address and value:
        # An IANA address family first: 1 is IPv4, 2 is IPv6.
        found = address_of(value[1:]) if value[0] in (1, 2) else address_of(value)
        if found:
            return found
    text = text_of(value, 200)
    if _TEXT_MAC.fullmatch(text):
        return ":".join(re.findall(r"[0-9a-f]{2}", text.lower()))
    # Subtypes lie: six octets that are no text are a hardware address whatever they are called.
    return text if _is_readable(value) else mac_of(value)


def address_of(octets: bytes) -> str:
    """Return an IP address from its octets, empty when they make none that could be reached."""
    if len(octets) == 4:
        found = str(IPv4Address(octets))
    elif len(octets) == 16:
        found = str(IPv6Address(octets))
    else:
        return ""
    return reachable(found)


def reachable(address: str) -> str:
    """Return an address that a neighbour tells of, empty when nobody could be reached by it."""
    try:
        found = str(ip_address(address))
    except ValueError:
        return ""
    return "" if found in _FORBIDDEN else found


def lldp_capabilities(enabled: object, supported: object) -> tuple[str, ...]:
    """Return what a neighbour is, by the bits of LldpSystemCapabilitiesMap, first bit highest."""
    for bits in (enabled, supported):
        if isinstance(bits, bytes) and bits and bits[0]:
            names = (n for place, n in enumerate(_LLDP_CAPABILITIES) if bits[0] & 0x80 >> place)
            return tuple(dict.fromkeys(names))
    return ()


def cdp_capabilities(bits: object) -> tuple[str, ...]:
    """Return what a neighbour is, by the lowest octet of cdpCacheCapabilities."""
    if not isinstance(bits, bytes) or not bits:
        return ()
    last = bits[-1]
    names = (name for place, name in enumerate(_CDP_CAPABILITIES) if last & 1 << place)
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class LocalPort:
    """A port as the LLDP agent itself numbers and names it."""

    subtype: int = 0
    id: object = b""
    descr: str = ""


class LocalPorts:
    """Finds the interface that an LLDP port is: agents number their ports as they like."""

    def __init__(self, interfaces: Iterable[Interface]) -> None:
        ports = list(interfaces)
        self._by_index = {port.index: port.name for port in ports}
        self._by_name = _unique((port.name, port.name) for port in ports)
        self._by_descr = _unique((port.descr, port.name) for port in ports)
        self._by_alias = _unique((port.alias, port.name) for port in ports)
        self._by_mac = _unique((port.phys_address, port.name) for port in ports)

    def by_index(self, index: int) -> str:
        """Return the name of the interface with this ifIndex, empty when there is none."""
        return self._by_index.get(index, "")

    def of(self, number: int, port: LocalPort) -> str:
        """Return the interface's name, or the port as the agent calls it."""
        told = identifier(
            port.id, is_mac=port.subtype == PORT_MAC, is_address=port.subtype == PORT_ADDRESS
        )
        if port.subtype == PORT_MAC and told in self._by_mac:
            return self._by_mac[told]
        for text in (told, port.descr):
            if name := self._by_text(text, is_alias=port.subtype == PORT_ALIAS):
                return name
        if told.isdigit() and int(told) in self._by_index:
            return self._by_index[int(told)]
        return self._by_index.get(number) or port.descr or told or str(number)

    def _by_text(self, text: str, *, is_alias: bool) -> str:
        places: list[Mapping[str, str]] = [self._by_name, self._by_descr]
        if is_alias:
            places.insert(0, self._by_alias)
        return next((place[text] for place in places if text and text in place), "")


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    twice = set()
    for key, name in pairs:
        if key in found:
            twice.add(key)
        found[key] = name
    return {key: name for key, name in found.items() if key and key not in twice}


def _is_readable(value: bytes) -> bool:
    try:
        return value.rstrip(b"\0").decode().isprintable()
    except UnicodeDecodeError:
        return False
