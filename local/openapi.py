"""Merge the domains' routes into the one OpenAPI document that the platform serves.

`python -m local.openapi` writes it; a contract test fails when it is not what the routes say.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

DOMAINS = ("auth", "devices", "alerts", "metrics", "notify", "reports", "realtime", "platform")
FILE = Path(__file__).parent.parent / "functions" / "platform" / "openapi.json"


def merged() -> dict[str, Any]:
    """Return the document of all domains that have routes."""
    whole: dict[str, Any] = {}
    for domain in DOMAINS:
        try:
            module = import_module(f"functions.{domain}.handlers.http")
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith(f"functions.{domain}."):
                raise
            continue
        part = module.app.openapi()
        if not whole:
            whole = part
            continue
        _join(whole, part, "paths")
        for kind, found in part.get("components", {}).items():
            _join(whole.setdefault("components", {}), {kind: found}, kind)
    whole["paths"] = dict(sorted(whole["paths"].items()))
    return whole


def _join(whole: dict[str, Any], part: dict[str, Any], key: str) -> None:
    have = whole.setdefault(key, {})
    for name, found in part[key].items():
        if name in have and have[name] != found:
            raise ValueError(f"two domains say different things of {key}.{name}")
        have[name] = found


def text() -> str:
    """Return the document as it is kept."""
    return json.dumps(merged(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
    print(f"wrote {FILE.name}: {len(merged()['paths'])} paths")
