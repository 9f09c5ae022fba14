from __future__ import annotations

import pytest
from netpulse.permissions import Role

from functions.auth.domain.people import reaches
from functions.auth.domain.slug import slug_of


def test_everybody_reaches_their_own_role() -> None:
    assert all(reaches(role, role) for role in Role)


def test_only_admins_reach_admins() -> None:
    assert [role for role in Role if reaches(role, Role.ADMIN)] == [Role.ADMIN]


def test_viewers_reach_machines_but_not_operators() -> None:
    assert reaches(Role.VIEWER, Role.API_USER)
    assert not reaches(Role.VIEWER, Role.OPERATOR)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Kilimo Net Ltd.", "kilimo-net-ltd"),
        ("  Café--Réseau  ", "cafe-reseau"),
        ("网络", "organization"),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_slug_is_fit_for_a_url(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_taken_slug_gets_a_suffix() -> None:
    assert slug_of("Kilimo Net", "a1b2c3") == "kilimo-net-a1b2c3"
