"""Verdicts to the alert service: one message an organisation, every two seconds or 200 KB."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from math import isfinite
from typing import Any
from uuid import UUID

from netpulse.observability import logger

from pollers.metrics import Metrics
from pollers.ports import Result

MESSAGE_BYTES = 200_000
_ENVELOPE_BYTES = 300
_BACKLOG = 50_000
# A port's name may have 200 characters, each of six octets once it is written down.
_VALUES_A_RESULT = 120
_SEND_AT_ONCE = 8

Send = Callable[[str], None]
"""Puts one message body on the queue; raises when it cannot."""
Part = list[tuple[Result, str]]
"""Results of one organisation, each with its text."""


class QueueAnnouncer:
    """Gathers results and sends them; keeps them while the queue is away, within bounds."""

    def __init__(
        self,
        send: Send,
        metrics: Metrics,
        *,
        poller: str,
        flush_every_s: float = 2.0,
        backlog: int = _BACKLOG,
    ) -> None:
        self._send = send
        self._metrics = metrics
        self._poller = poller
        self._flush_every_s = flush_every_s
        self._backlog = backlog
        self._waiting: deque[Result] = deque()
        self._full = asyncio.Event()
        self._bytes = 0

    def announce(self, result: Result) -> None:
        """Take a result, to be sent with others; never blocks, never fails."""
        self._waiting.append(result)
        self._bytes += 300 + 120 * len(result.values)
        self._bound()
        if self._bytes >= MESSAGE_BYTES:
            self._full.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop, and once more then."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self._next(stopping)
                await self.flush()
        finally:
            stopping.cancel()
        await self.flush()

    async def flush(self) -> None:
        """Send what waits; on failure keep it for the next time."""
        results, self._waiting = self._waiting, deque()
        self._bytes = 0
        self._full.clear()
        messages = list(_messages(results))
        kept: list[Result] = []
        while messages and not kept:
            now, messages = messages[:_SEND_AT_ONCE], messages[_SEND_AT_ONCE:]
            sent = await asyncio.gather(*(self._deliver(*message) for message in now))
            kept = [
                r
                for own, was_sent in zip(now, sent, strict=True)
                if not was_sent
                for r, _ in own[1]
            ]
        # A queue that fails is not asked for each of the rest: they wait, in their order.
        kept += [result for _, part in messages for result, _ in part]
        self._waiting.extendleft(reversed(kept))
        self._bound()

    async def _next(self, stopping: "asyncio.Task[bool]") -> None:
        full = asyncio.create_task(self._full.wait())
        await asyncio.wait(
            {full, stopping}, timeout=self._flush_every_s, return_when=asyncio.FIRST_COMPLETED
        )
        full.cancel()

    def _bound(self) -> None:
        while len(self._waiting) > self._backlog:
            self._waiting.popleft()
            self._metrics.add("netpulse_poller_results_lost_total")

    async def _deliver(self, organization_id: UUID, part: Part) -> bool:
        head = json.dumps({"organization_id": str(organization_id), "poller": self._poller})
        body = f'{head[:-1]}, "results": [{",".join(text for _, text in part)}]}}'
        try:
            await asyncio.to_thread(self._send, body)
        except Exception as error:
            self._metrics.add("netpulse_poller_send_failures_total")
            logger.warning("poll results not sent", reason=type(error).__name__)
            return False
        self._metrics.add("netpulse_poller_results_sent_total", value=len(part))
        return True


def _messages(results: Iterable[Result]) -> Iterator[tuple[UUID, Part]]:
    """Yield each organisation's results in messages that are not too large."""
    by_organization: dict[UUID, list[Result]] = defaultdict(list)
    for result in results:
        by_organization[result.organization_id] += _split(result)
    for organization_id, own in by_organization.items():
        part: Part = []
        size = _ENVELOPE_BYTES
        for result in own:
            text = json.dumps(document_of(result), separators=(",", ":"))
            if part and size + len(text) + 1 > MESSAGE_BYTES:
                yield organization_id, part
                part, size = [], _ENVELOPE_BYTES
            part.append((result, text))
            size += len(text) + 1
        if part:
            yield organization_id, part


def _split(result: Result) -> Iterator[Result]:
    """Yield a result as several when it has more values than a message holds.

    Each is a microsecond after the one before: of one instant the alert service takes one result.
    """
    values = [sample for sample in result.values if isfinite(sample.value)]
    for start in range(0, max(1, len(values)), _VALUES_A_RESULT):
        at = result.slot_at + timedelta(microseconds=start // _VALUES_A_RESULT)
        yield replace(result, slot_at=at, values=tuple(values[start : start + _VALUES_A_RESULT]))


def document_of(result: Result) -> dict[str, Any]:
    """Return a result as it stands in a poll-results message."""
    verdict = result.verdict
    return {
        "device_id": str(result.device_id),
        "epoch": result.epoch,
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
