"""Which addresses NetPulse may be sent to: the one policy against server-side request forgery.

Pure: no name is resolved here. Whoever connects checks each resolved address again and connects to
just that address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MAX_URL, _MAX_NAME = 2048, 253
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# WHATWG URL: a host whose last label is a number is an IPv4 address in some spelling, which
# getaddrinfo would resolve (2852039166, 0xa9fea9fe and 0251.0376.0251.0376 are 169.254.169.254).
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_WRAPPED = (
    *_NAT64,
    _COMPATIBLE,
    _TRANSLATED,
    IPv6Network("::ffff:0:0/96"),
    IPv6Network("2002::/16"),
    IPv6Network("2001::/32"),
)
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
_UNSPECIFIED = (IPv4Network("0.0.0.0/8"), IPv6Network("::/128"))
_LINK_LOCAL = (IPv4Network("169.254.0.0/16"), IPv6Network("fe80::/10"))
_MULTICAST = (IPv4Network("224.0.0.0/4"), IPv6Network("ff00::/8"))
_RESERVED = (IPv4Network("240.0.0.0/4"),)
# Instance metadata outside link-local: AWS over IPv6, Alibaba, Oracle, Azure's wire server.
_METADATA = (
    IPv6Network("fd00:ec2::/32"),
    IPv4Network("100.100.100.200/32"),
    IPv4Network("192.0.0.192/32"),
    IPv4Network("168.63.129.16/32"),
)
# What Python's is_global leaves open: carrier-grade NAT, IETF assignments, 6to4 relays.
_NOT_PUBLIC = (
    IPv4Network("100.64.0.0/10"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
)


class Refusal(StrEnum):
    """Why an address is refused."""

    NOT_AN_ADDRESS = "not an IPv4 or IPv6 address"
    UNSPECIFIED = "an unspecified address"
    LINK_LOCAL = "a link-local address"
    MULTICAST = "a multicast address"
    RESERVED = "a reserved address"
    METADATA = "a cloud's metadata address"
    FORBIDDEN = "in a network that must not be probed"
    NOT_PUBLIC = "not a public address"


class UrlRefusal(StrEnum):
    """Why a URL is refused, when it is not for its address."""

    MALFORMED = "not a URL"
    SCHEME = "not http or https"
    USERINFO = "a URL with a user name or password"
    HOST = "not a host name or address"


def parse_address(text: str) -> Address | None:
    """Return the address a text spells in its ordinary form, else None.

    An IPv4-mapped IPv6 address is the IPv4 address it maps; zones are not accepted.
    """
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return None
        return address.ipv4_mapped or address
    return address


def parse_networks(text: str) -> tuple[Network, ...]:
    """Return the networks of a list of CIDRs separated by commas; raise ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def embedded(address: Address) -> Iterator[Address]:
    """Yield the address and every IPv4 address that a router or gateway would unwrap from it."""
    yield address
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            yield address.ipv4_mapped
        if address.sixtofour is not None:
            yield address.sixtofour
        if address.teredo is not None:
            yield from address.teredo
        yield from _translated(address)


def _translated(address: IPv6Address) -> Iterator[IPv4Address]:
    value = int(address)
    # IPv4-compatible is long deprecated, but some stacks still unwrap it; :: and ::1 are not it
    compatible = address in _COMPATIBLE and value > 1
    isatap = (value >> 32 & 0xFFFF_FFFF) in _ISATAP
    if compatible or isatap or _among(address, (*_NAT64, _TRANSLATED)):
        yield IPv4Address(value & 0xFFFF_FFFF)
    if address in _NAT64[1]:
        # RFC 6052: a /48 prefix has the IPv4 address around the zero octet 8
        yield IPv4Address((value >> 64 & 0xFFFF) << 16 | value >> 40 & 0xFFFF)


@dataclass(frozen=True)
class AddressPolicy:
    """Where we may be sent.

    Probes reach private networks but no forbidden one; webhooks (`public_only`) none but public.
    """

    forbidden: tuple[Network, ...] = ()
    public_only: bool = False

    def refusal(self, address: Address) -> Refusal | None:
        """Return why the address, or one embedded in it, is refused; None when it is allowed."""
        for each in embedded(address):
            if found := self._refusal(each):
                return found
        return None

    def refusal_of_text(self, text: str) -> Refusal | None:
        """Return why the address a text spells is refused; None when it is allowed."""
        address = parse_address(text)
        return Refusal.NOT_AN_ADDRESS if address is None else self.refusal(address)

    def refusal_of_network(self, network: Network) -> Refusal | None:
        """Return why a network, or any part of it, is refused; None when all of it is allowed."""
        if found := self.refusal(network.network_address):
            return found
        for networks, refusal in self._tables():
            if any(
                other.version == network.version and network.overlaps(other) for other in networks
            ):
                return refusal
        # Where IPv4 is wrapped into IPv6, each address would have to be unwrapped to be judged.
        if any(network.version == 6 and network.overlaps(w) for w in _WRAPPED):  # noqa: PLR2004
            return Refusal.RESERVED
        return None

    def refusal_of_url(self, url: str) -> Refusal | UrlRefusal | None:
        """Return why a URL is refused; None when it is allowed, as far as its text tells."""
        host = host_of_url(url)
        if isinstance(host, UrlRefusal):
            return host
        address = parse_address(host)
        if address is None and f".{host.removesuffix('.')}".endswith(".localhost"):
            address = IPv4Address("127.0.0.1")
        return None if address is None else self.refusal(address)

    def _tables(self) -> tuple[tuple[tuple[Network, ...], Refusal], ...]:
        return (
            (_UNSPECIFIED, Refusal.UNSPECIFIED),
            (_METADATA, Refusal.METADATA),
            (_LINK_LOCAL, Refusal.LINK_LOCAL),
            (_MULTICAST, Refusal.MULTICAST),
            (_RESERVED, Refusal.RESERVED),
            (self.forbidden, Refusal.FORBIDDEN),
        )

    def _refusal(self, address: Address) -> Refusal | None:
        for networks, refusal in self._tables():
            if _among(address, networks):
                return refusal
        if self.public_only and (not address.is_global or _among(address, _NOT_PUBLIC)):
            return Refusal.NOT_PUBLIC
        return None


def host_of_url(url: str) -> str | UrlRefusal:
    """Return the host of an http or https URL, in lower case, or why there is none to use."""
    if len(url) > _MAX_URL or any(character <= " " or character == "\x7f" for character in url):
        return UrlRefusal.MALFORMED
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return UrlRefusal.MALFORMED
    if parts.scheme not in {"http", "https"}:
        return UrlRefusal.SCHEME
    if "@" in parts.netloc:
        return UrlRefusal.USERINFO
    # a backslash is a slash to browsers and some clients, and a host character to others
    if not host or port == 0 or "\\" in url:
        return UrlRefusal.MALFORMED
    return host if parse_address(host) or _is_name(host) else UrlRefusal.HOST


def _is_name(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    return (
        len(host) <= _MAX_NAME
        and all(_LABEL.fullmatch(label) for label in labels)
        and not _NUMERIC.fullmatch(labels[-1])
    )


def _among(address: Address, networks: Iterable[Network]) -> bool:
    # `in` is False for the other IP version
    return any(address in network for network in networks)


def outside_policy(forbidden_networks: str) -> AddressPolicy:
    """Return where webhooks and identity providers may be: at public addresses only.

    A stage that does not forbid loopback has its receivers on its own machine, so in any network.
    """
    forbidden = parse_networks(forbidden_networks)
    loopback = IPv4Address("127.0.0.1")
    return AddressPolicy(forbidden=forbidden, public_only=_among(loopback, forbidden))
