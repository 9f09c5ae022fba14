"""Third parties' loggers write keys, URLs and bodies at DEBUG: never let them."""

from __future__ import annotations

import logging

_TALKATIVE = ("python_http_client", "urllib3", "requests", "africastalking", "sendgrid")


def hush() -> None:
    """Keep the SDKs' loggers above DEBUG, whatever the root logger's level is."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
