"""An OpenID Connect provider on loopback, which says what a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from jwt.algorithms import RSAAlgorithm

from functions.auth.domain.single_sign_on import code_challenge
from tests.support.tokens import rsa_key


class IdentityProvider:
    """Answers discovery, keys and the exchange of codes; `claims` are added to its id tokens."""

    def __init__(self) -> None:
        self.issuer = ""
        self.client_id = "netpulse"
        self.claims: dict[str, Any] = {}
        self.signs_with = "idp"
        self.asked: list[dict[str, str]] = []
        self._challenges: dict[str, tuple[str, str]] = {}

    def lead_back(self, path: str) -> str:
        """Return where a browser goes on after it was here; other clients are refused."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        back = {"state": query["state"]}
        if query["client_id"] == self.client_id:
            back["code"], _ = self.log_in(path, **self.claims)
        else:
            back["error"] = "access_denied"
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def log_in(self, redirect_url: str, **claims: Any) -> tuple[str, str]:
        """Log a person in at the address they were led to; return the code and the state."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(redirect_url).query).items()}
        code = f"code-{len(self._challenges)}"
        self._challenges[code] = (query["code_challenge"], query["nonce"])
        self.claims = claims
        return code, query["state"]

    def exchange(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer the exchange of a code, each once."""
        self.asked.append(form)
        challenge, nonce = self._challenges.pop(form.get("code", ""), ("", ""))
        if not challenge or code_challenge(form.get("code_verifier", "")) != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.claims,
        }
        token = jwt.encode(
            claims, rsa_key(self.signs_with), algorithm="RS256", headers={"kid": "idp"}
        )
        return 200, {"id_token": token, "access_token": "unused", "token_type": "Bearer"}

    def document(self, path: str) -> dict[str, Any] | None:
        """Return what is published at a path."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        if path == "/keys":
            key = json.loads(RSAAlgorithm.to_jwk(rsa_key("idp").public_key()))
            return {"keys": [{**key, "kid": "idp", "use": "sig", "alg": "RS256"}]}
        return None


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Run a provider on a free port."""
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/authorize?"):
                self.send_response(302)
                self.send_header("Location", provider.lead_back(self.path))
                self.end_headers()
                return
            found = provider.document(self.path)
            self._answer(200 if found else 404, found or {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*provider.exchange(form))

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
