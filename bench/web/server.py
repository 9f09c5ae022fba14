"""The built dashboard behind CloudFront's headers and compression, over an API that is made up.

Everything that the browser sees of the site is real (local.edge.site); the API answers at once, so
that what is measured is the dashboard and the line.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import WSMsgType, web

from bench.web.fleet import STATUSES, snapshot
from local.edge.site import Site

CLOUDFRONT_COMPRESSES = (".html", ".js", ".css", ".json", ".svg", ".webmanifest")
POINTS = 100_000
DEVICE = "5e0c2d6e-6c1b-4b52-9d43-0c3f3a1f7a01"
NOW = datetime.now(UTC).replace(microsecond=0)
IDENTITY = "0d6f3d9e-0000-4000-8000-000000000001"


def compressed_copy(dist: Path, target: Path) -> Path:
    """Copy the site and put a .gz beside each file that CloudFront would compress."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(dist, target)
    for file in [*target.rglob("*")]:
        if file.suffix in CLOUDFRONT_COMPRESSES and file.stat().st_size > 1_000:
            file.with_name(file.name + ".gz").write_bytes(gzip.compress(file.read_bytes(), 6))
    return target


class Api:
    """Just enough of NetPulse's API, and a feed of status changes at a chosen rate."""

    def __init__(self):
        self.view, self.numbers = snapshot()
        self.seq = self.view.seq
        self.rate = 0
        self.curve = curve(POINTS)

    def routes(self):
        """Return what is answered."""
        answers = {
            "/api/v1/me": ME,
            "/api/v1/alerts/summary": {
                "open": 3,
                "unacknowledged": 1,
                "by_severity": {"critical": 1, "warning": 2, "info": 0},
            },
            f"/api/v1/devices/{DEVICE}": A_DEVICE,
            f"/api/v1/devices/{DEVICE}/series": [SERIES],
        }
        simple = [web.get(path, said(data)) for path, data in answers.items()]
        return [
            *simple,
            web.post("/api/v1/auth/refresh", said(TOKENS)),
            web.post("/api/v1/ws-tickets", said({"ticket": "x", "expires_in_seconds": 30})),
            web.get("/api/v1/devices/snapshot", self.snapshot),
            web.get("/api/v1/events", self.events),
            web.get(f"/api/v1/devices/{DEVICE}/metrics", self.metrics),
            web.get("/ws", self.feed),
            web.post("/bench/rate/{rate}", self.set_rate),
            web.route("*", "/api/v1/{rest:.*}", said([])),
        ]

    async def snapshot(self, request):
        self.view.seq = self.seq
        return answer(self.view.model_dump(mode="json"))

    async def events(self, request):
        told = {"messages": [], "last_seq": self.seq, "has_more": False, "reset": False}
        return answer(told)

    async def metrics(self, request):
        long = request.query.get("from") == "-7d"
        times, values = self.curve
        first = 0 if long else len(times) - 360
        span = {"from": said_as(times[first]), "to": said_as(times[-1]), "step_seconds": 6}
        curve = {**SERIES, "aggregate": "avg", "axis": 0, "values": values[first:]}
        return answer({**span, "axes": [times[first:]], "series": [curve]})

    async def set_rate(self, request):
        self.rate = int(request.match_info["rate"])
        return web.Response()

    async def feed(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        sender = asyncio.create_task(self._send(socket))
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
        sender.cancel()
        return socket

    async def _send(self, socket):
        """Send one frame a change, evenly spread: the most frames that a rate can have."""
        chance = random.Random(1)
        sent, began, rate = 0, time.perf_counter(), self.rate
        while not socket.closed:
            await asyncio.sleep(0.005)
            if rate != self.rate:
                sent, began, rate = 0, time.perf_counter(), self.rate
            due = int((time.perf_counter() - began) * rate)
            while sent < due:
                sent += 1
                self.seq += 1
                change = [chance.choice(self.numbers), chance.choice(STATUSES), int(time.time())]
                delta = {"type": "status", "seq": self.seq, "devices": [change]}
                await socket.send_str(json.dumps({"messages": [delta]}, separators=(",", ":")))


def application(site: Path):
    """Return the made-up NetPulse."""
    app, pages = web.Application(), Site(site)
    app.add_routes(Api().routes())
    app.router.add_get("/config.json", pages.config)
    app.router.add_get("/{path:.*}", pages.page)
    return app


def answer(data):
    response = web.json_response({"success": True, "data": data, "meta": META, **paged(data)})
    response.enable_compression(web.ContentCoding.gzip)
    return response


def said(data):
    async def say(request):
        return answer(data)

    return say


def paged(data):
    if not isinstance(data, list):
        return {}
    page = {"page": 1, "per_page": 50, "total": len(data), "total_pages": 1}
    return {"pagination": {**page, "has_next": False, "has_prev": False}}


def curve(count):
    """Return instants, each six seconds up to now, and a round trip that wanders."""
    chance, value, values = random.Random(3), 20.0, []
    for _ in range(count):
        value = max(1.0, value + chance.uniform(-1, 1))
        values.append(round(value, 2))
    return [NOW.timestamp() - 6.0 * left for left in range(count, 0, -1)], values


def said_as(at):
    """Return seconds since 1970 as the API writes an instant."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


META = {"timestamp": NOW.isoformat(), "version": "v1", "request_id": "bench"}
TOKENS = {"access_token": "bench", "expires_in": 900}
SERIES = {"metric": "icmp_rtt_avg_ms", "entity": "", "unit": "ms", "kind": "gauge"}
ME = {
    "id": IDENTITY,
    "email": "noc@example.org",
    "full_name": "Amina Otieno",
    "organization_id": IDENTITY,
    "organization": {"id": IDENTITY, "name": "Masts"},
    "role": "admin",
    "permissions": ["device:read", "device:write", "metrics:read", "alert:read"],
    "memberships": [],
}
A_DEVICE = {
    "id": DEVICE,
    "number": 1,
    "name": "kamau-siwa-rtr-01",
    "ip_address": "198.51.100.7",
    "device_type": "router",
    "status": "online",
    "status_reason": "",
    "status_since": None,
    "maintenance": False,
    "interval_seconds": 60,
    "last_seen_at": NOW.isoformat(),
    "response_time_ms": 12.5,
    "vendor": "Example",
    "model": "R1",
    "os": "ros",
    "os_version": "1",
    "serial_number": "1",
    "location": "",
    "description": "",
    "tags": [],
    "group_ids": [],
    "parent_ids": [],
}
