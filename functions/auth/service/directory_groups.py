"""Groups of an organisation's directory, as it provisions them by SCIM 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from netpulse.ids import UserId
from netpulse.permissions import Role

from functions.auth.domain import scim
from functions.auth.domain.scim import ScimError
from functions.auth.domain.single_sign_on import GroupRole, role_for
from functions.auth.models.scim import group_resource
from functions.auth.ports import Wanted
from functions.auth.service.directory import NEWCOMER, refuse_last_admin
from functions.auth.service.directory_resources import DirectoryResources
from functions.auth.service.membership import change_member, grant_of
from functions.auth.service.roles import refuse_beyond

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from netpulse.principal import Principal

    from functions.auth.domain.scim import GroupChange
    from functions.auth.domain.single_sign_on import Provider
    from functions.auth.ports import AuthWork

    Resource = dict[str, Any]


class DirectoryGroups(DirectoryResources):
    """Keeps groups as the directory tells, and their members' roles by them."""

    kind = "Group"

    def add(self, principal: Principal, given: Resource) -> Resource:
        """Make a group; raise ScimError when there is one of its name."""
        now, group_id = self._clock.now(), uuid4()
        name = scim.text(given.get("displayName"), "displayName")
        external = given.get("externalId")
        with self._work(principal.organization_id) as work:
            if not work.directory.add_group(
                group_id, name, scim.text(external, "externalId") if external else None, at=now
            ):
                raise _taken()
            members = scim.members_of(given.get("members") or [])
            work.directory.set_members(group_id, members, at=now)
            self._follow(work, principal, members)
            return self._shown(work, group_id)

    def change(self, principal: Principal, group_id: UUID, change: GroupChange) -> Resource:
        """Change a group and, with it, its members' roles; raise ScimError."""
        with self._work(principal.organization_id) as work:
            shown = self._shown(work, group_id)
            name, before = shown["displayName"], scim.members_of(shown["members"])
            is_renamed = change.display_name not in {None, name}
            if is_renamed:
                self._rename(work, group_id, str(change.display_name))
            after = scim.changed_members(before, change)
            work.directory.set_members(group_id, after, at=self._clock.now())
            self._follow(work, principal, after - before)
            self._follow(work, principal, before if is_renamed else before - after, left=name)
            return self._shown(work, group_id)

    def remove(self, principal: Principal, group_id: UUID) -> None:
        """Forget a group; its members' roles follow. Raises ScimError."""
        with self._work(principal.organization_id) as work:
            shown = self._shown(work, group_id)
            work.directory.remove_group(group_id)
            before = scim.members_of(shown["members"])
            self._follow(work, principal, before, left=shown["displayName"])

    def _rename(self, work: AuthWork, group_id: UUID, name: str) -> None:
        taken, _ = work.directory.groups(Wanted(attribute="displayName", value=name))
        if taken:
            raise _taken()
        work.directory.rename_group(group_id, name, at=self._clock.now())

    def _follow(
        self, work: AuthWork, principal: Principal, user_ids: Collection[UUID], left: str = ""
    ) -> None:
        """Give people the role that their groups mean at the organisation's providers.

        Who `left` the group that meant their role, and is in no other, is as who just came.
        """
        providers = [one for one in work.providers.all() if one.enabled]
        for user_id in sorted(user_ids) if providers else ():
            rows, _ = work.directory.people(Wanted(id=user_id))
            if not rows:
                continue
            names = [group["display"] for group in rows[0]["groups"]]
            mapped = _meant(providers, names)
            if mapped is None and _meant(providers, [left]):
                mapped = GroupRole(group="", role=NEWCOMER)
            if mapped is not None:
                self._give(work, principal, UserId(user_id), mapped)

    def _give(
        self, work: AuthWork, principal: Principal, user_id: UserId, mapped: GroupRole
    ) -> None:
        member = work.members.view(user_id)
        if (member.role, member.role_id) == (mapped.role, mapped.role_id):
            return
        grant = grant_of(work, mapped.role, mapped.role_id)
        for one in (grant, grant_of(work, member.role, member.role_id)):
            refuse_beyond(principal, one.permissions)
        if grant.role is not Role.ADMIN:
            refuse_last_admin(work, user_id)
        change_member(work, user_id, grant, is_active=member.is_active, at=self._clock.now())

    def _found(
        self, work: AuthWork, wanted: Wanted, *, offset: int, limit: int
    ) -> tuple[list[Resource], int]:
        rows, total = work.directory.groups(wanted, offset=offset, limit=limit)
        return [group_resource(row, self._base_url) for row in rows], total


def _meant(providers: Sequence[Provider], names: Sequence[str]) -> GroupRole | None:
    """Return the role that groups of these names mean, at the first provider that knows one."""
    roles = (role_for(provider, names) for provider in providers)
    return next((mapped for mapped in roles if mapped and mapped.group), None)


def _taken() -> ScimError:
    return ScimError(409, "There is a group of this name", "uniqueness")
