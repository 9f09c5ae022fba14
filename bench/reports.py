"""A month of 500 devices as a PDF: from the queue's message to the file in S3, and its parts.

Prints one JSON object a line; `python -m bench.reports`. PostgreSQL is real, S3 in memory.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import time
from contextlib import closing, redirect_stdout
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
from netpulse.observability import logger
from netpulse.work import Relay, UnitOfWork

from functions.reports.domain.definition import Definition, ReportFormat, ReportKind
from functions.reports.renderers import csv, pdf
from functions.reports.renderers import json as json_renderer
from functions.reports.repository import PostgresReportsWork
from functions.reports.service.gathering import Gathering
from functions.reports.service.making import ReportMaker
from functions.reports.service.requests import queue_report
from tests.support.clock import FakeClock
from tests.support.database import running_database
from tests.support.organizations import new_organization
from tests.support.reports_memory import MemoryFiles

logger.setLevel("ERROR")
ROUNDS, DEVICES, OUTAGES = 9, 500, 6
BEGIN = datetime(2026, 2, 28, 21, tzinfo=UTC)
END = datetime(2026, 3, 31, 21, tzinfo=UTC)
NOW = END + timedelta(hours=6)
ZONE = "Africa/Nairobi"
RENDERERS = {
    ReportFormat.PDF: pdf.render,
    ReportFormat.CSV: csv.render,
    ReportFormat.JSON: json_renderer.render,
}


class SilentBus:
    def publish(self, records):
        pass


def tell(measure, values, *, unit, bar):
    value = statistics.median(values)
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
                "holds": None if bar is None else value <= bar,
                "rounds": len(values),
            }
        ),
        file=sys.__stdout__,
        flush=True,
    )


def fill(postgres, organization_id):
    """Insert a fleet with a month of outages, a few a device."""
    dice = random.Random(7)
    devices, periods = [], []
    for number in range(DEVICES):
        device_id = uuid4()
        address = f"10.1.{number // 250}.{number % 250 + 1}"
        devices.append((device_id, organization_id, f"Tower {number:03d} Nairobi", address, BEGIN))
        at = BEGIN - timedelta(days=1)
        for _ in range(OUTAGES):
            fell = at + timedelta(seconds=dice.randint(3600, 400_000))
            rose = fell + timedelta(seconds=dice.randint(30, 9000))
            periods.append((organization_id, device_id, at, fell, "online", ""))
            periods.append((organization_id, device_id, fell, rose, "offline", "no_answer"))
            at = rose
        periods.append((organization_id, device_id, at, None, "online", ""))
    with psycopg.connect(postgres.owner_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO netpulse.devices (id, organization_id, name, ip_address, device_type, "
            "created_at) VALUES (%s, %s, %s, %s, 'router', %s)",
            devices,
        )
        cursor.executemany(
            "INSERT INTO netpulse.status_periods (organization_id, device_id, began_at, ended_at, "
            "status, reason) VALUES (%s, %s, %s, %s, %s, %s)",
            periods,
        )


def asked_for(work, organization_id, format_):
    with work(organization_id) as opened:
        return queue_report(
            opened,
            Definition(kind=ReportKind.UPTIME, formats=(format_,)),
            begin=BEGIN,
            end=END,
            time_zone=ZONE,
            now=NOW,
            by=None,
        )


def timed(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def main():
    clock = FakeClock(NOW)
    with running_database() as postgres, closing(postgres.database()) as database:
        organization_id = new_organization(postgres)
        fill(postgres, organization_id)
        relay = Relay(database, SilentBus(), clock)
        work = UnitOfWork(database, relay, clock, PostgresReportsWork)
        maker = ReportMaker(work, MemoryFiles(), RENDERERS, clock)
        for format_, bar in ((ReportFormat.PDF, 2.0), (ReportFormat.CSV, None)):
            made = []
            for _ in range(ROUNDS + 1):
                record = asked_for(work, organization_id, format_)
                made.append(timed(lambda r=record: maker.make(organization_id, r.id, r.job_id)))
            # the first one loads fonts and warms PostgreSQL
            tell(f"reports_{format_.value}_cold", made[:1], unit="s", bar=None)
            tell(f"reports_{format_.value}_p50", made[1:], unit="s", bar=bar)
        gathering = Gathering(work, organization_id, record, NOW)
        report = gathering.report(lambda _share: None)
        tell(
            "reports_pdf_drawn",
            [timed(lambda: pdf.render(report)) for _ in range(ROUNDS)],
            unit="s",
            bar=None,
        )
        tell("reports_pdf_size", [len(pdf.render(report)) / 1024], unit="KiB", bar=None)
        # the function has 1,769 MiB
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        tell("reports_peak_memory", [peak], unit="MiB", bar=1024)


if __name__ == "__main__":
    # metrics are lines on stdout
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):  # noqa: PTH123
        main()
