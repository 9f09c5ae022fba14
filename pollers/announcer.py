"""Verdicts to the alert service: one message an organisation, every two seconds or 200 KB."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from itertools import islice
from typing import Any
from uuid import UUID

from netpulse.observability import logger

from pollers.metrics import Metrics
from pollers.pace import wait_for
from pollers.ports import Result

MESSAGE_BYTES = 200_000
_ENVELOPE_BYTES = 300
_BACKLOG = 50_000

Send = Callable[[str], None]
"""Puts one message body on the queue; raises when it cannot."""


class QueueAnnouncer:
    """Gathers results and sends them; keeps them while the queue is away, within bounds."""

    def __init__(
        self,
        send: Send,
        metrics: Metrics,
        *,
        poller: str,
        flush_every_s: float = 2.0,
    ) -> None:
        self._send = send
        self._metrics = metrics
        self._poller = poller
        self._flush_every_s = flush_every_s
        self._waiting: deque[Result] = deque()
        self._full = asyncio.Event()
        self._bytes = 0

    def announce(self, result: Result) -> None:
        """Take a result, to be sent with others; never blocks, never fails."""
        self._waiting.append(result)
        self._bytes += 300 + 120 * len(result.values)
        if len(self._waiting) > _BACKLOG:
            self._waiting.popleft()
            self._metrics.add("netpulse_poller_results_lost_total")
        if self._bytes >= MESSAGE_BYTES:
            self._full.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop, and once more then."""
        while not stop.is_set():
            await wait_for(self._full, self._flush_every_s)
            await self.flush()

    async def flush(self) -> None:
        """Send what waits; on failure keep it for the next time."""
        results, self._waiting = list(self._waiting), deque()
        self._bytes = 0
        self._full.clear()
        by_organization: dict[UUID, list[Result]] = defaultdict(list)
        for result in results:
            by_organization[result.organization_id].append(result)
        for organization_id, own in by_organization.items():
            for part in _parts(own):
                await self._deliver(organization_id, part)

    async def _deliver(self, organization_id: UUID, part: list[tuple[Result, str]]) -> None:
        head = json.dumps(
            {"organization_id": str(organization_id), "poller": self._poller, "epoch": 0}
        )
        body = f'{head[:-1]}, "results": [{",".join(text for _, text in part)}]}}'
        try:
            await asyncio.to_thread(self._send, body)
        except Exception as error:
            self._metrics.add("netpulse_poller_send_failures_total")
            logger.warning("poll results not sent", reason=type(error).__name__)
            kept = [result for result, _ in part]
            room = max(0, _BACKLOG - len(self._waiting))
            self._waiting.extendleft(reversed(list(islice(kept, room))))
        else:
            self._metrics.add("netpulse_poller_results_sent_total", value=len(part))


def _parts(results: list[Result]) -> list[list[tuple[Result, str]]]:
    parts: list[list[tuple[Result, str]]] = []
    size = MESSAGE_BYTES
    for result in results:
        text = json.dumps(document_of(result), separators=(",", ":"))
        if size + len(text) + 1 > MESSAGE_BYTES - _ENVELOPE_BYTES:
            parts.append([])
            size = 0
        parts[-1].append((result, text))
        size += len(text) + 1
    return parts


def document_of(result: Result) -> dict[str, Any]:
    """Return a result as it stands in a poll-results message."""
    verdict = result.verdict
    return {
        "device_id": str(result.device_id),
        "slot_at": result.slot_at.isoformat(),
        "state": str(verdict.state),
        "hard": verdict.hard,
        "first_failed_at": verdict.first_failed_at and verdict.first_failed_at.isoformat(),
        "rtt_ms": result.rtt_ms,
        "loss_ratio": result.loss_ratio,
        "reason": verdict.reason,
        "values": [
            {
                "metric": sample.metric,
                "entity": sample.entity,
                "value": sample.value,
                "unit": sample.unit,
            }
            for sample in result.values
        ],
    }
