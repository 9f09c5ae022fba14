"""Doing a thing every so often, until told to stop, and once more then."""

import asyncio
from collections.abc import Awaitable, Callable


async def every(seconds: float, act: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Call `act` every so often; when `stop` is set, once more and no more."""
    while not await wait_for(stop, seconds):
        await act()
    # Also when it was set during a call, which may have missed what came last.
    await act()


async def wait_for(event: asyncio.Event, seconds: float) -> bool:
    """Return whether the event was set within the time."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
