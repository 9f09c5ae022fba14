"""From the probes of a visit to the one answer: is the device there."""

from pollers.domain.device import Check
from pollers.domain.verdict import Outcome
from pollers.tracked import Visiting


def outcome_of(visiting: Visiting) -> Outcome | None:
    """Return the outcome of a visit; None when the poller itself was blind."""
    check = str(visiting.device.check)
    primary = visiting.results.get(check)
    if primary is None:
        if visiting.blind:
            return None
        if visiting.device.check is Check.SNMP and visiting.device.snmp is None:
            return None  # nothing to ask with: not the device's failure
        return Outcome(reachable=False, reason=f"{check} timeout")
    if not primary.ok:
        return Outcome(reachable=False, reason=primary.reason)
    for protocol in ("snmp", "tcp", "http"):
        other = visiting.results.get(protocol)
        if other is not None and not other.ok:
            return Outcome(reachable=True, degraded=True, reason=other.reason)
    return Outcome(reachable=True)
