"""Realistic values of a network operations centre: 8 series a device, a week of minutes.

Slow gauges, CPU in whole percent, a rate as a full float and one in whole bit/s, the two counters
they come from, round-trip times with spikes, a status. 0.1 % of the polls are lost, and one device
in twelve has an outage of half an hour to four.
"""

from __future__ import annotations

import numpy as np

WIDTH = 8
SLOTS = 7 * 1440
CLASSES = ("gauge", "cpu", "rate", "rate whole", "counter", "counter", "rtt", "status")
COUNTERS = (5, 6)
METRICS = (
    *("temperature", "cpu_usage", "interface_in_bps", "interface_out_bps"),
    *("interface_in_octets", "interface_out_octets", "icmp_latency", "status"),
)
_MINUTE = np.arange(SLOTS)
_HOUR, _WEEKDAY = (_MINUTE / 60) % 24, _MINUTE // 1440


def values(devices: int, seed: int = 7) -> np.ndarray:
    """Return devices x 8 x slots; NaN where a poll was lost."""
    rng = np.random.default_rng(seed)
    made = np.empty((devices, WIDTH, SLOTS))
    for device in range(devices):
        made[device] = _device(rng, device)
    present = rng.random(made.shape) > 0.001
    for device in rng.choice(devices, max(1, devices // 12), replace=False):
        begin, length = rng.integers(0, SLOTS - 240), rng.integers(30, 240)
        present[device, :7, begin : begin + length] = False
    present[:, :, -1] = True
    return np.where(present, made, np.nan)


def _device(rng: np.random.Generator, device: int) -> np.ndarray:
    rows = np.empty((WIDTH, SLOTS))
    if device % 2 == 0:
        step = (0.1, 0.5, 1.0)[device // 2 % 3]
        degrees = rng.uniform(25, 55) + 3 * _diurnal(4, 0.8) + _ar1(rng, 0.98, 0.08)
        rows[0] = np.round(np.round(degrees / step) * step, 1)
    else:
        moves = np.where(rng.random(SLOTS) < 0.02, rng.normal(0, 0.4, SLOTS), 0)
        memory = np.clip(rng.uniform(30, 85) + np.cumsum(moves), 5, 99)
        rows[0] = np.round(memory, 1 if device % 4 == 1 else 0)
    cpu = rng.uniform(5, 40) * _diurnal(0, 0.6) + _ar1(rng, 0.7, rng.uniform(1, 4))
    bursts = rng.random(SLOTS) < 0.01
    cpu[bursts] += rng.uniform(20, 50)
    # adding zero makes a -0.0 of rounding 0.0, as a device would say
    rows[1] = np.clip(np.round(cpu), 0, 100) + 0.0
    elapsed = 60 + rng.normal(0, 0.015, SLOTS)
    for way in (0, 1):
        octets = np.floor(_traffic(rng, 10 ** rng.uniform(5, 9.3)) * elapsed / 8)
        rate = octets * 8 / elapsed
        rows[2 + way] = rate if way == 0 else np.round(rate)
        rows[4 + way] = np.floor(10 ** rng.uniform(10, 14)) + np.cumsum(octets)
    rtt = 10 ** rng.uniform(-0.5, 1.9) * (1 + rng.gamma(2, rng.uniform(0.005, 0.06), SLOTS))
    rtt += rng.exponential(0.05, SLOTS)
    spikes = rng.random(SLOTS) < 0.004
    rtt[spikes] *= rng.uniform(2, 10, spikes.sum())
    rows[6] = np.round(rtt, 3)
    rows[7] = 1
    if rng.random() < 0.3:
        for _ in range(rng.integers(1, 4)):
            begin = rng.integers(0, SLOTS - 200)
            rows[7, begin : begin + rng.integers(1, 200)] = 0
    return rows


def _diurnal(shift: float, depth: float) -> np.ndarray:
    wave = depth * 0.5 * (1 - np.cos(2 * np.pi * (_HOUR - 3 - shift) / 24))
    return (1 - depth + wave) * np.where(_WEEKDAY >= 5, 0.6, 1.0)


def _ar1(rng: np.random.Generator, phi: float, sigma: float) -> np.ndarray:
    noise, last = rng.normal(0, sigma, SLOTS), 0.0
    out = np.empty(SLOTS)
    for slot in range(SLOTS):
        last = phi * last + noise[slot]
        out[slot] = last
    return out


def _traffic(rng: np.random.Generator, base: float) -> np.ndarray:
    day = _diurnal(rng.uniform(-2, 2), rng.uniform(0.5, 0.9))
    noise = np.exp(rng.normal(0, rng.uniform(0.08, 0.35), SLOTS))
    rate: np.ndarray = base * day * noise * np.exp(np.cumsum(rng.normal(0, 0.01, SLOTS)) * 0.5)
    for _ in range(rng.integers(5, 40)):
        begin = rng.integers(0, SLOTS - 60)
        length = rng.integers(2, 60)
        rate[begin : begin + length] *= rng.uniform(2, 8)
    return rate
