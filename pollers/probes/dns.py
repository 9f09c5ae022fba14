"""Does a name server answer a question as expected, and how fast."""

import time
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype

from pollers.domain.device import Sample
from pollers.domain.reach import Reach
from pollers.probes.result import ProbeResult
from pollers.probes.target import Target
from pollers.probes.tcp import elapsed_since, plainly, port_of

DNS_PORT = 53
_TIMEOUT_S = 30.0  # the caller's deadline is shorter


async def ask(target: Target, settings: Mapping[str, Any], reach: Reach) -> ProbeResult:
    """Return the result of one question to the device or the resolver given.

    A truncated answer is asked for again over TCP (RFC 7766).
    """
    server = str(settings.get("server") or target.address)
    port = port_of(settings, DNS_PORT)
    if server != target.address and not target.beyond:
        return ProbeResult(ok=False, reason="dns server is not the device")
    if port is None or not reach.allows(server):
        return ProbeResult(ok=False, reason="dns server forbidden")
    try:
        query = dns.message.make_query(
            str(settings.get("query", "")), str(settings.get("type") or "A")
        )
    except (dns.exception.DNSException, ValueError):
        return ProbeResult(ok=False, reason="dns question not understood")
    began = time.perf_counter()
    answer = await _answer(query, server, port)
    if isinstance(answer, str):
        return ProbeResult(ok=False, reason=f"dns {answer}")
    return _judged(answer, settings, elapsed_since(began))


async def _answer(query: dns.message.Message, server: str, port: int) -> dns.message.Message | str:
    """Return the server's answer, or why there is none."""
    try:
        answer, _ = await dns.asyncquery.udp_with_fallback(
            query,
            server,
            timeout=_TIMEOUT_S,
            port=port,
            # What somebody else sends, or is no answer to this, is as good as nothing.
            ignore_unexpected=True,
            ignore_errors=True,
        )
    except dns.exception.Timeout:
        return "timeout"
    except OSError as error:
        return plainly(error)
    except (dns.exception.DNSException, EOFError, ValueError) as error:
        return f"answer unusable: {type(error).__name__}"
    return answer


def _judged(
    answer: dns.message.Message, settings: Mapping[str, Any], elapsed_ms: float
) -> ProbeResult:
    found = _answers(answer, str(settings.get("type") or "A"))
    rcode = dns.rcode.to_text(answer.rcode())
    wanted_rcode = str(settings.get("expected_rcode") or "NOERROR")
    missing = {_plain(each) for each in settings.get("expected") or ()} - found
    reason = ""
    if rcode != wanted_rcode:
        reason = f"dns {rcode}"
    elif missing:
        reason = f"dns answer lacks {min(missing)}"
    elif not found and wanted_rcode == "NOERROR":
        reason = "dns no such record"
    samples = (
        Sample("dns_response_ms", elapsed_ms, "ms"),
        Sample("dns_rcode", float(answer.rcode()), "", kind="status"),
        Sample("dns_answers", float(len(found)), ""),
    )
    return ProbeResult(ok=not reason, reason=reason, response_ms=elapsed_ms, samples=samples)


def _answers(answer: dns.message.Message, kind: str) -> set[str]:
    wanted = dns.rdatatype.from_text(kind)
    return {
        _plain(record.to_text())
        for rrset in answer.answer
        if rrset.rdtype == wanted
        for record in rrset
    }


def _plain(text: object) -> str:
    """Return a record as it is compared: whatever its case, quotes, final dot or zeros."""
    plain = str(text).strip().strip('"').rstrip(".").lower()
    try:
        return str(ip_address(plain))
    except ValueError:
        return plain
