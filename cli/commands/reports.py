"""`netpulse reports`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click
import httpx

from cli import finding
from cli.client import Client
from cli.errors import RefusedError
from cli.run import Run, shared
from cli.words import instant

KINDS = ("uptime", "performance", "alerts", "custom")
FORMATS = ("pdf", "csv", "json")
_OVER = {"succeeded", "failed", "cancelled"}
_SECONDS_BETWEEN_LOOKS = 1.0
_PATIENCE_SECONDS = 600
_COLUMNS = ("ID", "KIND", "NAME", "STATE", "FROM", "TO", "FORMATS")


@click.group()
def reports() -> None:
    """Have reports made and fetch them."""


@reports.command("list")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many; else all.")
@shared
def list_reports(run: Run, *, limit: int | None) -> None:
    """List reports, the newest first."""
    found = list(run.client().pages("/reports", limit=limit))
    run.show(found, lambda: run.table(_COLUMNS, [_row(each) for each in found]))


@reports.command("generate")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--name")
@click.option(
    "--period",
    help="today, yesterday, last_7_days, last_week, last_30_days, this_month, last_month, "
    "last_quarter or last_year.",
)
@click.option("--from", "begin", help="An instant with its offset, such as 2026-03-01T00:00Z.")
@click.option("--to", "end")
@click.option("--time-zone", help="Such as Africa/Nairobi; else the organisation's.")
@click.option(
    "--device", "devices", multiple=True, help="Only this one; may be given again. Else all."
)
@click.option("--metric", "metrics", multiple=True, help="To draw; may be given again.")
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    default=["pdf"],
    help="May be given again; else pdf.",
)
@click.option("--wait/--no-wait", default=True, show_default=True, help="Until it is made.")
@shared
def generate(
    run: Run,
    *,
    begin: str | None,
    end: str | None,
    devices: tuple[str, ...],
    wait: bool,
    **given: Any,
) -> None:
    """Have a report made."""
    client = run.client()
    body = {
        **given,
        "from": begin,
        "to": end,
        "device_ids": [finding.device(client, each)["id"] for each in devices],
    }
    body = {key: value for key, value in body.items() if value not in (None, (), [])}
    asked = client.post("/reports/generate", body)
    if not wait:
        run.show(asked, lambda: run.say(f"Report {asked['report_id']} will be made."))
        return
    report = _made(client, asked["report_id"])
    short = report["id"][: finding.SHORT]
    run.show(report, lambda: run.say(f"Made: `netpulse reports download {short}` has it."))


@reports.command("download")
@click.argument("report")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Else the report's first.")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="“-” prints it."
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
@shared
def download(
    run: Run, report: str, *, format_: str | None, output: Path | None, force: bool
) -> None:
    """Fetch a report's file, by the report's id or the beginning of it."""
    client = run.client()
    file = client.get(f"/reports/{finding.report_id(client, report)}/download", format=format_)
    # A server's word for a file never leads out of this folder.
    target = output or Path(Path(file["file_name"]).name)
    if str(target) == "-":
        sys.stdout.buffer.write(_fetched(run, file["url"]))
        return
    if target.exists() and not force:
        raise RefusedError(f"{target} exists: give --force to write over it")
    content = _fetched(run, file["url"])
    try:
        target.write_bytes(content)
    except OSError as error:
        raise RefusedError(f"{target} cannot be written: {error.strerror}") from None
    told = {"file": str(target), "size_bytes": len(content)}
    run.show(told, lambda: run.say(f"Wrote {target} ({len(content):,} bytes)."))


def _made(client: Client, report_id: str) -> Any:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        report = client.get(f"/reports/{report_id}")
        if report["state"] == "succeeded":
            return report
        if report["state"] in _OVER:
            message = (report.get("error") or {}).get("message") or report["state"]
            raise RefusedError(f"report {report_id} was not made: {message}")
        client.wait(_SECONDS_BETWEEN_LOOKS)
    raise RefusedError(f"report {report_id} is still being made: look later with `reports list`")


def _fetched(run: Run, url: str) -> bytes:
    # The URL is signed: it needs no login, and the login is not for whoever serves it.
    try:
        with httpx.Client(transport=run.transport, timeout=60) as http:
            answer = http.get(url)
    except httpx.HTTPError as error:
        raise RefusedError(f"the file cannot be fetched: {error}") from None
    if not answer.is_success:
        raise RefusedError(f"the file cannot be fetched: the store answered {answer.status_code}")
    return answer.content


def _row(report: dict[str, Any]) -> tuple[Any, ...]:
    return (
        report["id"][: finding.SHORT],
        report["kind"],
        report["name"],
        report["state"],
        instant(report["from"]),
        instant(report["to"]),
        report["formats"],
    )
