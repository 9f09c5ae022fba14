"""The caller themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.ids import UserId
from netpulse.permissions import scopes_of

from functions.auth.domain.errors import PersonNeededError, WrongPasswordError
from functions.auth.domain.mails import Notice
from functions.auth.models.presenting import membership_view, organization_view, person_view
from functions.auth.models.views import MeView, SessionView

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.principal import Principal

    from functions.auth.domain.people import User
    from functions.auth.domain.session import Session
    from functions.auth.models.requests import PasswordIn, ProfileIn
    from functions.auth.ports import AuthWork, Mails, Work
    from functions.auth.service.passwords import Passwords
    from functions.auth.service.sessions import SessionService


def person(principal: Principal) -> UserId:
    """Return the person who is asking; raise PersonNeededError for an API key."""
    if principal.user_id is None:
        raise PersonNeededError
    return principal.user_id


class ProfileService:
    """What callers see and change of themselves."""

    def __init__(
        self,
        work: Work,
        sessions: SessionService,
        passwords: Passwords,
        clock: Clock,
        *,
        mails: Mails,
    ) -> None:
        self._work = work
        self._mails = mails
        self._sessions = sessions
        self._passwords = passwords
        self._clock = clock

    def view(self, principal: Principal) -> MeView:
        """Return who is asking and what they may do."""
        own = self._own(principal)
        with self._work(None) as work:
            return _me(work, principal, confined=own is not None and own.provider_id is not None)

    def change(self, principal: Principal, given: ProfileIn) -> MeView:
        """Change what is given."""
        user_id = person(principal)
        with self._work(None) as work:
            if given.full_name is not None:
                work.users.rename(user_id, given.full_name, at=self._clock.now())
        return self.view(principal)

    def change_password(self, principal: Principal, given: PasswordIn) -> None:
        """Set a new password and end every other session; raise WrongPasswordError."""
        user = self._user(person(principal))
        if not self._passwords.is_right(user, given.current_password.get_secret_value()):
            raise WrongPasswordError
        hashed = self._passwords.hashed(
            given.new_password.get_secret_value(),
            email=user.email,
            names=(user.full_name,),
            field="new_password",
        )
        with self._work(None) as work:
            work.users.set_password(user.id, hashed, temporary=False, at=self._clock.now())
        self._sessions.end_all(user.id, except_id=principal.session_id)
        self._mails.ask_for_notice(user.id, Notice.REPLACED)

    def sessions(self, principal: Principal) -> list[SessionView]:
        """Return the caller's open sessions, the newest first."""
        person(principal)
        own = self._own(principal)
        seen = self._sessions.beside(own) if own else []
        return [_session_view(session, principal) for session in seen]

    def _own(self, principal: Principal) -> Session | None:
        if principal.user_id is None or principal.session_id is None:
            return None
        return self._sessions.find(principal.user_id, principal.session_id)

    def _user(self, user_id: UserId) -> User:
        with self._work(None) as work:
            user = work.users.find(user_id)
        if user is None:
            raise PersonNeededError
        return user


def _me(work: AuthWork, principal: Principal, *, confined: bool) -> MeView:
    organization = work.organizations.get(principal.organization_id)
    user = work.users.find(principal.user_id) if principal.user_id else None
    memberships = work.organizations.memberships(principal.user_id) if principal.user_id else []
    return MeView(
        user=person_view(user) if user else None,
        organization_id=organization.id,
        organization=organization_view(organization),
        role=principal.role,
        permissions=sorted(principal.permissions),
        scopes=scopes_of(principal.permissions),
        memberships=[
            membership_view(membership)
            for membership in memberships
            # a provider's login learns of no other organisation
            if not confined or membership.organization.id == organization.id
        ],
        api_key_id=principal.api_key_id,
        must_enroll=principal.must_enroll,
    )


def _session_view(session: Session, principal: Principal) -> SessionView:
    return SessionView(
        id=session.id,
        client_id=session.client.value,
        organization_id=UUID(str(session.organization_id)),
        started_at=session.started_at,
        ends_at=session.ends_at,
        is_current=session.id == principal.session_id,
    )
