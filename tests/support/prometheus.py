"""The real Prometheus, where it is installed: filled with samples, and asked."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from functions.metrics.domain.promql.vectors import Samples

_PATIENCE_S = 60
MISSING = "the prometheus package is not installed here (apt install prometheus)"


def is_installed() -> bool:
    """Return whether there is a Prometheus with its tool on this machine."""
    return bool(shutil.which("prometheus") and shutil.which("promtool"))


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus."""

    url: str

    def ask(self, path: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
        """Return status and body of a call of its API."""
        answer = requests.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=30)
        return answer.status_code, answer.json()

    @property
    def major(self) -> int:
        """Its major version."""
        _, found = self.ask("status/buildinfo")
        return int(found["data"]["version"].split(".")[0])


def remote_writing(url: str, key: str) -> str:
    """Return the configuration of a Prometheus that scrapes itself and writes what it finds."""
    return f"""
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: prometheus
    static_configs: [{{targets: ["127.0.0.1:PORT"]}}]
remote_write:
  - url: {url}
    authorization: {{credentials: {key}}}
    queue_config: {{batch_send_deadline: 1s, retry_on_http_429: true}}
    metadata_config: {{send_interval: 2s}}
"""


def same_samples(theirs: dict[str, Any], ours: dict[str, Any]) -> int:
    """Return how many samples of a window both have; fail where ours are not theirs.

    What was scraped just now may still be on its way.
    """
    known = {tuple(sorted(each["metric"].items())): each["values"] for each in theirs["result"]}
    count = 0
    for each in ours["result"]:
        values = known[tuple(sorted(each["metric"].items()))]
        for sample in each["values"]:
            assert sample in values, (each["metric"], sample)
            count += 1
    return count


def open_metrics(series: Sequence[Samples]) -> str:
    """Return samples in OpenMetrics' text format, every metric of no known type."""
    lines = []
    for each in sorted(series, key=lambda one: one.labels["__name__"]):
        labels = ",".join(
            f'{name}="{value}"' for name, value in each.labels.items() if name != "__name__"
        )
        head = each.labels["__name__"] + (f"{{{labels}}}" if labels else "")
        lines += [
            f"{head} {float(value)!r} {at / 1000:.3f}"
            for at, value in zip(each.times.tolist(), each.values.tolist(), strict=True)
        ]
    return "\n".join([*lines, "# EOF", ""])


def a_free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running_prometheus(
    folder: Path, *, series: Sequence[Samples] = (), configuration: str = "{}\n"
) -> Iterator[Prometheus]:
    """Run a Prometheus on loopback that holds these samples; it is ended afterwards.

    `PORT` in its configuration is its own port, at which it can be scraped.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    data.mkdir(exist_ok=True)
    if series:
        text = folder / "samples.txt"
        text.write_text(open_metrics(series))
        command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "-q"]
        subprocess.run([*command, str(text), str(data)], check=True, capture_output=True)
    port = a_free_port()
    (folder / "prometheus.yml").write_text(configuration.replace("PORT", str(port)))
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [
            "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={data}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, url)
        yield Prometheus(url)
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            if requests.get(f"{url}/-/ready", timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        assert process.poll() is None, "prometheus ended"
        assert time.monotonic() < deadline, "prometheus is not ready"
        time.sleep(0.1)
