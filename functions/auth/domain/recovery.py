"""The way back for people who forgot their password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import escape

RESET_LIFETIME = timedelta(hours=1)
# More links an hour would only fill a mailbox.
MOST_RESETS = 3


@dataclass(frozen=True)
class Mail:
    """A mail to one person."""

    to: str
    subject: str
    text: str
    html: str


def reset_link(public_url: str, token: str) -> str:
    """Return the page where a new password is chosen.

    The address is ours by configuration, never what a request's Host says. The token stands after
    the `#`, which browsers send to no server.
    """
    return f"{public_url.rstrip('/')}/reset-password#{token}"


def reset_mail(to: str, link: str) -> Mail:
    """Return the mail with the link."""
    lines = (
        "Somebody, hopefully you, asked to choose a new password for NetPulse.",
        f"This link does so once, within an hour:\n{link}",
        "It was not you? Then nothing has changed, and you need not do anything.",
    )
    paragraphs = (
        f"<p>{escape(lines[0])}</p>",
        f'<p><a href="{escape(link)}" style="display:inline-block;padding:12px 20px;'
        "background:#1d4ed8;color:#ffffff;text-decoration:none;border-radius:6px;"
        'font-weight:600">Choose a new password</a></p>',
        f"<p>The button works once, within an hour. {escape(lines[2])}</p>",
    )
    return _mail(to, "Choose a new NetPulse password", lines, paragraphs)


def changed_mail(to: str) -> Mail:
    """Return the mail that tells a person of the change, whoever made it."""
    line = (
        "The password of your NetPulse login was just changed with a link from this mailbox, and "
        "every session was ended. If that was not you, reset it again and tell your administrator."
    )
    return _mail(to, "Your NetPulse password was changed", (line,), (f"<p>{escape(line)}</p>",))


def _mail(to: str, subject: str, lines: tuple[str, ...], paragraphs: tuple[str, ...]) -> Mail:
    body = "".join(paragraphs)
    html = (
        '<!doctype html><html lang="en"><body style="margin:0;padding:24px;background:#f1f5f9">'
        '<div style="max-width:520px;margin:auto;padding:24px;background:#ffffff;color:#0f172a;'
        'border-radius:8px;font:16px/1.5 system-ui,sans-serif">'
        f'<p style="font-weight:700;margin-top:0">NetPulse</p>{body}</div></body></html>'
    )
    return Mail(to, subject, "\n\n".join(lines) + "\n", html)
