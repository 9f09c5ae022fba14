"""The web dashboard's files, or a page that says how to get them."""

from pathlib import Path

from aiohttp import web

_MISSING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>NetPulse</title>
<style>body{font:1rem/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem}</style></head>
<body><h1>NetPulse is running</h1>
<p>The dashboard is not built. With Node 20 or later: <code>cd web &amp;&amp; npm ci &amp;&amp;
npm run build</code>, then load this page again.</p>
<p>The API is here: <a href="/docs">documentation</a>, <a href="/openapi.json">OpenAPI</a>,
<a href="/health">health</a>.</p></body></html>
"""
_FOREVER = "public, max-age=31536000, immutable"


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
            is_hashed = wanted.is_relative_to(self._folder / "assets")
            cache = _FOREVER if is_hashed else "no-cache"
            return web.FileResponse(wanted, headers={"Cache-Control": cache})
        if Path(request.path).suffix:
            return web.Response(status=404, text="not found")
        return web.FileResponse(front, headers={"Cache-Control": "no-cache"})
