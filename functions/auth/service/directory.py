"""People of an organisation, as its directory provisions them by SCIM 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from netpulse.events import SessionRevoked, UserInvited
from netpulse.ids import ApiKeyId, UserId
from netpulse.permissions import Role, permissions_of

from functions.auth.domain import scim
from functions.auth.domain.people import Grant, User
from functions.auth.domain.scim import ScimError
from functions.auth.models.scim import list_response, user_resource
from functions.auth.ports import Wanted
from functions.auth.service.roles import grant_of, refuse_beyond

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId
    from netpulse.principal import Principal

    from functions.auth.domain.scim import Filter, PersonChange
    from functions.auth.ports import AuthWork, Work

    Resource = dict[str, Any]

# Who is in no group that means a role only looks.
_NEWCOMER = Role.VIEWER


class DirectoryPeople:
    """Keeps members as the directory tells."""

    def __init__(self, work: Work, clock: Clock, *, base_url: str) -> None:
        self._work = work
        self._clock = clock
        self._base_url = base_url

    def page(
        self, organization_id: OrganizationId, wanted: Filter | None, *, start: int, count: int
    ) -> Resource:
        """Return people by address, as SCIM lists them."""
        with self._work(organization_id) as work:
            rows, total = work.directory.people(Wanted.by(wanted), offset=start - 1, limit=count)
        return list_response([user_resource(row, self._base_url) for row in rows], total, start)

    def view(self, organization_id: OrganizationId, user_id: UUID) -> Resource:
        """Return a person; raise ScimError."""
        with self._work(organization_id) as work:
            return self._shown(work, user_id)

    def add(self, principal: Principal, given: Resource) -> Resource:
        """Let a person in; raise ScimError when they are a member already."""
        now = self._clock.now()
        email = scim.text(given.get("userName"), "userName").lower()
        if "@" not in email:
            raise ScimError(400, "userName is an email address", "invalidValue")
        change = scim.person_replacement(given)
        grant = Grant(role=_NEWCOMER, role_id=None, permissions=permissions_of(_NEWCOMER))
        refuse_beyond(principal, grant.permissions)
        with self._work(principal.organization_id) as work:
            user = work.users.by_email(email)
            if user is None:
                name = change.full_name or email.partition("@")[0]
                user = User(id=UserId(uuid4()), email=email, full_name=name, created_at=now)
                work.users.add(user)
            if not work.members.add(user.id, grant, at=now):
                raise ScimError(409, "This user is a member already", "uniqueness")
            work.directory.name_person(user.id, change.external_id)
            if change.active is False:
                self._rest(work, user.id, grant)
            work.outbox.add(UserInvited(user_id=user.id, email=user.email, role=grant.role.value))
            return self._shown(work, user.id)

    def change(self, principal: Principal, user_id: UUID, change: PersonChange) -> Resource:
        """Change a person; raise ScimError. `active: false` ends sessions and keys at once."""
        with self._work(principal.organization_id) as work:
            grant = self._held(work, principal, user_id)
            one = UserId(user_id)
            # a name is the person's own in every organisation: only theirs alone may be changed
            if change.full_name and len(work.organizations.memberships(one)) <= 1:
                work.users.rename(one, change.full_name, at=self._clock.now())
            if change.external_id:
                work.directory.name_person(one, change.external_id)
            if change.active is False:
                refuse_last_admin(work, one)
                self._rest(work, one, grant)
            elif change.active:
                work.members.change(one, grant=grant, is_active=True)
            return self._shown(work, user_id)

    def remove(self, principal: Principal, user_id: UUID) -> None:
        """End a membership; raise ScimError."""
        with self._work(principal.organization_id) as work:
            grant = self._held(work, principal, user_id)
            one = UserId(user_id)
            refuse_last_admin(work, one)
            self._rest(work, one, grant)
            work.members.remove(one)

    def _held(self, work: AuthWork, principal: Principal, user_id: UUID) -> Grant:
        """Return a member's role; raise ScimError, or ForbiddenError when it is beyond us."""
        self._shown(work, user_id)
        member = work.members.view(UserId(user_id))
        grant = grant_of(work, member.role, member.role_id)
        refuse_beyond(principal, grant.permissions)
        return grant

    def _rest(self, work: AuthWork, user_id: UserId, grant: Grant) -> None:
        """Let a member rest: sessions, sockets and keys end at once."""
        work.members.change(user_id, grant=grant, is_active=False)
        for key in work.api_keys.made_by(user_id):
            work.api_keys.revoke(ApiKeyId(key.id), at=self._clock.now())
        work.outbox.add(SessionRevoked(user_id=user_id))

    def _shown(self, work: AuthWork, user_id: UUID) -> Resource:
        rows, _ = work.directory.people(Wanted(id=user_id))
        if not rows:
            raise ScimError(404, f"User {user_id} not found")
        return user_resource(rows[0], self._base_url)


def refuse_last_admin(work: AuthWork, user_id: UserId) -> None:
    """Raise ScimError when nobody else could set the organisation up."""
    if work.members.lock_admins() == {user_id}:
        raise ScimError(409, "The organisation's last admin cannot be removed or demoted")
