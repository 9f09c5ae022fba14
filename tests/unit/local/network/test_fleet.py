import asyncio
import socket
from pathlib import Path

from local.network.fleet import Device, Fleet
from local.network.places import LoopbackPlaces
from local.network.recording import parse
from tests.unit.local.network.test_agent import GET, NAME, RECORDING, message


def fleet_of(device: Device) -> Fleet:
    return Fleet([device], monotonic=lambda: 0)


def test_a_device_answers_at_its_own_address_only() -> None:
    fleet = fleet_of(Device(RECORDING, "192.0.2.1", 161))
    assert fleet.answer(message(GET, NAME), ("192.0.2.1", 161))
    assert fleet.answer(message(GET, NAME), ("192.0.2.2", 161)) is None


def test_a_device_that_is_down_is_silent() -> None:
    device = Device(RECORDING, "192.0.2.1", 161, is_up=False)
    assert fleet_of(device).answer(message(GET, NAME), ("192.0.2.1", 161)) is None


async def ask(device: Device) -> bytes:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.setblocking(False)
        await loop.sock_sendto(asker, message(GET, NAME), (device.address, device.port))
        return await asyncio.wait_for(loop.sock_recv(asker, 4096), timeout=5)


async def test_a_device_on_a_loopback_port_answers_there(tmp_path: Path) -> None:
    places = LoopbackPlaces(tmp_path / "network.json")
    try:
        devices = places.settle([RECORDING, parse("other", "1.3.6.1.9|2|2")])
        places.serve(Fleet(devices), asyncio.get_running_loop())
        assert b"switch" in await ask(devices[0])
    finally:
        loop = asyncio.get_running_loop()
        for opened in places._sockets.values():
            loop.remove_reader(opened)
        places.close()


async def test_a_device_keeps_its_loopback_port(tmp_path: Path) -> None:
    ports = set()
    for _ in range(2):
        places = LoopbackPlaces(tmp_path / "network.json")
        ports.add(places.settle([RECORDING])[0].port)
        places.close()
    assert len(ports) == 1
