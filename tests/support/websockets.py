"""API Gateway's way back to sockets, on loopback: records what it is sent."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator


class CallbackServer:
    """Answers POST and DELETE of `/@connections/<id>` as API Gateway does."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.closed: list[str] = []
        # connection id -> the errors to answer with, one a request
        self.errors: dict[str, list[tuple[int, str]]] = {}
        self.requests = 0
        self._lock = threading.Lock()

    def messages_to(self, connection_id: str) -> list[Any]:
        """Return every message a socket got in frames, in order."""
        return [
            message
            for to, frame in self.sent
            if to == connection_id
            for message in frame.get("messages", [])
        ]

    def take(self, connection_id: str, frame: Any) -> tuple[int, str]:
        """Take a frame, or a wish to close when it is None; return status and error."""
        with self._lock:
            self.requests += 1
            if self.errors.get(connection_id):
                return self.errors[connection_id].pop(0)
            if frame is None:
                self.closed.append(connection_id)
            else:
                self.sent.append((connection_id, frame))
            return (200 if frame is not None else 204), ""


@contextmanager
def callback_server() -> Iterator[tuple[str, CallbackServer]]:
    """Run a server and give its URL and what it records."""
    state = CallbackServer()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, frame: Any) -> None:
            connection_id = unquote(self.path.rpartition("/")[2])
            status, error = state.take(connection_id, frame)
            self.send_response(status)
            if error:
                self.send_header("x-amzn-ErrorType", error)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(json.loads(body))

        def do_DELETE(self) -> None:
            self._answer(None)

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
