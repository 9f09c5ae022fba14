"""The real Alertmanager, where it is installed: told of alerts, and heard."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_BINARY = "prometheus-alertmanager"
_PATIENCE_S = 30
MISSING = f"{_BINARY} is not installed here (apt install {_BINARY})"
Labels = frozenset[tuple[str, str]]


def is_installed() -> bool:
    """Return whether there is an Alertmanager on this machine."""
    return shutil.which(_BINARY) is not None


@dataclass(frozen=True)
class Message:
    """What a group said: the alerts that fire and those that are over."""

    firing: frozenset[Labels]
    resolved: frozenset[Labels]


@dataclass
class Alertmanager:
    """A running Alertmanager, and what it said by group."""

    url: str
    said: dict[Labels, list[Message]] = field(default_factory=lambda: defaultdict(list))
    # by the monotonic clock, in seconds
    heard_at: list[float] = field(default_factory=list)

    def post(self, path: str, body: Any) -> None:
        """Call its API."""
        answer = requests.post(f"{self.url}/api/v2/{path}", json=body, timeout=10)
        assert answer.status_code == 200, answer.text

    def hear(self, body: dict[str, Any]) -> None:
        """Take a message of its webhook."""
        self.heard_at.append(time.monotonic())
        by_status: dict[str, set[Labels]] = {"firing": set(), "resolved": set()}
        for alert in body["alerts"]:
            by_status[alert["status"]].add(frozenset(alert["labels"].items()))
        message = Message(frozenset(by_status["firing"]), frozenset(by_status["resolved"]))
        self.said[frozenset(body["groupLabels"].items())].append(message)


def configuration(
    *, group_by: Sequence[str], wait: str, interval: str, repeat: str, inhibit: dict[str, Any]
) -> dict[str, Any]:
    """Return a configuration with one receiver; JSON is YAML, too."""
    webhook = {"url": "WEBHOOK", "send_resolved": True}
    return {
        "route": {
            "receiver": "us",
            "group_by": list(group_by),
            "group_wait": wait,
            "group_interval": interval,
            "repeat_interval": repeat,
        },
        "receivers": [{"name": "us", "webhook_configs": [webhook]}],
        "inhibit_rules": [inhibit],
    }


@contextmanager
def running_alertmanager(folder: Path, config: dict[str, Any]) -> Iterator[Alertmanager]:
    """Run an Alertmanager of its own on loopback, alone in its cluster."""
    found = Alertmanager(f"http://127.0.0.1:{_free_port()}")
    with _listening(found) as webhook:
        (folder / "config.yml").write_text(json.dumps(config).replace("WEBHOOK", webhook))
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    _BINARY,
                    f"--config.file={folder / 'config.yml'}",
                    f"--storage.path={folder / 'data'}",
                    f"--web.listen-address={found.url.removeprefix('http://')}",
                    "--cluster.listen-address=",
                ],
                stdout=log,
                stderr=log,
            )
        try:
            _wait_until_ready(found.url)
            yield found
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


@contextmanager
def _listening(alertmanager: Alertmanager) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        # connections are kept: a tick of many groups must not wait for them
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            alertmanager.hear(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            if requests.get(f"{url}/-/ready", timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        assert time.monotonic() < deadline, "Alertmanager does not come up"
        time.sleep(0.05)
