"""For whom this process is at work: the audit log's author, carried beside the call."""

from __future__ import annotations

import contextvars
import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.principal import Principal


@dataclass(frozen=True)
class Actor:
    """A caller as the audit log names them."""

    kind: Literal["user", "api_key", "anonymous"]
    id: str | None
    name: str
    ip: str
    request_id: str

    @classmethod
    def of(cls, principal: Principal | None, *, ip: str, request_id: str) -> Actor:
        """Return a request's author; a public route's is anonymous."""
        if principal is None:
            return cls("anonymous", None, "", ip, request_id)
        if principal.user_id:
            return cls("user", str(principal.user_id), principal.name, ip, request_id)
        return cls("api_key", str(principal.api_key_id), principal.name, ip, request_id)

    def to_json(self) -> str:
        """Return what the setting `netpulse.actor` holds."""
        return json.dumps(asdict(self))


_actor: contextvars.ContextVar[Actor | None] = contextvars.ContextVar("actor", default=None)


def actor() -> Actor | None:
    """Return for whom the running call works; None for our own workers."""
    return _actor.get()


def act_for(actor: Actor | None) -> None:
    """Work for this caller until the enclosing `acting` block ends."""
    _actor.set(actor)


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Work for a caller in this block, and for nobody of theirs after it."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
