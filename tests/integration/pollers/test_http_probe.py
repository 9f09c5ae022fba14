"""The HTTP probe against web servers on loopback."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pollers.domain.reach import Reach
from pollers.probes.http import HttpProbe, default_url
from pollers.probes.result import ProbeResult
from pollers.probes.target import Target

DEVICE = Target("127.0.0.1", beyond=True)


REDIRECTS = {"there": "/hello", "round": "/round"}
STATUSES = {"broken": 500, "nothing": 204}


async def _answer(request: web.Request) -> web.StreamResponse:
    what = request.match_info["what"]
    if what == "never":
        await asyncio.Event().wait()
    if what == "endless":
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(64):
            await response.write(b"x" * 65536)
        return response
    to = REDIRECTS.get(what) or request.query.get("to")
    if to:
        raise web.HTTPFound(to)
    if what in STATUSES:
        return web.Response(status=STATUSES[what])
    return web.Response(text="all systems go")


async def _serve(context: ssl.SSLContext | None = None) -> tuple[web.AppRunner, str]:
    app = web.Application()
    app.router.add_get("/{what}", _answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    scheme = "https" if context else "http"
    return runner, f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture
async def site() -> AsyncIterator[str]:
    runner, url = await _serve()
    yield url
    await runner.cleanup()


@pytest.fixture
async def probe() -> AsyncIterator[HttpProbe]:
    made = HttpProbe()
    yield made
    await made.close()


def value(result: ProbeResult, metric: str) -> float | None:
    return next((s.value for s in result.samples if s.metric == metric), None)


async def ask(probe: HttpProbe, url: str, **settings: Any) -> ProbeResult:
    return await probe(DEVICE, {"url": url, **settings})


async def test_an_answer_gives_its_status_and_its_time(probe: HttpProbe, site: str) -> None:
    result = await ask(probe, f"{site}/hello")
    assert (result.ok, result.reason) == (True, "")
    assert value(result, "http_status") == 200
    assert result.response_ms == value(result, "http_response_ms")
    assert result.response_ms is not None
    assert result.response_ms > 0
    assert value(result, "tls_days_left") is None


async def test_an_error_status_is_a_failure_unless_it_is_expected(
    probe: HttpProbe, site: str
) -> None:
    assert (await ask(probe, f"{site}/broken")).reason == "http status 500"
    assert (await ask(probe, f"{site}/broken", expected_status=500)).ok
    assert (await ask(probe, f"{site}/hello", expected_status=[201, 204])).reason == (
        "http status 200"
    )
    assert (await ask(probe, f"{site}/nothing", expected_status=[201, 204])).ok


async def test_a_body_is_searched_for_the_expected_text(probe: HttpProbe, site: str) -> None:
    assert (await ask(probe, f"{site}/hello", contains="systems go")).ok
    result = await ask(probe, f"{site}/hello", contains="maintenance")
    assert (result.ok, result.reason) == (False, "http body lacks the expected text")


async def test_no_more_of_a_body_is_read_than_is_searched(probe: HttpProbe, site: str) -> None:
    result = await ask(probe, f"{site}/endless", contains="never there")
    assert result.reason == "http body lacks the expected text"


async def test_a_redirect_is_an_answer_and_followed_only_where_that_is_asked_for(
    probe: HttpProbe, site: str
) -> None:
    assert value(await ask(probe, f"{site}/there"), "http_status") == 302
    followed = await ask(probe, f"{site}/there", follow_redirects=True, contains="go")
    assert (followed.ok, value(followed, "http_status")) == (True, 200)


async def test_redirects_in_a_circle_are_left(probe: HttpProbe, site: str) -> None:
    result = await ask(probe, f"{site}/round", follow_redirects=True)
    assert result.reason == "http too many redirects"


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://[::1]/", "http://127.1/", "file:///etc/passwd", "gopher://x"],
)
async def test_a_redirect_leads_to_no_forbidden_place(site: str, target: str) -> None:
    probe = HttpProbe(Reach(["10.0.0.0/8", "::1/128"]))
    url = f"{site}/elsewhere?to={target}"
    result = await ask(probe, url, follow_redirects=True)
    await probe.close()
    assert (result.ok, result.reason) == (False, "http target forbidden")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "localhost"],
)
async def test_no_spelling_of_a_forbidden_address_is_asked(site: str, host: str) -> None:
    probe = HttpProbe(Reach(["127.0.0.0/8", "::1/128"]))
    port = site.rpartition(":")[2]
    result = await ask(probe, f"http://{host}:{port}/hello")
    await probe.close()
    assert (result.ok, result.reason) == (False, "http target forbidden")


@pytest.mark.parametrize("url", ["not a url", "http://", "http://[::1", "http://127.0.0.1:99999/"])
async def test_a_url_that_is_none_is_a_failed_probe(probe: HttpProbe, url: str) -> None:
    assert not (await ask(probe, url)).ok


async def test_a_closed_port_is_a_failed_probe(probe: HttpProbe) -> None:
    assert (await ask(probe, "http://127.0.0.1:1/")).reason == "http connection failed"


async def test_a_probe_that_is_given_up_leaves_nothing_open(probe: HttpProbe, site: str) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await ask(probe, f"{site}/never")
    assert (await ask(probe, f"{site}/hello")).ok


def test_a_device_without_a_url_is_asked_at_its_address() -> None:
    assert default_url("127.0.0.1") == "http://127.0.0.1/"
    assert default_url("2001:db8::1") == "http://[2001:db8::1]/"


def certificate(folder: Path, *, days: float) -> tuple[ssl.SSLContext, Path]:
    """Return a server's context with a certificate of its own making, and the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "device.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context, pem


@pytest.mark.parametrize(
    ("what", "contains"), [("hello", None), ("hello", "go"), ("nothing", None)]
)
@pytest.mark.parametrize("days", [30, -2])
async def test_a_certificates_days_are_counted_even_where_it_is_not_trusted(
    probe: HttpProbe, tmp_path: Path, what: str, contains: str | None, days: float
) -> None:
    context, _ = certificate(tmp_path, days=days)
    runner, url = await _serve(context)
    result = await ask(probe, f"{url}/{what}", verify_tls=False, contains=contains)
    await runner.cleanup()
    assert result.ok
    assert value(result, "tls_days_left") == pytest.approx(days, abs=0.1)
    assert 0 < (value(result, "http_tls_ms") or 0) < (value(result, "http_response_ms") or 0)


async def test_a_certificate_nobody_vouches_for_fails_a_probe_that_verifies(
    probe: HttpProbe, tmp_path: Path
) -> None:
    context, _ = certificate(tmp_path, days=30)
    runner, url = await _serve(context)
    result = await ask(probe, f"{url}/hello")
    await runner.cleanup()
    assert (result.ok, result.reason) == (False, "http tls failed")


async def test_one_probes_certificate_is_not_anothers(
    probe: HttpProbe, site: str, tmp_path: Path
) -> None:
    context, _ = certificate(tmp_path, days=30)
    runner, url = await _serve(context)
    plain = [ask(probe, f"{site}/hello") for _ in range(5)]
    secure = [ask(probe, f"{url}/hello", verify_tls=False) for _ in range(5)]
    results = await asyncio.gather(*plain, *secure)
    again = await ask(probe, f"{site}/hello")
    await runner.cleanup()
    assert [value(r, "tls_days_left") is None for r in results] == [True] * 5 + [False] * 5
    assert value(again, "tls_days_left") is None
