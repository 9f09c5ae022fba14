"""SNMP against net-snmp's snmpd, the agent of a great many devices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest

from pollers.catalogue import blocks_for, profiles
from pollers.domain.device import SnmpAccess, SnmpVersion
from pollers.probes.snmp import open_session
from pollers.snmp import mibs
from pollers.snmp.ber import encode_oid
from pollers.snmp.collector import SnmpCollector, SnmpMemory
from pollers.snmp.engine import SnmpEngine
from pollers.snmp.session import SnmpError, SnmpSession
from tests.support.snmpd import AUTH_PASSWORD, PRIV_PASSWORD, SNMPD, USERS, running_snmpd

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(SNMPD is None, reason="net-snmp's snmpd is not installed")

OR_TABLE = encode_oid("1.3.6.1.2.1.1.9.1.3")
OR_IDS = encode_oid("1.3.6.1.2.1.1.9.1.2")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("snmpd")
    with running_snmpd(folder) as made:
        yield made


@pytest.fixture
async def snmp() -> AsyncIterator[SnmpEngine]:
    made = SnmpEngine()
    yield made
    made.close()


def by_community(snmp: SnmpEngine, port: int, version: SnmpVersion) -> SnmpSession:
    return open_session(snmp, "127.0.0.1", SnmpAccess(version, port, community="public"))


def by_user(snmp: SnmpEngine, port: int, user: str, **changes: str) -> SnmpSession:
    auth, priv = USERS[user]
    security = {
        "username": user,
        "auth_protocol": auth,
        "auth_password": AUTH_PASSWORD,
        "priv_protocol": priv,
        "priv_password": PRIV_PASSWORD,
        **changes,
    }
    access = SnmpAccess(SnmpVersion.V3, port, security=security)
    return open_session(snmp, "127.0.0.1", access)


async def reads(talk: SnmpSession) -> None:
    got = await talk.get([mibs.SYS_UP_TIME, mibs.SYS_NAME, encode_oid("1.3.6.1.2.1.1.99.0")])
    assert got.keys() == {mibs.SYS_UP_TIME, mibs.SYS_NAME}
    table = await talk.table([OR_IDS, OR_TABLE])
    assert len(table[OR_IDS]) == len(table[OR_TABLE]) > 3
    assert await talk.exist_below([OR_TABLE, encode_oid("1.3.6.1.4.1.99999")]) == {OR_TABLE}


@pytest.mark.parametrize("version", [SnmpVersion.V1, SnmpVersion.V2C])
async def test_scalars_and_tables_are_read_by_community(
    snmp: SnmpEngine, port: int, version: SnmpVersion
) -> None:
    await reads(by_community(snmp, port, version))


@pytest.mark.parametrize("user", USERS)
async def test_scalars_and_tables_are_read_by_user(snmp: SnmpEngine, port: int, user: str) -> None:
    await reads(by_user(snmp, port, user))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"username": "nobody"}, "unknown user"),
        ({"auth_password": "wrong-secret"}, "wrong authentication password or protocol"),
        ({"auth_protocol": "SHA-256"}, "wrong authentication password or protocol"),
        ({"priv_protocol": ""}, "not authorized"),
    ],
)
async def test_a_wrong_credential_is_told_by_what_is_wrong_with_it(
    snmp: SnmpEngine, port: int, changes: dict[str, str], reason: str
) -> None:
    with pytest.raises(SnmpError, match=reason):
        await by_user(snmp, port, "sha-aes", **changes).get([mibs.SYS_NAME])


async def test_a_host_is_identified_and_measured(snmp: SnmpEngine, port: int) -> None:
    talk = by_user(snmp, port, "sha256-aes256")
    collection = await SnmpCollector(profiles(), blocks_for).collect(talk, SnmpMemory())
    assert collection.portrait is not None
    assert collection.portrait.identity.os == "linux"
    assert {"lo"} <= {port.name for port in collection.portrait.interfaces}
    metrics = {sample.metric for sample in collection.samples if not sample.entity}
    assert {"uptime_seconds", "memory_usage"} <= metrics
