"""`python -m pollers`: polls until it is told to stop, then drains."""

import asyncio
import signal
import sys

from netpulse.observability import logger
from netpulse.settings import SettingsError

from pollers.wiring import Parts, build

if sys.platform != "win32":
    import uvloop

_WRITE_OUT_S = 20.0
_TELL_S = 2.0
# Fargate kills after 120 s in all.
_SHELTER_S = 60.0


async def serve() -> None:
    """Run a poller until SIGTERM or SIGINT."""
    parts = build()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await parts.status.start()
    polling = asyncio.create_task(parts.poller.run())
    drained = asyncio.Event()
    writing = [
        asyncio.create_task(part.run(drained))
        for part in (
            *(parts.recorder, parts.findings, parts.states, parts.announcer),
            *(parts.heart, parts.tenure),
        )
    ]
    if parts.shelter is not None:
        writing.append(asyncio.create_task(parts.shelter.run(parts.spool, drained)))
    stopping = asyncio.create_task(stop.wait())
    logger.info("poller started")
    done, _ = await asyncio.wait(
        {polling, stopping, *writing, *parts.side.start()}, return_when=asyncio.FIRST_COMPLETED
    )
    await _drain(parts, polling, writing, drained)
    for task in done - {stopping}:
        task.result()  # a part that ended by itself ended by a failure: let it be seen


async def _drain(
    parts: Parts,
    polling: "asyncio.Task[None]",
    writing: "list[asyncio.Task[None]]",
    drained: asyncio.Event,
) -> None:
    logger.info("poller draining")
    polling.cancel()
    # The others go on at once, from the verdicts as they are now; what is under way here ends here.
    await asyncio.wait([asyncio.create_task(parts.states.flush())], timeout=_TELL_S)
    await asyncio.gather(parts.tenure.leave(), parts.poller.drain(), parts.side.halt())
    drained.set()
    await asyncio.wait(writing, timeout=_WRITE_OUT_S)
    for task in writing:
        task.cancel()
    await asyncio.gather(polling, *writing, return_exceptions=True)
    parts.recorder.put_aside()
    if parts.shelter is not None:
        await asyncio.wait(
            [asyncio.create_task(parts.shelter.put(parts.spool))], timeout=_SHELTER_S
        )
    for database in parts.databases:
        await database.close()
    await parts.http.close()
    await parts.status.stop()
    parts.close()
    logger.info("poller stopped")


def main() -> int:
    """Run the poller and return its exit code."""
    try:
        uvloop.run(serve())
    except SettingsError as error:
        logger.error("settings are missing", reason=str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
