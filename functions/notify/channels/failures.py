"""What a provider's HTTP status means for a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from functions.notify.domain.message import Answer, DeliveryError

_TOO_EARLY, _TOO_MANY, _TIMEOUT = 425, 429, 408
_WAITING = frozenset({_TIMEOUT, _TOO_EARLY, _TOO_MANY})
_SHOWN = 300


def retry_after_of(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Return what a Retry-After header asks for: seconds or an HTTP date."""
    given = (headers.get("Retry-After") or "").strip()
    if given.isascii() and given.isdigit():
        return timedelta(seconds=min(int(given), 86_400))
    try:
        at = parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(at.replace(tzinfo=at.tzinfo or UTC) - now, timedelta())


def refused(
    provider: str,
    answer: Answer,
    *,
    permanent_statuses: range | frozenset[int],
    retry_after: timedelta | None = None,
) -> DeliveryError:
    """Return the error for an answer that is no acceptance, with the provider's own words."""
    words = " ".join(answer.body.split())[:_SHOWN] or "no explanation"
    return DeliveryError(
        f"{provider} answered {answer.status}: {words}",
        permanent=answer.status in permanent_statuses and answer.status not in _WAITING,
        retry_after=retry_after,
        answer=answer,
    )


def unreachable(provider: str, error: BaseException) -> DeliveryError:
    """Return the error for a provider that did not answer; its name says enough in a log."""
    return DeliveryError(f"{provider} could not be reached: {type(error).__name__}")
