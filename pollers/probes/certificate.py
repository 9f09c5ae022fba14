"""The certificate of the server that was asked, whether or not it is trusted."""

import asyncio
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import aiohttp
from cryptography import x509

_expiry: ContextVar[datetime | None] = ContextVar("certificate_expiry", default=None)


class CertificateConnector(aiohttp.TCPConnector):
    """Notes a new connection's certificate for the task that asked for the connection.

    A short answer has given its connection back before anybody could look at it there.
    """

    async def connect(self, *args: Any, **options: Any) -> Any:
        """Return a connection, its certificate noted."""
        connection = await super().connect(*args, **options)
        _expiry.set(_expiry_of(connection.transport))
        return connection


def certificate_expires_at() -> datetime | None:
    """Return when the certificate of this task's latest connection expires; None without TLS."""
    return _expiry.get()


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
