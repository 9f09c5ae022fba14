from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Iterator
from errno import EACCES, EAGAIN, ENETUNREACH

import pytest

from pollers.icmp.burst import Burst
from pollers.icmp.packet import EchoTemplate
from pollers.icmp.send import BatchSender, PlainSender
from pollers.icmp.sockets import IcmpSocket, SocketMode

TEMPLATE = EchoTemplate(ipv6=False, identifier=1, secret=b"12345678")


class Kernel:
    """Takes as many datagrams a call as it is told to, or fails as it is told to."""

    def __init__(self, *answers: int) -> None:
        self._answers = list(answers)
        self.asked: list[int] = []

    def __call__(self, _descriptor: int, _headers: int, count: int, _flags: int) -> int:
        self.asked.append(count)
        answer = self._answers.pop(0) if self._answers else count
        if answer < 0:
            ctypes.set_errno(-answer)
            return -1
        return answer


class Socket:
    """Fails as it is told to, an attempt after the other."""

    def __init__(self, *errors: int) -> None:
        self._errors = list(errors)
        self.sent: list[str] = []

    def sendto(self, _packet: bytes, address: tuple[str, int]) -> None:
        error = self._errors.pop(0) if self._errors else 0
        if error:
            raise OSError(error, "told to")
        self.sent.append(address[0])


@pytest.fixture
def opened() -> Iterator[IcmpSocket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        yield IcmpSocket(sock, SocketMode.DATAGRAM, kernel_timestamps=True)


def bursts(count: int) -> list[Burst]:
    return [Burst(f"192.0.2.{n}", 1, n, lambda _: None) for n in range(count)]


def sender(opened: IcmpSocket, kernel: Kernel) -> BatchSender:
    return BatchSender(opened, TEMPLATE, kernel, ipv6=False)


def test_what_the_kernel_takes_in_parts_is_sent_in_parts(opened: IcmpSocket) -> None:
    kernel, asked = Kernel(3, 2), bursts(7)
    assert sender(opened, kernel).send(asked) == 7
    assert kernel.asked == [7, 4, 2]
    assert all(burst.sent == 1 and burst.sent_ns[0] for burst in asked)


def test_what_finds_the_queue_full_waits_unsent(opened: IcmpSocket) -> None:
    asked = bursts(5)
    made = sender(opened, Kernel(2, -EAGAIN))
    assert made.send(asked) == 2
    assert [burst.sent for burst in asked] == [1, 1, 0, 0, 0]
    assert made.errors == 0


def test_a_packet_without_a_route_is_lost_and_the_others_go(opened: IcmpSocket) -> None:
    kernel, asked = Kernel(1, -ENETUNREACH, -EACCES), bursts(5)
    made = sender(opened, kernel)
    assert made.send(asked) == 5
    assert kernel.asked == [5, 4, 3, 2]
    assert made.errors == 2
    assert [burst.sent for burst in asked] == [1] * 5


def test_packets_of_a_batch_are_given_rising_times(opened: IcmpSocket) -> None:
    asked = bursts(8)
    sender(opened, Kernel()).send(asked)
    times = [burst.sent_ns[0] for burst in asked]
    assert times == sorted(times)


def test_one_by_one_the_rules_are_the_same() -> None:
    plain = Socket(0, ENETUNREACH, 0, EAGAIN)
    opened = IcmpSocket(plain, SocketMode.DATAGRAM, kernel_timestamps=True)  # type: ignore[arg-type]
    asked = bursts(5)
    made = PlainSender(opened, TEMPLATE)
    assert made.send(asked) == 3
    assert plain.sent == ["192.0.2.0", "192.0.2.2"]
    assert made.errors == 1
    assert [burst.sent for burst in asked] == [1, 1, 1, 0, 0]


@pytest.mark.parametrize("nonsense", ["", "router", "999.1.1.1", "::g", "fe80::1%no-such-zone"])
def test_what_is_no_address_is_nowhere(nonsense: str) -> None:
    burst = Burst(nonsense, 1, 1, lambda _: None)
    assert burst.packed == socket.inet_aton("255.255.255.255")
    assert not burst.ipv6


def test_a_link_local_address_keeps_its_zone() -> None:
    zone = socket.if_nameindex()[0]
    burst = Burst(f"fe80::1%{zone[1]}", 1, 1, lambda _: None)
    assert burst.ipv6
    assert burst.packed[:16] == socket.inet_pton(socket.AF_INET6, "fe80::1")
    assert burst.packed[16:] == struct.pack("=I", zone[0])
