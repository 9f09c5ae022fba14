"""One request to a chosen address: resolved once, checked, pinned, capped in size and time."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError

from netpulse.outgoing.deadline import DeadlineError, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from urllib.parse import SplitResult

    from netpulse.networks import AddressPolicy

Resolve = Callable[[str, int], list[str]]
_PORTS = {"http": 80, "https": 443}
CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 3.05, 10.0


class OutgoingError(Exception):
    """There was no whole answer: no connection, no trust, or no time left."""


class AddressRefusedError(OutgoingError):
    """The URL, or an address that it leads to, may not be called."""


@dataclass(frozen=True)
class Reply:
    """An answer, its body cut at the size that was asked for."""

    status: int
    # whatever the case of a name
    headers: Mapping[str, str]
    body: bytes


def resolved(host: str, port: int) -> list[str]:
    """Return a host's addresses, as this machine resolves them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Outgoing:
    """Sends requests where a policy allows.

    A name is resolved once, and all of its addresses must be allowed: what was checked is what is
    connected to, whatever the name says next, while TLS and Host speak of the name. Redirects are
    answers like any other, proxies and logins of the machine are not used, and a body is read as
    it came, so that none unpacks to more than it seems.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        resolve: Resolve = resolved,
        deadline_s: float = 15.0,
        max_bytes: int = 64 * 1024,
        ca_file: str | None = None,
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._deadline_s = deadline_s
        self._max_bytes = max_bytes
        self._ca_file = ca_file

    def check(self, url: str) -> None:
        """Raise AddressRefusedError unless a URL's text may be called."""
        if refusal := self._policy.refusal_of_url(url):
            raise AddressRefusedError(f"The URL is refused: {refusal}")

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Reply:
        """Return the answer to one request; raise OutgoingError."""
        self.check(url)
        try:
            return within(self._deadline_s, lambda: self._send(method, url, headers, body))
        except (HTTPError, OSError, DeadlineError) as error:
            raise OutgoingError(type(error).__name__) from error

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        parts = urlsplit(url)
        pool = self._pool(parts)
        target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        try:
            answer = pool.urlopen(
                method,
                target,
                body=body,
                headers={**headers, "Host": parts.netloc},
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
            )
            content = answer.read(self._max_bytes, decode_content=False)
            return Reply(answer.status, answer.headers, content)
        finally:
            pool.close()

    def _pool(self, parts: SplitResult) -> Any:
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        address = _chosen(self._resolve(host, port), self._policy)
        timeout = Timeout(connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S)
        if parts.scheme == "http":
            return HTTPConnectionPool(address, port, timeout=timeout, maxsize=1)
        return HTTPSConnectionPool(
            address,
            port,
            timeout=timeout,
            maxsize=1,
            server_hostname=host,
            assert_hostname=host,
            cert_reqs="CERT_REQUIRED",
            ca_certs=self._ca_file or _authorities(),
        )


def _chosen(addresses: Sequence[str], policy: AddressPolicy) -> str:
    """Return the first address if all may be connected to: one bad one spoils the name."""
    refusals = [policy.refusal_of_text(address) for address in addresses]
    bad = next((refusal for refusal in refusals if refusal), None)
    if bad or not addresses:
        raise AddressRefusedError(f"The URL is refused: {bad or 'it has no address'}")
    return addresses[0]


def _authorities() -> str | None:
    # botocore ships certifi's list; a Lambda has none of its own where OpenSSL looks
    import botocore.httpsession  # noqa: PLC0415

    found: str | None = botocore.httpsession.where()
    return found
