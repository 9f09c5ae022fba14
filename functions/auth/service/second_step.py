"""The second step of a login: who has a second factor proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.observability import logger

from functions.auth.domain.errors import SecondFactorNeededError, WrongLoginError
from functions.auth.domain.second_factor import (
    CHALLENGE_LIFETIME,
    Challenge,
    FactorKind,
    hashed_recovery_code,
)
from functions.auth.domain.session import TOKEN_BYTES, decoded, digest_of, encoded

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId, UserId
    from netpulse.secrets import Vault

    from functions.auth.domain.second_factor import SecondFactor
    from functions.auth.domain.session import Client
    from functions.auth.models.second_factors import SecondStepIn
    from functions.auth.ports import AuthWork, Challenges, Codes, Passkeys, Random, Work


class SecondStep:
    """Asks for second factors and checks them."""

    def __init__(
        self,
        work: Work,
        vault: Vault,
        *,
        codes: Codes,
        passkeys: Passkeys,
        challenges: Challenges,
        random: Random,
        clock: Clock,
    ) -> None:
        self._work = work
        self._vault = vault
        self._codes = codes
        self._passkeys = passkeys
        self._challenges = challenges
        self._random = random
        self._clock = clock

    def ask(self, user_id: UserId, organization_id: OrganizationId, client: Client) -> None:
        """Raise SecondFactorNeededError, with a challenge, when the person has a second factor."""
        with self._work(None) as work:
            factors = [one for one in work.second_factors.of(user_id) if one.confirmed_at]
        if not factors:
            return
        secret, nonce = self._random(TOKEN_BYTES), self._random(TOKEN_BYTES)
        self._challenges.save(
            Challenge(
                digest=digest_of(secret),
                user_id=user_id,
                organization_id=organization_id,
                client=client,
                expires_at=self._clock.now() + CHALLENGE_LIFETIME,
                nonce=nonce,
            )
        )
        keys = [one.credential_id for one in factors if one.credential_id]
        raise SecondFactorNeededError(
            challenge=encoded(secret),
            kinds=sorted({one.kind.value for one in factors}),
            options=self._passkeys.request(nonce, known=keys) if keys else None,
        )

    def challenged(self, shown: str) -> Challenge:
        """Return an open challenge and count the answer to it; raise WrongLoginError."""
        found = self._challenges.attempt(digest_of(decoded(shown) or b""), at=self._clock.now())
        if found is None:
            raise WrongLoginError
        return found

    def check(self, challenge: Challenge, given: SecondStepIn) -> None:
        """Raise WrongLoginError unless the second factor is right; each proof is good once."""
        with self._work(None) as work:
            if given.recovery_code is not None:
                right = self._is_right_recovery_code(work, challenge.user_id, given.recovery_code)
            else:
                right = any(
                    self._is_right(work, factor, challenge, given)
                    for factor in work.second_factors.of(challenge.user_id)
                    if factor.confirmed_at
                )
        if not right or not self._challenges.finish(challenge.digest):
            raise WrongLoginError

    def _is_right(
        self, work: AuthWork, factor: SecondFactor, challenge: Challenge, given: SecondStepIn
    ) -> bool:
        now = self._clock.now()
        if factor.kind is FactorKind.TOTP and given.code is not None:
            opened = self._vault.open(
                factor.sealed_secret or b"", organization_id=factor.user_id, record_id=factor.id
            )
            step = self._codes.matching_step(
                opened["secret"], given.code, at=now, after=factor.last_step
            )
            return step is not None and work.second_factors.use(
                factor, step=step, sign_count=factor.sign_count, at=now
            )
        if factor.kind is FactorKind.WEBAUTHN and given.credential is not None:
            if self._passkeys.credential_id(given.credential) != factor.credential_id:
                return False
            count = self._passkeys.signed(given.credential, challenge.nonce, factor)
            return work.second_factors.use(factor, step=0, sign_count=count, at=now)
        return False

    def _is_right_recovery_code(self, work: AuthWork, user_id: UserId, code: str) -> bool:
        used = work.second_factors.use_code(
            user_id, hashed_recovery_code(code), at=self._clock.now()
        )
        if used:
            logger.warning("recovery code used", extra={"user_id": str(user_id)})
        return used
