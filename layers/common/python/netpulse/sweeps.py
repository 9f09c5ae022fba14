"""The addresses of networks that are to be gone over, one after another."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpulse.networks import Network

# A whole /20, or as much of several networks.
MAX_ADDRESSES = 4096
_POINT_TO_POINT = 31


def parse_network(text: str) -> Network:
    """Return the network of a CIDR, or of a single address; raise ValueError."""
    return ip_network(text.strip(), strict=False)


def host_count(network: Network) -> int:
    """Return how many addresses of a network may be a device's."""
    return network.num_addresses - 2 if _has_ends(network) else network.num_addresses


def hosts(networks: Sequence[Network], start: int, count: int) -> list[str]:
    """Return so many addresses of networks, from the start-th on, in their order."""
    found: list[str] = []
    for network in networks:
        size = host_count(network)
        if start >= size:
            start -= size
            continue
        first = int(network.network_address) + (1 if _has_ends(network) else 0)
        take = min(size - start, count - len(found))
        maker = type(network.network_address)
        found += [str(maker(first + start + number)) for number in range(take)]
        start = 0
        if len(found) >= count:
            break
    return found


def without_overlap(networks: Iterable[Network]) -> list[Network]:
    """Return networks without those that lie in another of them, in their order."""
    given = list(dict.fromkeys(networks))
    return [
        network
        for network in given
        if not any(_lies_in(network, other) for other in given if other != network)
    ]


def _lies_in(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network):
        return inner.subnet_of(outer)
    return False


def _has_ends(network: Network) -> bool:
    # The first and last address of an IPv4 network are the network itself and everybody in it.
    return isinstance(network, IPv4Network) and network.prefixlen < _POINT_TO_POINT
