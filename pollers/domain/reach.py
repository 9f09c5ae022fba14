"""Which addresses a poller may never send a packet to, however they are written."""

from collections.abc import Iterable

from netpulse.networks import AddressPolicy, parse_address, parse_networks


class Reach:
    """The policy the API has, asked again of every address at the last moment.

    Link-local, metadata, multicast and reserved addresses are never allowed; the networks given
    are forbidden beside them. A name is judged by the addresses it stands for.
    """

    def __init__(self, forbidden: Iterable[str] = ()) -> None:
        self._policy = AddressPolicy(forbidden=parse_networks(",".join(forbidden)))

    def allows(self, address: str) -> bool:
        """Return whether a literal address may be probed; what is not an address may not."""
        parsed = parse_address(address)
        return parsed is not None and self._policy.refusal(parsed) is None
