"""What the benchmarks of alerts have in common."""

from __future__ import annotations

import json
import os
import statistics
import sys
from datetime import UTC, datetime

BATCH = 500
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
METRICS = ("icmp_loss_ratio", "icmp_rtt_avg_ms", "cpu_usage", "memory_usage", "disk_usage")
CLEAR = (0.0, 20.0, 30.0, 40.0, 50.0)
BREACHED = (0.5, 400.0, 99.0, 99.0, 99.0)


def tell(measure, values, *, unit, bar, lower_is_better=False):
    value = statistics.median(values)
    holds = None if bar is None else (value <= bar if lower_is_better else value >= bar)
    print(
        json.dumps(
            {
                "measure": measure,
                "value": round(value, 3),
                "unit": unit,
                "peer": None,
                "peer_value": None,
                "ratio": None,
                "bar": bar,
                "holds": holds,
                "rounds": len(values),
                "load": round(os.getloadavg()[0], 1),
            }
        ),
        flush=True,
        file=sys.__stdout__,
    )
