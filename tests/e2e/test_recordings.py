"""Every device of the simulated network is identified and its interfaces are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.client import Deadline, newcomer
from tests.e2e.fleet import added

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(900)


def test_every_device_is_identified_and_its_interfaces_are_listed(stack: Stack) -> None:
    session = newcomer(stack.api_url)
    devices = [added(session, simulated) for simulated in stack.devices()]
    deadline = Deadline.after(120)
    for device in devices:

        def is_known(path: str = f"/devices/{device['id']}") -> bool:
            shown = session.get(path)
            return bool(shown["vendor"] or shown["sys_descr"]) and bool(
                session.get(f"{path}/interfaces")
            )

        deadline.wait(is_known, what=f"what {device['name']} is", pause=2)
