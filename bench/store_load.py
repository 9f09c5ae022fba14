"""Ten times the blueprint's load for a minute: writing, rolling up, packing and 20 questions/s."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psutil
from netpulse import timeseries
from netpulse.db import Database
from netpulse.timeseries import Place, compaction, rollups
from netpulse.timeseries.model import SECOND, instant

from bench.measuring import say_at_most
from bench.store_data import SLOTS, WIDTH
from bench.store_server import MINUTE, Bench

SAMPLES_A_MINUTE = 500_000
SECONDS = float(os.environ.get("SUSTAINED_SECONDS", "60"))
QUERIES_A_SECOND = 20


def sustained(bench: Bench) -> None:
    """Run writer, rollup, compaction and readers at once; say how quick and how costly."""
    context = multiprocessing.get_context("fork")
    answers: Any = context.Queue()
    plain = replace(bench, databases=[])
    # Slots go by faster than time does: 250 a minute of 2,000 series.
    begin = int((datetime.now(UTC) - timedelta(hours=18)).timestamp()) // 300 * 300 * SECOND
    bench.run("DELETE FROM netpulse.rollup_ranges")
    bench.run("UPDATE netpulse.time_series_progress SET rolled_until = %s", instant(begin))
    written = context.Value("q", begin)
    workers = [
        context.Process(target=work, args=(plain, begin, written, answers))
        for work in (_write, _roll, _pack, _ask)
    ]
    postmaster = psutil.Process(
        int(bench.run("SELECT pg_read_file('postmaster.pid')")[0][0].split()[0])
    )
    before = _cpu_s(postmaster)
    for worker in workers:
        worker.start()
    found: dict[str, Any] = {}
    used = 0.0
    server: dict[int, float] = {}
    while len(found) < len(workers):
        for process in postmaster.children():
            try:
                times = process.cpu_times()
                server[process.pid] = times.user + times.system
            except psutil.NoSuchProcess:
                continue
        while not answers.empty():
            name, answer, cpu = answers.get()
            found[name] = answer
            used += cpu
        time.sleep(0.2)
    for worker in workers:
        worker.join()
    seconds = found["write"]["seconds"]
    cores = (used + sum(server.values()) - before) / seconds
    rate = found["write"]["samples"] / seconds * 60
    name = f"sustained {rate:,.0f} samples a minute"
    say_at_most(f"{name}: query p95", "ms", [float(np.percentile(found["ask"], 95))], 200)
    say_at_most(f"{name}: query p50", "ms", [float(np.median(found["ask"]))], 200)
    say_at_most(f"{name}: cores, server and clients together", "cores", [cores], 1)
    lags = found["roll"]
    growth = float(np.mean(lags[len(lags) // 2 :]) - np.mean(lags[: len(lags) // 2]))
    say_at_most(f"{name}: growth of the rollups' lag", "buckets of 5 min", [growth], 5)
    headroom = seconds / found["write"]["busy"]
    say_at_most(f"{name}: share of the time the writer is busy", "", [1 / headroom], 0.5)


def _cpu_s(postmaster: psutil.Process) -> float:
    total = 0.0
    for process in postmaster.children():
        times = process.cpu_times()
        total += times.user + times.system
    return total


def _finish(answers: Any, name: str, answer: Any) -> None:
    times = os.times()
    answers.put((name, answer, times.user + times.system))


def _write(bench: Bench, begin: int, written: Any, answers: Any) -> None:
    database = Database(bench.role("netpulse_system"))
    per_slot = WIDTH * len(bench.device_ids)
    every = per_slot / SAMPLES_A_MINUTE * 60
    started, busy, slot = time.perf_counter(), 0.0, 0
    while (now := time.perf_counter()) < started + SECONDS:
        rows = bench.rows(slot % SLOTS, begin + slot * MINUTE)
        with database.transaction(None) as transaction:
            timeseries.write(transaction.connection, rows)
        slot += 1
        written.value = begin + slot * MINUTE
        busy += time.perf_counter() - now
        time.sleep(max(0.0, started + slot * every - time.perf_counter()))
    seconds = time.perf_counter() - started
    _finish(answers, "write", {"samples": slot * per_slot, "seconds": seconds, "busy": busy})


def _roll(bench: Bench, begin: int, written: Any, answers: Any) -> None:
    database = Database(bench.role("netpulse_system"))
    started, lags = time.perf_counter(), []
    done = begin
    while time.perf_counter() < started + SECONDS:
        until = written.value // (300 * SECOND) * 300 * SECOND
        if until > done:
            with database.transaction(None) as transaction:
                rollups.announce(transaction, instant(until))
            while True:
                with database.transaction(None) as transaction:
                    if not rollups.roll_announced(transaction):
                        break
            done = until
        with database.transaction(None) as transaction:
            rollups.roll_dirty(transaction)
        lags.append((written.value - done) / (300 * SECOND))
        time.sleep(0.5)
    _finish(answers, "roll", lags)


def _pack(bench: Bench, begin: int, written: Any, answers: Any) -> None:
    """Pack each closed day again with some late samples, one every ten seconds."""
    database = Database(bench.role("netpulse_system"))
    started, turn = time.perf_counter(), 0
    while time.perf_counter() < started + SECONDS:
        day = bench.begin_us + (turn % 7) * 1440 * MINUTE
        with database.transaction(None) as transaction:
            late = bench.rows(5, day + 7 * MINUTE + (turn + 1) * SECOND)
            timeseries.write(transaction.connection, late)
        with database.transaction(None) as transaction:
            compaction.compact_day(transaction, instant(day).date())
        turn += 1
        time.sleep(max(0.0, started + turn * 10 - time.perf_counter()))
    _finish(answers, "pack", turn)


def _ask(bench: Bench, begin: int, written: Any, answers: Any) -> None:
    """Ask what a dashboard asks: a curve of a day, one of the last hours, the newest of all."""
    database = Database(bench.role("netpulse_app"))
    chooser, took = random.Random(3), []
    devices = len(bench.device_ids)
    everything = [Place(n * WIDTH + 1, n + 1, 1, 1) for n in range(devices)]
    started, asked = time.perf_counter(), 0
    while time.perf_counter() < started + SECONDS:
        number = chooser.randrange(devices)
        place = Place(number * WIDTH, number + 1, 1, chooser.randrange(1, WIDTH + 1))
        began = time.perf_counter()
        with database.transaction(bench.organization_id) as transaction:
            if asked % 10 == 0:
                timeseries.latest(transaction, everything)
            else:
                end = instant(written.value)
                if asked % 2:
                    end = bench.begin + timedelta(minutes=chooser.randrange(1440, SLOTS))
                timeseries.read_buckets(
                    transaction, [place], begin=end - timedelta(days=1), end=end,
                    step=timedelta(minutes=5),
                )  # fmt: skip
        took.append(1000 * (time.perf_counter() - began))
        asked += 1
        time.sleep(max(0.0, started + asked / QUERIES_A_SECOND - time.perf_counter()))
    _finish(answers, "ask", took)
