"""Pushes facts to sockets: one queue's batch, one frame a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.consumer import PartialFailure, consume_by_organization
from netpulse.events import SessionRevoked

from functions.realtime import wiring
from functions.realtime.models import told
from functions.realtime.service import Revocation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.consumer import Heard
    from netpulse.ids import OrganizationId


def handler(event: dict[str, Any], _context: object) -> PartialFailure:
    """Tell the sockets of each organisation in the batch what happened there."""
    return consume_by_organization(event, _tell)


def _tell(organization_id: OrganizationId, heard: Sequence[Heard]) -> None:
    facts = [told(each.meta, each.type, each.data) for each in heard]
    wiring.broadcaster().tell(organization_id, facts, [*map(_revocation, _revoked(heard))])


def _revoked(heard: Sequence[Heard]) -> list[SessionRevoked]:
    return [each.read(SessionRevoked) for each in heard if each.type == SessionRevoked.type_name()]


def _revocation(fact: SessionRevoked) -> Revocation:
    return Revocation(user_id=fact.user_id, session_id=fact.session_id)
