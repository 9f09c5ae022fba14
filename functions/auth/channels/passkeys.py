"""Keys and passkeys (W3C WebAuthn level 2), by py_webauthn."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from functions.auth.domain.errors import KeyRefusedError, WrongLoginError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.auth.domain.second_factor import SecondFactor


class WebauthnPasskeys:
    """Registers keys and checks what they sign, for the one page that people log in at.

    The library is imported late: only who uses a key pays its 0.3 s.
    """

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._rp_id = parts.hostname or ""
        self._origins = [f"{parts.scheme}://{parts.netloc}"]
        if _is_loopback(self._rp_id):
            # no browser makes keys for an address: there they are of the machine's other name
            self._rp_id = "localhost"
            self._origins.append(f"{parts.scheme}://localhost:{parts.port}")

    def registration(
        self, user_id: bytes, email: str, nonce: bytes, *, known: Sequence[bytes]
    ) -> dict[str, Any]:
        """Return what the browser's `navigator.credentials.create` is given."""
        import webauthn  # noqa: PLC0415
        from webauthn.helpers import structs  # noqa: PLC0415

        options = webauthn.generate_registration_options(
            rp_id=self._rp_id,
            rp_name="NetPulse",
            user_id=user_id,
            user_name=email,
            challenge=nonce,
            exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
        )
        return _json(webauthn.options_to_json(options))

    def registered(self, credential: dict[str, Any], nonce: bytes) -> tuple[bytes, bytes, int]:
        """Return a new key's id, public key and counter; raise KeyRefusedError."""
        import webauthn  # noqa: PLC0415

        try:
            found = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=nonce,
                expected_rp_id=self._rp_id,
                expected_origin=self._origins,
            )
        except Exception as error:
            raise KeyRefusedError from error
        return found.credential_id, found.credential_public_key, found.sign_count

    def request(self, nonce: bytes, *, known: Sequence[bytes]) -> dict[str, Any]:
        """Return what the browser's `navigator.credentials.get` is given."""
        import webauthn  # noqa: PLC0415
        from webauthn.helpers import structs  # noqa: PLC0415

        options = webauthn.generate_authentication_options(
            rp_id=self._rp_id,
            challenge=nonce,
            allow_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
        )
        return _json(webauthn.options_to_json(options))

    def credential_id(self, credential: dict[str, Any]) -> bytes:
        """Return the id of the key that a browser's credential names; raise WrongLoginError."""
        from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415

        try:
            return base64url_to_bytes(credential["rawId"])
        except (KeyError, TypeError, ValueError) as error:
            raise WrongLoginError from error

    def signed(self, credential: dict[str, Any], nonce: bytes, factor: SecondFactor) -> int:
        """Return the key's new counter; raise WrongLoginError, also for a copied key's counter."""
        import webauthn  # noqa: PLC0415

        try:
            found = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=nonce,
                expected_rp_id=self._rp_id,
                expected_origin=self._origins,
                credential_public_key=factor.public_key or b"",
                credential_current_sign_count=factor.sign_count,
            )
        except Exception as error:
            raise WrongLoginError from error
        return found.new_sign_count


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found
