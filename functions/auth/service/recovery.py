"""Forgotten passwords: a link by mail, used once, ends every session."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from netpulse.observability import logger

from functions.auth.domain import recovery
from functions.auth.domain.errors import ResetError
from functions.auth.domain.mails import Notice, notice_mail
from functions.auth.domain.session import TOKEN_BYTES, encoded

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import UserId

    from functions.auth.models.requests import ResetIn
    from functions.auth.ports import Mailer, Mails, Random, Work
    from functions.auth.service.passwords import Passwords
    from functions.auth.service.sessions import SessionService
    from functions.auth.service.throttle import LoginThrottle


class RecoveryDesk:
    """Takes requests and the new passwords that follow them."""

    def __init__(
        self,
        work: Work,
        sessions: SessionService,
        passwords: Passwords,
        throttle: LoginThrottle,
        *,
        mails: Mails,
        clock: Clock,
    ) -> None:
        self._work = work
        self._sessions = sessions
        self._passwords = passwords
        self._throttle = throttle
        self._mails = mails
        self._clock = clock

    def ask(self, email: str) -> None:
        """Let a link be mailed if the address is known; the caller never learns which."""
        self._mails.ask_for_reset(email)

    def confirm(self, given: ResetIn, address: str) -> None:
        """Set a new password and end every session; raise ResetError or WeakPasswordError."""
        now = self._clock.now()
        digest = hashlib.sha256(given.token.encode()).digest()
        with self._work(None) as work:
            user_id = work.resets.use(digest, at=now)
            user = work.users.find(user_id) if user_id else None
            if user is None or not user.is_active:
                raise ResetError
            # raised within: a refused password leaves the link unused
            hashed = self._passwords.hashed(
                given.password.get_secret_value(), email=user.email, names=(user.full_name,)
            )
            work.users.set_password(user.id, hashed, temporary=False, at=now)
            work.users.prove_address(user.id, at=now)
            work.resets.forget(user.id, at=now)
            memberships = work.organizations.memberships(user.id)
        self._sessions.end_all(user.id)
        self._throttle.trust(user.email, address)
        for membership in memberships:
            with self._work(membership.organization.id) as work:
                work.audit.note(
                    "user.password_reset",
                    target_type="user",
                    target_id=user.id,
                    target_name=user.email,
                )
        self._mails.ask_for_notice(user.id, Notice.LINK_USED)


class RecoveryPost:
    """Sends the mails that were asked for."""

    def __init__(
        self, work: Work, mailer: Mailer, random: Random, clock: Clock, *, public_url: str
    ) -> None:
        self._work = work
        self._mailer = mailer
        self._random = random
        self._clock = clock
        self._public_url = public_url

    def send_reset(self, email: str) -> None:
        """Mail a link if somebody has this address; raise ExternalServiceError to be asked again.

        The link is made here, so that it never lies in a queue; one that could not be sent is
        rolled back.
        """
        now = self._clock.now()
        with self._work(None) as work:
            user = work.users.by_email(email)
            if user is None or not user.is_active:
                logger.info("reset asked for an unknown address")
                return
            token = encoded(self._random(TOKEN_BYTES))
            digest = hashlib.sha256(token.encode()).digest()
            until = now + recovery.RESET_LIFETIME
            if not work.resets.add(user.id, digest, at=now, until=until, most=recovery.MOST_RESETS):
                logger.warning("reset asked too often", extra={"user_id": str(user.id)})
                return
            link = recovery.reset_link(self._public_url, token)
            self._mailer.send(recovery.reset_mail(user.email, link))

    def send_notice(self, user_id: UserId, notice: Notice) -> None:
        """Tell a person what was done with their login; raise ExternalServiceError."""
        with self._work(None) as work:
            user = work.users.find(user_id)
        if user is not None:
            self._mailer.send(notice_mail(user.email, notice, self._public_url))
