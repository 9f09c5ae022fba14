from __future__ import annotations

import pytest

from functions.auth.service.password_rotation import PasswordRotation, RotationError, Step

OLD = {"username": "netpulse_app", "password": "old"}
OLDER = {"username": "netpulse_app", "password": "older"}
STEPS = list(Step)


class FakeSecret:
    """A secret of three versions at most."""

    def __init__(self, previous: dict[str, str] | None = None) -> None:
        self.versions = {"current": OLD, "previous": previous, "pending": None}
        self.promoted = 0

    def is_current(self) -> bool:
        return bool(self.promoted)

    def current(self) -> dict[str, str]:
        found = self.versions["current"]
        assert found is not None
        return found

    def previous(self) -> dict[str, str] | None:
        return self.versions["previous"]

    def pending(self) -> dict[str, str] | None:
        return self.versions["pending"]

    def put_pending(self, login: dict[str, str]) -> None:
        self.versions["pending"] = login

    def promote(self) -> None:
        self.versions["current"] = self.versions["pending"]
        self.promoted += 1


class FakeRoles:
    """PostgreSQL with one role and one password."""

    def __init__(self, password: str = "old") -> None:
        self.password = password
        self.changes = 0

    def accepts(self, login: dict[str, str]) -> bool:
        return login["password"] == self.password

    def change_password(self, login: dict[str, str], password: str) -> None:
        assert self.accepts(login)
        self.password = password
        self.changes += 1


def rotated(secret: FakeSecret, roles: FakeRoles, *steps: Step) -> None:
    for step in steps or STEPS:
        PasswordRotation(secret, roles).take(step)


def test_four_steps_give_the_role_a_password_that_only_the_secret_knows() -> None:
    secret, roles = FakeSecret(), FakeRoles()
    rotated(secret, roles)
    assert secret.current() == {"username": "netpulse_app", "password": roles.password}
    assert len(roles.password) >= 40
    assert roles.password != "old"


def test_a_step_that_is_asked_for_twice_changes_nothing_more() -> None:
    secret, roles = FakeSecret(), FakeRoles()
    rotated(secret, roles, *(step for step in STEPS for _ in range(2)))
    rotated(secret, roles)
    assert (roles.changes, secret.promoted) == (1, 1)


def test_a_rotation_that_broke_off_is_taken_up_by_the_password_before() -> None:
    secret, roles = FakeSecret(previous=OLDER), FakeRoles(password="older")
    rotated(secret, roles)
    assert roles.accepts(secret.current())


def test_a_role_that_takes_no_known_password_is_told_with_what_to_do() -> None:
    secret, roles = FakeSecret(previous=OLDER), FakeRoles(password="somebody changed it")
    rotated(secret, roles, Step.CREATE)
    with pytest.raises(RotationError, match="calling the migrating function"):
        rotated(secret, roles, Step.SET)
    with pytest.raises(RotationError, match="does not take"):
        rotated(secret, roles, Step.TEST)
    assert secret.current() == OLD


def test_no_step_comes_before_the_first() -> None:
    for step in (Step.SET, Step.TEST):
        with pytest.raises(RotationError, match="createSecret"):
            rotated(FakeSecret(), FakeRoles(), step)
