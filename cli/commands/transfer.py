"""`netpulse devices import|export`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import click

from cli.client import Client, reason
from cli.errors import RefusedError
from cli.inventory_files import Row, exported, from_csv, from_yaml, to_csv, to_yaml
from cli.run import Run, shared

# The API takes 1,000; fewer are sure to be stored before it gives up on a request.
_AT_ONCE = 200
_FORMATS = ("csv", "yaml", "json")
_SUFFIXES = {".csv": "csv", ".yaml": "yaml", ".yml": "yaml", ".json": "json"}
_OUTCOMES = ("created", "updated", "unchanged", "failed")


@click.command("import")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.option("--format", "format_", type=click.Choice(_FORMATS), help="Else by the file's name.")
@click.option("--dry-run", is_flag=True, help="Only tell what would become of each row.")
@shared
def import_devices(run: Run, file: TextIO, *, format_: str | None, dry_run: bool) -> None:
    """Add devices from a CSV or YAML file; “-” reads standard input.

    A row whose external_id is known describes that device anew, so an import can be repeated. A
    wrong row does not spoil the others; the exit code is 1 if there was one.
    """
    rows = _rows(_text(file), format_ or _format_of(file.name))
    outcomes = list(_sent(run.client(), rows, dry_run=dry_run))
    counts = {kind: sum(each["outcome"] == kind for each in outcomes) for kind in _OUTCOMES}
    told = {"dry_run": dry_run, **counts, "rows": outcomes}
    run.show(told, lambda: _render(run, told))
    if counts["failed"]:
        raise RefusedError(f"{counts['failed']} of {len(outcomes)} rows were refused")


@click.command("export")
@click.option(
    "--format", "format_", type=click.Choice(_FORMATS), help="Else by the file's name, or CSV."
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Else it is printed."
)
@click.option("--tag", multiple=True)
@click.option("--type", "device_type", multiple=True)
@shared
def export_devices(run: Run, *, format_: str | None, output: Path | None, **filters: Any) -> None:
    """Write the inventory as `import` reads it, without secrets."""
    kind = format_ or ("json" if run.as_json else _format_of(output.name if output else "-.csv"))
    found = list(run.client().pages("/devices", sort="name", **filters))
    text = _written(found, kind)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RefusedError(f"{output} cannot be written: {error.strerror}") from None
    run.show(
        {"file": str(output), "devices": len(found)},
        lambda: run.say(f"Wrote {len(found)} devices to {output}."),
    )


def _text(file: TextIO) -> str:
    try:
        return file.read()
    except UnicodeDecodeError:
        raise RefusedError(f"{file.name} is not UTF-8 text") from None


def _rows(text: str, format_: str) -> list[Row]:
    # JSON is YAML.
    rows = from_csv(text) if format_ == "csv" else from_yaml(text)
    if not rows:
        raise RefusedError("there are no devices in the file")
    return rows


def _written(devices: list[dict[str, Any]], format_: str) -> str:
    match format_:
        case "csv":
            return to_csv(devices)
        case "yaml":
            return to_yaml(devices)
        case _:
            rows = [exported(each) for each in devices]
            return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def _format_of(name: str) -> str:
    kind = _SUFFIXES.get(Path(name).suffix.lower())
    if kind is None:
        raise click.UsageError(f"the format cannot be told from “{name}”: give --format.")
    return kind


def _sent(client: Client, rows: Sequence[Row], *, dry_run: bool) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row.problem:
            yield _outcome(row, "failed", problem=row.problem)
    good = iter([row for row in rows if not row.problem])
    while batch := list(islice(good, _AT_ONCE)):
        body = {"devices": [row.device for row in batch], "dry_run": dry_run}
        for answer in client.post("/devices/import", body)["rows"]:
            row, error = batch[answer["row"]], answer.get("error")
            problem = _problem(row, error) if error else ""
            yield _outcome(row, answer["outcome"], answer["device_id"], problem=problem)


def _problem(row: Row, error: dict[str, Any]) -> str:
    hint = "" if row.device.get("external_id") else "; without external_id no device is matched"
    return f"{reason(error)}{hint}"


def _outcome(
    row: Row, outcome: str, device_id: str | None = None, *, problem: str = ""
) -> dict[str, Any]:
    return {
        "place": row.place,
        "name": row.device.get("name"),
        "outcome": outcome,
        "device_id": device_id,
        "problem": problem,
    }


def _render(run: Run, told: dict[str, Any]) -> None:
    failed = [each for each in told["rows"] if each["outcome"] == "failed"]
    if failed:
        cells = [(each["place"], each["name"], each["problem"]) for each in failed]
        run.table(("PLACE", "NAME", "PROBLEM"), cells)
    counts = ", ".join(f"{told[kind]} {kind}" for kind in _OUTCOMES)
    run.say(f"{'Would be: ' if told['dry_run'] else ''}{counts}.")
