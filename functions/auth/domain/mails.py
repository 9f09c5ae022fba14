"""Mails to people about their login, as they read them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html import escape


@dataclass(frozen=True)
class Mail:
    """A mail to one person."""

    to: str
    subject: str
    text: str
    html: str


class Notice(StrEnum):
    """What a person is told of after it happened to their login, whoever did it."""

    LINK_USED = "password_set_by_link"
    REPLACED = "password_replaced"
    FACTOR_ADDED = "second_factor_added"
    FACTOR_REMOVED = "second_factor_removed"
    CODES_REPLACED = "recovery_codes_replaced"
    CODE_USED = "recovery_code_used"


# Subject, what happened, and what to do when it was somebody else (NIST SP 800-63B-4, 4.6).
_NOTICES = {
    Notice.LINK_USED: (
        "Your NetPulse password was changed",
        "The password of your NetPulse login was just changed with a link from this mailbox, and "
        "every session was ended.",
    ),
    Notice.REPLACED: (
        "Your NetPulse password was changed",
        "The password of your NetPulse login was just changed by somebody who knew the old one. "
        "Every other session was ended.",
    ),
    Notice.FACTOR_ADDED: (
        "A second factor was added to your NetPulse login",
        "An authenticator app, a key or a passkey was just added to your NetPulse login. It is "
        "asked for after the password from now on.",
    ),
    Notice.FACTOR_REMOVED: (
        "A second factor was removed from your NetPulse login",
        "An authenticator app, a key or a passkey was just removed from your NetPulse login.",
    ),
    Notice.CODES_REPLACED: (
        "Your NetPulse recovery codes were replaced",
        "The recovery codes of your NetPulse login were just replaced: those that you kept on "
        "paper open nothing any more.",
    ),
    Notice.CODE_USED: (
        "A recovery code opened your NetPulse login",
        "Somebody just logged in to NetPulse with your password and one of your recovery codes.",
    ),
}
_NOT_YOU = (
    "If that was not you, choose a new password at once with “Forgot the password?” on the "
    "log-in page, look through your second factors, and tell your administrator."
)


def notice_mail(to: str, notice: Notice, public_url: str) -> Mail:
    """Return the mail that tells a person what happened."""
    subject, happened = _NOTICES[notice]
    lines = (happened, f"{_NOT_YOU}\n{public_url}")
    paragraphs = (f"<p>{escape(happened)}</p>", f"<p>{escape(_NOT_YOU)}</p>")
    return letter(to, subject, lines, (*paragraphs, button("Open NetPulse", public_url)))


def button(words: str, link: str) -> str:
    """Return a link that looks like a button."""
    return (
        f'<p><a href="{escape(link)}" style="display:inline-block;padding:12px 20px;'
        "background:#1d4ed8;color:#ffffff;text-decoration:none;border-radius:6px;"
        f'font-weight:600">{escape(words)}</a></p>'
    )


def letter(to: str, subject: str, lines: tuple[str, ...], paragraphs: tuple[str, ...]) -> Mail:
    """Return a mail of paragraphs, as text and as markup."""
    body = "".join(paragraphs)
    html = (
        '<!doctype html><html lang="en"><body style="margin:0;padding:24px;background:#f1f5f9">'
        '<div style="max-width:520px;margin:auto;padding:24px;background:#ffffff;color:#0f172a;'
        'border-radius:8px;font:16px/1.5 system-ui,sans-serif">'
        f'<p style="font-weight:700;margin-top:0">NetPulse</p>{body}</div></body></html>'
    )
    return Mail(to, subject, "\n\n".join(lines) + "\n", html)
