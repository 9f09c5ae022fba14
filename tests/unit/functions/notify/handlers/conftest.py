"""Notify's HTTP interface over memory."""

from __future__ import annotations

import pytest

from tests.unit.functions.notify.handlers.api import Api


@pytest.fixture
def api() -> Api:
    return Api()
