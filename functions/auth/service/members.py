"""The organisation and its members, as admins manage them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.events import SessionRevoked, UserInvited
from netpulse.http import Page
from netpulse.ids import UserId
from netpulse.permissions import Role

from functions.auth.domain.errors import LastAdminError, UserAlreadyExistsError
from functions.auth.domain.people import User
from functions.auth.models.presenting import organization_view
from functions.auth.models.views import InvitedUserView, OrganizationView, UserView
from functions.auth.service.invitations import invite
from functions.auth.service.membership import change_member, end_keys_beyond
from functions.auth.service.roles import granted

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId
    from netpulse.principal import Principal

    from functions.auth.models.requests import OrganizationChange, UserChange, UserIn
    from functions.auth.ports import Mails, Random, Work
    from functions.auth.service.passwords import Passwords


class MemberService:
    """Lets people into an organisation, changes what they are, and lets them go."""

    def __init__(
        self, work: Work, passwords: Passwords, random: Random, clock: Clock, *, mails: Mails
    ) -> None:
        self._work = work
        self._mails = mails
        self._passwords = passwords
        self._random = random
        self._clock = clock

    def page(
        self,
        organization_id: OrganizationId,
        search: str,
        role: Role | None,
        *,
        page: int,
        per_page: int,
    ) -> Page[UserView]:
        """Return one page of the members."""
        with self._work(organization_id) as work:
            items, total = work.members.page(search, role, page=page, per_page=per_page)
        return Page(items=items, page=page, per_page=per_page, total=total)

    def view(self, organization_id: OrganizationId, user_id: UserId) -> UserView:
        """Return a member; raise NotFoundError."""
        with self._work(organization_id) as work:
            return work.members.view(user_id)

    def add(self, principal: Principal, given: UserIn) -> InvitedUserView:
        """Let a person in; raise UserAlreadyExistsError when they are a member.

        Somebody new gets the temporary password, or an invitation to choose one, by mail, too.
        Somebody who has a login keeps it; it opens this organisation once they have shown that
        the address is theirs.
        """
        now = self._clock.now()
        hashed = self._temporary(given)
        awaits_proof = False
        with self._work(principal.organization_id) as work:
            user = work.users.by_email(given.email)
            if user is None:
                user = User(
                    id=UserId(uuid4()),
                    email=given.email,
                    full_name=given.full_name,
                    hashed_password=hashed,
                    password_is_temporary=bool(hashed),
                    created_at=now,
                )
                work.users.add(user)
            else:
                awaits_proof = user.address_proven_at is None
            grant = granted(work, principal, given.role, given.role_id)
            if not work.members.add(user.id, grant, awaits_proof=awaits_proof, at=now):
                raise UserAlreadyExistsError(given.email)
            by = principal.user_id
            is_new = not user.hashed_password and not awaits_proof
            token = (
                invite(work, self._random, user.id, by=by, mailed=False, at=now) if is_new else None
            )
            work.outbox.add(UserInvited(user_id=user.id, email=user.email, role=given.role.value))
            view = work.members.view(user.id)
        if awaits_proof or not user.password_is_temporary:
            # else whoever lets them in tells them their password
            self._mails.ask_for_invitation(principal.organization_id, user.id, by=by)
        return InvitedUserView(**view.model_dump(), invitation_token=token)

    def change(self, principal: Principal, user_id: UserId, given: UserChange) -> UserView:
        """Change a member's role or let them rest; raise NotFoundError or LastAdminError.

        Raises ForbiddenError when the new or the old role reaches further than the caller's.
        """
        with self._work(principal.organization_id) as work:
            admins = work.members.lock_admins()
            before = work.members.view(user_id)
            held = granted(work, principal, before.role, before.role_id)
            is_given = given.role is not None or given.role_id is not None
            role = given.role or before.role
            grant = granted(work, principal, role, given.role_id) if is_given else held
            is_active = before.is_active if given.is_active is None else given.is_active
            if admins == {user_id} and not (is_active and grant.role is Role.ADMIN):
                raise LastAdminError
            change_member(work, user_id, grant, is_active=is_active, at=self._clock.now())
            if not is_active:
                work.outbox.add(SessionRevoked(user_id=user_id))
            return work.members.view(user_id)

    def remove(self, principal: Principal, user_id: UserId) -> None:
        """End a membership; raise NotFoundError, LastAdminError or ForbiddenError."""
        with self._work(principal.organization_id) as work:
            admins = work.members.lock_admins()
            member = work.members.view(user_id)
            granted(work, principal, member.role, member.role_id)
            if admins == {user_id}:
                raise LastAdminError
            end_keys_beyond(work, (user_id,), None, at=self._clock.now())
            work.members.remove(user_id)
            work.outbox.add(SessionRevoked(user_id=user_id))

    def organization(self, organization_id: OrganizationId) -> OrganizationView:
        """Return the organisation."""
        with self._work(organization_id) as work:
            return organization_view(work.organizations.get(organization_id))

    def change_organization(
        self, organization_id: OrganizationId, given: OrganizationChange
    ) -> OrganizationView:
        """Change what is given."""
        changes = given.model_dump(exclude_none=True)
        with self._work(organization_id) as work:
            changed = replace(work.organizations.get(organization_id), **changes)
            work.organizations.save(changed, at=self._clock.now())
        return organization_view(changed)

    def _temporary(self, given: UserIn) -> str:
        if given.password is None:
            return ""
        return self._passwords.hashed(
            given.password.get_secret_value(), email=given.email, names=(given.full_name,)
        )
