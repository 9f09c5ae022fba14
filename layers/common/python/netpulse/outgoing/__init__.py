"""Requests to addresses that a tenant chose: webhooks, identity providers. The one way out."""

from netpulse.outgoing.client import (
    AddressRefusedError,
    Outgoing,
    OutgoingError,
    Reply,
    Resolve,
    resolved,
)

__all__ = ["AddressRefusedError", "Outgoing", "OutgoingError", "Reply", "Resolve", "resolved"]
