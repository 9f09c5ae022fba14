"""A listener on the WebSocket, as a dashboard has one."""

from __future__ import annotations

import contextlib
import json
import threading
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

if TYPE_CHECKING:
    from types import TracebackType

    from tests.e2e.client import Session
    from tests.e2e.stack import Stack


class Listener:
    """Keeps every message of an organisation from the moment it is entered."""

    def __init__(self, stack: Stack, session: Session) -> None:
        self._stack, self._session = stack, session
        self._open = contextlib.ExitStack()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self.messages: list[dict[str, Any]] = []

    def __enter__(self) -> Listener:
        """Begin to listen."""
        ticket = self._session.post("/ws-tickets")["ticket"]
        address = f"{self._stack.ws_url}?ticket={ticket}"
        self._socket = self._open.enter_context(connect(address, open_timeout=30))
        self._thread.start()
        topics = ["status", "alerts", "devices"]
        self._socket.send(json.dumps({"action": "subscribe", "topics": topics}))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Hang up."""
        self._open.close()
        self._thread.join(timeout=10)

    def find(self, type_: str, **wanted: Any) -> dict[str, Any] | None:
        """Return the first message of a type whose data has these values."""
        for message in list(self.messages):
            data = message.get("data", {})
            if message.get("type") == type_ and all(data.get(k) == v for k, v in wanted.items()):
                return message
        return None

    def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            for text in self._socket:
                frame = json.loads(text)
                self.messages.extend(frame.get("messages", [frame]))
