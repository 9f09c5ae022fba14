"""The deployed stack that the tests use: a whole instance of its own, on free ports."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from local import deploy
from local.state import State
from local.supervisor import running

ROOT = Path(__file__).parents[2]
RUNNING = os.environ.get("NETPULSE_E2E_STACK", "")
FOLDER = Path(RUNNING) if RUNNING else ROOT / "build" / "e2e"


@dataclass(frozen=True)
class Stack:
    """Where everything of a running instance is."""

    api_url: str
    ws_url: str
    database_url: str
    database_owner_url: str
    sandbox_url: str
    network_url: str
    email: str
    password: str

    def devices(self) -> list[dict[str, Any]]:
        """Return the simulated network's devices."""
        found: list[dict[str, Any]] = requests.get(f"{self.network_url}/devices", timeout=10).json()
        return found

    def silence(self, name: str) -> None:
        """Let a simulated device answer no more."""
        self._fault(name, "down")

    def restore(self, name: str) -> None:
        """Let a simulated device answer again."""
        self._fault(name, "up")

    def messages(self, channel: str, to: str) -> list[dict[str, Any]]:
        """Return what a provider was sent for a recipient."""
        wanted = {"channel": channel, "to": to}
        answer = requests.get(f"{self.sandbox_url}/messages", params=wanted, timeout=10)
        found: list[dict[str, Any]] = answer.json()
        return found

    def signing_key(self) -> str:
        """Return the private key that signs this instance's tokens, as a thief would have it."""
        ports = json.loads((FOLDER / "ports.json").read_text())
        secret = deploy.client("secretsmanager", ports).get_secret_value(
            SecretId="netpulse/local/signing-keys"
        )
        key: str = json.loads(secret["SecretString"])["keys"][-1]["private_pem"]
        return key

    def poller_process(self, name: str) -> int | None:
        """Return the process id of one of the instance's pollers while it lives."""
        found = running(State(FOLDER), name)
        return found.pid if found else None

    def _fault(self, name: str, state: str) -> None:
        wish = {"device": name, "state": state}
        requests.post(f"{self.network_url}/faults", json=wish, timeout=10).raise_for_status()


def start() -> Stack:
    """Bring a fresh instance up, or take the running one that NETPULSE_E2E_STACK names."""
    if not RUNNING:
        stop()
        shutil.rmtree(FOLDER, ignore_errors=True)
        done = _local("up")
        if done.returncode:
            raise AssertionError(f"the stack did not come up:\n{done.stdout}\n{done.stderr}")
    told = json.loads((FOLDER / "local.json").read_text())
    names = ("api_url", "ws_url", "database_url", "database_owner_url")
    urls = {name: told[name] for name in names}
    return Stack(
        **urls,
        sandbox_url=told["sandbox_url"],
        network_url=told["network_url"],
        email=told["admin"]["email"],
        password=told["admin"]["password"],
    )


def stop() -> None:
    """Take the instance down if it is ours."""
    if not RUNNING:
        _local("down")


def _local(command: str) -> subprocess.CompletedProcess[str]:
    theirs = {"NETPULSE_STATE_DIR": str(FOLDER), "NETPULSE_PORTS": "auto", "NETPULSE_POLLERS": "2"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NETPULSE_")}
    if recordings := os.environ.get("NETPULSE_RECORDINGS"):
        theirs["NETPULSE_RECORDINGS"] = recordings
    return subprocess.run(
        [sys.executable, "-m", "local", command],
        cwd=ROOT,
        env={**kept, **theirs},
        capture_output=True,
        text=True,
        check=False,
    )
