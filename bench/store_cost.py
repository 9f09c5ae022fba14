"""What the benches of the store say: how long, what CPU, and beside which peer."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import fmean
from typing import Any

import psutil

from bench.measuring import say, say_at_most

CPU: list[float] = []


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def costed(transaction: Any, work: Callable[[], Any]) -> float:
    """Return the milliseconds of some work, and note what CPU it took here and in the server."""
    server = transaction.connection.info.backend_pid
    before = cpu_s(server)
    took = 1000 * timed(work)
    CPU.append(1000 * (cpu_s(server) - before))
    return took


def cpu_s(server: int) -> float:
    """Return the seconds of CPU that this process and a process of the server have used."""
    return float(sum(psutil.Process(server).cpu_times()[:2])) + time.process_time()


def say_ms(measure: str, ours: list[float], theirs: list[float], bar: float) -> None:
    say_cost(measure, ours, bar)
    say(f"{measure}, beside its peer", "ms", ours, "the blueprint's table", theirs, 1, least=False)


def say_cost(measure: str, ours: list[float], bar: float | None) -> None:
    """Say how long it took, and beside it what CPU: that is nearly the same on a busy machine."""
    say_at_most(measure, "ms", ours, bar)
    # the server's is counted in hundredths of a second: only the mean of many tells anything
    say_at_most(f"{measure}: CPU of client and server, mean", "ms", [fmean(CPU)], bar)
    CPU.clear()
