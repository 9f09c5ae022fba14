"""Where one local instance keeps what it knows."""

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class State:
    """One instance's folder: pid files, logs, secrets and what others may read."""

    directory: Path

    @property
    def summary(self) -> Path:
        """The file that tells others where everything is."""
        return self.directory / "local.json"

    @property
    def key(self) -> str:
        """A short name that no other instance on this machine has."""
        return hashlib.sha256(str(self.directory).encode()).hexdigest()[:8]

    def folder(self, name: str) -> Path:
        """Return a folder of the instance, made if it was missing."""
        path = self.directory / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def log(self, name: str) -> Path:
        """Return the log file of one process."""
        return self.folder("logs") / f"{name}.log"

    def read(self, name: str) -> dict[str, Any]:
        """Return what was kept under a name, nothing at first."""
        path = self.directory / name
        if not path.exists():
            return {}
        loaded: dict[str, Any] = json.loads(path.read_text())
        return loaded

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Keep a document, readable by its owner alone."""
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / name
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(content, indent=2) + "\n")
        fresh.replace(path)

    def secret(self, name: str) -> str:
        """Return the instance's secret of that name, made up once."""
        kept = self.read("secrets.json")
        if name not in kept:
            kept[name] = secrets.token_urlsafe(24)
            self.write("secrets.json", kept)
        value: str = kept[name]
        return value


def current() -> State:
    """Return the instance that NETPULSE_STATE_DIR chooses, `build/` when it is not set."""
    chosen = os.environ.get("NETPULSE_STATE_DIR", "")
    return State(Path(chosen).resolve() if chosen else ROOT / "build")
