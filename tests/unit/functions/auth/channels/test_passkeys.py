from __future__ import annotations

import pytest

from functions.auth.channels.passkeys import WebauthnPasskeys
from functions.auth.domain.errors import KeyRefusedError
from tests.support.authenticator import Authenticator

NONCE = b"n" * 32


def registered(public_url: str, origin: str) -> tuple[bytes, bytes, int]:
    """Return the key that a page of an origin registers."""
    passkeys = WebauthnPasskeys(public_url)
    options = passkeys.registration(b"u" * 16, "amina@kilimo.example", NONCE, known=())
    return passkeys.registered(Authenticator(origin).create(options), NONCE)


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://np.example", "https://np.example"),
        ("https://np.example:8443/console", "https://np.example:8443"),
        # browsers make no keys for addresses
        ("http://127.0.0.1:8080", "http://localhost:8080"),
    ],
)
def test_our_own_page_registers_a_key(public_url: str, origin: str) -> None:
    assert registered(public_url, origin)[1]


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://np.example", "https://evil.example"),
        ("https://np.example", "http://np.example"),
        ("https://np.example", "http://localhost:8080"),
        ("http://127.0.0.1:8080", "http://localhost:9090"),
        ("http://10.0.0.5:8080", "http://localhost:8080"),
    ],
)
def test_no_other_page_does(public_url: str, origin: str) -> None:
    with pytest.raises(KeyRefusedError):
        registered(public_url, origin)
