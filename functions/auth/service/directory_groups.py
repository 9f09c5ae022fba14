"""Groups of an organisation's directory, as it provisions them by SCIM 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from netpulse.ids import UserId
from netpulse.permissions import Role

from functions.auth.domain import scim
from functions.auth.domain.scim import ScimError
from functions.auth.domain.single_sign_on import role_for
from functions.auth.models.scim import group_resource, list_response
from functions.auth.ports import Wanted
from functions.auth.service.directory import refuse_last_admin
from functions.auth.service.roles import grant_of, refuse_beyond

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId
    from netpulse.principal import Principal

    from functions.auth.domain.scim import Filter, GroupChange
    from functions.auth.ports import AuthWork, Work

    Resource = dict[str, Any]


class DirectoryGroups:
    """Keeps groups as the directory tells, and their members' roles by them."""

    def __init__(self, work: Work, clock: Clock, *, base_url: str) -> None:
        self._work = work
        self._clock = clock
        self._base_url = base_url

    def page(
        self, organization_id: OrganizationId, wanted: Filter | None, *, start: int, count: int
    ) -> Resource:
        """Return groups by name, as SCIM lists them."""
        with self._work(organization_id) as work:
            rows, total = work.directory.groups(Wanted.by(wanted), offset=start - 1, limit=count)
        return list_response([group_resource(row, self._base_url) for row in rows], total, start)

    def view(self, organization_id: OrganizationId, group_id: UUID) -> Resource:
        """Return a group; raise ScimError."""
        with self._work(organization_id) as work:
            return self._shown(work, group_id)

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
            self._set_members(work, principal, group_id, members, before=frozenset())
            return self._shown(work, group_id)

    def change(self, principal: Principal, group_id: UUID, change: GroupChange) -> Resource:
        """Change a group and, with it, its members' roles; raise ScimError."""
        with self._work(principal.organization_id) as work:
            shown = self._shown(work, group_id)
            before = scim.members_of(shown["members"])
            if change.display_name and change.display_name != shown["displayName"]:
                taken, _ = work.directory.groups(
                    Wanted(attribute="displayName", value=change.display_name)
                )
                if taken:
                    raise _taken()
                work.directory.rename_group(group_id, change.display_name, at=self._clock.now())
            after = scim.changed_members(before, change)
            self._set_members(work, principal, group_id, after, before=before)
            return self._shown(work, group_id)

    def remove(self, principal: Principal, group_id: UUID) -> None:
        """Forget a group; its members' roles follow. Raises ScimError."""
        with self._work(principal.organization_id) as work:
            before = scim.members_of(self._shown(work, group_id)["members"])
            work.directory.remove_group(group_id)
            for user_id in sorted(before):
                self._follow(work, principal, user_id)

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
            self._follow(work, principal, user_id)

    def _follow(self, work: AuthWork, principal: Principal, user_id: UUID) -> None:
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
            grant = grant_of(work, mapped.role, mapped.role_id)
            refuse_beyond(principal, grant.permissions)
            if (member.role, member.role_id) == (grant.role, grant.role_id):
                return
            if grant.role is not Role.ADMIN:
                refuse_last_admin(work, one)
            work.members.change(one, grant=grant, is_active=member.is_active)
            return

    def _shown(self, work: AuthWork, group_id: UUID) -> Resource:
        rows, _ = work.directory.groups(Wanted(id=group_id))
        if not rows:
            raise ScimError(404, f"Group {group_id} not found")
        return group_resource(rows[0], self._base_url)


def _taken() -> ScimError:
    return ScimError(409, "There is a group of this name", "uniqueness")
