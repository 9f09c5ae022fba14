"""Answers made smaller for callers who can read that: nothing in front of the API does it."""

from __future__ import annotations

import base64
import gzip
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# What fits one packet arrives no sooner for being smaller.
_SMALLEST_BYTES = 1_400
_LEVEL = 5


def accepts_gzip(accept_encoding: str) -> bool:
    """Return whether an Accept-Encoding header asks for gzip (RFC 9110, section 12.5.3)."""
    for choice in accept_encoding.lower().split(","):
        name, _, quality = choice.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def compress(answer: dict[str, Any], event: Mapping[str, Any], headers: Mapping[str, str]) -> None:
    """Put the text that answers a GET into gzip where it is long and its caller accepts that.

    Reads only: beside a secret, such as a fresh token, a stranger's guess must not change a length.
    """
    body, own = answer.get("body"), answer["headers"]
    if event["requestContext"]["http"]["method"] != "GET" or not isinstance(body, str):
        return
    text = body.encode()
    if len(text) < _SMALLEST_BYTES or answer.get("isBase64Encoded") or "Content-Encoding" in own:
        return
    answer["headers"] = own = {**own, "Vary": "Accept-Encoding"}
    if not accepts_gzip(headers.get("accept-encoding", "")):
        return
    own["Content-Encoding"] = "gzip"
    answer["body"] = base64.b64encode(gzip.compress(text, _LEVEL, mtime=0)).decode()
    answer["isBase64Encoded"] = True
