"""Silences, inhibition rules and windows in memory; tests/contract keeps them honest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.errors import NotFoundError

from functions.alerts.ports import NameTakenError
from tests.unit.functions.alerts.fake_rules import part_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import SilenceId

    from functions.alerts.domain.listing import Cut
    from functions.alerts.domain.maintenance import Window
    from functions.alerts.domain.muting import Inhibition, Silence


class FakeSilences:
    """Silences in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[SilenceId, Silence] = {}

    def active(self, now: datetime) -> list[Silence]:
        """Return those that silence at an instant."""
        return [each for each in self.rows.values() if each.is_active(now)]

    def upcoming(self, now: datetime) -> list[Silence]:
        """Return those that are not over."""
        return [each for each in self.rows.values() if each.ends_at > now]

    def page(self, *, state: str | None, now: datetime, cut: Cut) -> tuple[list[Silence], int]:
        """Return one page, and how many there are."""
        found = [each for each in self.rows.values() if state in (None, each.state(now))]
        found.sort(key=lambda each: each.ends_at, reverse=True)
        return part_of(found, cut), len(found)

    def get(self, silence_id: SilenceId) -> Silence:
        """Return a silence; raise NotFoundError."""
        if silence_id not in self.rows:
            raise NotFoundError.of("silence", silence_id)
        return self.rows[silence_id]

    def save(self, silence: Silence, *, at: datetime) -> None:
        """Insert or replace a silence."""
        self.rows[silence.id] = silence


class FakeInhibitions:
    """Inhibition rules in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Inhibition] = {}

    def all(self) -> list[Inhibition]:
        """Return every rule, by name."""
        return sorted(self.rows.values(), key=lambda each: each.name.lower())

    def get(self, inhibition_id: UUID) -> Inhibition:
        """Return a rule; raise NotFoundError."""
        if inhibition_id not in self.rows:
            raise NotFoundError.of("inhibition_rule", inhibition_id)
        return self.rows[inhibition_id]

    def save(self, inhibition: Inhibition, *, at: datetime) -> None:
        """Insert or replace a rule; raise NameTakenError."""
        others = [each for each in self.rows.values() if each.id != inhibition.id]
        if any(each.name == inhibition.name for each in others):
            raise NameTakenError.of("inhibition_rule", inhibition.name)
        self.rows[inhibition.id] = inhibition

    def remove(self, inhibition_id: UUID) -> None:
        """Delete a rule."""
        self.rows.pop(inhibition_id, None)


class FakeWindows:
    """Maintenance windows in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Window] = {}

    def all(self) -> list[Window]:
        """Return every window, by name."""
        return sorted(self.rows.values(), key=lambda each: each.name.lower())

    def get(self, window_id: UUID) -> Window:
        """Return a window; raise NotFoundError."""
        if window_id not in self.rows:
            raise NotFoundError.of("maintenance_window", window_id)
        return self.rows[window_id]

    def save(self, window: Window, *, at: datetime) -> None:
        """Insert or replace a window."""
        self.rows[window.id] = window

    def remove(self, window_id: UUID) -> None:
        """Delete a window."""
        self.rows.pop(window_id, None)
