"""An Application behind a real HTTP server on loopback, as the gateway would call it."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.http import Application


@contextmanager
def serving(application: Application) -> Iterator[str]:
    """Serve an application, one request at a time as a Lambda process does; yield its origin."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            answer = application(_event(self, body), None)
            sent = (answer.get("body") or "").encode()
            if answer.get("isBase64Encoded"):
                sent = base64.b64decode(sent)
            self.send_response(answer["statusCode"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = _answer  # noqa: N815  # http.server's name
        do_POST = _answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


def _event(request: BaseHTTPRequestHandler, body: bytes) -> dict[str, Any]:
    path = urlsplit(request.path)
    return {
        "version": "2.0",
        "rawPath": path.path,
        "rawQueryString": path.query,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "requestContext": {
            "http": {"method": request.command, "path": path.path, "sourceIp": "127.0.0.1"},
            "stage": "$default",
            "authorizer": {"lambda": {}},
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
