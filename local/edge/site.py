"""The web dashboard's files, or a page that says how to get them."""

from pathlib import Path

from aiohttp import web

from infra.web_headers import (
    ALWAYS_ASKED_ABOUT,
    ASSETS,
    CACHED_FOREVER,
    SECURITY_HEADERS,
)

_MISSING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>NetPulse</title>
<style>body{font:1rem/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem}</style></head>
<body><h1>NetPulse is running</h1>
<p>The dashboard is not built. With Node 20 or later: <code>cd web &amp;&amp; npm ci &amp;&amp;
npm run build</code>, then load this page again.</p>
<p>The API is here: <a href="/docs">documentation</a>, <a href="/openapi.json">OpenAPI</a>,
<a href="/health">health</a>.</p></body></html>
"""
# What `infra.publish` writes beside a deployed dashboard.
_CONFIG = {"stage": "local", "region": "local", "version": "local"}


class Site:
    """Serves a single-page application: its files, and its front page for every other path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Return a file of the site or its front page."""
        front = self._folder / "index.html"
        if not front.is_file():
            return web.Response(text=_MISSING, content_type="text/html")
        wanted = (self._folder / request.path.lstrip("/")).resolve()
        if wanted.is_relative_to(self._folder) and wanted.is_file() and wanted != front:
            is_hashed = wanted.is_relative_to(self._folder / ASSETS)
            return _served(wanted, CACHED_FOREVER if is_hashed else ALWAYS_ASKED_ABOUT)
        if Path(request.path).suffix:
            return web.Response(status=404, text="not found", headers=SECURITY_HEADERS)
        return _served(front, ALWAYS_ASKED_ABOUT)

    async def config(self, request: web.Request) -> web.Response:
        """Return what a build learns about the stage it is served by."""
        headers = {**SECURITY_HEADERS, "Cache-Control": ALWAYS_ASKED_ABOUT}
        return web.json_response(_CONFIG, headers=headers)


def _served(path: Path, cache: str) -> web.FileResponse:
    return web.FileResponse(path, headers={**SECURITY_HEADERS, "Cache-Control": cache})
