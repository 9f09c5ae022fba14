"""Sends the mails about logins that were asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from netpulse.consumer import PartialFailure, consume
from netpulse.ids import OrganizationId, UserId

from functions.auth.domain.mails import Notice
from functions.auth.wiring import mail as wiring


def handler(event: dict[str, Any], _context: Any) -> PartialFailure:
    """Work off a batch of requests for mails."""

    def send(body: dict[str, Any]) -> None:
        match body["kind"]:
            case "password_reset":
                wiring.recovery_post().send_reset(body["email"])
            case "invitation":
                organization_id = OrganizationId(UUID(body["organization_id"]))
                by = UserId(UUID(body["invited_by"])) if body["invited_by"] else None
                user_id = UserId(UUID(body["user_id"]))
                wiring.invitation_post().send(organization_id, user_id, by)
            case _:
                user_id = UserId(UUID(body["user_id"]))
                wiring.recovery_post().send_notice(user_id, Notice(body["notice"]))

    return consume(event, send)
