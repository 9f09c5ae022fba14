from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from functions.auth.domain.second_factor import MOST_CODES
from functions.auth.domain.throttle import MOST_TRIES
from tests.support.auth import PAGE, PASSWORD, AuthWorld, Person
from tests.support.authenticator import Authenticator

if TYPE_CHECKING:
    from tests.support.database import TestDatabase
    from tests.support.http import Answer

PROOF = {"password": PASSWORD}


class App:
    """An authenticator app with one secret."""

    def __init__(self, person: Person) -> None:
        self.person = person
        made = person.call("POST", "/me/second-factors/totp", body=PROOF)
        assert made.status == 201, made.text
        self.id: str = made.data["id"]
        self.secret: str = made.data["secret"]

    def code(self, ahead: int = 0) -> str:
        """Return the code of the present time step, or of one ahead."""
        now = self.person.world.clock.now() + timedelta(seconds=30 * ahead)
        return pyotp.TOTP(self.secret).at(now)

    def confirmed(self) -> list[str]:
        """Prove that the app works; return the recovery codes."""
        answer = self.person.call(
            "POST", f"/me/second-factors/totp/{self.id}/confirm", body={"code": self.code()}
        )
        assert answer.status == 200, answer.text
        self.person.world.clock.advance(timedelta(seconds=30))
        codes: list[str] = answer.data["recovery_codes"]
        return codes


def challenge(person: Person) -> dict[str, Any]:
    answer = person.world.log_in(person.email)
    assert (answer.status, answer.code) == (401, "SECOND_FACTOR_NEEDED")
    details: dict[str, Any] = answer.json["error"]["details"]
    return details


def prove(world: AuthWorld, shown: str, **proof: Any) -> Answer:
    return world.call("POST", "/auth/login/second-factor", body={"challenge": shown, **proof})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_an_app_counts_once_a_code_confirmed_it(world: AuthWorld, admin: Person) -> None:
    app = App(admin)
    assert world.log_in(admin.email).status == 200
    refused = admin.call(
        "POST", f"/me/second-factors/totp/{app.id}/confirm", body={"code": wrong(app.code())}
    )
    assert (refused.status, refused.code) == (422, "WRONG_CODE")
    assert len(app.confirmed()) == 10
    asked = challenge(admin)
    assert (asked["kinds"], asked["passkey_options"]) == (["totp"], None)
    assert prove(world, asked["challenge"], code=app.code()).status == 200


def test_the_password_alone_opens_nothing(world: AuthWorld, admin: Person) -> None:
    app = App(admin)
    app.confirmed()
    answer = world.log_in(admin.email)
    assert "access_token" not in answer.text
    assert answer.cookies == []
    asked = challenge(admin)["challenge"]
    assert prove(world, asked, code=wrong(app.code())).status == 401


def test_a_code_is_good_once(world: AuthWorld, admin: Person) -> None:
    app = App(admin)
    app.confirmed()
    code = app.code()
    assert prove(world, challenge(admin)["challenge"], code=code).status == 200
    assert prove(world, challenge(admin)["challenge"], code=code).status == 401
    assert prove(world, challenge(admin)["challenge"], code=app.code(ahead=1)).status == 200


def test_a_challenge_is_good_once_and_not_for_long(world: AuthWorld, admin: Person) -> None:
    app = App(admin)
    app.confirmed()
    shown = challenge(admin)["challenge"]
    assert prove(world, shown, code=app.code()).status == 200
    assert prove(world, shown, code=app.code(ahead=1)).status == 401
    late = challenge(admin)["challenge"]
    world.clock.advance(timedelta(minutes=5))
    assert prove(world, late, code=app.code()).status == 401
    assert prove(world, "nonsense", code=app.code()).status == 401


def test_codes_are_not_guessed(world: AuthWorld, admin: Person) -> None:
    app = App(admin)
    app.confirmed()
    shown = challenge(admin)["challenge"]
    for _ in range(MOST_CODES):
        assert prove(world, shown, code=wrong(app.code())).status == 401
    assert prove(world, shown, code=app.code()).status == 401


def test_a_thief_of_the_password_does_not_guess_on_with_new_challenges(
    world: AuthWorld, admin: Person
) -> None:
    app = App(admin)
    app.confirmed()
    statuses = []
    for _ in range(MOST_TRIES):
        answer = world.log_in(admin.email)
        if answer.code == "RATE_LIMIT_EXCEEDED":
            break
        shown = answer.json["error"]["details"]["challenge"]
        statuses.append(prove(world, shown, code=wrong(app.code())).status)
    assert len(statuses) <= MOST_TRIES // 2
    assert world.log_in(admin.email).status == 429


def test_a_recovery_code_works_once_however_it_is_typed(world: AuthWorld, admin: Person) -> None:
    first, second, *_ = App(admin).confirmed()
    typed = first.upper().replace("-", " ")
    assert prove(world, challenge(admin)["challenge"], recovery_code=typed).status == 200
    assert prove(world, challenge(admin)["challenge"], recovery_code=first).status == 401
    assert prove(world, challenge(admin)["challenge"], recovery_code=second).status == 200
    assert admin.call("GET", "/me/second-factors").data["recovery_codes_left"] == 8


def test_new_recovery_codes_void_the_old_ones(world: AuthWorld, admin: Person) -> None:
    old = App(admin).confirmed()
    new = admin.call("POST", "/me/second-factors/recovery-codes", body=PROOF).data
    assert prove(world, challenge(admin)["challenge"], recovery_code=old[0]).status == 401
    shown = challenge(admin)["challenge"]
    assert prove(world, shown, recovery_code=new["recovery_codes"][0]).status == 200


def test_a_stolen_session_changes_no_second_factor(admin: Person) -> None:
    app = App(admin)
    app.confirmed()
    not_it = {"password": "not the password"}
    for path in (
        "/me/second-factors/totp",
        "/me/second-factors/passkeys/options",
        "/me/second-factors/recovery-codes",
        f"/me/second-factors/{app.id}/remove",
    ):
        answer = admin.call("POST", path, body=not_it)
        assert (answer.status, answer.code) == (422, "WRONG_PASSWORD"), path
    assert len(admin.call("GET", "/me/second-factors").data["factors"]) == 1


def test_a_removed_factor_is_not_asked_for(world: AuthWorld, admin: Person) -> None:
    app = App(admin)
    app.confirmed()
    assert admin.call("POST", f"/me/second-factors/{app.id}/remove", body=PROOF).status == 200
    assert world.log_in(admin.email).status == 200
    left = admin.call("GET", "/me/second-factors").data
    assert left == {"factors": [], "recovery_codes_left": 0}


def test_nobody_removes_another_person_s_factor(admin: Person, stranger: Person) -> None:
    app = App(admin)
    app.confirmed()
    answer = stranger.call("POST", f"/me/second-factors/{app.id}/remove", body=PROOF)
    assert (answer.status, answer.code) == (404, "SECOND_FACTOR_NOT_FOUND")


def with_key(person: Person) -> Authenticator:
    begun = person.call("POST", "/me/second-factors/passkeys/options", body=PROOF).data
    key = Authenticator(PAGE)
    body = {
        "challenge": begun["challenge"],
        "name": "Blue key",
        "credential": key.create(begun["options"]),
    }
    added = person.call("POST", "/me/second-factors/passkeys", body=body)
    assert added.status == 201, added.text
    return key


def test_a_key_opens_the_second_step(world: AuthWorld, admin: Person) -> None:
    key = with_key(admin)
    asked = challenge(admin)
    assert asked["kinds"] == ["webauthn"]
    answer = prove(world, asked["challenge"], credential=key.get(asked["passkey_options"]))
    assert answer.status == 200, answer.text
    factor = admin.call("GET", "/me/second-factors").data["factors"][0]
    assert (factor["name"], factor["last_used_at"] is not None) == ("Blue key", True)


def test_a_key_of_another_page_or_time_is_not_added(world: AuthWorld, admin: Person) -> None:
    def adding(key: Authenticator, *, late: bool = False) -> Answer:
        begun = admin.call("POST", "/me/second-factors/passkeys/options", body=PROOF).data
        body = {"challenge": begun["challenge"], "name": "k", "credential": {}}
        if late:
            world.clock.advance(timedelta(minutes=5))
        body["credential"] = key.create(begun["options"])
        return admin.call("POST", "/me/second-factors/passkeys", body=body)

    elsewhere = adding(Authenticator("https://np.example.evil.example"))
    # not a 401: who adds a key is logged in, and stays so
    assert (elsewhere.status, elsewhere.code) == (422, "KEY_REFUSED")
    assert adding(Authenticator(PAGE), late=True).code == "KEY_REFUSED"
    assert admin.call("GET", "/me/second-factors").data["factors"] == []


def test_what_a_key_signed_elsewhere_or_before_is_refused(world: AuthWorld, admin: Person) -> None:
    key = with_key(admin)
    asked, other = challenge(admin), challenge(admin)
    signed = key.get(asked["passkey_options"])
    assert prove(world, other["challenge"], credential=signed).status == 401
    key.origin = "https://np.example.evil.example"
    elsewhere = key.get(asked["passkey_options"])
    assert prove(world, asked["challenge"], credential=elsewhere).status == 401


def test_a_copied_key_is_noticed_by_its_counter(world: AuthWorld, admin: Person) -> None:
    key = with_key(admin)
    for _ in range(3):
        asked = challenge(admin)
        signed = key.get(asked["passkey_options"])
        assert prove(world, asked["challenge"], credential=signed).status == 200
    key.count = 1
    asked = challenge(admin)
    signed = key.get(asked["passkey_options"])
    assert prove(world, asked["challenge"], credential=signed).status == 401


def test_another_person_s_key_is_refused(world: AuthWorld, admin: Person, stranger: Person) -> None:
    with_key(admin)
    theirs = with_key(stranger)
    asked = challenge(admin)
    signed = theirs.get(asked["passkey_options"])
    assert prove(world, asked["challenge"], credential=signed).status == 401


@pytest.mark.parametrize(
    "credential", [{}, {"rawId": 7}, {"rawId": "AAAA"}, {"rawId": "AAAA", "response": []}]
)
def test_nonsense_for_a_credential_is_refused(
    world: AuthWorld, admin: Person, credential: dict[str, Any]
) -> None:
    with_key(admin)
    asked = challenge(admin)
    assert prove(world, asked["challenge"], credential=credential).status == 401


def test_a_proof_is_exactly_one(world: AuthWorld, admin: Person) -> None:
    app = App(admin)
    recovery_code = app.confirmed()[0]
    shown = challenge(admin)["challenge"]
    assert prove(world, shown).status == 422
    assert prove(world, shown, code=app.code(), recovery_code=recovery_code).status == 422


def test_secrets_are_sealed_and_codes_hashed(
    postgres: TestDatabase, world: AuthWorld, admin: Person
) -> None:
    app = App(admin)
    codes = app.confirmed()
    with world.database.transaction(None) as transaction:
        factors = transaction.rows(
            "SELECT * FROM netpulse.second_factors WHERE user_id = %s", (admin.id,)
        )
        hashed = transaction.rows(
            "SELECT * FROM netpulse.recovery_codes WHERE user_id = %s", (admin.id,)
        )
    assert app.secret.encode() not in factors[0]["sealed_secret"]
    assert not any(code in str(hashed) for code in codes)
    said = admin.call("GET", "/me/second-factors").text + str(admin.call("GET", "/audit-log").json)
    assert app.secret not in said
