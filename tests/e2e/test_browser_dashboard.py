"""The dashboard in a real browser: web/e2e has the steps, here is the stack they use."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.e2e.stack import ROOT
from tests.support.identity_provider import IdentityProvider, identity_provider

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(900)

RUNNER = ROOT / "web" / "e2e" / "dashboard.js"
DIST = ROOT / "web" / "dist"
# the first script loads the application dynamically, and that its screens: the wall comes ahead of
# the answer whether somebody is logged in, the log-in after it
FIRST = (
    "index.html",
    "src/main.tsx",
    "src/features/wall/wall.tsx",
    "src/features/login/login.tsx",
)
_ASKED = re.compile(r'(?:src|href)="/(assets/[^"]+\.js)"')
MOST_SCRIPT, MOST_STYLE = 150_000, 15_000


def _told(stack: Stack, device: dict[str, Any], provider: IdentityProvider) -> dict[str, str]:
    told: dict[str, Any] = {"url": stack.api_url, "network_url": stack.network_url}
    told |= {"sandbox_url": stack.sandbox_url, "device": device}
    told["provider"] = {"issuer": provider.issuer, "client_id": provider.client_id}
    told["provider"]["email"] = provider.claims["email"]
    return {**os.environ, "NETPULSE_BROWSER_TEST": json.dumps(told)}


def test_a_newcomer_gets_from_nothing_to_a_report_without_a_fault(stack: Stack) -> None:
    """Log in, first device, down and up live, acknowledge by key, chart, report, axe, offline.

    And the other ways in: a passkey, an identity provider, a link by mail, a code on paper.
    """
    node = shutil.which("node")
    assert node, "Node.js is missing"
    device = stack.devices()[-1]
    try:
        with identity_provider() as provider:
            subject = uuid4().hex
            email = f"baraka@{subject}.example"
            provider.claims = {"sub": subject, "email": email, "name": "Baraka Mwangi"}
            done = subprocess.run(
                [node, str(RUNNER)],
                cwd=ROOT / "web",
                env=_told(stack, device, provider),
                capture_output=True,
                text=True,
                timeout=800,
                check=False,
            )
    finally:
        stack.restore(device["name"])
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if lines and "skipped" in lines[0]:
        pytest.skip(lines[0]["skipped"])
    assert done.returncode == 0, done.stderr
    steps = [line for line in lines if "step" in line]
    assert steps, done.stderr
    assert not [f"{step['step']}: {step['error']}" for step in steps if not step["ok"]]


@pytest.mark.usefixtures("stack")
def test_what_a_first_visit_loads_is_small() -> None:
    """What the page asks for by itself and what a stranger sees, with all they import."""
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    scripts, styles = _first_load(manifest)
    # whatever the page comes to ask for at once is counted, too
    assert set(_ASKED.findall((DIST / "index.html").read_text())) <= scripts
    assert _travels(scripts) <= MOST_SCRIPT
    assert _travels(styles) <= MOST_STYLE


def _first_load(manifest: dict[str, Any]) -> tuple[set[str], set[str]]:
    seen: set[str] = set()
    todo = [*FIRST]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += manifest[name].get("imports", [])
    scripts = {manifest[name]["file"] for name in seen}
    return scripts, {style for name in seen for style in manifest[name].get("css", [])}


def _travels(names: set[str]) -> int:
    files: list[Path] = [DIST / name for name in names]
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
