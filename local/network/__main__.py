"""The simulated network: devices that answer SNMP, and an HTTP door to silence them."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web

from local.network.fleet import Fleet, recordings
from local.network.namespace import Namespace, is_possible
from local.network.places import LoopbackPlaces, NamespacePlaces, Places
from local.ports import LOOPBACK


def application(fleet: Fleet, places: Places) -> web.Application:
    """Return the HTTP door of a fleet."""

    async def devices(_: web.Request) -> web.Response:
        return web.json_response([device.view() for device in fleet.devices.values()])

    async def faults(request: web.Request) -> web.Response:
        try:
            wish: Any = await request.json()
            device, state = fleet.devices[wish["device"]], wish["state"]
        except (ValueError, TypeError, KeyError):
            return _refused(fleet)
        if state not in ("up", "down"):
            return _refused(fleet)
        device.is_up = state == "up"
        (places.restore if device.is_up else places.silence)(device)
        return web.json_response(device.view())

    app = web.Application()
    app.add_routes([web.get("/devices", devices), web.post("/faults", faults)])
    return app


def _refused(fleet: Fleet) -> web.Response:
    names = ", ".join(fleet.devices)
    told = f'send {{"device": <one of {names}>, "state": "up" or "down"}}'
    return web.json_response({"error": told}, status=422)


async def _start(app: web.Application, fleet: Fleet, places: Places) -> web.Application:
    places.serve(fleet, asyncio.get_running_loop())
    return app


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m local.network")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--recordings", type=Path, required=True)
    parser.add_argument("--key", required=True, help="names the namespace")
    parser.add_argument("--memory", type=Path, required=True, help="keeps loopback ports")
    given = parser.parse_args()
    places: Places
    if is_possible():
        places = NamespacePlaces(Namespace(given.key))
    else:
        places = LoopbackPlaces(given.memory)
    try:
        fleet = Fleet(places.settle(recordings(given.recordings)))
        app = application(fleet, places)
        web.run_app(_start(app, fleet, places), host=LOOPBACK, port=given.port, print=None)
    finally:
        places.close()


if __name__ == "__main__":
    main()
