"""Invitations: a token for a first password, and the mail that brings it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from netpulse.errors import NotFoundError
from netpulse.observability import logger

from functions.auth.domain.invitation import (
    INVITATION_LIFETIME,
    invitation_link,
    invitation_mail,
    proof_mail,
    welcome_mail,
)
from functions.auth.domain.recovery import reset_link
from functions.auth.domain.session import TOKEN_BYTES, encoded

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId, UserId

    from functions.auth.ports import AuthWork, Mailer, Random, Work

_NOBODY = "An administrator"
# Whoever asks for new passwords every hour leaves the mails of others their links.
_MOST_LINKS = 1000


def invite(
    work: AuthWork,
    random: Random,
    user_id: UserId,
    *,
    by: UserId | None,
    mailed: bool,
    at: datetime,
) -> str:
    """Return a token that lets somebody choose a first password, once; its hash is kept.

    Who uses one that only a mail brings has shown that the address is theirs.
    """
    token = encoded(random(TOKEN_BYTES))
    digest = hashlib.sha256(token.encode()).digest()
    work.users.invite(user_id, digest, by=by, mailed=mailed, at=at, until=at + INVITATION_LIFETIME)
    return token


class InvitationPost:
    """Sends the mails to people who were let in."""

    def __init__(
        self, work: Work, mailer: Mailer, random: Random, clock: Clock, *, public_url: str
    ) -> None:
        self._work = work
        self._mailer = mailer
        self._random = random
        self._clock = clock
        self._public_url = public_url

    def send(
        self, organization_id: OrganizationId, user_id: UserId, invited_by: UserId | None
    ) -> None:
        """Tell a new member how to come in; raise ExternalServiceError to be asked again.

        The token is made here, so that it never lies in a queue; one that could not be sent is
        rolled back.
        """
        with self._work(organization_id) as work:
            try:
                member = work.members.view(user_id)
            except NotFoundError:
                logger.info("no longer a member: not invited", extra={"user_id": str(user_id)})
                return
            inviter = work.users.find(invited_by) if invited_by else None
            words = {
                "organization": work.organizations.get(organization_id).name,
                "inviter": inviter.full_name if inviter else _NOBODY,
            }
            if member.is_invited:
                mail = invitation_mail(
                    member.email, self._invitation(work, user_id, invited_by), **words
                )
            elif any(
                one.awaits_proof and one.organization.id == organization_id
                for one in work.organizations.memberships(user_id)
            ):
                mail = proof_mail(member.email, self._proof(work, user_id), **words)
            else:
                mail = welcome_mail(member.email, self._public_url, **words)
            self._mailer.send(mail)

    def _invitation(self, work: AuthWork, user_id: UserId, invited_by: UserId | None) -> str:
        now = self._clock.now()
        token = invite(work, self._random, user_id, by=invited_by, mailed=True, at=now)
        return invitation_link(self._public_url, token)

    def _proof(self, work: AuthWork, user_id: UserId) -> str:
        now = self._clock.now()
        token = encoded(self._random(TOKEN_BYTES))
        digest = hashlib.sha256(token.encode()).digest()
        until = now + INVITATION_LIFETIME
        work.resets.add(user_id, digest, at=now, until=until, most=_MOST_LINKS)
        return reset_link(self._public_url, token)
