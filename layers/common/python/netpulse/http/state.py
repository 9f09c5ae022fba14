"""The request that a process is answering."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netpulse.principal import Principal


@dataclass
class RequestState:
    """The request that is being answered."""

    event: dict[str, Any]
    headers: dict[str, str]
    request_id: str
    response_headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    principal: Principal | None = None
    # where it comes from, as our edge saw it, or else the gateway
    source_ip: str = ""
