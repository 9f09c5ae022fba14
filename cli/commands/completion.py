"""`netpulse completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from cli.errors import RefusedError


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands.

    For bash: `source <(netpulse completion bash)` in ~/.bashrc.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise RefusedError(f"there is no completion for {shell}")
    root = ctx.find_root()
    click.echo(kind(root.command, {}, "netpulse", "_NETPULSE_COMPLETE").source())
