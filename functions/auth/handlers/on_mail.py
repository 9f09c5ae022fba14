"""Sends the mails about logins that were asked for."""

from __future__ import annotations

from typing import Any

from netpulse.consumer import PartialFailure, consume

from functions.auth.wiring import mail as wiring


def handler(event: dict[str, Any], _context: Any) -> PartialFailure:
    """Work off a batch of requests for mails."""

    def send(body: dict[str, Any]) -> None:
        post = wiring.recovery_post()
        if body["kind"] == "password_reset":
            post.send_reset(body["email"])
        else:
            post.send_notice(body["email"])

    return consume(event, send)
