"""Rules, and what they remember."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from netpulse.errors import ConflictError
from netpulse.ids import DeviceId, RuleId, UserId

from functions.alerts.domain.listing import (
    Cut,
    RuleFilter,
    StoredRule,
    Version,
)
from functions.alerts.domain.memory import Memory
from functions.alerts.domain.rule import Rule


class RuleExistsError(ConflictError):
    """The organisation has a rule of that name."""

    code = "ALERT_RULE_ALREADY_EXISTS"

    @classmethod
    def named(cls, name: str) -> RuleExistsError:
        """Return the error for a name that is taken."""
        return cls(f"A rule named {name} exists already", details={"name": name})


class Rules(Protocol):
    """The organisation's rules."""

    def all(self) -> list[Rule]:
        """Return every rule."""
        ...

    def page(self, which: RuleFilter, cut: Cut) -> tuple[list[StoredRule], int]:
        """Return one page, and how many there are."""
        ...

    def get(self, rule_id: RuleId) -> StoredRule:
        """Return a rule; raise NotFoundError (ALERT_RULE_NOT_FOUND)."""
        ...

    def add(self, rules: Sequence[Rule], *, at: datetime) -> None:
        """Insert rules whose names are not taken; the others are left as they are."""
        ...

    def save(self, rule: Rule, *, at: datetime, by: UserId | None = None) -> None:
        """Insert or replace a rule, keep its version; raise RuleExistsError: name is taken."""
        ...

    def versions(self, rule_id: RuleId, cut: Cut) -> tuple[list[Version], int]:
        """Return one page of a rule's versions as they were saved, newest first; how many."""
        ...

    def knows_metric(self, metric: str) -> bool:
        """Return whether any device of the organisation has a series of that name."""
        ...

    def remove(self, rule_id: RuleId) -> None:
        """Delete a rule."""
        ...

    def unknown_devices(self, device_ids: Iterable[DeviceId]) -> list[DeviceId]:
        """Return those of the ids that are no device of the organisation."""
        ...

    def unknown_groups(self, group_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no group of the organisation."""
        ...


class Memories(Protocol):
    """What the organisation's rules remember of series."""

    def of_devices(self, device_ids: Iterable[DeviceId]) -> dict[str, Memory]:
        """Return what rules remember of devices' series, by fingerprint."""
        ...

    def write(self, memories: Mapping[str, Memory]) -> None:
        """Write memories; those that hold nothing are deleted."""
        ...

    def forget_rule(self, rule_id: RuleId) -> None:
        """Delete what a rule remembers: it was described anew."""
        ...
