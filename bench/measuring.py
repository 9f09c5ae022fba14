"""How a bench measures in a process of its own, on one core, and how it says what came out."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

CORE, OTHER_CORE = 0, 1
_CONTEXT = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Run:
    """What one run did: how much of what was counted, how long it took, what CPU it cost."""

    done: float
    seconds: float
    cpu_s: float
    extra: Any = None

    @property
    def rate(self) -> float:
        """Return how much was done a second."""
        return self.done / self.seconds

    @property
    def cpu_ms_per_1000(self) -> float:
        """Return the CPU of the process and its children, in milliseconds for a thousand."""
        return self.cpu_s * 1e6 / self.done


def measured(work: Callable[..., Any], *arguments: Any, core: int = CORE) -> Run:
    """Run the work in a fresh process on one core; it returns what it did, and maybe more."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_work, args=(theirs, core, work, arguments))
    process.start()
    theirs.close()
    run: Run = ours.recv()
    process.join()
    return run


def _work(pipe: Any, core: int, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    pin(core)
    began, cpu = time.perf_counter(), _cpu_s()
    result = work(*arguments)
    seconds, used = time.perf_counter() - began, _cpu_s() - cpu
    done, extra = result if isinstance(result, tuple) else (result, None)
    pipe.send(Run(float(done), seconds, used, extra))


def _cpu_s() -> float:
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        total += used.ru_utime + used.ru_stime
    return total


def pin(core: int) -> None:
    """Keep this process and its children on one core, where there are several."""
    if len(os.sched_getaffinity(0)) > core:
        os.sched_setaffinity(0, {core})


def say(  # noqa: PLR0917 - the line's own order
    measure: str,
    unit: str,
    ours: list[float],
    peer: str,
    theirs: list[float],
    bar: float,
    *,
    least: bool = True,
) -> None:
    """Print one line: the medians, their ratio and whether the bar holds."""
    value, peer_value = median(ours), median(theirs)
    ratio = value / peer_value if peer_value else float("inf")
    _print(
        measure=measure,
        value=round(value, 2),
        unit=unit,
        peer=peer,
        peer_value=round(peer_value, 2),
        ratio=round(ratio, 2),
        bar=bar,
        holds=ratio >= bar if least else ratio <= bar,
        rounds=len(ours),
        load=round(os.getloadavg()[0], 1),
    )


def say_at_most(measure: str, unit: str, values: list[float], bar: float | None) -> None:
    """Print one line for a number that needs no peer; without a bar, one of its parts."""
    value = median(values)
    _print(
        measure=measure,
        value=round(value, 3),
        unit=unit,
        peer=None,
        peer_value=None,
        ratio=None,
        bar=bar,
        holds=None if bar is None else value <= bar,
        rounds=len(values),
        load=round(os.getloadavg()[0], 1),
    )


def not_run(measure: str, peer: str, why: str) -> None:
    """Print one line for what cannot be measured here."""
    _print(measure=measure, peer=peer, holds=None, why=why)


def _print(**document: Any) -> None:
    # not sys.stdout, which a bench may have led away from metrics' lines
    print(json.dumps(document, ensure_ascii=False), file=sys.__stdout__, flush=True)
