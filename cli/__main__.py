"""`netpulse`: the way in."""

from __future__ import annotations

from cli.app import app


def main() -> None:
    """Run one command and end with 0, 1 (refused) or 2 (misused)."""
    app(prog_name="netpulse")


if __name__ == "__main__":
    main()
