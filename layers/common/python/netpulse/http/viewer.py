"""Whose request it is by address: what our own edge says, if it is our own edge that says so.

Behind CloudFront the gateway sees CloudFront's address. The edge writes the viewer's into a header
and proves itself by a secret word in another; who calls the gateway past it knows no such word, so
whatever they write there is not believed.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from netpulse import aws
from netpulse.http.requests import source_ip_of
from netpulse.observability import logger
from netpulse.settings import Settings, load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

VIEWER_HEADER = "x-netpulse-viewer"
EDGE_HEADER = "x-netpulse-edge"


class EdgeSettings(Settings):
    """The secret JSON {"word"} that the edge proves itself by; empty: there is no edge."""

    edge_secret: str = ""


def edge_word() -> str:
    """Return the word that only our edge knows; empty when there is none, or it cannot be read."""
    name = load(EdgeSettings).edge_secret
    if not name:
        return ""
    try:
        return str(aws.secret(name).get("word", ""))
    except (ClientError, BotoCoreError):
        # then requests count for the edge's own address: stricter, never looser
        logger.exception("the edge's word cannot be read")
        return ""


def address_of(
    event: Mapping[str, Any], headers: Mapping[str, str], *, word: Callable[[], str]
) -> str:
    """Return the address of whoever sent a request, as the edge or else the gateway saw it."""
    seen = source_ip_of(event)
    told, proof = headers.get(VIEWER_HEADER, ""), headers.get(EDGE_HEADER, "")
    if not told or not proof:
        return seen
    known = word()
    if not known or not hmac.compare_digest(proof.encode(), known.encode()):
        return seen
    try:
        return str(ip_address(told.strip()))
    except ValueError:
        return seen
