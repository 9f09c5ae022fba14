"""An organisation's directory, as it provisions people and groups by SCIM 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from netpulse.events import SessionRevoked, UserInvited
from netpulse.ids import ApiKeyId, UserId
from netpulse.permissions import Role, permissions_of

from functions.auth.domain import scim
from functions.auth.domain.people import Grant, User
from functions.auth.domain.scim import ScimError
from functions.auth.domain.single_sign_on import role_for
from functions.auth.models.scim import group_resource, list_response, user_resource
from functions.auth.ports import Wanted
from functions.auth.service.roles import refuse_beyond

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId
    from netpulse.principal import Principal

    from functions.auth.domain.scim import Filter, GroupChange, PersonChange
    from functions.auth.ports import AuthWork, Work

    Resource = dict[str, Any]

MOST_LISTED = 200
# Who is in no group that means a role only looks.
_NEWCOMER = Role.VIEWER


class DirectoryService:
    """Keeps members and their groups as the directory tells."""

    def __init__(self, work: Work, clock: Clock, *, base_url: str) -> None:
        self._work = work
        self._clock = clock
        self._base_url = base_url

    def users(
        self, organization_id: OrganizationId, wanted: Filter | None, *, start: int, count: int
    ) -> Resource:
        """Return people by address, as SCIM lists them."""
        with self._work(organization_id) as work:
            rows, total = work.directory.people(_by(wanted), offset=start - 1, limit=count)
        return list_response([user_resource(row, self._base_url) for row in rows], total, start)

    def user(self, organization_id: OrganizationId, user_id: UUID) -> Resource:
        """Return a person; raise ScimError."""
        with self._work(organization_id) as work:
            return self._shown_user(work, user_id)

    def add_user(self, principal: Principal, given: Resource) -> Resource:
        """Let a person in; raise ScimError when they are a member already."""
        now = self._clock.now()
        email = scim.text(given.get("userName"), "userName").lower()
        if "@" not in email:
            raise ScimError(400, "userName is an email address", "invalidValue")
        change = _change_of(given)
        grant = Grant(role=_NEWCOMER, role_id=None, permissions=permissions_of(_NEWCOMER))
        refuse_beyond(principal, grant.permissions)
        with self._work(principal.organization_id) as work:
            user = work.users.by_email(email)
            if user is None:
                user = User(
                    id=UserId(uuid4()),
                    email=email,
                    full_name=change.full_name or email.partition("@")[0],
                    hashed_password="",
                    is_active=True,
                    password_is_temporary=False,
                    created_at=now,
                )
                work.users.add(user)
            if not work.members.add(user.id, grant, at=now):
                raise ScimError(409, "This user is a member already", "uniqueness")
            work.directory.name_person(user.id, change.external_id)
            if change.active is False:
                self._rest(work, user.id, grant)
            work.outbox.add(UserInvited(user_id=user.id, email=user.email, role=grant.role.value))
            return self._shown_user(work, user.id)

    def change_user(self, principal: Principal, user_id: UUID, change: PersonChange) -> Resource:
        """Change a person; raise ScimError. `active: false` ends sessions and keys at once."""
        with self._work(principal.organization_id) as work:
            self._shown_user(work, user_id)
            one = UserId(user_id)
            member = work.members.view(one)
            grant = self._grant(work, member.role, member.role_id)
            refuse_beyond(principal, grant.permissions)
            # a name is the person's own in every organisation: only theirs alone may be changed
            if change.full_name and len(work.organizations.memberships(one)) <= 1:
                work.users.rename(one, change.full_name, at=self._clock.now())
            if change.external_id:
                work.directory.name_person(one, change.external_id)
            if change.active is False:
                self._refuse_last_admin(work, one)
                self._rest(work, one, grant)
            elif change.active:
                work.members.change(one, grant=grant, is_active=True)
            return self._shown_user(work, user_id)

    def remove_user(self, principal: Principal, user_id: UUID) -> None:
        """End a membership; raise ScimError."""
        with self._work(principal.organization_id) as work:
            self._shown_user(work, user_id)
            one = UserId(user_id)
            member = work.members.view(one)
            grant = self._grant(work, member.role, member.role_id)
            refuse_beyond(principal, grant.permissions)
            self._refuse_last_admin(work, one)
            self._rest(work, one, grant)
            work.members.remove(one)

    def groups(
        self, organization_id: OrganizationId, wanted: Filter | None, *, start: int, count: int
    ) -> Resource:
        """Return groups by name, as SCIM lists them."""
        with self._work(organization_id) as work:
            rows, total = work.directory.groups(_by(wanted), offset=start - 1, limit=count)
        return list_response([group_resource(row, self._base_url) for row in rows], total, start)

    def group(self, organization_id: OrganizationId, group_id: UUID) -> Resource:
        """Return a group; raise ScimError."""
        with self._work(organization_id) as work:
            return self._shown_group(work, group_id)

    def add_group(self, principal: Principal, given: Resource) -> Resource:
        """Make a group; raise ScimError when there is one of its name."""
        now, group_id = self._clock.now(), uuid4()
        name = scim.text(given.get("displayName"), "displayName")
        external = given.get("externalId")
        with self._work(principal.organization_id) as work:
            if not work.directory.add_group(
                group_id, name, scim.text(external, "externalId") if external else None, at=now
            ):
                raise ScimError(409, "There is a group of this name", "uniqueness")
            members = scim.members_of(given.get("members") or [])
            self._set_members(work, principal, group_id, members, before=frozenset())
            return self._shown_group(work, group_id)

    def change_group(self, principal: Principal, group_id: UUID, change: GroupChange) -> Resource:
        """Change a group and, with it, its members' roles; raise ScimError."""
        with self._work(principal.organization_id) as work:
            shown = self._shown_group(work, group_id)
            before = scim.members_of(shown["members"])
            if change.display_name and change.display_name != shown["displayName"]:
                taken, _ = work.directory.groups(
                    Wanted(attribute="displayName", value=change.display_name)
                )
                if taken:
                    raise ScimError(409, "There is a group of this name", "uniqueness")
                work.directory.rename_group(group_id, change.display_name, at=self._clock.now())
            after = scim.changed_members(before, change)
            self._set_members(work, principal, group_id, after, before=before)
            return self._shown_group(work, group_id)

    def remove_group(self, principal: Principal, group_id: UUID) -> None:
        """Forget a group; its members' roles follow. Raises ScimError."""
        with self._work(principal.organization_id) as work:
            before = scim.members_of(self._shown_group(work, group_id)["members"])
            work.directory.remove_group(group_id)
            for user_id in sorted(before):
                self._follow_groups(work, principal, user_id)

    def _set_members(
        self,
        work: AuthWork,
        principal: Principal,
        group_id: UUID,
        after: frozenset[UUID],
        *,
        before: frozenset[UUID],
    ) -> None:
        work.directory.set_members(group_id, after, at=self._clock.now())
        for user_id in sorted(before | after):
            self._follow_groups(work, principal, user_id)

    def _follow_groups(self, work: AuthWork, principal: Principal, user_id: UUID) -> None:
        """Give a person the role that their groups mean at the organisation's providers."""
        rows, _ = work.directory.people(Wanted(id=user_id))
        if not rows:
            return
        names = [group["display"] for group in rows[0]["groups"]]
        for provider in work.providers.all():
            mapped = role_for(provider, names) if provider.enabled else None
            if mapped is None or not mapped.group:
                continue
            one = UserId(user_id)
            member = work.members.view(one)
            grant = self._grant(work, mapped.role, mapped.role_id)
            refuse_beyond(principal, grant.permissions)
            if (member.role, member.role_id) == (grant.role, grant.role_id):
                return
            if grant.role is not Role.ADMIN:
                self._refuse_last_admin(work, one)
            work.members.change(one, grant=grant, is_active=member.is_active)
            return

    def _rest(self, work: AuthWork, user_id: UserId, grant: Grant) -> None:
        """Let a member rest: sessions, sockets and keys end at once."""
        work.members.change(user_id, grant=grant, is_active=False)
        for key in work.api_keys.made_by(user_id):
            work.api_keys.revoke(ApiKeyId(key.id), at=self._clock.now())
        work.outbox.add(SessionRevoked(user_id=user_id))

    def _grant(self, work: AuthWork, role: Role, role_id: UUID | None) -> Grant:
        own = work.roles.find(role_id) if role_id else None
        return Grant(
            role=role,
            role_id=role_id,
            permissions=permissions_of(role, own.permissions if own else None),
        )

    def _refuse_last_admin(self, work: AuthWork, user_id: UserId) -> None:
        if work.members.lock_admins() == {user_id}:
            raise ScimError(409, "The organisation's last admin cannot be removed or demoted")

    def _shown_user(self, work: AuthWork, user_id: UUID) -> Resource:
        rows, _ = work.directory.people(Wanted(id=user_id))
        if not rows:
            raise ScimError(404, f"User {user_id} not found")
        return user_resource(rows[0], self._base_url)

    def _shown_group(self, work: AuthWork, group_id: UUID) -> Resource:
        rows, _ = work.directory.groups(Wanted(id=group_id))
        if not rows:
            raise ScimError(404, f"Group {group_id} not found")
        return group_resource(rows[0], self._base_url)


def replacement(given: Resource) -> PersonChange:
    """Return what a PUT of a whole person means; raise ScimError."""
    return _change_of(given)


def _change_of(given: Resource) -> PersonChange:
    named = {name: given[name] for name in ("active", "externalId") if given.get(name) is not None}
    name = given.get("name")
    formatted = given.get("displayName") or (isinstance(name, dict) and _full_name(name))
    if formatted:
        named["displayName"] = formatted
    return scim.person_change([{"op": "replace", "value": named}])


def _full_name(name: Resource) -> str:
    return str(
        name.get("formatted")
        or " ".join(str(name[part]) for part in ("givenName", "familyName") if name.get(part))
    )


def _by(wanted: Filter | None) -> Wanted:
    return Wanted(attribute=wanted.attribute, value=wanted.value) if wanted else Wanted()
