from pathlib import Path

import pytest

from tests.unit.cli.fake import FakeNetPulse, Terminal


@pytest.fixture
def server() -> FakeNetPulse:
    return FakeNetPulse()


@pytest.fixture
def stranger(server: FakeNetPulse, tmp_path: Path) -> Terminal:
    return Terminal(server, tmp_path / "config")


@pytest.fixture
def ann(stranger: Terminal) -> Terminal:
    assert stranger.logs_in().exit_code == 0
    return stranger
