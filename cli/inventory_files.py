"""Devices as CSV and YAML: what `export` writes, `import` reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from cli.errors import RefusedError

Device = dict[str, Any]


def _truth(text: str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.lower() not in words:
        raise ValueError("true or false is needed")
    return words[text.lower()]


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("a whole number is needed") from None


def _fraction(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("a number is needed") from None


def _list(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ValueError("a JSON object is needed")  # noqa: TRY004 - of the cell, not of a caller
    return value


# The columns in their order; a dot leads into a section of the API's body.
COLUMNS: dict[str, Callable[[str], Any]] = {
    "name": str,
    "ip_address": str,
    "device_type": str,
    "external_id": str,
    "description": str,
    "location": str,
    "tags": _list,
    "group_ids": _list,
    "parent_ids": _list,
    "is_active": _truth,
    "availability_check": str,
    "interval_seconds": _whole,
    "down_after": _whole,
    "down_window": _whole,
    "snmp.version": str,
    "snmp.port": _whole,
    "snmp.credential_id": str,
    "snmp.community": str,
    "snmp.timeout_seconds": _fraction,
    "snmp.retries": _whole,
    "snmp.max_repetitions": _whole,
    "tcp.port": _whole,
    "http.url": str,
    "http.expected_status": _whole,
    "http.contains": str,
    "http.follow_redirects": _truth,
    "http.verify_tls": _truth,
    "icmp.count": _whole,
    "metadata": _object,
}
_WRITE_ONLY = "snmp.community"
# A spreadsheet would run a cell that begins so; one quote before it says that it is text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTE = "'"


@dataclass(frozen=True)
class Row:
    """One device of a file: where it stands there, and its body or what is wrong with it."""

    place: str
    device: Device
    problem: str = ""


def exported(device: Device) -> Device:
    """Return of a device what an import would write, without what is at its default of nothing."""
    body: Device = {}
    for column in COLUMNS:
        value = _inner(device, column)
        if column != _WRITE_ONLY and value not in (None, "", [], {}):
            _set(body, column, value)
    return body


def to_yaml(devices: Iterable[Device]) -> str:
    """Return devices as a YAML list."""
    return yaml.safe_dump([exported(each) for each in devices], sort_keys=False, allow_unicode=True)


def to_csv(devices: Iterable[Device]) -> str:
    """Return devices as CSV that a spreadsheet takes for text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = [column for column in COLUMNS if column != _WRITE_ONLY]
    writer.writerow(columns)
    for device in devices:
        writer.writerow([_cell(_inner(device, column)) for column in columns])
    return text.getvalue()


def from_yaml(text: str) -> list[Row]:
    """Return the devices of a YAML list, or of the list under `devices`."""
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RefusedError(f"not YAML: {' '.join(str(error).split())}") from None
    if isinstance(given, dict):
        given = given.get("devices")
    if not isinstance(given, list):
        raise RefusedError("a YAML list of devices is needed")
    return [_yaml_row(place, each) for place, each in enumerate(given, start=1)]


def from_csv(text: str) -> list[Row]:
    """Return the devices of a CSV file whose first line names the columns."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\N{BYTE ORDER MARK}")), strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or []]
        unknown = [name for name in names if name not in COLUMNS]
        if unknown or not names:
            wrong = f"unknown columns: {', '.join(unknown)}" if names else "no columns"
            raise RefusedError(f"{wrong}; known are {', '.join(COLUMNS)}")
        reader.fieldnames = names
        return [_csv_row(f"line {reader.line_num}", cells) for cells in reader]
    except csv.Error as error:
        raise RefusedError(f"line {reader.line_num}: not CSV: {error}") from None


def _yaml_row(place: int, given: Any) -> Row:
    name = f"device {place}"
    if not isinstance(given, dict):
        return Row(name, {}, "a mapping of fields is needed")
    # YAML has dates and numbers where the API has text; JSON has none of the dates.
    return Row(name, json.loads(json.dumps(given, default=str)))


def _csv_row(place: str, cells: dict[Any, Any]) -> Row:
    device: Device = {}
    if None in cells:
        return Row(place, device, "there are more cells than columns")
    for column, cell in cells.items():
        text = _unquoted((cell or "").strip())
        if not text:
            continue
        try:
            _set(device, column, COLUMNS[column](text))
        except ValueError as error:
            return Row(place, device, f"{column}: {error}")
    return Row(place, device)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            text = ",".join(map(str, value))
        case dict():
            text = json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
        case _:
            text = str(value)
    return f"{_QUOTE}{text}" if _needs_quote(text) else text


def _needs_quote(text: str) -> bool:
    return text.startswith(_FORMULA) or (
        text.startswith(_QUOTE) and text[1:].startswith((_QUOTE, *_FORMULA))
    )


def _unquoted(text: str) -> str:
    quoted = text.startswith(_QUOTE) and text[1:].startswith((_QUOTE, *_FORMULA))
    return text[1:] if quoted else text


def _inner(device: Device, column: str) -> Any:
    section, _, field = column.rpartition(".")
    return (device.get(section) or {}).get(field) if section else device.get(field)


def _set(device: Device, column: str, value: Any) -> None:
    section, _, field = column.rpartition(".")
    (device.setdefault(section, {}) if section else device)[field] = value
