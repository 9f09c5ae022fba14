"""Which addresses a poller may never send a packet to, however they are written."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
_NAT64 = IPv6Network("64:ff9b::/96")


class Reach:
    """The networks that are forbidden; a name is judged by the addresses it stands for."""

    def __init__(self, forbidden: Iterable[str] = ()) -> None:
        self._forbidden: list[IPv4Network | IPv6Network] = [
            ip_network(network.strip()) for network in forbidden if network.strip()
        ]

    def allows(self, address: str) -> bool:
        """Return whether a literal address may be probed; what is not an address may not."""
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return not any(
            form in network
            for form in _forms(parsed)
            for network in self._forbidden
            if form.version == network.version
        )


def _forms(address: Address) -> list[Address]:
    """Return an address and those it smuggles: IPv4 in mapped, 6to4, Teredo and NAT64 form."""
    forms: list[Address] = [address]
    if isinstance(address, IPv6Address):
        forms += [inner for inner in (address.ipv4_mapped, address.sixtofour) if inner]
        if address.teredo:
            forms += address.teredo
        if address in _NAT64:
            forms.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return forms
