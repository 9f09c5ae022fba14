"""Letting somebody in by mail: who asks them, where to, and how they come in."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from functions.auth.domain.mails import button, letter

if TYPE_CHECKING:
    from functions.auth.domain.mails import Mail

INVITATION_LIFETIME = timedelta(days=7)
_UNKNOWN = "You do not know them? Then ignore this mail; nothing happens without you."


def invitation_link(public_url: str, token: str) -> str:
    """Return the page where an invited person chooses a password; no server sees the token."""
    return f"{public_url.rstrip('/')}/invitation#{token}"


def invitation_mail(to: str, link: str, *, organization: str, inviter: str) -> Mail:
    """Return the mail to somebody who has no login yet."""
    asked = f"{inviter} invites you to {organization} at NetPulse, where its network is watched."
    days = INVITATION_LIFETIME.days
    lines = (asked, f"Choose a password here, once, within {days} days:\n{link}", _UNKNOWN)
    paragraphs = (
        f"<p>{escape(asked)}</p>",
        button("Choose a password and come in", link),
        f"<p>The button works once, within {days} days. {escape(_UNKNOWN)}</p>",
    )
    return letter(to, "You are invited to NetPulse", lines, paragraphs)


def proof_mail(to: str, link: str, *, organization: str, inviter: str) -> Mail:
    """Return the mail to somebody whose address has a login that anybody may have made."""
    asked = f"{inviter} invites you to {organization} at NetPulse, where its network is watched."
    why = (
        "Your address has a NetPulse login already. Show that it is you who made it: choose its "
        "password anew. That ends every session it has."
    )
    days = INVITATION_LIFETIME.days
    lines = (asked, f"{why} Once, within {days} days:\n{link}", _UNKNOWN)
    paragraphs = (
        f"<p>{escape(asked)}</p>",
        f"<p>{escape(why)}</p>",
        button("Choose a password and come in", link),
        f"<p>The button works once, within {days} days. {escape(_UNKNOWN)}</p>",
    )
    return letter(to, "You are invited to NetPulse", lines, paragraphs)


def welcome_mail(to: str, public_url: str, *, organization: str, inviter: str) -> Mail:
    """Return the mail to somebody who has a login and is in one more organisation now."""
    added = f"{inviter} added you to {organization} at NetPulse."
    how = (
        "Log in as you always do; “Profile” has all your organisations. You did not expect this? "
        "Tell them: your other organisations see nothing of it."
    )
    lines = (added, f"{how}\n{public_url}")
    paragraphs = (f"<p>{escape(added)}</p>", f"<p>{escape(how)}</p>")
    return letter(
        to,
        "You are in one more organisation at NetPulse",
        lines,
        (*paragraphs, button("Open NetPulse", public_url)),
    )
