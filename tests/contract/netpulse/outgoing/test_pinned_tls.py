"""HTTPS to a chosen address is still HTTPS to the name."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from netpulse.networks import AddressPolicy
from netpulse.outgoing import Outgoing, OutgoingError

NAME = "hooks.example.org"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = self.headers["Host"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that do not trust us."""


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with _Server(("127.0.0.1", 0), _Hello) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def fetched(name: str, port: int, trusted: Path | None) -> str:
    outgoing = Outgoing(
        AddressPolicy(),
        resolve=lambda _host, _port: ["127.0.0.1"],
        ca_file=str(trusted) if trusted else None,
    )
    return outgoing.send("GET", f"https://{name}:{port}/", headers={}).body.decode()


def test_the_certificate_of_the_name_is_accepted_at_the_address(
    port: int, certificate: Path
) -> None:
    assert fetched(NAME, port, certificate) == f"{NAME}:{port}"


@pytest.mark.parametrize("name", ["other.example.org", "127.0.0.1"])
def test_another_names_certificate_is_refused(port: int, certificate: Path, name: str) -> None:
    with pytest.raises(OutgoingError, match="SSLError"):
        fetched(name, port, certificate)


def test_a_certificate_that_nobody_vouches_for_is_refused(port: int) -> None:
    with pytest.raises(OutgoingError, match="SSLError"):
        fetched(NAME, port, None)
