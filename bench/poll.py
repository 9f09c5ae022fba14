"""ICMP and SNMP against their peers, one JSON object a line: `python -m bench.poll [rounds]`.

A peer runs in the same call, in turn with ours, each in a process of its own on one core; medians
are compared. What needs a peer that is not installed says so. `bench.poll_cycle` measures whole
cycles of a fleet.
"""

from __future__ import annotations

import sys

from bench import poll_cycle, poll_icmp, poll_snmp


def main(rounds: int = 3) -> None:
    """Run them all."""
    poll_icmp.main(rounds)
    poll_snmp.main(rounds)
    poll_cycle.main(rounds=rounds)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
