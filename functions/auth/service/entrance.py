"""By which door a person may come into an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.permissions import Role

if TYPE_CHECKING:
    from netpulse.ids import UserId

    from functions.auth.domain.people import Membership
    from functions.auth.domain.session import Session
    from functions.auth.ports import AuthWork


def by_password(work: AuthWork, user_id: UserId, membership: Membership) -> bool:
    """Return whether a password opens an organisation.

    Where a provider is enforced it does not, but for admins with a second factor: somebody must
    come in on the day the provider is broken. Nor does it where the login was there before the
    organisation let its address in, until it is shown to be its owner's: anybody can register it.
    """
    if membership.awaits_proof:
        return False
    if not work.providers.enforced(membership.organization.id):
        return True
    return membership.grant.role is Role.ADMIN and any(
        factor.confirmed_at for factor in work.second_factors.of(user_id)
    )


def still_open(work: AuthWork, session: Session, membership: Membership) -> bool:
    """Return whether a session may go on as it was begun."""
    if session.provider_id is None:
        return by_password(work, session.user_id, membership)
    provider = work.providers.find(session.provider_id)
    return (
        provider is not None
        and provider.enabled
        and provider.organization_id == membership.organization.id
    )
