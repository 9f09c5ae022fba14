"""Rule evaluations a second: the domain on one core, and whole batches on PostgreSQL.

The domain is measured in time of its core, so that other work on the machine does not count.
Prints one JSON object a line; `python -m bench.alerts` runs all, `--domain` the first part only.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from datetime import timedelta
from uuid import uuid4

from netpulse.ids import DeviceId, OrganizationId
from netpulse.observability import logger

from bench.alerts_settings import BATCH, BREACHED, CLEAR, METRICS, NOON, tell
from bench.alerts_storm import on_postgres
from functions.alerts.domain.assessment import Assessment
from functions.alerts.domain.defaults import default_rules
from functions.alerts.domain.device import Device, Result, Standing, Value, Verdict
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.rulebook import RuleBook

logger.setLevel("ERROR")
ROUNDS = 5
DEVICES = 2000


def a_fleet():
    return {
        device.id: device
        for device in (
            Device(
                id=DeviceId(uuid4()),
                number=n,
                name=f"router-{n}",
                ip_address=f"198.18.{n // 250}.{n % 250 + 1}",
                device_type="router",
                tags=frozenset({f"site-{n % 40}"}),
            )
            for n in range(DEVICES)
        )
    }


def results_of(devices, cycle, *, breaching):
    at = NOON + timedelta(minutes=cycle)
    return [
        Result(
            device_id=device_id,
            slot_at=at,
            verdict=Verdict.UP,
            is_hard=True,
            values=tuple(
                Value(metric, "", value)
                for metric, value in zip(
                    METRICS, BREACHED if breaching(n, cycle) else CLEAR, strict=True
                )
            ),
        )
        for n, device_id in enumerate(devices)
    ]


def domain(measure, *, breaching, bar):
    rules = tuple(default_rules(OrganizationId(uuid4())))
    rates = []
    for _ in range(ROUNDS):
        devices = a_fleet()
        standings = {device_id: Standing() for device_id in devices}
        alerts = {}
        cycles = [results_of(devices, cycle, breaching=breaching) for cycle in range(12)]
        evaluations, spent = 0, 0.0
        for cycle, results in enumerate(cycles):
            now = NOON + timedelta(minutes=cycle)
            for start in range(0, DEVICES, BATCH):
                batch = results[start : start + BATCH]
                ids = {result.device_id for result in batch}
                live = [a for a in alerts.values() if a.subject.device_id in ids]
                known = {each: standings[each] for each in ids}
                own = {each: devices[each] for each in ids}
                began = time.process_time()
                # The rules are arranged anew for each batch, as the service does.
                done = Assessment(
                    now=now,
                    devices=own,
                    known=known,
                    parents={},
                    rules=RuleBook(rules),
                    ledger=Ledger(live),
                )
                done.take(batch)
                done.settle()
                spent += time.process_time() - began
                evaluations += done.values.evaluations
                standings |= done.touched
                for alert in done.ledger.saved:
                    alerts[alert.id] = alert
                for alert_id in done.ledger.dropped:
                    alerts.pop(alert_id, None)
                alerts = {key: each for key, each in alerts.items() if each.is_open}
        rates.append(evaluations / spent)
    tell(measure, rates, unit="evaluations/s", bar=bar)


if __name__ == "__main__":
    domain("alerts_evaluations_all_clear", breaching=lambda n, cycle: False, bar=100_000)
    domain(
        "alerts_evaluations_tenth_changing",
        breaching=lambda n, cycle: n % 10 == cycle % 10,
        bar=10_000,
    )
    if "--domain" not in sys.argv:
        # what services count for CloudWatch goes to stdout, too
        with contextlib.redirect_stdout(io.StringIO()):
            on_postgres()
