"""Rule evaluations a second: the domain on one core, and whole batches on PostgreSQL.

Prints one JSON object a line; `python -m bench.alerts` runs all, `--domain` the first part only.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from netpulse.ids import DeviceId, OrganizationId
from netpulse.observability import logger

from functions.alerts.domain.assessment import Assessment
from functions.alerts.domain.defaults import default_rules
from functions.alerts.domain.device import Device, Result, Standing, Value, Verdict
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.rulebook import RuleBook
from tests.integration.functions.alerts.place import Place, down, up
from tests.support.database import running_database

logger.setLevel("ERROR")
ROUNDS = 5
DEVICES = 2000
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
            }
        ),
        flush=True,
    )


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
                began = time.perf_counter()
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
                spent += time.perf_counter() - began
                evaluations += done.values.evaluations
                standings |= done.touched
                for alert in done.ledger.saved:
                    alerts[alert.id] = alert
                for alert_id in done.ledger.dropped:
                    alerts.pop(alert_id, None)
                alerts = {key: each for key, each in alerts.items() if each.is_open}
        rates.append(evaluations / spent)
    tell(measure, rates, unit="evaluations/s", bar=bar)


def on_postgres():
    with running_database() as postgres:
        place = Place(postgres)
        core = place.device("core", address="198.19.0.1")
        devices = [
            place.device(f"d{n}", address=f"198.18.{n // 250}.{n % 250 + 1}", parents=[core])
            for n in range(DEVICES)
        ]
        place.take(up(core, NOON))
        clear = []
        for cycle in range(3):
            at = NOON + timedelta(minutes=cycle)
            for start in range(0, DEVICES, BATCH):
                batch = [
                    up(device_id, at, **dict(zip(METRICS, CLEAR, strict=True)))
                    for device_id in devices[start : start + BATCH]
                ]
                began = time.perf_counter()
                place.take(*batch)
                clear.append(time.perf_counter() - began)
        tell("alerts_batch_500_clear", clear, unit="s", bar=1.0, lower_is_better=True)
        storm = []
        at = NOON + timedelta(minutes=10)
        place.take(down(core, at, since=at - timedelta(minutes=1)))
        for start in range(0, DEVICES, BATCH):
            batch = [
                down(device_id, at, since=at - timedelta(minutes=1))
                for device_id in devices[start : start + BATCH]
            ]
            began = time.perf_counter()
            place.take(*batch)
            storm.append(time.perf_counter() - began)
        tell("alerts_storm_batch_500", storm, unit="s", bar=2.0, lower_is_better=True)
        opened = place.facts().count("AlertOpened.v1")
        tell("alerts_storm_pages", [opened], unit="alerts", bar=1, lower_is_better=True)
        place.database.close()


if __name__ == "__main__":
    domain("alerts_evaluations_all_clear", breaching=lambda n, cycle: False, bar=100_000)
    domain(
        "alerts_evaluations_tenth_changing",
        breaching=lambda n, cycle: n % 10 == cycle % 10,
        bar=10_000,
    )
    if "--domain" not in sys.argv:
        on_postgres()
