"""Notify in memory, with one phone to tell."""

from __future__ import annotations

import pytest

from functions.notify.domain.channel import ChannelKind
from tests.support.notify import a_channel
from tests.unit.functions.notify.world import World


@pytest.fixture
def world() -> World:
    return World().with_channels(a_channel(ChannelKind.SMS))
