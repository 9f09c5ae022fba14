"""Roles: the four that everybody has, and those an organisation makes of permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from netpulse.permissions import PERMISSIONS, Role

from functions.auth.models.views import RoleView
from functions.auth.service.membership import end_keys_beyond, grant_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.permissions import Permission
    from netpulse.principal import Principal

    from functions.auth.domain.people import Grant
    from functions.auth.models.requests import RoleChange, RoleIn
    from functions.auth.ports import AuthWork, Work

_WORDS = {
    Role.ADMIN: "May do everything",
    Role.OPERATOR: "Runs the network: devices, alerts, reports",
    Role.VIEWER: "Only looks",
    Role.API_USER: "Reads devices and metrics",
}


def refuse_beyond(principal: Principal, permissions: Collection[Permission]) -> None:
    """Raise ForbiddenError when somebody would give what they do not have themselves."""
    beyond = sorted(set(permissions) - principal.permissions)
    if beyond:
        raise ForbiddenError("Nobody gives more than they have", details={"beyond": beyond})


def granted(work: AuthWork, principal: Principal, role: Role, role_id: UUID | None) -> Grant:
    """Return a role as it is about to be given.

    Raises InvalidError for a custom role that there is not, ForbiddenError for one that reaches
    further than its giver.
    """
    if (role is Role.CUSTOM) != (role_id is not None):
        raise _invalid("`role_id` goes with the role `custom`, and only with it")
    if role_id and work.roles.find(role_id) is None:
        raise _invalid("There is no such role")
    grant = grant_of(work, role, role_id)
    refuse_beyond(principal, grant.permissions)
    return grant


class RoleService:
    """Makes, changes and forgets an organisation's roles."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def all(self, principal: Principal) -> list[RoleView]:
        """Return the four roles that everybody has, then the organisation's own by name."""
        with self._work(principal.organization_id) as work:
            own = work.roles.all()
            counts = work.members.count_by_role()
        return [*(_built_in(role, counts.get(role, 0)) for role in _WORDS), *own]

    def add(self, principal: Principal, given: RoleIn) -> RoleView:
        """Make a role; raise ConflictError or ForbiddenError."""
        refuse_beyond(principal, given.permissions)
        role = RoleView(
            id=uuid4(),
            name=given.name,
            description=given.description,
            built_in=False,
            permissions=sorted(given.permissions),
            holders=0,
            updated_at=self._clock.now(),
        )
        with self._work(principal.organization_id) as work:
            if not work.roles.add(role):
                raise _taken(given.name)
        return role

    def change(self, principal: Principal, role_id: UUID, given: RoleChange) -> RoleView:
        """Change a role; raise NotFoundError, ConflictError or ForbiddenError."""
        with self._work(principal.organization_id) as work:
            role = _found(work, role_id)
            # nor may somebody take from those above them
            refuse_beyond(principal, role.permissions)
            changes = given.model_dump(exclude_none=True)
            if given.permissions is not None:
                refuse_beyond(principal, given.permissions)
                changes["permissions"] = sorted(given.permissions)
            now = self._clock.now()
            changed = role.model_copy(update={**changes, "updated_at": now})
            if not work.roles.save(changed):
                raise _taken(changed.name)
            grant = grant_of(work, Role.CUSTOM, role_id)
            end_keys_beyond(work, work.members.holders(role_id), grant, at=now)
        return changed

    def remove(self, principal: Principal, role_id: UUID) -> None:
        """Forget a role; raise NotFoundError, or ConflictError while somebody has it."""
        with self._work(principal.organization_id) as work:
            role = _found(work, role_id)
            if role.holders:
                raise ConflictError(
                    f"{role.holders} people or keys have this role",
                    code="ROLE_IN_USE",
                    details={"holders": role.holders},
                )
            work.roles.remove(role_id)


def _found(work: AuthWork, role_id: UUID) -> RoleView:
    role = work.roles.find(role_id)
    if role is None:
        raise NotFoundError.of("role", role_id)
    return role


def _built_in(role: Role, holders: int) -> RoleView:
    return RoleView(
        id=None,
        name=role.value,
        description=_WORDS[role],
        built_in=True,
        permissions=sorted(PERMISSIONS[role]),
        holders=holders,
        updated_at=None,
    )


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "A role of this name exists already", code="ROLE_ALREADY_EXISTS", details={"name": name}
    )


def _invalid(message: str) -> InvalidError:
    found = {"field": "role_id", "code": "INVALID_INPUT", "message": message}
    return InvalidError("Not accepted: role_id", details={"fields": [found]})
