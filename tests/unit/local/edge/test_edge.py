from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from infra.web_headers import EDGE_HEADER, VIEWER_HEADER
from local.edge.__main__ import application
from local.edge.proxy import Upstreams

Client = TestClient[web.Request, web.Application]


async def echo(request: web.Request) -> web.Response:
    told = {
        "method": request.method,
        "path": request.raw_path,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "body": (await request.read()).decode(),
    }
    answer = web.json_response(told, status=418, headers={"X-Request-ID": "r1"})
    answer.headers.add("Set-Cookie", "a=1; Path=/")
    answer.headers.add("Set-Cookie", "b=2; Path=/")
    return answer


async def socket(request: web.Request) -> web.StreamResponse:
    if request.query.get("ticket") != "good":
        return web.Response(status=403)
    opened = web.WebSocketResponse()
    await opened.prepare(request)
    async for message in opened:
        await opened.send_str(f"{message.data} {request.query['ticket']}")
    return opened


@asynccontextmanager
async def edge(site: Path) -> AsyncIterator[Client]:
    upstream = web.Application()
    upstream.router.add_get("/socket", socket)
    upstream.router.add_route("*", r"/http/{path:[\s\S]*}", echo)
    async with TestServer(upstream) as server:
        base = str(server.make_url("")).rstrip("/")
        upstreams = Upstreams(http=f"{base}/http", websocket=f"{base}/socket", word="w")
        async with TestClient(TestServer(application(upstreams, site))) as client:
            yield client


async def asked(client: Client, path: str, **named: Any) -> dict[str, Any]:
    told: dict[str, Any] = await (await client.post(path, **named)).json()
    return told


async def test_a_request_and_its_answer_pass_as_they_are(tmp_path: Path) -> None:
    async with edge(tmp_path) as client:
        answer = await client.post("/api/v1/devices?tag=a&tag=b%20c", data="body")
        told = await answer.json()
    assert answer.status == 418
    assert answer.headers["X-Request-ID"] == "r1"
    assert answer.headers.getall("Set-Cookie") == ["a=1; Path=/", "b=2; Path=/"]
    assert (told["method"], told["body"]) == ("POST", "body")
    assert told["path"] == "/http/api/v1/devices?tag=a&tag=b%20c"


async def test_a_path_with_a_new_line_is_the_apis_to_judge(tmp_path: Path) -> None:
    async with edge(tmp_path) as client:
        path = "/api/v1/alert-rules/%0A/overrides/a%0Ab"
        answer = await client.put(URL(path, encoded=True), data="{}")
        told = await answer.json()
    assert answer.status == 418
    assert told["path"] == f"/http{path}"


async def test_the_api_learns_where_the_browser_is(tmp_path: Path) -> None:
    async with edge(tmp_path) as client:
        told = await asked(client, "/api/v1/x", headers={"X-Forwarded-For": "192.0.2.1"})
        origin = str(client.make_url("")).rstrip("/")
    headers = told["headers"]
    assert headers["x-forwarded-for"].startswith("192.0.2.1, ")
    assert origin == f"{headers['x-forwarded-proto']}://{headers['x-forwarded-host']}"


async def test_the_api_is_told_where_the_viewer_is_by_an_edge_that_proves_itself(
    tmp_path: Path,
) -> None:
    claims = {VIEWER_HEADER: "192.0.2.1", EDGE_HEADER: "guess"}
    async with edge(tmp_path) as client:
        headers = (await asked(client, "/api/v1/x", headers=claims))["headers"]
    assert (headers[VIEWER_HEADER], headers[EDGE_HEADER]) == ("127.0.0.1", "w")


async def test_everything_that_is_not_the_site_goes_to_the_api(tmp_path: Path) -> None:
    paths = ["/health", "/docs", "/openapi.json", "/.well-known/jwks.json", "/callbacks/sms"]
    async with edge(tmp_path) as client:
        for path in paths:
            assert (await asked(client, path))["path"] == f"/http{path}"


async def test_a_body_above_ten_megabytes_is_refused(tmp_path: Path) -> None:
    async with edge(tmp_path) as client:
        answer = await client.post("/api/v1/devices", data=BytesIO(bytes(10 * 1024 * 1024 + 1)))
    assert answer.status == 413


async def test_an_api_that_is_away_is_a_bad_gateway(tmp_path: Path) -> None:
    upstreams = Upstreams(http="http://127.0.0.1:9", websocket="http://127.0.0.1:9")
    async with TestClient(TestServer(application(upstreams, tmp_path))) as client:
        assert (await client.get("/api/v1/devices")).status == 502
        assert (await client.get("/ws")).status == 502


async def test_a_socket_carries_messages_both_ways(tmp_path: Path) -> None:
    async with edge(tmp_path) as client, client.ws_connect("/ws?ticket=good") as opened:
        await opened.send_str("hello")
        assert await opened.receive_str(timeout=5) == "hello good"
        await opened.close()
        assert (await opened.receive()).type is WSMsgType.CLOSED


async def test_a_socket_that_is_refused_is_refused_here_too(tmp_path: Path) -> None:
    async with edge(tmp_path) as client:
        answer = await client.get(
            "/ws?ticket=bad",
            headers={
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            },
        )
    assert answer.status == 403


async def test_a_dashboard_that_is_not_built_says_how_to(tmp_path: Path) -> None:
    async with edge(tmp_path) as client:
        answer = await client.get("/")
        assert "npm run build" in await answer.text()


async def test_every_page_of_the_dashboard_is_its_front_page(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("front")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "app-1.js").write_text("script")
    async with edge(tmp_path) as client:
        assert await (await client.get("/devices/42")).text() == "front"
        script = await client.get("/assets/app-1.js")
        assert await script.text() == "script"
        assert "immutable" in script.headers["Cache-Control"]
        assert (await client.get("/assets/app-2.js")).status == 404
