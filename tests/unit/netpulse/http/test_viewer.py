"""Whose request it is by address: the edge is believed, and nobody who only says they are it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from netpulse.http.viewer import EDGE_HEADER, VIEWER_HEADER, EdgeSettings, address_of, edge_word
from netpulse.settings import load

from tests.support.aws import make_secret, set_settings
from tests.support.http import an_event

if TYPE_CHECKING:
    from collections.abc import Iterator

# an_event's gateway
GATEWAY, VIEWER = "192.0.2.1", "203.0.113.7"
WORD = "correct-horse"


def seen(word: str = WORD, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return address_of(an_event("GET", "/api/v1/x"), named, word=lambda: word)


def told(viewer: str = VIEWER, proof: str = WORD) -> dict[str, str]:
    return {VIEWER_HEADER: viewer, EDGE_HEADER: proof}


def test_the_edge_says_where_the_viewer_is() -> None:
    assert seen(**told()) == VIEWER
    assert seen(**told(viewer="2001:DB8::7")) == "2001:db8::7"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {VIEWER_HEADER: VIEWER},
        {EDGE_HEADER: WORD},
        told(proof="guess"),
        told(proof=""),
        told(proof="correct-hors\u00e9"),
        {"x-forwarded-for": VIEWER, "cloudfront-viewer-address": f"{VIEWER}:1"},
    ],
)
def test_who_goes_past_the_edge_is_where_the_gateway_saw_them(headers: dict[str, str]) -> None:
    assert seen(**headers) == GATEWAY


def test_where_there_is_no_word_nobody_can_prove_anything() -> None:
    assert seen(word="", **told(proof="")) == GATEWAY
    assert seen(word="", **told()) == GATEWAY


def test_what_is_no_address_is_not_taken_for_one() -> None:
    assert seen(**told(viewer="192.0.2.1, 203.0.113.7")) == GATEWAY


def test_the_word_is_asked_for_only_when_it_matters() -> None:
    def unasked() -> str:
        raise AssertionError

    assert address_of(an_event("GET", "/api/v1/x"), {}, word=unasked) == GATEWAY


@pytest.fixture
def _settings(aws_in_process: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    set_settings(monkeypatch, edge_secret="edge")
    yield
    load.cache_clear()


@pytest.mark.usefixtures("_settings")
def test_the_word_is_a_secret_and_without_it_the_gateway_is_believed() -> None:
    assert edge_word() == ""
    make_secret("edge", {"word": WORD})
    assert edge_word() == WORD


def test_without_an_edge_there_is_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NETPULSE_EDGE_SECRET", raising=False)
    load.cache_clear()
    assert load(EdgeSettings).edge_secret == ""
    assert edge_word() == ""
