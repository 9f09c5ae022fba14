from __future__ import annotations

import pytest

from functions.auth.domain.slug import slug_of


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
