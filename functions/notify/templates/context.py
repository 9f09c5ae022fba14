"""What templates may show: plain dicts of text, made from news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netpulse import replies

from functions.notify.domain.brake import roots_of
from functions.notify.domain.delivery import Purpose
from functions.notify.domain.news import Event, News, rank
from functions.notify.domain.text import lasted, one_line

# Dark enough on white for text (WCAG AA) and still told apart.
COLOURS = {"critical": "#b91c1c", "warning": "#b45309", "info": "#1d4ed8"}
OVER_COLOUR, TAKEN_COLOUR, TEST_COLOUR = "#15803d", "#1d4ed8", "#1d4ed8"
_SHOWN = 50
_SHOWN_SMS = 5
_NAMED = 3
# An organisation's name in an SMS: enough to be told from another.
_MOST_OF_A_NAME = 20
# Within so long a time of the day is not mistaken for another day's.
_TODAY, _THIS_WEEK = timedelta(hours=18), timedelta(days=6)
# Reasons that go without saying.
_PLAIN = ("breached", "held", "cleared")
# Why an alert is over, where it is not that its trouble is.
_NOT_GONE = {
    "resolved_by_hand": "resolved by hand",
    "device_retired": "the device was retired",
    "device_deactivated": "the device is not watched any more",
    "check_removed": "the check was removed",
    "rule_changed": "the rule was changed",
    "rule_disabled": "the rule was switched off",
    "rule_deleted": "the rule was deleted",
}


def zone_of(name: str) -> tzinfo:
    """Return an organisation's time zone, UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def label_of(news: News) -> str:
    """Return the one word a message begins with."""
    match news.event:
        case Event.RECOVERY:
            return "RESOLVED"
        case Event.ACKNOWLEDGED:
            return "ACKNOWLEDGED"
        case Event.PROBLEM:
            return news.severity.upper()
        case Event.ONGOING:
            return f"STILL {news.severity.upper()}"


def colour_of(news: News) -> str:
    """Return the colour of the bar."""
    match news.event:
        case Event.RECOVERY:
            return OVER_COLOUR
        case Event.ACKNOWLEDGED:
            return TAKEN_COLOUR
        case Event.PROBLEM | Event.ONGOING:
            return COLOURS[news.severity]


def alert_view(
    news: News, *, zone: tzinfo, public_url: str, at: datetime | None = None
) -> dict[str, Any]:
    """Return one alert as templates show it; `at`: when the message is made."""
    ended = news.ended_at
    message = one_line(news.message, 500).rstrip(".")
    name = one_line(news.device_name) or one_line(news.rule_name) or "NetPulse"
    # what alerts say of themselves begins with their device; a silent poller's has none
    names_itself = not news.device_name or message.startswith(name)
    place = f"{name} ({news.ip_address})" if news.ip_address else name
    at = at or ended or news.began_at
    view = {
        "label": label_of(news),
        "colour": colour_of(news),
        "is_over": news.is_over,
        "device_name": name,
        "ip_address": news.ip_address,
        "message": message,
        "place": place,
        "headline": message if names_itself else f"{place}: {message}",
        "short_headline": message if names_itself else f"{name}: {message}",
        "severity": news.severity,
        "began": _shown(news.began_at, zone),
        "began_short": _short(news.began_at, zone, at=at),
        "ended": _shown(ended, zone) if ended else "",
        "ended_short": _short(ended, zone, at=at) if ended else "",
        "told": message.removeprefix(place).lstrip(": ").removeprefix("is "),
        "outcome": _outcome(news),
        "rule": one_line(news.rule_name) or news.alert_type.replace("_", " "),
        "lasted": lasted(ended - news.began_at) if ended else "",
        "acknowledged_by": one_line(news.acknowledged_by),
        "note": one_line(news.note, 500),
        "link": f"{public_url}/alerts/{news.alert_id}",
    }
    return {**view, "facts": _facts(news, view)}


def _facts(news: News, view: dict[str, Any]) -> list[tuple[str, str]]:
    value = "" if news.value is None else f"{news.value:g}"
    facts = [
        ("Address", news.ip_address),
        ("Severity", news.severity),
        ("Rule", one_line(news.rule_name) or news.alert_type),
        ("Metric", " ".join(part for part in (news.metric, one_line(news.entity)) if part)),
        ("Value", value),
        ("Reason", "" if news.reason in _PLAIN else one_line(news.reason.replace("_", " "))),
        ("Began", view["began"]),
        ("Ended", view["ended"]),
        ("Lasted", view["lasted"]),
    ]
    return [(name, text) for name, text in facts if text]


def _shown(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%a %-d %b %Y %H:%M:%S %Z")


def _short(instant: datetime, zone: tzinfo, *, at: datetime) -> str:
    """Return a time of the day, with the day where it may be taken for another one's."""
    age = at - instant
    day = "" if age < _TODAY else "%a " if age < _THIS_WEEK else "%-d %b "
    return instant.astimezone(zone).strftime(f"{day}%H:%M %Z")


def _outcome(news: News) -> str:
    """Return how an alert came to be over."""
    if not news.is_over:
        return ""
    if said := _NOT_GONE.get(news.reason):
        return said
    return "up again" if news.alert_type == "device_down" else "over"


def context_of(
    purpose: Purpose,
    news: Sequence[News],
    *,
    organization: str,
    time_zone: str,
    public_url: str,
    channel: str,
    for_sms: bool,
    unlisted: int = 0,
    at: datetime | None = None,
    reply_code: str = "",
) -> dict[str, Any]:
    """Return everything a template of this purpose may show, its subject included.

    `at` is when the message is made: a time of the day long before it has its day, too;
    `reply_code` that of the link by which its reader takes on what it tells of.
    """
    zone = zone_of(time_zone)
    common = {
        "organization": one_line(organization),
        "signature": f"NetPulse {one_line(organization, _MOST_OF_A_NAME)}".rstrip(),
        "zone": str(zone),
        "channel": one_line(channel),
        "link": public_url,
        "link_label": "Open NetPulse",
        "reply": f"{public_url}{replies.PATH}/{reply_code}" if reply_code else "",
        "colour": TEST_COLOUR,
    }
    if purpose is Purpose.TEST:
        subject = f"[TEST] NetPulse channel {common['channel']} works"
        return {**common, "subject": subject, "preview": "This is a test.", "signature": ""}
    views = [alert_view(one, zone=zone, public_url=public_url, at=at) for one in news]
    if purpose in (Purpose.BATCH, Purpose.DIGEST):
        shown = _SHOWN_SMS if for_sms else _SHOWN
        batch = _batch(news, views, shown, unlisted)
        if purpose is Purpose.DIGEST:
            batch |= _digest(news, batch["headline"])
        return {**common, **batch, "link": f"{public_url}/alerts"}
    (view,) = views
    said = view["short_headline"]
    if view["is_over"]:
        said = f"{view['device_name']}: {view['outcome']} after {view['lasted']} ({view['rule']})"
    subject = f"[{view['label']}] {said}"
    own = {name: view[name] for name in ("label", "colour", "link")}
    return {
        **common,
        **own,
        "subject": one_line(subject),
        "preview": view["message"],
        "alert": view,
        "link_label": "Open the alert",
    }


def _batch(
    news: Sequence[News], views: list[dict[str, Any]], shown: int, unlisted: int
) -> dict[str, Any]:
    gravest = max(news, key=lambda one: (not one.is_over, rank(one.severity)))
    headline = _headline(news)
    # what is new comes first, and of that what still hurts
    order = sorted(
        zip(news, views, strict=True),
        key=lambda pair: (
            pair[0].event is Event.ONGOING,
            pair[0].is_over,
            -rank(pair[0].severity),
            pair[1]["device_name"],
        ),
    )
    names = list(dict.fromkeys(view["device_name"] for _, view in order))
    rules = {view["rule"] for _, view in order}
    listed = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    return {
        "label": label_of(gravest),
        "colour": colour_of(gravest),
        "headline": headline,
        "subject": one_line(f"[{headline}] {listed}"),
        "preview": listed,
        # what they all are, where it is the same
        "rule": rules.pop() if len(rules) == 1 else "",
        "alerts": [view for _, view in order[:shown]],
        "more": max(0, len(views) - shown) + unlisted,
    }


def _digest(news: Sequence[News], headline: str) -> dict[str, Any]:
    """Return what the storm brake says: how many it kept back, and what outages hang on."""
    roots = roots_of(news)
    named = ", ".join(one_line(root) for root in roots[:_NAMED])
    more = f" and {len(roots) - _NAMED} more" if len(roots) > _NAMED else ""
    lead = f"{len(news)} more alerts came within a minute: {headline}."
    return {
        "label": "STORM",
        "lead": lead,
        "roots": f"{named}{more}",
        "subject": one_line(f"[STORM] {headline}{': ' + named + more if roots else ''}"),
        "preview": lead,
    }


def _headline(news: Sequence[News]) -> str:
    counted = Counter(
        "resolved" if one.is_over else "ongoing" if one.event is Event.ONGOING else one.severity
        for one in news
    )
    return ", ".join(
        f"{counted[word]} {word}{'s' if word == 'warning' and counted[word] > 1 else ''}"
        for word in ("critical", "warning", "info", "resolved", "ongoing")
        if counted[word]
    )
