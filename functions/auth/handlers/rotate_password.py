"""Secrets Manager's call to rotate a database role's password, one step at a time."""

from __future__ import annotations

from typing import Any

from functions.auth.service.password_rotation import Step
from functions.auth.wiring.password_rotation import password_rotation


def handler(event: dict[str, Any], _context: Any) -> None:
    """Take the step that Secrets Manager asks for."""
    rotation = password_rotation(event["SecretId"], event["ClientRequestToken"])
    rotation.take(Step(event["Step"]))
