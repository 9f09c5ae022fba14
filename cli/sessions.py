"""Who is logged in where: one file that only its owner can read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from cli.errors import RefusedError

_PATIENCE_SECONDS = 40


@dataclass(frozen=True)
class Session:
    """A login at one NetPulse: tokens of a person, or an API key."""

    url: str
    email: str = ""
    organization: str = ""
    access_token: str = ""
    refresh_token: str = ""
    api_key: str = ""


class Sessions:
    """The logins of this machine's user, by URL; the last one used is the default."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "sessions.json"

    def current(self) -> Session | None:
        """Return the last login."""
        kept = self._read()
        return self._session(kept, str(kept.get("current", "")))

    def at(self, url: str) -> Session | None:
        """Return the login there."""
        return self._session(self._read(), url)

    def keep(self, session: Session) -> None:
        """Remember a login and make it the default."""
        kept = self._read()
        kept["current"] = session.url
        kept.setdefault("sessions", {})[session.url] = asdict(session)
        self._write(kept)

    def forget(self, url: str) -> None:
        """Remember no login there."""
        kept = self._read()
        kept.get("sessions", {}).pop(url, None)
        if kept.get("current") == url:
            kept["current"] = next(iter(kept.get("sessions", {})), "")
        self._write(kept)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time refresh tokens: a refresh token used twice ends the session."""
        self._make_folder()
        try:
            with FileLock(self._folder / "sessions.lock", timeout=_PATIENCE_SECONDS, mode=0o600):
                yield
        except Timeout:
            raise RefusedError(f"another netpulse has held {self._folder} for too long") from None

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise RefusedError(
                f"{self._file} cannot be read ({error}): remove it and log in again"
            ) from error
        return kept if isinstance(kept, dict) else {}

    def _session(self, kept: dict[str, Any], url: str) -> Session | None:
        found = kept.get("sessions", {}).get(url)
        return Session(**found) if found else None

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RefusedError(f"{self._folder} cannot be made: {error.strerror}") from error

    def _write(self, kept: dict[str, Any]) -> None:
        self._make_folder()
        fresh = self._file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=2)
        fresh.replace(self._file)
