"""The auth domain over a real PostgreSQL and moto's DynamoDB, behind the real authorizer."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from netpulse.access import CheckedAccess, DynamoSessionState
from netpulse.errors import ExternalServiceError
from netpulse.networks import AddressPolicy
from netpulse.outgoing import Outgoing
from netpulse.secrets import KmsVault
from netpulse.settings import RateLimit
from netpulse.work import Relay, UnitOfWork

from functions.auth.channels.guessing import guesses_log10
from functions.auth.channels.hashing import Argon2Hasher
from functions.auth.channels.oidc import OidcProviders
from functions.auth.channels.passkeys import WebauthnPasskeys
from functions.auth.channels.published import PublishedKeys
from functions.auth.channels.signing import SigningKeys
from functions.auth.channels.totp import PyotpCodes
from functions.auth.handlers.authorizer import Authorizer
from functions.auth.handlers.http import application
from functions.auth.handlers.services import Services
from functions.auth.repository.challenges import DynamoChallenges
from functions.auth.repository.journeys import DynamoJourneys
from functions.auth.repository.sessions import DynamoSessions
from functions.auth.repository.tries import DynamoTries
from functions.auth.service.api_keys import ApiKeyService
from functions.auth.service.audit import AuditService
from functions.auth.service.directory import DirectoryPeople
from functions.auth.service.directory_groups import DirectoryGroups
from functions.auth.service.invitations import InvitationPost
from functions.auth.service.login import LoginService
from functions.auth.service.members import MemberService
from functions.auth.service.passwords import Passwords
from functions.auth.service.profile import ProfileService
from functions.auth.service.providers import ProviderService
from functions.auth.service.recovery import RecoveryDesk, RecoveryPost
from functions.auth.service.roles import RoleService
from functions.auth.service.second_factors import SecondFactorService
from functions.auth.service.second_step import SecondStep
from functions.auth.service.sessions import SessionService
from functions.auth.service.single_sign_on import SsoService
from functions.auth.service.throttle import LoginThrottle
from functions.auth.service.tokens import TokenIssuer
from functions.auth.wiring.authorizer import AuthorizerSettings, verifier_of
from functions.auth.wiring.work import work_of
from tests.support.aws import RATE_LIMITS, SESSIONS, make_key, make_secret
from tests.support.clock import FakeClock
from tests.support.http import Answer, an_event
from tests.support.tokens import pem, rsa_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netpulse.events import Recorded
    from netpulse.ids import OrganizationId, UserId

    from functions.auth.domain.mails import Mail, Notice
    from tests.support.database import TestDatabase

PAGE = "https://np.example"
PASSWORD = "gentle river over stones"
FORBIDDEN = ip_network("169.254.0.0/16")
BROWSER = {"x-netpulse-client": "browser", "origin": PAGE}


class QuickHasher(Argon2Hasher):
    """Argon2 at a price that tests can pay; counts comparisons."""

    def __init__(self) -> None:
        super().__init__()
        self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.compared = 0

    def make_dearer(self) -> None:
        """Hash with more passes from now on."""
        self._hasher = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)

    def verify(self, hashed: str | None, password: str) -> bool:
        """Count and compare."""
        self.compared += 1
        return super().verify(hashed, password)


class HeardFacts:
    """A bus that remembers what was published."""

    def __init__(self) -> None:
        self.records: list[Recorded] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        """Remember the facts."""
        self.records.extend(records)

    def of(self, type_name: str) -> list[dict[str, object]]:
        """Return what was said in facts of a type."""
        return [record.data for record in self.records if record.type == type_name]


class HeardMails:
    """A mailbox that remembers, and the queue before it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.notices: list[tuple[UserId, Notice]] = []
        self.invited: list[tuple[OrganizationId, UserId, UserId | None]] = []
        self.sent: list[Mail] = []
        self.is_down = False

    def ask_for_reset(self, email: str) -> None:
        """Remember that a link was asked for."""
        self.asked.append(("password_reset", email))

    def ask_for_notice(self, user_id: UserId, notice: Notice) -> None:
        """Remember that a notice was asked for."""
        self.notices.append((user_id, notice))

    def ask_for_invitation(
        self, organization_id: OrganizationId, user_id: UserId, *, by: UserId | None
    ) -> None:
        """Remember that an invitation was asked for."""
        self.invited.append((organization_id, user_id, by))

    def send(self, mail: Mail) -> None:
        """Take a mail, or fail."""
        if self.is_down:
            raise ExternalServiceError("SendGrid could not be reached")
        self.sent.append(mail)


class AuthWorld:
    """Everything between a client and the stores, with a clock that tests move."""

    def __init__(self, postgres: TestDatabase) -> None:
        # PostgreSQL's own now() judges API keys, so the fake clock starts at the present
        self.clock = FakeClock(datetime.now(UTC).replace(microsecond=0))
        self.facts = HeardFacts()
        self.hasher = QuickHasher()
        self.mails = HeardMails()
        self.passkeys = WebauthnPasskeys(PAGE)
        self.database = postgres.database("netpulse_auth")
        stored = {
            "kid": "2026",
            "private_pem": pem(rsa_key("own")),
            "created_at": "2026-01-01T00:00:00+00:00",
        }
        secret = make_secret(f"signing-keys-{uuid4()}", {"keys": [stored]})
        settings = AuthorizerSettings(issuer=PAGE, sessions_table=SESSIONS)
        self.authorizer = Authorizer(lambda: verifier)
        verifier = verifier_of(settings, self.clock)
        self.app = application(
            self._services(SigningKeys(secret, PublishedKeys(SESSIONS), self.clock)),
            clock=self.clock,
        )

    def _services(self, signer: SigningKeys) -> Services:
        clock, random = self.clock, secrets.token_bytes
        relay = Relay(self.database, self.facts, clock)
        work = UnitOfWork(self.database, relay, clock, work_of)
        passwords = Passwords(self.hasher, guesses_log10)
        sessions = SessionService(DynamoSessions(SESSIONS), work, random, clock)
        vault = KmsVault(make_key())
        proofs: dict[str, Any] = {
            "codes": PyotpCodes(),
            "passkeys": self.passkeys,
            "challenges": DynamoChallenges(SESSIONS),
            "random": random,
            "clock": clock,
        }
        mails = self.mails
        second_factors = SecondFactorService(work, passwords, vault, mails=mails, **proofs)
        throttle = LoginThrottle(DynamoTries(SESSIONS), clock)
        login = LoginService(
            work,
            sessions,
            TokenIssuer(signer, PAGE, clock),
            passwords,
            throttle=throttle,
            second_step=SecondStep(work, vault, **proofs),
            mails=mails,
            random=random,
            clock=clock,
        )
        profile = ProfileService(work, sessions, passwords, clock, mails=mails)
        members = MemberService(work, passwords, random, clock, mails=mails)
        api_keys = ApiKeyService(work, random, clock)
        oidc = OidcProviders(Outgoing(AddressPolicy()), clock)
        scim = f"{PAGE}/scim/v2"
        back = f"{PAGE}/api/v1/auth/sso/callback"
        sso = SsoService(
            work,
            sessions,
            TokenIssuer(signer, PAGE, clock),
            vault=vault,
            oidc=oidc,
            journeys=DynamoJourneys(SESSIONS),
            redirect_uri=back,
            random=random,
            clock=clock,
        )
        outside = Outgoing(AddressPolicy(forbidden=(FORBIDDEN,)))
        providers = ProviderService(work, vault, oidc, outside, redirect_uri=back, clock=clock)
        self.post = RecoveryPost(work, mails, random, clock, public_url=PAGE)
        self.invitations = InvitationPost(work, mails, random, clock, public_url=PAGE)
        recovery = RecoveryDesk(work, sessions, passwords, throttle, mails=mails, clock=clock)
        return Services(
            access=self.access,
            login=lambda: login,
            sessions=lambda: sessions,
            profile=lambda: profile,
            members=lambda: members,
            api_keys=lambda: api_keys,
            audit=lambda: AuditService(work),
            recovery=lambda: recovery,
            directory_people=lambda: DirectoryPeople(work, clock, base_url=scim),
            directory_groups=lambda: DirectoryGroups(work, clock, base_url=scim),
            sso=lambda: sso,
            providers=lambda: providers,
            roles=lambda: RoleService(work, clock),
            second_factors=lambda: second_factors,
            signer=lambda: signer,
            public_url=lambda: PAGE,
            issuer=lambda: PAGE,
        )

    def access(self) -> CheckedAccess:
        """Return the check of a process that remembers nothing yet."""
        plenty = RateLimit(requests=100_000, window_s=60)
        return CheckedAccess(
            self.database,
            DynamoSessionState(SESSIONS),
            self.clock,
            counts_table=RATE_LIMITS,
            limits={"auth": plenty, "api": plenty, "organization": plenty},
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
        cookies: Sequence[str] = (),
        **options: Any,
    ) -> Answer:
        """Send a request past the authorizer, as the gateway does."""
        full = path[1:] if path.startswith("//") else f"/api/v1{path}"
        given = {**({"authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        event = an_event(method, full, headers=given, **options)
        event["cookies"] = list(cookies)
        found = self.authorizer(event, None)["context"]
        event["requestContext"]["authorizer"] = {"lambda": found}
        return Answer(self.app(event, None))

    def register(self, name: str = "Kilimo Net", **changes: Any) -> Person:
        """Register an organisation and return its admin."""
        body = {
            "organization_name": name,
            "email": f"{uuid4().hex}@kilimo.example",
            "password": PASSWORD,
            "full_name": "Amina Odhiambo",
            **changes,
        }
        answer = self.call("POST", "/auth/register", body=body)
        assert answer.status == 201, answer.text
        return Person(self, body["email"], answer.data)

    def log_in(self, email: str, password: str = PASSWORD, **named: Any) -> Answer:
        """Try to log in."""
        return self.call(
            "POST", "/auth/login", body={"email": email, "password": password, **named}
        )


class Person:
    """Somebody who is logged in."""

    def __init__(self, world: AuthWorld, email: str, tokens: dict[str, Any]) -> None:
        self.world = world
        self.email = email
        self.token: str = tokens["access_token"]
        self.refresh_token: str = tokens["refresh_token"]
        self.id: str = tokens["user"]["id"]
        self.organization_id = UUID(tokens["organization"]["id"])

    def call(self, method: str, path: str, **options: Any) -> Answer:
        """Send a request with the access token."""
        return self.world.call(method, path, token=self.token, **options)

    def refresh(self, token: str = "") -> Answer:
        """Show a refresh token, one's own unless told otherwise."""
        body = {"refresh_token": token or self.refresh_token}
        return self.world.call("POST", "/auth/refresh", body=body)

    def proves_address(self) -> None:
        """Choose one's password by a link in one's mailbox, which ends all sessions; log in."""
        self.world.post.send_reset(self.email)
        token = self.world.mails.sent[-1].text.split(f"{PAGE}/reset-password#")[1].split()[0]
        body = {"token": token, "password": PASSWORD}
        assert self.world.call("POST", "/auth/password-reset/confirm", body=body).status == 200
        tokens = self.world.log_in(self.email).data
        self.token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]

    def lets_in(self, role: str = "viewer", **changes: Any) -> Person:
        """Let somebody new into one's organisation and return them logged in."""
        email = f"{uuid4().hex}@kilimo.example"
        body = {"email": email, "role": role, "password": PASSWORD, **changes}
        assert self.call("POST", "/users", body=body).status == 201
        return Person(self.world, email, self.world.log_in(email).data)
