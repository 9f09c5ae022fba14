"""Connect to a chosen address while TLS and Host speak of the name."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.adapters import HTTPAdapter


class PinnedAdapter(HTTPAdapter):  # type: ignore[misc,unused-ignore]
    """Sends every request to one address; certificates are checked for the host's name."""

    def __init__(self, host: str, address: str, *, tls: bool) -> None:
        # plain HTTP connections do not know these arguments
        self._tls: dict[str, Any] = (
            {"server_hostname": host, "assert_hostname": host} if tls else {}
        )
        self._address = f"[{address}]" if ":" in address else address
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool check certificates for the name, and send it as SNI."""
        super().init_poolmanager(*args, **kwargs, **self._tls)  # type: ignore[misc,unused-ignore]

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Send the request to the pinned address."""
        parts = urlsplit(request.url)
        request.headers["Host"] = parts.netloc
        port = f":{parts.port}" if parts.port else ""
        request.url = urlunsplit(parts._replace(netloc=f"{self._address}{port}"))
        return super().send(request, *args, **kwargs)
