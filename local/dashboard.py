"""Builds the web dashboard, only when its sources have changed."""

import shutil
import subprocess
from pathlib import Path

from local.stamps import digest
from local.state import ROOT

_WEB = ROOT / "web"
_DIST = _WEB / "dist"
_STAMP = ROOT / "build" / "dashboard.stamp"
_INPUTS = (
    *("src", "public", "index.html", "package.json", "package-lock.json"),
    *("vite.config.ts", "tsconfig.json"),
)


def build(log: Path) -> bool:
    """Build the dashboard if it is not fresh; say whether there is one of today's sources."""
    if not (_WEB / "node_modules").exists() or not shutil.which("npm"):
        return False
    made_of = digest((_WEB / name for name in _INPUTS), root=ROOT)
    if _DIST.exists() and _STAMP.exists() and _STAMP.read_text() == made_of:
        return True
    with log.open("wb") as output:
        done = subprocess.run(
            ["npm", "run", "--silent", "build"],
            cwd=_WEB,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        return False
    _STAMP.write_text(made_of)
    return True
