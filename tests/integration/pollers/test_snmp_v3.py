"""SNMPv3 against an agent that shares no code with us: pysnmp's."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdrsp, context

from pollers.catalogue import blocks_for, profiles
from pollers.domain.device import SnmpAccess, SnmpVersion
from pollers.probes.snmp import SnmpProbe, SnmpState, open_session
from pollers.snmp import mibs
from pollers.snmp.ber import encode_oid
from pollers.snmp.collector import SnmpCollector
from pollers.snmp.engine import SnmpEngine, SnmpTimeoutError
from pollers.snmp.session import AgentSession, SnmpError
from tests.integration.pollers.test_status import a_free_port

READABLE = (1, 3, 6, 1, 2, 1)
USERS = {
    "sha-aes": (config.USM_AUTH_HMAC96_SHA, config.USM_PRIV_CFB128_AES),
    "sha256-aes": (config.USM_AUTH_HMAC192_SHA256, config.USM_PRIV_CFB128_AES),
    "sha512-aes": (config.USM_AUTH_HMAC384_SHA512, config.USM_PRIV_CFB128_AES),
    "sha-only": (config.USM_AUTH_HMAC96_SHA, config.USM_PRIV_NONE),
}
PROTOCOLS = {
    "sha-aes": ("SHA", "AES"),
    "sha256-aes": ("SHA256", "AES128"),
    "sha512-aes": ("SHA-512", "AES"),
    "sha-only": ("SHA", ""),
}


@dataclass
class SecureAgent:
    """A pysnmp agent and the port it answers on."""

    port: int
    snmp: Any = None

    def start(self) -> None:
        self.snmp = snmp = engine.SnmpEngine()
        transport = udp.UdpTransport().open_server_mode(("127.0.0.1", self.port))
        config.add_transport(snmp, udp.DOMAIN_NAME, transport)
        for name, (auth, privacy) in USERS.items():
            config.add_v3_user(snmp, name, auth, "auth-secret", privacy, "priv-secret")
            level = "authPriv" if privacy != config.USM_PRIV_NONE else "authNoPriv"
            config.add_vacm_user(snmp, 3, name, level, READABLE)
        served = context.SnmpContext(snmp)
        cmdrsp.GetCommandResponder(snmp, served)
        cmdrsp.NextCommandResponder(snmp, served)
        cmdrsp.BulkCommandResponder(snmp, served)

    def stop(self) -> None:
        self.snmp.close_dispatcher()


@pytest.fixture
async def agent() -> AsyncIterator[SecureAgent]:
    made = SecureAgent(a_free_port())
    made.start()
    yield made
    made.stop()


def access(port: int, user: str, **changes: str) -> SnmpAccess:
    auth, privacy = PROTOCOLS[user]
    security = {
        "username": user,
        "auth_protocol": auth,
        "auth_password": "auth-secret",
        "priv_protocol": privacy,
        "priv_password": "priv-secret" if privacy else "",
        **changes,
    }
    return SnmpAccess(SnmpVersion.V3, port, security=security, timeout_s=0.6, retries=1)


@pytest.fixture
async def snmp() -> AsyncIterator[SnmpEngine]:
    made = SnmpEngine()
    yield made
    made.close()


def session(snmp: SnmpEngine, wanted: SnmpAccess) -> AgentSession:
    return open_session(snmp, "127.0.0.1", wanted)


@pytest.mark.parametrize("user", USERS)
async def test_scalars_and_rows_are_read_under_each_protocol(
    agent: SecureAgent, snmp: SnmpEngine, user: str
) -> None:
    talk = session(snmp, access(agent.port, user))
    missing = encode_oid("1.3.6.1.2.1.1.99.0")
    got = await talk.get([mibs.SYS_DESCR, mibs.SYS_UP_TIME, mibs.SYS_OBJECT_ID, missing])
    assert got.keys() == {mibs.SYS_DESCR, mibs.SYS_UP_TIME, mibs.SYS_OBJECT_ID}
    descr = got[mibs.SYS_DESCR]
    assert isinstance(descr, bytes)
    assert b"PySNMP" in descr
    assert isinstance(got[mibs.SYS_UP_TIME], int)
    system, absent = encode_oid("1.3.6.1.2.1.1"), encode_oid("1.3.6.1.2.1.2.2.1.2")
    table = await talk.table([system, absent])
    assert table[system][(1, 0)] == got[mibs.SYS_DESCR]
    assert (3, 0) in table[system]
    assert table[absent] == {}


@pytest.mark.parametrize(
    "changes",
    [{"auth_password": "wrong-secret"}, {"priv_password": "wrong-secret"}, {"username": "nobody"}],
    ids=["password", "privacy", "user"],
)
async def test_a_wrong_credential_is_a_failed_probe_within_its_time(
    agent: SecureAgent, snmp: SnmpEngine, changes: dict[str, str]
) -> None:
    talk = session(snmp, access(agent.port, "sha-aes", **changes))
    began = time.monotonic()
    with pytest.raises((SnmpTimeoutError, SnmpError)):
        await talk.get([mibs.SYS_DESCR])
    assert time.monotonic() - began < 5


async def test_silence_is_a_timeout_after_the_retries(snmp: SnmpEngine) -> None:
    talk = session(snmp, access(a_free_port(), "sha-aes"))
    began = time.monotonic()
    with pytest.raises((SnmpTimeoutError, SnmpError)):
        await talk.get([mibs.SYS_DESCR])
    assert time.monotonic() - began < 3


async def test_an_agent_that_restarted_is_read_again(agent: SecureAgent, snmp: SnmpEngine) -> None:
    talk = session(snmp, access(agent.port, "sha-aes"))
    assert await talk.get([mibs.SYS_DESCR])
    agent.stop()
    with pytest.raises((SnmpTimeoutError, SnmpError)):
        await talk.get([mibs.SYS_DESCR])
    agent.start()
    assert await talk.get([mibs.SYS_DESCR])


async def test_a_device_is_collected_by_v3_as_by_any_other_version(
    agent: SecureAgent, snmp: SnmpEngine
) -> None:
    wanted = access(agent.port, "sha-aes")
    probe = SnmpProbe(snmp, SnmpCollector(profiles(), blocks_for))
    result, portrait = await probe(SnmpState("127.0.0.1", wanted, session(snmp, wanted)))
    assert (result.ok, result.reason) == (True, "")
    assert "uptime_seconds" in {sample.metric for sample in result.samples}
    assert portrait is not None
    assert "PySNMP" in portrait.identity.sys_descr


@pytest.mark.parametrize(
    "changes", [{"username": ""}, {"auth_protocol": "ROT13"}, {"priv_protocol": "XOR"}]
)
async def test_a_credential_that_makes_no_user_is_a_failed_probe(
    snmp: SnmpEngine, changes: dict[str, str]
) -> None:
    with pytest.raises(SnmpError):
        await session(snmp, access(a_free_port(), "sha-aes", **changes)).get([mibs.SYS_DESCR])
