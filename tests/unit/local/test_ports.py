import socket

import pytest

from local import ports
from local.failure import LocalError


def never() -> int:
    raise AssertionError("no port had to be picked")


def test_without_wishes_the_ports_are_those_of_the_manual() -> None:
    assert ports.wanted({}, {}, pick=never) == ports.DEFAULTS


def test_a_variable_moves_a_port() -> None:
    assert ports.wanted({"NETPULSE_EDGE_PORT": "9000"}, {}, pick=never)["edge"] == 9000


@pytest.mark.parametrize("told", ["x", "0", "70000", "-1"])
def test_a_port_that_is_none_is_told(told: str) -> None:
    with pytest.raises(LocalError, match="NETPULSE_EDGE_PORT"):
        ports.wanted({"NETPULSE_EDGE_PORT": told}, {})


def test_automatic_ports_stay_while_they_are_free() -> None:
    picked = iter(range(20_000, 20_100))
    environment = {"NETPULSE_PORTS": "auto"}
    kept = dict.fromkeys(ports.DEFAULTS, 0) | {"edge": 19_000, "sandbox": 19_001}
    chosen = ports.wanted(
        environment, kept, pick=lambda: next(picked), free=lambda port: port != 19_001
    )
    assert chosen["edge"] == 19_000
    assert chosen["sandbox"] >= 20_000
    assert len(set(chosen.values())) == len(ports.DEFAULTS)


def test_a_taken_port_is_told_with_the_variable_that_moves_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(LocalError, match=rf"port {number} \(edge\).*NETPULSE_EDGE_PORT"):
            ports.require_free({"edge": number}, ["edge"])
