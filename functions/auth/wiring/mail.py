"""The real world of mails about logins: PostgreSQL, SendGrid, the clock."""

from __future__ import annotations

import secrets
from functools import cache

from netpulse import aws
from netpulse.clock import SYSTEM_CLOCK
from netpulse.settings import Settings, load

from functions.auth.channels.mail import SendGridMailer
from functions.auth.service.recovery import RecoveryPost
from functions.auth.wiring.work import work


class MailSettings(Settings):
    """Where mails are handed over, and the address their links lead to."""

    public_url: str
    providers_secret: str
    sendgrid_url: str


@cache
def recovery_post() -> RecoveryPost:
    """Return what sends mails."""
    settings = load(MailSettings)
    mailer = SendGridMailer(lambda: aws.secret(settings.providers_secret), settings.sendgrid_url)
    return RecoveryPost(
        work(), mailer, secrets.token_bytes, SYSTEM_CLOCK, public_url=settings.public_url
    )
