"""`make bench-web`: sizes, frames, a long chart, visits over a slow line, Lighthouse.

NETPULSE_BENCH_PARTS=chart,sizes runs only those.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from aiohttp import web

from bench.web.fleet import snapshot, travels
from bench.web.server import DEVICE, application, compressed_copy
from local import dashboard

ROOT = Path(__file__).parents[2]
DIST, BENCH = ROOT / "web" / "dist", ROOT / "web" / "bench"
FIRST = ("index.html", "src/main.tsx", "src/features/wall/wall.tsx")
ROUNDS = int(os.environ.get("NETPULSE_BENCH_ROUNDS", "3"))
SECONDS = 8
RATES = (200, 2_000)
PARTS = ("sizes", "wall", "chart", "visits", "lighthouse")
ASKED = tuple(os.environ.get("NETPULSE_BENCH_PARTS", ",".join(PARTS)).split(","))


def tell(measure, values, *, unit, bar=None, most=True, **more):
    """Print one measure; `most`: the bar is what it may at most be."""
    value = statistics.median(values) if values else None
    holds = None
    if value is not None and bar is not None:
        holds = value <= bar if most else value >= bar
    line = {
        "measure": measure,
        "value": None if value is None else round(value, 2),
        "unit": unit,
        "peer": None,
        "peer_value": None,
        "ratio": None,
        "bar": bar,
        "holds": holds,
        "rounds": len(values),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps({**line, **more}), flush=True)


def first_load(manifest, entries):
    """Return the scripts and styles that a first visit to the wall loads."""
    scripts, styles, todo = set(), set(), [*entries]
    while todo:
        chunk = manifest[todo.pop()]
        if chunk["file"] in scripts:
            continue
        scripts.add(chunk["file"])
        styles |= set(chunk.get("css", []))
        todo += chunk.get("imports", [])
    return scripts, styles


def sizes():
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    travel = [
        sum(len(gzip.compress((DIST / name).read_bytes(), 9)) for name in names) / 1_000
        for names in first_load(manifest, FIRST)
    ]
    tell("initial JavaScript, gzip", [travel[0]], unit="kB", bar=150)
    tell("initial CSS, gzip", [travel[1]], unit="kB", bar=15)
    bytes_ = travels(snapshot()[0])
    tell("snapshot of 5,000 devices, gzip", [bytes_ / 1_000], unit="kB", bar=15)


def frames(lines, rate, *, fps):
    found = [line for line in lines if line["measure"] == f"wall {rate}"]
    name = f"wall of 5,000 devices, {rate} events/s"
    costs = {
        each: round(statistics.median(line[each] for line in found), 2)
        for each in (
            "main_thread_ms_a_frame",
            "script_ms_a_frame",
            "style_and_layout_ms_a_frame",
        )
        if found
    }
    tell(f"{name}: frames", [line["fps"] for line in found], unit="1/s", bar=fps, most=False)
    bar = 20 if fps == 58 else None
    tell(f"{name}: frame p95", [line["p95_ms"] for line in found], unit="ms", bar=bar, **costs)


def wall(lines):
    for rate, fps in zip(RATES, (58, 50), strict=True):
        frames(lines, rate, fps=fps)


def chart(lines):
    charts = [line for line in lines if line["measure"] == "chart"]
    script = (
        {"script_ms": round(statistics.median(c["script_ms"] for c in charts))} if charts else {}
    )
    name = "chart of 100,000 points, its JSON read and drawn: main thread"
    tell(name, [c["task_ms"] for c in charts], unit="ms", bar=200, **script)


def visits(lines):
    found = [line for line in lines if line["measure"] == "visits"]
    for name, kind, key, bar in (
        ("cold, 400 kbit/s and 400 ms: text", "cold", "text_ms", 1_500),
        ("cold: wall with data", "cold", "wall", 4_500),
        ("warm: wall as last known, marked stale", "warm", "stale", 1_000),
        ("warm: live", "warm", "live", None),
    ):
        tell(name, [v[kind][key] for v in found if v[kind].get(key)], unit="ms", bar=bar)


def lighthouse(lines):
    for screen in ("log-in", "wall"):
        audits = [
            each
            for each in lines
            if (each["measure"], each.get("screen")) == ("lighthouse", screen)
        ]
        why = {"why": audits[0]["missing"]} if audits and "missing" in audits[0] else {}
        lost = sorted({word for each in audits for word in each.get("lost", ())})
        for category, bar in (("performance", 95), ("accessibility", 100), ("best-practices", 100)):
            scores = [each[category] for each in audits if category in each]
            name = f"Lighthouse, {screen}: {category}"
            tell(name, scores, unit="points", bar=bar, most=False, **why)
        if lost:
            print(f"{screen}: {lost}", file=sys.stderr)


async def measured():
    """Serve the dashboard and return what the browser says."""
    site = compressed_copy(DIST, ROOT / "build" / "bench-web")
    runner = web.AppRunner(application(site), access_log=None)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    port = listener._server.sockets[0].getsockname()[1]
    told = {"url": f"http://127.0.0.1:{port}", "device": DEVICE}
    told |= {"rounds": ROUNDS, "seconds": SECONDS, "rates": RATES, "parts": ASKED}
    process = await asyncio.create_subprocess_exec(
        "node",
        "run.js",
        cwd=BENCH,
        env={**os.environ, "NETPULSE_BENCH": json.dumps(told)},
        stdout=asyncio.subprocess.PIPE,
    )
    lines = []
    async for line in process.stdout:
        lines.append(json.loads(line))
        print(line.decode().rstrip(), file=sys.stderr, flush=True)
    await process.wait()
    await runner.cleanup()
    return lines


def prepare():
    """Build the dashboard and install Lighthouse; say what is missing."""
    log = ROOT / "build" / "bench-web.log"
    log.parent.mkdir(exist_ok=True)
    if not shutil.which("node") or not dashboard.build(log):
        return f"the dashboard could not be built: {log}"
    if not (BENCH / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=BENCH, stdout=sys.stderr, check=False)
    return ""


def main():
    if unheard := set(ASKED) - set(PARTS):
        sys.exit(f"NETPULSE_BENCH_PARTS takes {', '.join(PARTS)}; not {', '.join(sorted(unheard))}")
    if why := prepare():
        tell("dashboard", [], unit="", why=why)
        return
    if "sizes" in ASKED:
        sizes()
    lines = asyncio.run(measured())
    if why := next((line["skipped"] for line in lines if "skipped" in line), ""):
        tell("dashboard in a browser", [], unit="", why=why)
        return
    seen = [line for line in lines if "measure" in line]
    for part in (wall, chart, visits, lighthouse):
        if part.__name__ in ASKED:
            part(seen)
    print(f"load average: {os.getloadavg()}", file=sys.stderr)


if __name__ == "__main__":
    main()
