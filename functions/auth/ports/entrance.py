"""What is kept of the ways in beside the password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import OrganizationId, UserId

    from functions.auth.domain.second_factor import SecondFactor
    from functions.auth.domain.single_sign_on import Provider


class Resets(Protocol):
    """Ways back for people who forgot their password."""

    def add(
        self, user_id: UserId, hashed_token: bytes, *, at: datetime, until: datetime, most: int
    ) -> bool:
        """Store a reset; return False when `most` were made in as long as one lasts."""
        ...

    def use(self, hashed_token: bytes, *, at: datetime) -> UserId | None:
        """Use a reset up and return whose it was; None when it is not valid."""
        ...

    def forget(self, user_id: UserId, *, at: datetime) -> None:
        """Use up every other reset of a person."""
        ...


class SecondFactors(Protocol):
    """Second factors of people, and their recovery codes."""

    def add(self, factor: SecondFactor) -> None:
        """Store a new factor."""
        ...

    def of(self, user_id: UserId) -> list[SecondFactor]:
        """Return a person's factors, the oldest first; those not confirmed, too."""
        ...

    def confirm(self, factor_id: UUID, *, step: int, at: datetime) -> None:
        """Let a factor count from now on."""
        ...

    def use(self, factor: SecondFactor, *, step: int, sign_count: int, at: datetime) -> bool:
        """Note a factor's use; return False when somebody used the same code meanwhile."""
        ...

    def remove(self, factor_id: UUID) -> None:
        """Forget a factor."""
        ...

    def forget(self, user_id: UserId) -> int:
        """Forget all factors and codes of a person; return how many factors there were."""
        ...

    def keep_codes(self, user_id: UserId, hashed_codes: Sequence[bytes]) -> None:
        """Replace a person's recovery codes."""
        ...

    def use_code(self, user_id: UserId, hashed_code: bytes, *, at: datetime) -> bool:
        """Use a recovery code up; return False when it is not one that is left."""
        ...

    def codes_left(self, user_id: UserId) -> int:
        """Return how many recovery codes a person has."""
        ...


class Providers(Protocol):
    """Identity providers: of the organisation of this work, or of any in the work of none."""

    def all(self) -> list[Provider]:
        """Return the providers of this work's organisation by name."""
        ...

    def find(self, provider_id: UUID) -> Provider | None:
        """Return a provider of this work's organisation; of any, in the work of none."""
        ...

    def for_domain(self, domain: str) -> list[Provider]:
        """Return every enabled provider that an address's domain is led to, the oldest first."""
        ...

    def save(self, provider: Provider) -> bool:
        """Store a new or changed provider; return False when its name is taken."""
        ...

    def remove(self, provider_id: UUID) -> None:
        """Forget a provider and who is who at it."""
        ...

    def enforced(self, organization_id: OrganizationId) -> bool:
        """Return whether an organisation's members come in by a provider only."""
        ...

    def identity(self, provider_id: UUID, subject: str) -> UserId | None:
        """Return whom a provider's subject is here, or None."""
        ...

    def link(self, provider: Provider, subject: str, user_id: UserId, *, at: datetime) -> None:
        """Note that a subject is a person here, and when they last came in."""
        ...
