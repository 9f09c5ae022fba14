"""What a client gets for an open session."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from functions.auth.domain.claims import access_claims
from functions.auth.domain.errors import SessionOverError
from functions.auth.domain.session import ACCESS_LIFETIME
from functions.auth.models.presenting import organization_view, person_view
from functions.auth.models.views import TokensView
from functions.auth.service.entrance import still_open

if TYPE_CHECKING:
    from netpulse.clock import Clock

    from functions.auth.domain.session import Session
    from functions.auth.ports import AuthWork, Signer


class TokenIssuer:
    """Signs access tokens for sessions whose person is still a member."""

    def __init__(self, signer: Signer, issuer: str, clock: Clock) -> None:
        self._signer = signer
        self._issuer = issuer
        self._clock = clock

    def issue(self, work: AuthWork, session: Session, refresh_token: str | None) -> TokensView:
        """Return the tokens of a session; raise SessionOverError when its person is gone."""
        user = work.users.find(session.user_id)
        membership = next(
            (
                found
                for found in work.organizations.memberships(session.user_id)
                if found.organization.id == session.organization_id
            ),
            None,
        )
        if user is None or not user.is_active or membership is None:
            raise SessionOverError
        if not still_open(work, session, membership):
            raise SessionOverError
        claims = access_claims(
            session,
            issuer=self._issuer,
            username=user.email,
            grant=membership.grant,
            token_id=str(uuid4()),
            now=self._clock.now(),
        )
        return TokensView(
            access_token=self._signer.sign(claims),
            expires_in=int(ACCESS_LIFETIME.total_seconds()),
            refresh_token=refresh_token,
            user=person_view(user),
            organization=organization_view(membership.organization),
            role=membership.grant.role,
        )
