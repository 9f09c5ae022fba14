"""What keeps people from being told."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from netpulse.errors import ConflictError
from netpulse.ids import SilenceId

from functions.alerts.domain.listing import Cut
from functions.alerts.domain.maintenance import Window
from functions.alerts.domain.muting import Inhibition, Silence


class NameTakenError(ConflictError):
    """The organisation has something of that kind and name."""

    @classmethod
    def of(cls, thing: str, name: str) -> NameTakenError:
        """Return the error for a name that is taken."""
        code = f"{thing.upper()}_ALREADY_EXISTS"
        message = f"A {thing.replace('_', ' ')} named {name} exists already"
        return cls(message, code=code, details={"name": name})


class Silences(Protocol):
    """The organisation's silences."""

    def active(self, now: datetime) -> list[Silence]:
        """Return those that silence at an instant."""
        ...

    def upcoming(self, now: datetime) -> list[Silence]:
        """Return those that are not over."""
        ...

    def page(self, *, state: str | None, now: datetime, cut: Cut) -> tuple[list[Silence], int]:
        """Return one page, and how many there are."""
        ...

    def get(self, silence_id: SilenceId) -> Silence:
        """Return a silence; raise NotFoundError (SILENCE_NOT_FOUND)."""
        ...

    def save(self, silence: Silence, *, at: datetime) -> None:
        """Insert or replace a silence."""
        ...


class Inhibitions(Protocol):
    """The organisation's inhibition rules."""

    def all(self) -> list[Inhibition]:
        """Return every rule, by name."""
        ...

    def get(self, inhibition_id: UUID) -> Inhibition:
        """Return a rule; raise NotFoundError (INHIBITION_RULE_NOT_FOUND)."""
        ...

    def save(self, inhibition: Inhibition, *, at: datetime) -> None:
        """Insert or replace a rule; raise NameTakenError."""
        ...

    def remove(self, inhibition_id: UUID) -> None:
        """Delete a rule."""
        ...


class Windows(Protocol):
    """The organisation's maintenance windows."""

    def all(self) -> list[Window]:
        """Return every window, by name."""
        ...

    def get(self, window_id: UUID) -> Window:
        """Return a window; raise NotFoundError (MAINTENANCE_WINDOW_NOT_FOUND)."""
        ...

    def save(self, window: Window, *, at: datetime) -> None:
        """Insert or replace a window."""
        ...

    def remove(self, window_id: UUID) -> None:
        """Delete a window."""
        ...
