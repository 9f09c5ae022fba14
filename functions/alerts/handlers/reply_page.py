"""The page behind the link in a message: no script, and read on a telephone at night."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from functions.alerts.domain.alert import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.alerts.models.alerts import AlertView

# It says to the browser that nothing else is to be loaded, and where its form may go.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
_STYLE = (
    "body{margin:0 auto;max-width:36rem;padding:1.5rem;font:1.05rem/1.5 system-ui,sans-serif;"
    "background:#111827;color:#f9fafb}li{margin:0 0 1rem}ul{padding:0;list-style:none}"
    "button{width:100%;padding:1rem;border:0;border-radius:.5rem;background:#f9fafb;color:#111827;"
    "font:inherit;font-weight:700}small{color:#d1d5db}"
)
_SHOWN = 50


def unknown() -> str:
    """Return the page for a link that nothing is known of."""
    return _page(
        "This link is not known",
        "<p>It is older than a week, or a newer message took its place. Log in to see alerts.</p>",
    )


def of_alerts(alerts: Sequence[AlertView]) -> str:
    """Return the page that shows alerts and, while one of them fires, asks who takes them on."""
    firing = [each for each in alerts if each.state is State.FIRING]
    form = '<form method="post"><button>Acknowledge</button></form>' if firing else ""
    title = _title(alerts, len(firing))
    listed = "".join(map(_item, alerts[:_SHOWN]))
    left = len(alerts) - _SHOWN
    more = f"<li>and {left} more</li>" if left > 0 else ""
    return _page(title, f"<ul>{listed}{more}</ul>{form}")


def _title(alerts: Sequence[AlertView], firing: int) -> str:
    if firing:
        return "1 alert fires" if firing == 1 else f"{firing} alerts fire"
    if all(each.resolved for each in alerts):
        return "All of it is over"
    return "Somebody is on it"


def _item(alert: AlertView) -> str:
    return (
        f"<li><strong>{escape(alert.severity.upper())}</strong> {escape(alert.message)}<br>"
        f"<small>{escape(_standing(alert))}</small></li>"
    )


def _standing(alert: AlertView) -> str:
    if alert.resolved:
        return "It is over"
    if alert.acknowledged:
        return f"Acknowledged by {alert.acknowledged_by_name}"
    return "Nobody is on it" if alert.state is State.FIRING else f"It is {alert.state}"


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{title} - NetPulse</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{content}</body></html>"
    )
