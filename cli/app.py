"""The tree of commands."""

from __future__ import annotations

import click

from cli.commands.alerts import alerts
from cli.commands.completion import completion
from cli.commands.devices import devices
from cli.commands.login import login, logout
from cli.commands.reports import reports
from cli.commands.series import metrics
from cli.commands.status import status
from cli.commands.transfer import export_devices, import_devices
from cli.run import Run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="netpulse")
@click.pass_context
def app(ctx: click.Context) -> None:
    """Watch a network with NetPulse.

    Log in once with `netpulse login`; every command has --json and --help. Exit codes: 0 done,
    1 refused, 2 misused.
    """
    ctx.ensure_object(Run)


for each in (login, logout, status, devices, alerts, metrics, reports, completion):
    app.add_command(each)
for each in (import_devices, export_devices):
    devices.add_command(each)
