"""Where a webhook may go: never into our own network."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, urlsplit

from netpulse.networks import AddressPolicy

Resolve = Callable[[str, int], list[str]]
_PORTS = {"http": 80, "https": 443}


class AddressRefusedError(Exception):
    """The URL may not be called."""


def parsed(url: str, policy: AddressPolicy) -> SplitResult:
    """Return the URL's parts; raise AddressRefusedError unless its text may be called."""
    if refusal := policy.refusal_of_url(url):
        raise AddressRefusedError(f"The webhook's URL is refused: {refusal}")
    return urlsplit(url)


def port_of(parts: SplitResult) -> int:
    """Return the port a URL leads to."""
    return parts.port or _PORTS[parts.scheme]


def resolved(host: str, port: int) -> list[str]:
    """Return a host's addresses, as this machine resolves them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def chosen(addresses: Sequence[str], policy: AddressPolicy) -> str:
    """Return the first address if all may be connected to: one bad one spoils the name."""
    refusals = [policy.refusal_of_text(address) for address in addresses]
    bad = next((refusal for refusal in refusals if refusal), None)
    if bad or not addresses:
        raise AddressRefusedError(f"The webhook's URL is refused: {bad or 'it has no address'}")
    return addresses[0]
