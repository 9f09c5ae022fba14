"""People of an organisation, as its directory provisions them by SCIM 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from netpulse.events import SessionRevoked, UserInvited
from netpulse.ids import UserId
from netpulse.permissions import Role, permissions_of

from functions.auth.domain import scim
from functions.auth.domain.people import Grant, User
from functions.auth.domain.scim import ScimError
from functions.auth.models.scim import user_resource
from functions.auth.service.directory_resources import DirectoryResources
from functions.auth.service.membership import change_member, grant_of
from functions.auth.service.roles import refuse_beyond

if TYPE_CHECKING:
    from uuid import UUID

    from netpulse.principal import Principal

    from functions.auth.domain.scim import PersonChange
    from functions.auth.ports import AuthWork, Wanted

    Resource = dict[str, Any]

# Who is in no group that means a role only looks.
NEWCOMER = Role.VIEWER


class DirectoryPeople(DirectoryResources):
    """Keeps members as the directory tells."""

    kind = "User"

    def add(self, principal: Principal, given: Resource) -> Resource:
        """Let a person in; raise ScimError when they are a member already."""
        now = self._clock.now()
        email = scim.text(given.get("userName"), "userName").lower()
        if "@" not in email:
            raise ScimError(400, "userName is an email address", "invalidValue")
        change = scim.person_replacement(given)
        grant = Grant(role=NEWCOMER, role_id=None, permissions=permissions_of(NEWCOMER))
        refuse_beyond(principal, grant.permissions)
        with self._work(principal.organization_id) as work:
            user = work.users.by_email(email)
            if user is None:
                name = change.full_name or email.partition("@")[0]
                user = User(id=UserId(uuid4()), email=email, full_name=name, created_at=now)
                work.users.add(user)
            unproven = user.address_proven_at is None
            if not work.members.add(user.id, grant, awaits_proof=unproven, at=now):
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
                change_member(work, one, grant, is_active=True, at=self._clock.now())
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
        change_member(work, user_id, grant, is_active=False, at=self._clock.now())
        work.outbox.add(SessionRevoked(user_id=user_id))

    def _found(
        self, work: AuthWork, wanted: Wanted, *, offset: int, limit: int
    ) -> tuple[list[Resource], int]:
        rows, total = work.directory.people(wanted, offset=offset, limit=limit)
        return [user_resource(row, self._base_url) for row in rows], total


def refuse_last_admin(work: AuthWork, user_id: UserId) -> None:
    """Raise ScimError when nobody else could set the organisation up."""
    if work.members.lock_admins() == {user_id}:
        raise ScimError(409, "The organisation's last admin cannot be removed or demoted")
