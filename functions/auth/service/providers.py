"""Identity providers as admins set them up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from netpulse.errors import ConflictError, InvalidError, NotFoundError
from netpulse.outgoing import AddressRefusedError

from functions.auth.domain.single_sign_on import GroupRole, Provider
from functions.auth.models.providers import GroupRoleView, ProviderView
from functions.auth.service.roles import granted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.outgoing import Outgoing
    from netpulse.principal import Principal
    from netpulse.secrets import Vault
    from pydantic import SecretStr

    from functions.auth.models.providers import GroupRoleIn, ProviderChange, ProviderIn
    from functions.auth.ports import AuthWork, Oidc, Work


class ProviderService:
    """Sets up, changes and forgets an organisation's identity providers."""

    def __init__(
        self,
        work: Work,
        vault: Vault,
        oidc: Oidc,
        outgoing: Outgoing,
        *,
        redirect_uri: str,
        clock: Clock,
    ) -> None:
        self._work = work
        self._vault = vault
        self._oidc = oidc
        self._outgoing = outgoing
        self._redirect_uri = redirect_uri
        self._clock = clock

    def all(self, principal: Principal) -> list[ProviderView]:
        """Return the organisation's providers by name."""
        with self._work(principal.organization_id) as work:
            return [self._view(provider) for provider in work.providers.all()]

    def get(self, principal: Principal, provider_id: UUID) -> ProviderView:
        """Return a provider; raise NotFoundError."""
        with self._work(principal.organization_id) as work:
            return self._view(_found(work, provider_id))

    def add(self, principal: Principal, given: ProviderIn) -> ProviderView:
        """Set a provider up; raise ConflictError, ForbiddenError or InvalidError."""
        now, provider_id = self._clock.now(), uuid4()
        self._check_address(given.issuer)
        with self._work(principal.organization_id) as work:
            provider = Provider(
                **given.model_dump(exclude={"client_secret", "group_roles", "email_domains"}),
                id=provider_id,
                organization_id=principal.organization_id,
                sealed_secret=self._sealed(principal, provider_id, given.client_secret),
                group_roles=_mapped(work, principal, given.group_roles),
                email_domains=tuple(given.email_domains),
                created_at=now,
                updated_at=now,
            )
            self._save(work, principal, provider)
        return self._view(provider)

    def change(
        self, principal: Principal, provider_id: UUID, given: ProviderChange
    ) -> ProviderView:
        """Change what is given; raise NotFoundError, ConflictError or ForbiddenError."""
        changes: dict[str, Any] = {
            name: getattr(given, name)
            for name in given.model_fields_set - {"client_secret", "group_roles", "email_domains"}
            if name == "default_role" or getattr(given, name) is not None
        }
        if given.issuer is not None:
            self._check_address(given.issuer)
        with self._work(principal.organization_id) as work:
            before = _found(work, provider_id)
            if given.client_secret is not None:
                sealed = self._sealed(principal, provider_id, given.client_secret)
                changes["sealed_secret"] = sealed
            if given.group_roles is not None:
                changes["group_roles"] = _mapped(work, principal, given.group_roles)
            if given.email_domains is not None:
                changes["email_domains"] = tuple(given.email_domains)
            changed = replace(before, **changes, updated_at=self._clock.now())
            self._save(work, principal, changed)
        return self._view(changed)

    def remove(self, principal: Principal, provider_id: UUID) -> None:
        """Forget a provider; who came in by it does not any more. Raises NotFoundError."""
        with self._work(principal.organization_id) as work:
            _found(work, provider_id)
            work.providers.remove(provider_id)

    def test(self, principal: Principal, provider_id: UUID) -> None:
        """Ask the provider for its configuration; raise ExternalServiceError."""
        with self._work(principal.organization_id) as work:
            provider = _found(work, provider_id)
        self._oidc.authorization_endpoint(provider.issuer)

    def _save(self, work: AuthWork, principal: Principal, provider: Provider) -> None:
        if provider.default_role is not None:
            granted(work, principal, provider.default_role, None)
        if not work.providers.save(provider):
            raise ConflictError(
                "A provider of this name exists already",
                code="IDENTITY_PROVIDER_ALREADY_EXISTS",
                details={"name": provider.name},
            )

    def _check_address(self, issuer: str) -> None:
        try:
            self._outgoing.check(issuer)
        except AddressRefusedError as error:
            found = {"field": "issuer", "code": "INVALID_INPUT", "message": str(error)}
            raise InvalidError("Not accepted: issuer", details={"fields": [found]}) from error

    def _sealed(
        self, principal: Principal, provider_id: UUID, secret: SecretStr | None
    ) -> bytes | None:
        if secret is None:
            return None
        return self._vault.seal(
            {"client_secret": secret.get_secret_value()},
            organization_id=principal.organization_id,
            record_id=provider_id,
        )

    def _view(self, provider: Provider) -> ProviderView:
        return ProviderView(
            **{
                **vars(provider),
                "group_roles": [GroupRoleView(**vars(one)) for one in provider.group_roles],
                "email_domains": list(provider.email_domains),
            },
            has_client_secret=provider.sealed_secret is not None,
            redirect_uri=self._redirect_uri,
        )


def _found(work: AuthWork, provider_id: UUID) -> Provider:
    provider = work.providers.find(provider_id)
    if provider is None:
        raise NotFoundError.of("identity_provider", provider_id)
    return provider


def _mapped(
    work: AuthWork, principal: Principal, given: Iterable[GroupRoleIn]
) -> tuple[GroupRole, ...]:
    """Return the mapping, each role checked: nobody maps a group to more than they have."""
    mapped = [GroupRole(group=one.group, role=one.role, role_id=one.role_id) for one in given]
    for one in mapped:
        granted(work, principal, one.role, one.role_id)
    return tuple(mapped)
