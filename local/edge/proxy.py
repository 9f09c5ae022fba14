"""Hands requests on to the emulator's APIs, as CloudFront does to the real ones."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    WSMsgType,
    web,
)
from aiohttp.client_exceptions import WSServerHandshakeError
from multidict import CIMultiDict
from yarl import URL

from infra.web_headers import EDGE_HEADER, VIEWER_HEADER
from local.ports import LOOPBACK

# API Gateway's own limits: 10 MB a request, 30 s an answer, 128 KB a WebSocket message.
LARGEST_BODY = 10 * 1024 * 1024
_PATIENCE = ClientTimeout(total=31, connect=5)
_LARGEST_MESSAGE = 128 * 1024
_ADDED_BY_CLIENT = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_Socket = web.WebSocketResponse | ClientWebSocketResponse
_HOP_BY_HOP = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te"),
    *("trailer", "transfer-encoding", "upgrade", "content-length", "content-encoding"),
}


@dataclass(frozen=True)
class Upstreams:
    """Where the emulator serves the two APIs."""

    http: str
    websocket: str
    # what proves to the API that it is us who say where a viewer is
    word: str = ""


class Proxy:
    """Streams requests and WebSocket messages both ways."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams
        self._session: ClientSession | None = None

    async def open(self, app: web.Application) -> None:
        """Get ready with the application."""
        # Compression is between the browser and the function: bytes pass as they are.
        self._session = ClientSession(timeout=_PATIENCE, auto_decompress=False)

    async def close(self, app: web.Application) -> None:
        """End with the application."""
        if self._session:
            await self._session.close()

    async def http(self, request: web.Request) -> web.StreamResponse:
        """Pass one request on and its answer back."""
        if (request.content_length or 0) > LARGEST_BODY:
            return _refused(413, "Request Entity Too Large")
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _refused(413, "Request Entity Too Large")
        target = URL(self._upstreams.http + request.raw_path, encoded=True)
        try:
            return await self._forward(request, target, body)
        except TimeoutError:
            return _refused(504, "Gateway Timeout")
        except ClientError:
            return _refused(502, "Bad Gateway")

    async def websocket(self, request: web.Request) -> web.StreamResponse:
        """Pass a WebSocket's messages both ways until one side has enough."""
        target = URL(self._upstreams.websocket, encoded=True).with_query(request.query)
        wanted = [
            protocol.strip()
            for protocol in request.headers.get("Sec-WebSocket-Protocol", "").split(",")
            if protocol.strip()
        ]
        try:
            async with self._client.ws_connect(
                target,
                headers=_forwarded(request, skip="sec-websocket"),
                protocols=wanted,
                max_msg_size=_LARGEST_MESSAGE,
            ) as inner:
                offered = (inner.protocol,) if inner.protocol else ()
                outer = web.WebSocketResponse(protocols=offered, max_msg_size=_LARGEST_MESSAGE)
                await outer.prepare(request)
                await _both_ways(outer, inner)
                return outer
        except WSServerHandshakeError as refusal:
            return _refused(refusal.status, "Forbidden")
        except (ClientError, TimeoutError):
            return _refused(502, "Bad Gateway")

    def _told(self, request: web.Request) -> CIMultiDict[str]:
        headers = _forwarded(request)
        # whatever the viewer claims in these two is overwritten
        headers[VIEWER_HEADER] = request.remote or LOOPBACK
        headers[EDGE_HEADER] = self._upstreams.word
        return headers

    @property
    def _client(self) -> ClientSession:
        if self._session is None:
            raise RuntimeError("the proxy is not open")
        return self._session

    async def _forward(self, request: web.Request, target: URL, body: bytes) -> web.StreamResponse:
        async with self._client.request(
            request.method,
            target,
            headers=self._told(request),
            data=body or None,
            allow_redirects=False,
            skip_auto_headers=_ADDED_BY_CLIENT,
        ) as inner:
            headers = CIMultiDict(
                (name, value)
                for name, value in inner.headers.items()
                if name.lower() not in _HOP_BY_HOP or name.lower() == "content-encoding"
            )
            outer = web.StreamResponse(status=inner.status, headers=headers)
            if inner.content_length is not None:
                outer.content_length = inner.content_length
            await outer.prepare(request)
            async for chunk in inner.content.iter_any():
                await outer.write(chunk)
            await outer.write_eof()
            return outer


def _forwarded(request: web.Request, *, skip: str = "content-length") -> CIMultiDict[str]:
    headers = CIMultiDict(
        (name, value)
        for name, value in request.headers.items()
        if name.lower() not in _HOP_BY_HOP - {"content-encoding"}
        and name.lower() != "host"
        and not name.lower().startswith(skip)
    )
    # API Gateway puts several headers of a name into one, with commas; the emulator keeps the last.
    merged = CIMultiDict({name: _joined(headers, name) for name in headers})
    before = request.headers.get("X-Forwarded-For")
    peer = request.remote or "127.0.0.1"
    merged["X-Forwarded-For"] = f"{before}, {peer}" if before else peer
    merged["X-Forwarded-Proto"] = request.scheme
    merged["X-Forwarded-Host"] = request.host
    merged["X-Forwarded-Port"] = str(request.url.port or "")
    return merged


def _joined(headers: CIMultiDict[str], name: str) -> str:
    return ("; " if name.lower() == "cookie" else ", ").join(headers.getall(name))


async def _both_ways(outer: web.WebSocketResponse, inner: ClientWebSocketResponse) -> None:
    tasks = [
        asyncio.create_task(_pass_on(outer, inner)),
        asyncio.create_task(_pass_on(inner, outer)),
    ]
    _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await inner.close()
    await outer.close(code=inner.close_code or 1000)


async def _pass_on(source: _Socket, target: _Socket) -> None:
    async for message in source:
        if message.type is WSMsgType.TEXT:
            await target.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await target.send_bytes(message.data)


def _refused(status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response({"message": message}, status=status, headers=headers)
