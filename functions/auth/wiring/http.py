"""The real world of people and sessions: PostgreSQL, DynamoDB, the signing secret, the clock."""

from __future__ import annotations

import secrets
from functools import cache

from netpulse.clock import SYSTEM_CLOCK
from netpulse.secrets import vault
from netpulse.settings import Settings, load
from netpulse.wiring import access

from functions.auth.channels.guessing import guesses_log10
from functions.auth.channels.hashing import Argon2Hasher
from functions.auth.channels.mail import MailQueue
from functions.auth.channels.passkeys import WebauthnPasskeys
from functions.auth.channels.published import PublishedKeys
from functions.auth.channels.signing import SigningKeys
from functions.auth.channels.totp import PyotpCodes
from functions.auth.repository.challenges import DynamoChallenges
from functions.auth.repository.sessions import DynamoSessions
from functions.auth.repository.tries import DynamoTries
from functions.auth.service.api_keys import ApiKeyService
from functions.auth.service.audit import AuditService
from functions.auth.service.directory import DirectoryPeople
from functions.auth.service.directory_groups import DirectoryGroups
from functions.auth.service.login import LoginService
from functions.auth.service.members import MemberService
from functions.auth.service.passwords import Passwords
from functions.auth.service.profile import ProfileService
from functions.auth.service.recovery import RecoveryDesk
from functions.auth.service.roles import RoleService
from functions.auth.service.second_factors import SecondFactorService
from functions.auth.service.second_step import SecondStep
from functions.auth.service.sessions import SessionService
from functions.auth.service.throttle import LoginThrottle
from functions.auth.service.tokens import TokenIssuer
from functions.auth.wiring.work import work

__all__ = [
    "access",
    "api_key_service",
    "audit_service",
    "directory_groups",
    "directory_people",
    "issuer",
    "login_service",
    "member_service",
    "profile_service",
    "public_url",
    "recovery_desk",
    "role_service",
    "second_factor_service",
    "session_service",
    "signer",
]


class AuthSettings(Settings):
    """Where sessions are kept, what signs tokens, and our own address."""

    public_url: str
    issuer: str
    signing_secret: str
    sessions_table: str
    mails_queue_url: str


def public_url() -> str:
    """Return the address browsers see."""
    found: str = load(AuthSettings).public_url
    return found


def issuer() -> str:
    """Return the name our tokens are signed in."""
    found: str = load(AuthSettings).issuer
    return found


@cache
def _passwords() -> Passwords:
    return Passwords(Argon2Hasher(), guesses_log10)


@cache
def signer() -> SigningKeys:
    """Return our own signature."""
    settings = load(AuthSettings)
    return SigningKeys(
        settings.signing_secret, PublishedKeys(settings.sessions_table), SYSTEM_CLOCK
    )


@cache
def session_service() -> SessionService:
    """Return what begins, carries on and ends sessions."""
    sessions = DynamoSessions(load(AuthSettings).sessions_table)
    return SessionService(sessions, work(), secrets.token_bytes, SYSTEM_CLOCK)


@cache
def _mails() -> MailQueue:
    return MailQueue(load(AuthSettings).mails_queue_url)


@cache
def _throttle() -> LoginThrottle:
    return LoginThrottle(DynamoTries(load(AuthSettings).sessions_table), SYSTEM_CLOCK)


@cache
def _challenges() -> DynamoChallenges:
    return DynamoChallenges(load(AuthSettings).sessions_table)


@cache
def token_issuer() -> TokenIssuer:
    """Return what signs access tokens."""
    return TokenIssuer(signer(), issuer(), SYSTEM_CLOCK)


@cache
def login_service() -> LoginService:
    """Return what lets people in."""
    return LoginService(
        work(),
        session_service(),
        token_issuer(),
        _passwords(),
        throttle=_throttle(),
        second_step=SecondStep(
            work(),
            vault(),
            codes=PyotpCodes(),
            passkeys=WebauthnPasskeys(public_url()),
            challenges=_challenges(),
            random=secrets.token_bytes,
            clock=SYSTEM_CLOCK,
        ),
        mails=_mails(),
        random=secrets.token_bytes,
        clock=SYSTEM_CLOCK,
    )


@cache
def profile_service() -> ProfileService:
    """Return what callers see and change of themselves."""
    return ProfileService(work(), session_service(), _passwords(), SYSTEM_CLOCK, mails=_mails())


@cache
def member_service() -> MemberService:
    """Return what manages members."""
    return MemberService(work(), _passwords(), secrets.token_bytes, SYSTEM_CLOCK, mails=_mails())


@cache
def api_key_service() -> ApiKeyService:
    """Return what manages API keys."""
    return ApiKeyService(work(), secrets.token_bytes, SYSTEM_CLOCK)


@cache
def audit_service() -> AuditService:
    """Return what shows the audit log."""
    return AuditService(work())


@cache
def recovery_desk() -> RecoveryDesk:
    """Return what helps people who forgot their password."""
    return RecoveryDesk(
        work(),
        session_service(),
        _passwords(),
        _throttle(),
        mails=_mails(),
        clock=SYSTEM_CLOCK,
    )


@cache
def second_factor_service() -> SecondFactorService:
    """Return what sets up second factors."""
    return SecondFactorService(
        work(),
        _passwords(),
        vault(),
        codes=PyotpCodes(),
        passkeys=WebauthnPasskeys(public_url()),
        challenges=_challenges(),
        mails=_mails(),
        random=secrets.token_bytes,
        clock=SYSTEM_CLOCK,
    )


@cache
def role_service() -> RoleService:
    """Return what manages roles."""
    return RoleService(work(), SYSTEM_CLOCK)


@cache
def directory_people() -> DirectoryPeople:
    """Return what directories provision people by."""
    return DirectoryPeople(work(), SYSTEM_CLOCK, base_url=_scim_url())


@cache
def directory_groups() -> DirectoryGroups:
    """Return what directories provision groups by."""
    return DirectoryGroups(work(), SYSTEM_CLOCK, base_url=_scim_url())


def _scim_url() -> str:
    return f"{public_url().rstrip('/')}/scim/v2"
