"""The deployment's migration: a CloudFormation custom resource, also invoked directly.

Directly: `{"action": "migrate"}` answers `{"applied": [...]}`.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

from netpulse.observability import logger

from functions.platform import wiring

_RESOURCE_ID = "netpulse-database"
_ANSWER_WITHIN_S = 10


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Migrate, and tell CloudFormation when it asked."""
    if "ResponseURL" not in event:
        return {"applied": wiring.deploy()}
    status, reason = "SUCCESS", ""
    try:
        # deleting the stack must not delete data
        if event["RequestType"] != "Delete":
            wiring.deploy()
    except Exception as error:
        logger.exception("migration failed")
        # the message of a database error may name values; its type is enough, the log has the rest
        status, reason = "FAILED", f"{type(error).__name__}: see the function's log"
    _answer(event, status, reason)
    return {"status": status}


def _answer(event: dict[str, Any], status: str, reason: str) -> None:
    body = json.dumps(
        {
            "Status": status,
            "Reason": reason,
            "PhysicalResourceId": event.get("PhysicalResourceId", _RESOURCE_ID),
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
        }
    ).encode()
    # CloudFormation gives the URL: a presigned one of its own bucket
    request = Request(event["ResponseURL"], data=body, method="PUT")  # noqa: S310
    request.add_header("Content-Type", "")
    with urlopen(request, timeout=_ANSWER_WITHIN_S):  # noqa: S310
        pass
