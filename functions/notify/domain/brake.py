"""The storm brake: nobody gets more than so many messages a minute, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from functions.notify.domain.letter import Letter
from functions.notify.domain.news import Event, News, rank

WINDOW = timedelta(minutes=1)
# Without a word of the organisation: more than that nobody reads in a minute.
MOST_A_MINUTE = 10
# More messages than this in one burst go to a recipient as one: a storm is one event.
BURST = 5
# What names the root of an outage: what hangs on it is not told at all.
_ROOT = "device_down"


def merged(letters: Sequence[Letter]) -> list[Letter]:
    """Return the messages of one burst to a recipient: one, if they are many."""
    if len(letters) <= BURST:
        return list(letters)
    news = tuple(one for each in letters for one in each.news)
    return [Letter(news=news, unlisted=sum(each.unlisted for each in letters))]


def braked(
    letters: Sequence[Letter], *, sent: int, most: int
) -> tuple[list[Letter], tuple[News, ...]]:
    """Return the messages that go out now, the gravest first, and what is left to a digest.

    `sent` is how many the recipient was sent within the last minute, `most` how many they may be.
    """
    order = sorted(letters, key=_gravity, reverse=True)
    room = max(0, most - sent)
    return order[:room], tuple(news for each in order[room:] for news in each.changes)


def roots_of(news: Sequence[News]) -> list[str]:
    """Return the names of the devices that outages hang on, the first that failed first."""
    down = [each for each in news if each.alert_type == _ROOT and not each.is_over]
    found = sorted(down, key=lambda each: each.began_at)
    return list(dict.fromkeys(each.device_name for each in found))


def _gravity(letter: Letter) -> tuple[int, bool]:
    problems = [each for each in letter.news if each.event is Event.PROBLEM]
    worst = max((rank(each.severity) for each in problems), default=-1)
    return worst, any(each.alert_type == _ROOT for each in problems)
