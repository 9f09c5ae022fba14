"""What one recipient is told in one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from functions.notify.domain.news import Event, News


@dataclass(frozen=True, kw_only=True)
class Letter:
    """News that go together; `unlisted` is how many more alerts of their group fire."""

    news: tuple[News, ...]
    # of the group that speaks; None: alerts that speak for themselves
    group_labels: Mapping[str, str] | None = None
    unlisted: int = 0

    @property
    def changes(self) -> tuple[News, ...]:
        """What is new in it; all of it when it is a reminder."""
        return tuple(each for each in self.news if each.event is not Event.ONGOING) or self.news
