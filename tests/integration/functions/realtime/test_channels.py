"""Pushing through the real SDK to an API Gateway look-alike on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.realtime.channels import ApiGatewaySockets
from functions.realtime.ports import Delivery
from tests.support.aws import REGION, forget_clients
from tests.support.websockets import callback_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.websockets import CallbackServer


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ApiGatewaySockets, CallbackServer]]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    forget_clients()
    with callback_server() as (url, server):
        yield ApiGatewaySockets(url), server
    forget_clients()


def test_a_frame_arrives_as_it_was_sent(gateway: tuple[ApiGatewaySockets, CallbackServer]) -> None:
    sockets, server = gateway
    assert sockets.send("Kx=", '{"messages":[]}') is Delivery.DELIVERED
    assert server.sent == [("Kx=", {"messages": []})]


@pytest.mark.parametrize("error", ["GoneException", "GoneException:http://internal", ""])
def test_a_socket_that_is_gone_is_noticed(
    gateway: tuple[ApiGatewaySockets, CallbackServer], error: str
) -> None:
    sockets, server = gateway
    server.errors["c"] = [(410, error)]
    assert sockets.send("c", "{}") is Delivery.GONE


def test_a_slow_socket_is_tried_again_and_then_dropped(
    gateway: tuple[ApiGatewaySockets, CallbackServer],
) -> None:
    sockets, server = gateway
    server.errors["c"] = [(429, "LimitExceededException")] * 10
    assert sockets.send("c", "{}") is Delivery.DROPPED
    assert 1 < server.requests < 10


def test_a_socket_that_was_slow_for_a_moment_gets_its_frame(
    gateway: tuple[ApiGatewaySockets, CallbackServer],
) -> None:
    sockets, server = gateway
    server.errors["c"] = [(429, "LimitExceededException")]
    assert sockets.send("c", "{}") is Delivery.DELIVERED
    assert server.requests == 2


def test_an_outage_is_no_fault_of_the_sockets(
    gateway: tuple[ApiGatewaySockets, CallbackServer],
) -> None:
    sockets, server = gateway
    server.errors["c"] = [(500, "InternalServerError")] * 10
    assert sockets.send("c", "{}") is Delivery.FAILED
    assert ApiGatewaySockets("http://127.0.0.1:9").send("c", "{}") is Delivery.FAILED


def test_closing_a_socket_that_is_gone_is_no_error(
    gateway: tuple[ApiGatewaySockets, CallbackServer],
) -> None:
    sockets, server = gateway
    sockets.close("a")
    server.errors["b"] = [(410, "GoneException")]
    sockets.close("b")
    assert server.closed == ["a"]
