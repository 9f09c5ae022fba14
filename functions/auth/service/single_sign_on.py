"""Coming in by an organisation's identity provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import NotFoundError
from netpulse.ids import UserId
from netpulse.observability import logger

from functions.auth.domain import single_sign_on as rules
from functions.auth.domain.errors import SsoRefusedError
from functions.auth.domain.people import User
from functions.auth.domain.session import TOKEN_BYTES, Client, decoded, digest_of, encoded
from functions.auth.domain.single_sign_on import Journey, UnbelievableError
from functions.auth.models.providers import SsoChoiceView, SsoStartView
from functions.auth.service.membership import change_member, grant_of

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.secrets import Vault

    from functions.auth.domain.people import Grant
    from functions.auth.domain.single_sign_on import Provider, Stranger
    from functions.auth.models.providers import SsoStartIn
    from functions.auth.models.views import TokensView
    from functions.auth.ports import AuthWork, Journeys, Oidc, Random, Work
    from functions.auth.service.sessions import SessionService
    from functions.auth.service.tokens import TokenIssuer


@dataclass(frozen=True)
class Begun:
    """Where to go on, and the state that the browser keeps until it comes back."""

    view: SsoStartView
    state: str | None


class SsoService:
    """Leads people to their provider and lets them in when they come back."""

    def __init__(
        self,
        work: Work,
        sessions: SessionService,
        issuer: TokenIssuer,
        *,
        vault: Vault,
        oidc: Oidc,
        journeys: Journeys,
        redirect_uri: str,
        random: Random,
        clock: Clock,
    ) -> None:
        self._work = work
        self._sessions = sessions
        self._issuer = issuer
        self._vault = vault
        self._oidc = oidc
        self._journeys = journeys
        self._redirect_uri = redirect_uri
        self._random = random
        self._clock = clock

    def start(self, given: SsoStartIn) -> Begun:
        """Return where a person logs in, or the providers to choose from.

        An address is judged by its domain alone, so nobody learns whether it is known. Raises
        NotFoundError for a provider there is not, ExternalServiceError when it cannot be asked.
        """
        with self._work(None) as work:
            if given.provider_id is not None:
                found = work.providers.find(given.provider_id)
                providers = [found] if found is not None and found.enabled else []
                if not providers:
                    raise NotFoundError.of("identity_provider", given.provider_id)
            else:
                domain = (given.email or "").partition("@")[2]
                providers = work.providers.for_domain(domain) if domain else []
        choices = [SsoChoiceView(id=one.id, name=one.name) for one in providers]
        if len(providers) != 1:
            return Begun(SsoStartView(redirect_url=None, choices=choices), None)
        return self._begun(providers[0], choices)

    def _begun(self, provider: Provider, choices: list[SsoChoiceView]) -> Begun:
        endpoint = self._oidc.authorization_endpoint(provider.issuer)
        state = self._random(TOKEN_BYTES)
        journey = Journey(
            digest=digest_of(state),
            provider_id=provider.id,
            nonce=encoded(self._random(TOKEN_BYTES)),
            verifier=encoded(self._random(TOKEN_BYTES)),
            expires_at=self._clock.now() + rules.JOURNEY_LIFETIME,
        )
        self._journeys.save(journey)
        shown = encoded(state)
        url = rules.authorization_url(
            endpoint, provider, journey, state=shown, redirect_uri=self._redirect_uri
        )
        return Begun(SsoStartView(redirect_url=url, choices=choices), shown)

    def finish(self, code: str, state: str, kept: str | None) -> TokensView:
        """Let somebody in who comes back with a code; raise SsoRefusedError.

        `kept` is the state in the browser's cookie: a login that somebody else began is not
        finished here.
        """
        now = self._clock.now()
        secret = decoded(state)
        if secret is None or kept != state:
            raise SsoRefusedError("journey")
        journey = self._journeys.finish(digest_of(secret), at=now)
        if journey is None:
            raise SsoRefusedError("journey")
        with self._work(None) as work:
            provider = work.providers.find(journey.provider_id)
        if provider is None or not provider.enabled:
            raise SsoRefusedError("journey")
        try:
            claims = self._oidc.claims(
                provider, self._secret(provider), journey, code, self._redirect_uri
            )
            stranger = rules.stranger_of(claims, provider, nonce=journey.nonce)
        except UnbelievableError as error:
            logger.warning(
                "single sign-on refused",
                extra={"provider_id": str(provider.id), "reason": str(error)},
            )
            raise SsoRefusedError("token") from error
        return self._enter(provider, stranger)

    def _enter(self, provider: Provider, stranger: Stranger) -> TokensView:
        now = self._clock.now()
        mapped = rules.role_for(provider, stranger.groups)
        if mapped is None:
            raise SsoRefusedError("role")
        with self._work(provider.organization_id) as work:
            grant = grant_of(work, mapped.role, mapped.role_id)
            user = self._known(work, provider, stranger)
            work.providers.link(provider, stranger.subject, user.id, at=now)
            unproven = user.address_proven_at is None
            if not work.members.add(user.id, grant, awaits_proof=unproven, at=now):
                self._update(work, user, grant)
            work.audit.note(
                "session.started",
                target_type="user",
                target_id=user.id,
                target_name=user.email,
                details={"identity_provider": provider.name},
            )
        opened = self._sessions.begin(
            user.id, provider.organization_id, Client.BROWSER, provider_id=provider.id
        )
        with self._work(None) as work:
            return self._issuer.issue(work, opened.session, opened.refresh_token)

    def _known(self, work: AuthWork, provider: Provider, stranger: Stranger) -> User:
        linked = work.providers.identity(provider.id, stranger.subject)
        user = work.users.find(linked) if linked else work.users.by_email(stranger.email)
        if user is None:
            user = User(
                id=UserId(uuid4()),
                email=stranger.email,
                full_name=stranger.full_name,
                created_at=self._clock.now(),
            )
            work.users.add(user)
        if not user.is_active:
            raise SsoRefusedError("inactive")
        return user

    def _update(self, work: AuthWork, user: User, grant: Grant) -> None:
        """Follow the provider's groups, but never lose the last admin by them."""
        member = work.members.view(user.id)
        if not member.is_active:
            raise SsoRefusedError("inactive")
        if (member.role, member.role_id) == (grant.role, grant.role_id):
            return
        if work.members.lock_admins() == {user.id}:
            return
        change_member(work, user.id, grant, is_active=True, at=self._clock.now())

    def _secret(self, provider: Provider) -> str | None:
        if provider.sealed_secret is None:
            return None
        opened = self._vault.open(
            provider.sealed_secret,
            organization_id=provider.organization_id,
            record_id=provider.id,
        )
        secret: str = opened["client_secret"]
        return secret
