"""Spooled samples in a bucket: put there when a poller's disk goes away, fetched by another."""

import asyncio
from collections.abc import Callable
from typing import Any

from netpulse.observability import logger

from pollers.metrics import Metrics
from pollers.pace import wait_for
from pollers.spool import Spool

_PREFIX = "spool/"
_LOOK_EVERY_S = 60.0
_FIRST_LOOK_S = 5.0
# Fetched at a time; the rest is there at the next look.
_AT_ONCE = 4


class Shelter:
    """Moves segments between a spool and a bucket, each whole, never without having it."""

    def __init__(
        self,
        bucket: str,
        client: Callable[[], Any],
        metrics: Metrics,
        *,
        poller: str,
        is_mine: Callable[[], bool],
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._bucket = bucket
        self._client = client
        self._metrics = metrics
        self._poller = poller
        self._is_mine = is_mine
        self._look_every_s = look_every_s

    async def put(self, spool: Spool) -> None:
        """Upload what is on disk, oldest first; what cannot be uploaded stays there."""
        for segment in spool.oldest_first():
            key = f"{_PREFIX}{self._poller}/{segment.path.name}"
            body = await asyncio.to_thread(segment.path.read_bytes)
            try:
                await asyncio.to_thread(
                    self._client().put_object, Bucket=self._bucket, Key=key, Body=body
                )
            except Exception as error:
                logger.error("spool not sheltered", reason=type(error).__name__)
                return
            segment.remove()
            self._metrics.add("netpulse_poller_spool_sheltered_total")
            logger.info("spool sheltered", key=key, bytes=len(body))

    async def run(self, spool: Spool, stop: asyncio.Event) -> None:
        """Fetch what others left, now and then, while the database takes our own."""
        pause_s = min(_FIRST_LOOK_S, self._look_every_s)
        while not await wait_for(stop, pause_s):
            pause_s = self._look_every_s
            # One poller looks: the one whose shard it is. If two did, the database would know.
            if self._is_mine() and not spool.size():
                await self.adopt(spool)

    async def adopt(self, spool: Spool) -> None:
        """Move some of the oldest segments from the bucket to the disk."""
        client = self._client()
        try:
            listed = await asyncio.to_thread(
                client.list_objects_v2, Bucket=self._bucket, Prefix=_PREFIX
            )
            found = sorted(listed.get("Contents", ()), key=lambda each: str(each["Key"]))
            for each in found[:_AT_ONCE]:
                name = {"Bucket": self._bucket, "Key": each["Key"]}
                if not spool.take(await asyncio.to_thread(self._fetched, name)):
                    return
                await asyncio.to_thread(client.delete_object, **name)
                self._metrics.add("netpulse_poller_spool_adopted_total")
                logger.info("spool adopted", key=each["Key"])
        except Exception as error:
            logger.warning("sheltered spool not fetched", reason=type(error).__name__)

    def _fetched(self, name: dict[str, str]) -> bytes:
        body: bytes = self._client().get_object(**name)["Body"].read()
        return body
