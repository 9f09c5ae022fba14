"""Reports in memory."""

from __future__ import annotations

import pytest

from tests.unit.functions.reports.world import World


@pytest.fixture
def world() -> World:
    return World()
