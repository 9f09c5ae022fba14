"""One web request as it runs: where it may connect, when each of its phases began and ended."""

import asyncio
import ssl
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from socket import AF_INET, AddressFamily
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from cryptography import x509

from pollers.domain.reach import Reach


class ForbiddenTargetError(OSError):
    """A URL leads to where no probe may go."""


@dataclass(slots=True)
class Exchange:
    """What is known of one request; its phases in seconds, summed over redirects."""

    # the one address to connect to, whatever name the URL has; empty: where the name leads
    address: str = ""
    dns_s: float | None = None
    connect_s: float | None = None
    tls_s: float | None = None
    first_byte_s: float | None = None
    certificate_expires_at: datetime | None = None
    _tls_began: float = field(default=0.0)

    def connected(self, began: float, before_dns_s: float) -> None:
        """Note that a connection is ready that was begun then."""
        now = time.perf_counter()
        dns_s = (self.dns_s or 0.0) - before_dns_s
        tls_began = self._tls_began or now
        self.connect_s = (self.connect_s or 0.0) + max(0.0, tls_began - began - dns_s)
        if self._tls_began:
            self.tls_s = (self.tls_s or 0.0) + now - self._tls_began
            self._tls_began = 0.0

    def securing(self) -> None:
        """Note that the TCP connection stands and the TLS handshake begins."""
        self._tls_began = time.perf_counter()


current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


class TimedContext(ssl.SSLContext):
    """Tells the request that is under way when its handshake begins."""

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        """Return the TLS object of a connection that has just been made."""
        exchange = current.get()
        if exchange is not None:
            exchange.securing()
        return super().wrap_bio(*args, **options)


@cache
def tls_context(*, verify: bool) -> ssl.SSLContext:
    """Return the TLS settings of probes; reading the trusted roots takes 10 ms, so it is kept."""
    context = TimedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    if verify:
        context.load_default_certs()
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class GuardedResolver(AbstractResolver):
    """Resolves once, and gives only addresses that may be probed: no rebinding afterwards."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name; raise when one of them is forbidden."""
        exchange = current.get() or Exchange()
        began = time.perf_counter()
        found = await self._inner.resolve(exchange.address or host, port, family)
        if not exchange.address:
            exchange.dns_s = (exchange.dns_s or 0.0) + time.perf_counter() - began
        if not all(self._reach.allows(result["host"]) for result in found):
            raise ForbiddenTargetError("the name stands for a forbidden address")
        # The name that was asked for stays: it is what the certificate must be for.
        return [{**result, "hostname": host} for result in found]

    async def close(self) -> None:
        """Close the resolver."""
        await self._inner.close()


class TimedConnector(aiohttp.TCPConnector):
    """Notes how long connecting took, and the certificate, for the request that asked.

    A short answer has given its connection back before anybody could look at it there.
    """

    async def connect(self, *args: Any, **options: Any) -> Any:
        """Return a connection, its phases and certificate noted."""
        exchange = current.get() or Exchange()
        began, before_dns_s = time.perf_counter(), exchange.dns_s or 0.0
        connection = await super().connect(*args, **options)
        exchange.connected(began, before_dns_s)
        exchange.certificate_expires_at = _expiry_of(connection.transport)
        return connection


def open_session(reach: Reach) -> aiohttp.ClientSession:
    """Return a client that keeps nothing: neither cookies, names nor connections."""
    return aiohttp.ClientSession(
        # Cookies of one device must never reach another; connections are measured, not kept.
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=TimedConnector(
            resolver=GuardedResolver(reach), force_close=True, limit=0, use_dns_cache=False
        ),
    )


def _expiry_of(transport: asyncio.Transport | None) -> datetime | None:
    ssl_object = transport.get_extra_info("ssl_object") if transport is not None else None
    # In binary: a certificate that was not verified is given in no other form.
    der = ssl_object.getpeercert(binary_form=True) if ssl_object is not None else None
    if not der:
        return None
    try:
        return x509.load_der_x509_certificate(der).not_valid_after_utc
    except ValueError:
        return None  # a certificate that libssl takes and the parser does not
