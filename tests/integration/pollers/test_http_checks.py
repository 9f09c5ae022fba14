"""What a check may ask of a web server beyond its status, on loopback."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from pollers.domain.reach import Reach
from pollers.probes.http import HttpProbe
from pollers.probes.result import ProbeResult
from pollers.probes.target import Target

BODY = {"psu": [{"name": "A", "watts": 120.5, "ok": True}], "load": "0.75", "state": "ready"}


async def _answer(request: web.Request) -> web.StreamResponse:
    match request.match_info["what"]:
        case "json":
            return web.json_response(BODY)
        case "echo":
            given = {name.lower(): text for name, text in request.headers.items()}
            sent = (await request.read()).decode()
            return web.json_response({"method": request.method, "sent": sent, **given})
        case "away":
            raise web.HTTPFound(request.query["to"])
        case "slow":
            await asyncio.sleep(0.05)
    return web.Response(text=f"host {request.host}")


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_route("*", "/{what}", _answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@pytest.fixture
async def probe() -> AsyncIterator[HttpProbe]:
    made = HttpProbe(Reach(["192.0.2.0/24"]))
    yield made
    await made.close()


def value(result: ProbeResult, metric: str) -> float | None:
    return next((s.value for s in result.samples if s.metric == metric), None)


HERE = Target("127.0.0.1")


async def test_numbers_are_read_out_of_a_devices_api(probe: HttpProbe, port: int) -> None:
    settings = {
        "url": f"http://127.0.0.1:{port}/json",
        "json_matches": [{"path": "state", "equals": "ready"}],
        "values": [
            {"path": "psu[name=A].watts", "metric": "psu_watts", "unit": "W"},
            {"path": "psu[0].ok", "metric": "psu_ok"},
            {"path": "load", "metric": "load_percent", "unit": "%", "scale": 100},
        ],
    }
    result = await probe(HERE, settings)
    assert (result.ok, result.reason) == (True, "")
    assert value(result, "psu_watts") == 120.5
    assert value(result, "psu_ok") == 1
    assert value(result, "load_percent") == 75


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"json_matches": [{"path": "state", "equals": "off"}]}, "state is not off"),
        ({"values": [{"path": "psu[3].watts", "metric": "w"}]}, "psu[3].watts is not in the body"),
        ({"values": [{"path": "state", "metric": "w"}]}, "w is not a number"),
        ({"pattern": "watts.*9{5}"}, "http body does not match the pattern"),
        ({"pattern": "(?=x)"}, "pattern not understood"),
        ({"values": [{"path": "a", "metric": "w"}], "at": "other"}, "body is not JSON"),
    ],
)
async def test_a_body_that_is_not_as_expected_fails_with_a_reason(
    probe: HttpProbe, port: int, settings: dict[str, Any], reason: str
) -> None:
    at = settings.pop("at", "json")
    result = await probe(HERE, {"url": f"http://127.0.0.1:{port}/{at}", **settings})
    assert (result.ok, result.reason) == (False, reason)
    assert value(result, "http_status") == 200


async def test_a_pattern_made_to_explode_costs_next_to_nothing(probe: HttpProbe, port: int) -> None:
    url = f"http://127.0.0.1:{port}/echo"
    settings = {"url": url, "method": "POST", "body": "a" * 4000, "pattern": "(a+)+(a+)+(a+)+b$"}
    async with asyncio.timeout(5):
        assert not (await probe(HERE, settings)).ok


@pytest.mark.parametrize(
    ("secret", "header", "sent"),
    [
        (
            {"username": "u", "password": "p"},
            "authorization",
            f"Basic {b64encode(b'u:p').decode()}",
        ),
        ({"token": "t0ken"}, "authorization", "Bearer t0ken"),
        ({"token": "t0ken", "header": "X-Auth", "scheme": ""}, "x-auth", "t0ken"),
    ],
)
async def test_a_login_is_sent_as_the_credential_says(
    probe: HttpProbe, port: int, secret: dict[str, str], header: str, sent: str
) -> None:
    target = Target("127.0.0.1", secret=secret)
    matches = [{"path": f'["{header}"]', "equals": sent}]
    url = f"http://127.0.0.1:{port}/echo"
    result = await probe(target, {"url": url, "json_matches": matches})
    assert (result.ok, result.reason) == (True, "")
    assert "t0ken" not in repr(target)


async def test_a_method_and_body_are_sent(probe: HttpProbe, port: int) -> None:
    matches = [{"path": "method", "equals": "POST"}, {"path": "sent", "equals": "ping"}]
    url = f"http://127.0.0.1:{port}/echo"
    settings = {"url": url, "method": "POST", "body": "ping", "json_matches": matches}
    assert (await probe(HERE, settings)).ok


async def test_a_name_is_asked_for_at_the_device_itself(probe: HttpProbe, port: int) -> None:
    url = f"http://shop.example:{port}/hello"
    result = await probe(HERE, {"url": url, "contains": f"host shop.example:{port}"})
    assert (result.ok, result.reason) == (True, "")
    assert value(result, "http_dns_ms") is None


async def test_another_address_than_the_devices_is_not_asked(probe: HttpProbe, port: int) -> None:
    url = f"http://127.0.0.2:{port}/hello"
    assert (await probe(HERE, {"url": url})).reason == "http target forbidden"
    forbidden = Target("127.0.0.1", beyond=True)
    url = "http://192.0.2.7/hello"
    assert (await probe(forbidden, {"url": url})).reason == "http target forbidden"


async def test_a_redirect_does_not_lead_away_from_the_device(probe: HttpProbe, port: int) -> None:
    to = f"http://127.0.0.2:{port}/hello"
    url = f"http://127.0.0.1:{port}/away?to={to}"
    result = await probe(HERE, {"url": url, "follow_redirects": True})
    assert result.reason == "http redirect leaves the device"


async def test_a_login_does_not_follow_a_redirect_elsewhere(probe: HttpProbe, port: int) -> None:
    to = f"http://localhost:{port}/echo"
    target = Target("127.0.0.1", beyond=True, secret={"token": "t0ken"})
    settings = {
        "url": f"http://127.0.0.1:{port}/away?to={to}",
        "follow_redirects": True,
        "json_matches": [{"path": "authorization", "equals": "x"}],
    }
    assert (await probe(target, settings)).reason == "authorization is not in the body"


async def test_each_phase_has_its_time(probe: HttpProbe, port: int) -> None:
    target = Target("127.0.0.1", beyond=True)
    result = await probe(target, {"url": f"http://localhost:{port}/slow"})
    total = value(result, "http_response_ms")
    assert total is not None
    parts = [value(result, f"http_{phase}_ms") for phase in ("dns", "connect", "first_byte")]
    assert all(part is not None and part >= 0 for part in parts)
    assert sum(part for part in parts if part is not None) <= total + 0.01
    assert (parts[2] or 0) >= 40
    assert value(result, "http_tls_ms") is None
