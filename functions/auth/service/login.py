"""Coming in: registration, login, refresh, invitation, switch; and going out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import NotFoundError
from netpulse.ids import OrganizationId, UserId
from netpulse.observability import logger
from netpulse.permissions import PERMISSIONS, Role

from functions.auth.domain.errors import (
    AddressNotProvenError,
    ConfinedError,
    InvitationError,
    SessionOverError,
    SsoRequiredError,
    UserAlreadyExistsError,
    WrongLoginError,
)
from functions.auth.domain.mails import Notice
from functions.auth.domain.people import Grant, Organization, User
from functions.auth.domain.slug import slug_of
from functions.auth.service.entrance import by_password

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.clock import Clock

    from functions.auth.domain.people import Membership
    from functions.auth.domain.session import Client, Session
    from functions.auth.models.requests import AcceptInvitationIn, LoginIn, RegisterIn
    from functions.auth.models.second_factors import SecondStepIn
    from functions.auth.models.views import TokensView
    from functions.auth.ports import AuthWork, Mails, Random, Work
    from functions.auth.service.passwords import Passwords
    from functions.auth.service.second_step import SecondStep
    from functions.auth.service.sessions import SessionService
    from functions.auth.service.throttle import LoginThrottle
    from functions.auth.service.tokens import TokenIssuer

_SUFFIX_BYTES = 3
_ADMIN = Grant(role=Role.ADMIN, role_id=None, permissions=PERMISSIONS[Role.ADMIN])


class LoginService:
    """Lets people in."""

    def __init__(
        self,
        work: Work,
        sessions: SessionService,
        issuer: TokenIssuer,
        passwords: Passwords,
        *,
        throttle: LoginThrottle,
        second_step: SecondStep,
        mails: Mails,
        random: Random,
        clock: Clock,
    ) -> None:
        self._mails = mails
        self._work = work
        self._sessions = sessions
        self._issuer = issuer
        self._passwords = passwords
        self._throttle = throttle
        self._second_step = second_step
        self._random = random
        self._clock = clock

    def register(self, given: RegisterIn, client: Client) -> TokensView:
        """Make an organisation and its first admin; raise UserAlreadyExistsError."""
        now = self._clock.now()
        names = (given.full_name, given.organization_name)
        password = given.password.get_secret_value()
        user = User(
            id=UserId(uuid4()),
            email=given.email,
            full_name=given.full_name,
            hashed_password=self._passwords.hashed(password, email=given.email, names=names),
            created_at=now,
        )
        organization_id = OrganizationId(uuid4())
        with self._work(organization_id) as work:
            if work.users.by_email(given.email):
                raise UserAlreadyExistsError(given.email)
            self._add_organization(work, organization_id, given.organization_name)
            work.users.add(user)
            work.members.add(user.id, _ADMIN, at=now)
        logger.info("organization registered", extra={"organization_id": str(organization_id)})
        return self._begin(user.id, organization_id, client)

    def log_in(self, given: LoginIn, client: Client, address: str) -> TokensView:
        """Begin a session; raise WrongLoginError, the same for whatever was wrong.

        Raises RateLimitedError when the account's password was tried too often.
        """
        with self._throttle.attempt(given.email, address):
            user, organization_id = self._recognized(given)
            # raised within: only a login that is whole forgets the tries before it
            self._second_step.ask(user.id, organization_id, client)
        return self._begin(user.id, organization_id, client)

    def finish(self, given: SecondStepIn, client: Client, address: str) -> TokensView:
        """Finish a login with the second factor; raise WrongLoginError or RateLimitedError."""
        challenge = self._second_step.challenged(given.challenge)
        with self._work(None) as work:
            user = work.users.find(challenge.user_id)
        if user is None or challenge.client is not client:
            raise WrongLoginError
        with self._throttle.attempt(user.email, address):
            self._second_step.check(challenge, given)
        if given.recovery_code is not None:
            self._mails.ask_for_notice(user.id, Notice.CODE_USED)
        return self._begin(user.id, challenge.organization_id, client)

    def _recognized(self, given: LoginIn) -> tuple[User, OrganizationId]:
        password = given.password.get_secret_value()
        with self._work(None) as work:
            user = work.users.by_email(given.email)
        if not self._passwords.is_right(user, password) or user is None:
            raise WrongLoginError
        with self._work(None) as work:
            if renewed := self._passwords.renewed(user, password):
                work.users.set_password(
                    user.id,
                    renewed,
                    temporary=user.password_is_temporary,
                    at=self._clock.now(),
                )
            memberships = work.organizations.memberships(user.id)
            open_ones = [one for one in memberships if by_password(work, user.id, one)]
            membership = _chosen(open_ones, given)
        if membership is None and (closed := _chosen(memberships, given)):
            raise _why_closed(closed)
        if membership is None:
            raise WrongLoginError
        return user, membership.organization.id

    def refresh(self, shown: str, client: Client) -> TokensView:
        """Exchange a refresh token; raise SessionOverError."""
        opened = self._sessions.refresh(shown, client)
        try:
            with self._work(None) as work:
                return self._issuer.issue(work, opened.session, opened.refresh_token)
        except SessionOverError:
            # no longer a member here, nor for any later attempt
            self._sessions.end(opened.session)
            raise

    def accept(self, given: AcceptInvitationIn, client: Client) -> TokensView:
        """Let an invited person choose a password; raise InvitationError."""
        now = self._clock.now()
        digest = hashlib.sha256(given.token.encode()).digest()
        with self._work(None) as work:
            accepted = work.users.accept(digest, at=now)
            user = work.users.find(accepted.user_id) if accepted else None
            # who has a password needs no invitation, and must not lose it to one
            if user is None or user.hashed_password:
                raise InvitationError
            name = given.full_name or user.full_name
            hashed = self._passwords.hashed(
                given.password.get_secret_value(), email=user.email, names=(name,)
            )
            work.users.set_password(user.id, hashed, temporary=False, at=now)
            work.users.rename(user.id, name, at=now)
            if accepted and accepted.mailed:
                work.users.prove_address(user.id, at=now)
            memberships = work.organizations.memberships(user.id)
            opened = [one for one in memberships if by_password(work, user.id, one)]
        if not memberships:
            raise InvitationError
        return self._begin(user.id, (opened or memberships)[0].organization.id, client)

    def switch(self, session: Session, organization_id: OrganizationId) -> TokensView:
        """Go on in another organisation; raise NotFoundError when not a member there.

        The refresh token stays the same and follows.
        """
        if session.provider_id is not None:
            raise ConfinedError
        with self._work(None) as work:
            memberships = work.organizations.memberships(session.user_id)
            there = [one for one in memberships if one.organization.id == organization_id]
            if not there:
                raise NotFoundError.of("organization", organization_id)
            if not by_password(work, session.user_id, there[0]):
                raise _why_closed(there[0])
            return self._issuer.issue(work, self._sessions.move(session, organization_id), None)

    def _begin(
        self, user_id: UserId, organization_id: OrganizationId, client: Client
    ) -> TokensView:
        opened = self._sessions.begin(user_id, organization_id, client)
        with self._work(organization_id) as work:
            tokens = self._issuer.issue(work, opened.session, opened.refresh_token)
            work.audit.note(
                "session.started",
                target_type="user",
                target_id=user_id,
                target_name=tokens.user.email,
                details={"session_id": opened.session.id, "client_id": client.value},
            )
        return tokens

    def _add_organization(self, work: AuthWork, organization_id: OrganizationId, name: str) -> None:
        suffix = ""
        while not work.organizations.add(
            Organization(
                id=organization_id,
                name=name,
                slug=slug_of(name, suffix),
                time_zone="UTC",
                created_at=self._clock.now(),
            )
        ):
            suffix = self._random(_SUFFIX_BYTES).hex()


def _why_closed(membership: Membership) -> AddressNotProvenError | SsoRequiredError:
    return AddressNotProvenError() if membership.awaits_proof else SsoRequiredError()


def _chosen(memberships: Sequence[Membership], given: LoginIn) -> Membership | None:
    """Return where to go in: as asked, else the oldest membership."""
    for membership in memberships:
        organization = membership.organization
        if given.organization_id not in (None, organization.id):
            continue
        if given.organization_slug not in (None, organization.slug):
            continue
        return membership
    return None
