"""One origin for all: the dashboard, the API and the WebSocket, as CloudFront has it."""

import argparse
from pathlib import Path

from aiohttp import web

from infra.web_paths import SOCKET, api_paths
from local.edge.proxy import LARGEST_BODY, Proxy, Upstreams
from local.edge.site import Site
from local.ports import LOOPBACK

# A new line is a character of a path like any other (%0A), which `.` would not match.
_REST = r"{path:[\s\S]*}"


def application(upstreams: Upstreams, site: Path) -> web.Application:
    """Return the edge in front of two upstream APIs and a site."""
    proxy, pages = Proxy(upstreams), Site(site)
    app = web.Application(client_max_size=LARGEST_BODY)
    app.on_startup.append(proxy.open)
    app.on_cleanup.append(proxy.close)
    for path in api_paths():
        app.router.add_route("*", path.replace("*", _REST), proxy.http)
    app.router.add_get(SOCKET, proxy.websocket)
    app.router.add_get("/config.json", pages.config)
    app.router.add_get(f"/{_REST}", pages.page)
    return app


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m local.edge")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--http", required=True, help="where the HTTP API is")
    parser.add_argument("--websocket", required=True, help="where the WebSocket API is")
    parser.add_argument("--site", type=Path, required=True, help="the built dashboard")
    parser.add_argument("--word", type=Path, required=True, help="file of the word we prove us by")
    given = parser.parse_args()
    word = given.word.read_text().strip()
    app = application(Upstreams(given.http, given.websocket, word), given.site)
    # A header line of API Gateway's may have 10,240 bytes.
    web.run_app(
        app, host=LOOPBACK, port=given.port, print=None, access_log=None, max_field_size=10_240
    )


if __name__ == "__main__":
    main()
