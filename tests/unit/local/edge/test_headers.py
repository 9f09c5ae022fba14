from pathlib import Path

import pytest

from infra.web_headers import SECURITY_HEADERS
from tests.unit.local.edge.test_edge import edge


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in ("index.html", "sw.js", "assets/app-1.js"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    "path", ["/", "/devices/42", "/sw.js", "/assets/app-1.js", "/gone.js", "/config.json"]
)
async def test_the_site_has_the_headers_that_cloudfront_sends(site: Path, path: str) -> None:
    async with edge(site) as client:
        answer = await client.get(path)
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_the_apis_answers_keep_their_own_headers(site: Path) -> None:
    async with edge(site) as client:
        answer = await client.get("/docs")
    assert "Content-Security-Policy" not in answer.headers


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/", "no-cache"),
        ("/sw.js", "no-cache"),
        ("/config.json", "no-cache"),
        ("/assets/app-1.js", "public, max-age=31536000, immutable"),
    ],
)
async def test_files_are_kept_as_cloudfront_keeps_them(site: Path, path: str, cache: str) -> None:
    async with edge(site) as client:
        assert (await client.get(path)).headers["Cache-Control"] == cache


async def test_a_build_learns_its_stage(site: Path) -> None:
    async with edge(site) as client:
        told = await (await client.get("/config.json")).json()
    assert told["stage"] == "local"
    assert set(told) == {"stage", "region", "version"}
