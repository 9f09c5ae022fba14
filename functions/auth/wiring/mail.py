"""The real world of mails about logins: PostgreSQL, SendGrid, the clock."""

from __future__ import annotations

import secrets
from functools import cache

from netpulse import aws
from netpulse.clock import SYSTEM_CLOCK
from netpulse.settings import Settings, load

from functions.auth.channels.mail import SendGridMailer
from functions.auth.service.invitations import InvitationPost
from functions.auth.service.recovery import RecoveryPost
from functions.auth.wiring.work import work


class MailSettings(Settings):
    """Where mails are handed over, and the address their links lead to."""

    public_url: str
    providers_secret: str
    sendgrid_url: str


@cache
def _mailer() -> SendGridMailer:
    settings = load(MailSettings)
    return SendGridMailer(lambda: aws.secret(settings.providers_secret), settings.sendgrid_url)


@cache
def recovery_post() -> RecoveryPost:
    """Return what sends links that set a password, and notices."""
    url = load(MailSettings).public_url
    return RecoveryPost(work(), _mailer(), secrets.token_bytes, SYSTEM_CLOCK, public_url=url)


@cache
def invitation_post() -> InvitationPost:
    """Return what sends invitations."""
    url = load(MailSettings).public_url
    return InvitationPost(work(), _mailer(), secrets.token_bytes, SYSTEM_CLOCK, public_url=url)
