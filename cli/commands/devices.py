"""`netpulse devices list|show|add|remove`."""

from __future__ import annotations

from typing import Any

import click

from cli import finding
from cli.run import Run, shared
from cli.words import instant

STATUSES = ("online", "degraded", "offline", "unreachable", "unknown")
CHECKS = ("icmp", "snmp", "tcp", "http")
_COLUMNS = ("NO", "NAME", "ADDRESS", "TYPE", "STATUS", "SINCE", "RTT MS", "LOCATION")


@click.group()
def devices() -> None:
    """See and keep the inventory."""


@devices.command("list")
@click.option("--status", type=click.Choice(STATUSES), multiple=True)
@click.option("--type", "device_type", multiple=True, help="router, switch, server …")
@click.option("--tag", multiple=True)
@click.option("--search", help="Part of a name, an address or a place.")
@click.option("--sort", default="name", show_default=True, help="A field; -field turns it round.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many; else all.")
@shared
def list_devices(run: Run, *, limit: int | None, **filters: Any) -> None:
    """List devices."""
    found = list(run.client().pages("/devices", limit=limit, **filters))
    run.show(found, lambda: run.table(_COLUMNS, [_row(each) for each in found]))


@devices.command("show")
@click.argument("device")
@shared
def show_device(run: Run, device: str) -> None:
    """Show a device by its name, address, number, id or external id."""
    found = finding.device(run.client(), device)
    run.show(found, lambda: run.fields(found.items()))


@devices.command("add")
@click.argument("name")
@click.argument("address")
@click.option("--type", "device_type", required=True, help="router, switch, server …")
@click.option("--external-id", help="Its id in another system.")
@click.option("--location")
@click.option("--description")
@click.option("--tag", "tags", multiple=True)
@click.option(
    "--check", "availability_check", type=click.Choice(CHECKS), help="What says it is up."
)
@click.option("--interval", "interval_seconds", type=click.IntRange(10, 3600), help="In seconds.")
@click.option(
    "--community", help="SNMP community; seen by others on this machine: prefer a credential."
)
@click.option("--credential", "credential_id", help="Id of a stored SNMP credential.")
@click.option("--port", type=click.IntRange(1, 65535), help="For --check tcp.")
@click.option("--check-url", help="For --check http.")
@shared
def add_device(
    run: Run,
    *,
    name: str,
    address: str,
    community: str | None,
    credential_id: str | None,
    port: int | None,
    check_url: str | None,
    **fields: Any,
) -> None:
    """Add a device; it is polled within seconds."""
    body = {key: value for key, value in fields.items() if value not in (None, ())}
    snmp = {"community": community, "credential_id": credential_id}
    sections = {
        "snmp": {key: value for key, value in snmp.items() if value},
        "tcp": {"port": port} if port else {},
        "http": {"url": check_url} if check_url else {},
    }
    body |= {key: section for key, section in sections.items() if section}
    made = run.client().post("/devices", {"name": name, "ip_address": address, **body})
    run.show(made, lambda: run.say(f"Added {made['name']}, device {made['number']}."))


@devices.command("remove")
@click.argument("device")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared
def remove_device(run: Run, device: str, *, yes: bool) -> None:
    """Retire a device; its history stays."""
    client = run.client()
    found = finding.device(client, device)
    if not yes:
        click.confirm(f"Retire {found['name']} ({found['ip_address']})?", abort=True, err=True)
    client.delete(f"/devices/{found['id']}")
    run.show({"removed": found["id"]}, lambda: run.say(f"Retired {found['name']}."))


def _row(device: dict[str, Any]) -> tuple[Any, ...]:
    return (
        device["number"],
        device["name"],
        device["ip_address"],
        device["device_type"],
        "maintenance" if device["maintenance"] else device["status"],
        instant(device["status_since"]),
        device["response_time_ms"],
        device["location"],
    )
