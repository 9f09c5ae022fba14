from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from netpulse.settings import AccessSettings, DatabaseSettings, Settings, SettingsError, load

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    load.cache_clear()
    yield
    load.cache_clear()


class Sample(Settings):
    names: tuple[str, ...] = ()
    port: int = 1


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETPULSE_NAMES", '["a", "b"]')
    monkeypatch.setenv("NETPULSE_PORT", "5432")
    assert load(Sample) == Sample(names=("a", "b"), port=5432)


def test_what_is_missing_or_wrong_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NETPULSE_DATABASE_PORT", "many")
    with pytest.raises(SettingsError) as caught:
        load(DatabaseSettings)
    for name in ("NETPULSE_DATABASE_HOST", "NETPULSE_DATABASE_SECRET", "NETPULSE_DATABASE_PORT"):
        assert name in str(caught.value)


def test_the_rate_limits_are_the_blueprints() -> None:
    limits = AccessSettings(sessions_table="s", rate_limits_table="r").rate_limits
    assert {name: (each.requests, each.window_s) for name, each in limits.items()} == {
        "auth": (5, 60),
        "api": (100, 60),
        "monitoring": (1000, 60),
        "bulk": (10, 3600),
        # beside the blueprint: all of an organisation together
        "organization": (6000, 60),
    }
