"""net-snmp's own agent on loopback, where its package is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SNMPD = shutil.which("snmpd") or shutil.which("snmpd", path="/usr/sbin:/usr/local/sbin")
AUTH_PASSWORD, PRIV_PASSWORD = "auth-secret", "priv-secret"
USERS = {
    "md5-des": ("MD5", "DES"),
    "sha-aes": ("SHA", "AES"),
    "sha256-aes": ("SHA-256", "AES"),
    "sha512-aes": ("SHA-512", "AES"),
    "sha256-aes256": ("SHA-256", "AES-256"),
    "sha-aes256": ("SHA", "AES-256"),
    "sha-aes256c": ("SHA", "AES-256-C"),
    "sha-aes192c": ("SHA", "AES-192-C"),
    "sha-only": ("SHA", ""),
}
"""Name -> authentication and privacy, as snmpd spells them; -C stretches keys as Cisco does."""


@contextmanager
def running_snmpd(folder: Path) -> Iterator[int]:
    """Run an agent with a community and the users; gives its port."""
    assert SNMPD is not None
    port = _free_port()
    lines = ["rocommunity public 127.0.0.1"]
    for name, (auth, priv) in USERS.items():
        privacy = f" {priv} {PRIV_PASSWORD}" if priv else ""
        lines += [
            f"createUser {name} {auth} {AUTH_PASSWORD}{privacy}",
            f"rouser {name} {'authPriv' if priv else 'authNoPriv'}",
        ]
    configuration = folder / "snmpd.conf"
    configuration.write_text("\n".join([*lines, ""]))
    log = folder / "snmpd.log"
    process = subprocess.Popen(
        [
            SNMPD,
            "-C",
            "-c",
            str(configuration),
            "-f",
            "-Lf",
            str(log),
            "-m",
            "",
            f"udp:127.0.0.1:{port}",
        ],
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""},
    )
    try:
        # It listens before it says its version.
        deadline = time.monotonic() + 10
        while not (log.exists() and "NET-SNMP version" in log.read_text()):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError("snmpd does not start")
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
