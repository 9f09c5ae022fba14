"""A person's own second factors: set up, proven to work, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from netpulse.errors import ConflictError, NotFoundError

from functions.auth.domain.errors import KeyRefusedError, WrongCodeError, WrongPasswordError
from functions.auth.domain.mails import Notice
from functions.auth.domain.second_factor import (
    CHALLENGE_LIFETIME,
    Challenge,
    FactorKind,
    SecondFactor,
    hashed_recovery_code,
    new_recovery_codes,
)
from functions.auth.domain.session import TOKEN_BYTES, Client, decoded, digest_of, encoded
from functions.auth.models.second_factors import (
    NewTotpView,
    PasskeyOptionsView,
    RecoveryCodesView,
    SecondFactorsView,
    SecondFactorView,
)
from functions.auth.service.profile import person

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import UserId
    from netpulse.principal import Principal
    from netpulse.secrets import Vault

    from functions.auth.domain.people import User
    from functions.auth.models.second_factors import PasskeyIn, TotpIn
    from functions.auth.ports import AuthWork, Challenges, Codes, Mails, Passkeys, Random, Work
    from functions.auth.service.passwords import Passwords

MOST_FACTORS = 10


class SecondFactorService:
    """Sets up second factors and takes them away, with the password in hand."""

    def __init__(
        self,
        work: Work,
        passwords: Passwords,
        vault: Vault,
        *,
        codes: Codes,
        passkeys: Passkeys,
        challenges: Challenges,
        mails: Mails,
        random: Random,
        clock: Clock,
    ) -> None:
        self._mails = mails
        self._work = work
        self._passwords = passwords
        self._vault = vault
        self._codes = codes
        self._passkeys = passkeys
        self._challenges = challenges
        self._random = random
        self._clock = clock

    def view(self, principal: Principal) -> SecondFactorsView:
        """Return the caller's second factors."""
        user_id = person(principal)
        with self._work(None) as work:
            return SecondFactorsView(
                factors=[_view(one) for one in work.second_factors.of(user_id)],
                recovery_codes_left=work.second_factors.codes_left(user_id),
            )

    def begin_totp(self, principal: Principal, given: TotpIn) -> NewTotpView:
        """Make a secret for an app; it counts once a code proves it. Raises WrongPasswordError."""
        user = self._proven(principal, given.password.get_secret_value())
        secret = self._codes.new_secret()
        factor_id = uuid4()
        factor = SecondFactor(
            id=factor_id,
            user_id=user.id,
            kind=FactorKind.TOTP,
            name=given.name,
            created_at=self._clock.now(),
            # sealed for the person: a factor is no organisation's
            sealed_secret=self._vault.seal(
                {"secret": secret}, organization_id=user.id, record_id=factor_id
            ),
        )
        with self._work(None) as work:
            self._make_room(work, user.id)
            work.second_factors.add(factor)
        uri = self._codes.uri(secret, account=user.email)
        return NewTotpView(id=factor_id, secret=secret, otpauth_uri=uri)

    def confirm_totp(self, principal: Principal, factor_id: UUID, code: str) -> RecoveryCodesView:
        """Let an app count from now on; raise WrongCodeError or NotFoundError."""
        user_id, now = person(principal), self._clock.now()
        with self._work(principal.organization_id) as work:
            factor = self._own(work, user_id, factor_id)
            if factor.kind is not FactorKind.TOTP or factor.confirmed_at is not None:
                raise NotFoundError.of("second_factor", factor_id)
            opened = self._vault.open(
                factor.sealed_secret or b"", organization_id=user_id, record_id=factor.id
            )
            step = self._codes.matching_step(opened["secret"], code, at=now, after=0)
            if step is None:
                raise WrongCodeError
            work.second_factors.confirm(factor.id, step=step, at=now)
            codes = self._added(work, factor)
        self._mails.ask_for_notice(user_id, Notice.FACTOR_ADDED)
        return codes

    def begin_passkey(self, principal: Principal, password: str) -> PasskeyOptionsView:
        """Return what the browser makes a key from; raise WrongPasswordError."""
        user = self._proven(principal, password)
        secret, nonce = self._random(TOKEN_BYTES), self._random(TOKEN_BYTES)
        with self._work(None) as work:
            self._make_room(work, user.id)
            known = [one.credential_id for one in work.second_factors.of(user.id)]
        self._challenges.save(
            Challenge(
                digest=digest_of(secret),
                user_id=user.id,
                organization_id=principal.organization_id,
                client=Client.BROWSER,
                expires_at=self._clock.now() + CHALLENGE_LIFETIME,
                nonce=nonce,
            )
        )
        options = self._passkeys.registration(
            user.id.bytes, user.email, nonce, known=[one for one in known if one]
        )
        return PasskeyOptionsView(challenge=encoded(secret), options=options)

    def add_passkey(self, principal: Principal, given: PasskeyIn) -> RecoveryCodesView:
        """Add the key that the browser made; raise KeyRefusedError."""
        user_id, now = person(principal), self._clock.now()
        digest = digest_of(decoded(given.challenge) or b"")
        challenge = self._challenges.attempt(digest, at=now)
        if challenge is None or challenge.user_id != user_id or not self._challenges.finish(digest):
            raise KeyRefusedError
        credential_id, public_key, count = self._passkeys.registered(
            given.credential, challenge.nonce
        )
        factor = SecondFactor(
            id=uuid4(),
            user_id=user_id,
            kind=FactorKind.WEBAUTHN,
            name=given.name,
            created_at=now,
            confirmed_at=now,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=count,
        )
        with self._work(principal.organization_id) as work:
            work.second_factors.add(factor)
            codes = self._added(work, factor)
        self._mails.ask_for_notice(user_id, Notice.FACTOR_ADDED)
        return codes

    def remove(self, principal: Principal, factor_id: UUID, password: str) -> None:
        """Take a factor away, and the paper codes with the last; raise WrongPasswordError."""
        user = self._proven(principal, password)
        with self._work(principal.organization_id) as work:
            factor = self._own(work, user.id, factor_id)
            work.second_factors.remove(factor.id)
            if not any(one.confirmed_at for one in work.second_factors.of(user.id)):
                work.second_factors.keep_codes(user.id, [])
            _note(work, "second_factor.removed", factor)
        self._mails.ask_for_notice(user.id, Notice.FACTOR_REMOVED)

    def new_codes(self, principal: Principal, password: str) -> RecoveryCodesView:
        """Replace the recovery codes; raise WrongPasswordError."""
        user = self._proven(principal, password)
        with self._work(None) as work:
            if not any(one.confirmed_at for one in work.second_factors.of(user.id)):
                raise ConflictError("Set up a second factor first", code="NO_SECOND_FACTOR")
            codes = self._fresh_codes(work, user.id)
        self._mails.ask_for_notice(user.id, Notice.CODES_REPLACED)
        return RecoveryCodesView(recovery_codes=codes)

    def _added(self, work: AuthWork, factor: SecondFactor) -> RecoveryCodesView:
        _note(work, "second_factor.added", factor)
        if work.second_factors.codes_left(factor.user_id):
            return RecoveryCodesView(recovery_codes=None)
        return RecoveryCodesView(recovery_codes=self._fresh_codes(work, factor.user_id))

    def _fresh_codes(self, work: AuthWork, user_id: UserId) -> list[str]:
        codes = new_recovery_codes(self._random)
        work.second_factors.keep_codes(user_id, [hashed_recovery_code(code) for code in codes])
        return codes

    def _proven(self, principal: Principal, password: str) -> User:
        user_id = person(principal)
        with self._work(None) as work:
            user = work.users.find(user_id)
        if user is None or not self._passwords.is_right(user, password):
            raise WrongPasswordError(field="password")
        return user

    def _own(self, work: AuthWork, user_id: UserId, factor_id: UUID) -> SecondFactor:
        for factor in work.second_factors.of(user_id):
            if factor.id == factor_id:
                return factor
        raise NotFoundError.of("second_factor", factor_id)

    def _make_room(self, work: AuthWork, user_id: UserId) -> None:
        """Forget what was begun and never confirmed; raise ConflictError when there are many."""
        factors = work.second_factors.of(user_id)
        for factor in factors:
            if factor.confirmed_at is None:
                work.second_factors.remove(factor.id)
        if sum(one.confirmed_at is not None for one in factors) >= MOST_FACTORS:
            raise ConflictError(
                f"At most {MOST_FACTORS} second factors", code="TOO_MANY_SECOND_FACTORS"
            )


def _note(work: AuthWork, action: str, factor: SecondFactor) -> None:
    work.audit.note(
        action,
        target_type="user",
        target_id=factor.user_id,
        details={"second_factor": factor.name, "kind": factor.kind.value},
    )


def _view(factor: SecondFactor) -> SecondFactorView:
    return SecondFactorView(
        id=factor.id,
        kind=factor.kind.value,
        name=factor.name,
        created_at=factor.created_at,
        confirmed_at=factor.confirmed_at,
        last_used_at=factor.last_used_at,
    )
