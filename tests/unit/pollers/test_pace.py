from __future__ import annotations

import asyncio

from pollers.pace import every, wait_for


async def test_what_comes_while_the_last_call_runs_is_served_by_one_more() -> None:
    stop, calls = asyncio.Event(), 0

    async def act() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            stop.set()

    async with asyncio.timeout(5):
        await every(0.001, act, stop)
    assert calls == 3


async def test_a_stop_ends_the_waiting_and_calls_once_more() -> None:
    stop, calls = asyncio.Event(), 0

    async def act() -> None:
        nonlocal calls
        calls += 1

    stop.set()
    async with asyncio.timeout(5):
        await every(60, act, stop)
    assert calls == 1


async def test_an_event_is_waited_for_no_longer_than_told() -> None:
    event = asyncio.Event()
    assert not await wait_for(event, 0.001)
    event.set()
    assert await wait_for(event, 60)
