"""The way back for people who forgot their password."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from functions.auth.domain.mails import button, letter

if TYPE_CHECKING:
    from functions.auth.domain.mails import Mail

RESET_LIFETIME = timedelta(hours=1)
# More links an hour would only fill a mailbox.
MOST_RESETS = 3


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
        button("Choose a new password", link),
        f"<p>The button works once, within an hour. {escape(lines[2])}</p>",
    )
    return letter(to, "Choose a new NetPulse password", lines, paragraphs)
