"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netpulse.errors import ForbiddenError

if TYPE_CHECKING:
    from netpulse.ids import ApiKeyId, OrganizationId, UserId
    from netpulse.permissions import Permission, Role


@dataclass(frozen=True)
class Principal:
    """A caller whose credential was checked: a user in an organisation, or an API key."""

    organization_id: OrganizationId
    role: Role
    permissions: frozenset[Permission]
    name: str
    user_id: UserId | None = None
    api_key_id: ApiKeyId | None = None
    # the session (origin_jti) and the token (jti) the caller came with
    session_id: str | None = None
    token_id: str | None = None
    token_issued_at: int | None = None
    token_expires_at: int | None = None
    # the organisation asks for a second factor, and this person has none yet
    must_enroll: bool = False

    @property
    def key(self) -> str:
        """What the caller's requests are counted under."""
        return f"user:{self.user_id}" if self.user_id else f"key:{self.api_key_id}"

    def require(self, permission: Permission) -> None:
        """Raise ForbiddenError unless the caller has `permission`."""
        if permission not in self.permissions:
            raise ForbiddenError(
                f"This needs the permission {permission}", details={"required": permission}
            )
