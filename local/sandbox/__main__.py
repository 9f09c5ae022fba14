"""The providers' sandbox: `python -m local.sandbox --port 8090`."""

import argparse
from dataclasses import asdict
from typing import Any

from aiohttp import web

from local.ports import LOOPBACK
from local.sandbox.inbox import Fault, Inbox, UnknownFaultError
from local.sandbox.providers import routes


def application(inbox: Inbox) -> web.Application:
    """Return the sandbox: the providers, what they got and the faults they have."""

    async def messages(request: web.Request) -> web.Response:
        try:
            return web.json_response(inbox.select(request.query))
        except (ValueError, TypeError):
            told = "since is an instant with its zone, 2026-01-31T12:00:00Z"
            return web.json_response({"error": told}, status=422)

    async def forget(_: web.Request) -> web.Response:
        inbox.messages.clear()
        return web.json_response([])

    async def faults(_: web.Request) -> web.Response:
        return web.json_response([asdict(fault) for fault in inbox.faults])

    async def fail(request: web.Request) -> web.Response:
        try:
            wish: Any = await request.json()
            inbox.faults.append(Fault.parse(wish))
        except ValueError as error:
            shown = error if isinstance(error, UnknownFaultError) else "send JSON"
            return web.json_response({"error": str(shown)}, status=422)
        return await faults(request)

    async def mend(request: web.Request) -> web.Response:
        inbox.faults.clear()
        return await faults(request)

    app = web.Application()
    app.add_routes(routes(inbox))
    app.add_routes(
        [
            web.get("/messages", messages),
            web.delete("/messages", forget),
            web.get("/faults", faults),
            web.post("/faults", fail),
            web.delete("/faults", mend),
        ]
    )
    return app


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m local.sandbox")
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    web.run_app(application(Inbox()), host=LOOPBACK, port=given.port, print=None)


if __name__ == "__main__":
    main()
