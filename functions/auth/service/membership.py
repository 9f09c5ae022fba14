"""What a member is, and the keys that must not outlive it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.ids import ApiKeyId
from netpulse.permissions import permissions_of

from functions.auth.domain.people import Grant

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import UserId
    from netpulse.permissions import Role

    from functions.auth.ports import AuthWork


def grant_of(work: AuthWork, role: Role, role_id: UUID | None) -> Grant:
    """Return a role with what it permits; a custom one that is gone permits nothing."""
    own = work.roles.find(role_id) if role_id else None
    return Grant(
        role=role,
        role_id=role_id,
        permissions=permissions_of(role, own.permissions if own else None),
    )


def change_member(
    work: AuthWork, user_id: UserId, grant: Grant, *, is_active: bool, at: datetime
) -> None:
    """Store what a member is; end the keys they made that reach further than they now do."""
    work.members.change(user_id, grant=grant, is_active=is_active)
    end_keys_beyond(work, (user_id,), grant if is_active else None, at=at)


def end_keys_beyond(
    work: AuthWork, makers: Collection[UserId], grant: Grant | None, *, at: datetime
) -> None:
    """End the keys of people who now all have one grant, or none, where a key reaches further."""
    for key in work.api_keys.made_by(makers):
        reach = grant_of(work, key.role, key.role_id).permissions
        if grant is None or not grant.permissions >= reach:
            work.api_keys.revoke(ApiKeyId(key.id), at=at)
