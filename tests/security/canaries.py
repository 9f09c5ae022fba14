"""Secrets of every kind, sown through the API so that they can be looked for everywhere else."""

from __future__ import annotations

import gzip
import secrets
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tests.e2e.client import Deadline

if TYPE_CHECKING:
    from tests.e2e.client import Session


@dataclass(frozen=True)
class Canaries:
    """Words that stand nowhere but where they were sown."""

    words: dict[str, str]

    def in_bytes(self, content: bytes) -> list[str]:
        """Return which of them some bytes hold, also in hexadecimal, and packed."""
        texts = [content, *unpacked(content)]
        return [
            name
            for name, word in self.words.items()
            if any(form in text for text in texts for form in _forms(word))
        ]


def _forms(word: str) -> tuple[bytes, ...]:
    return word.encode(), word.encode().hex().encode()


def unpacked(content: bytes) -> list[bytes]:
    """Return what a zip, gzip or PDF holds, unpacked; nothing of one that is only half there."""
    try:
        return _opened(content)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error):
        # somebody is writing it, or it only begins like one
        return []


def _opened(content: bytes) -> list[bytes]:
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            inside = [archive.read(name) for name in archive.namelist()]
        return [*inside, *(deeper for each in inside for deeper in unpacked(each))]
    if content.startswith(b"\x1f\x8b"):
        return [gzip.decompress(content)]
    if content.startswith(b"%PDF"):
        return [text for part in content.split(b"stream")[1::2] if (text := _inflated(part))]
    return []


def _inflated(part: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(part.strip(b"\r\n"))
    except zlib.error:
        return b""


def sown(owner: Session, device: dict[str, Any]) -> Canaries:
    """Sow a secret of every kind that people give us."""
    words = {
        name: f"canary{name}{secrets.token_hex(12)}"
        for name in ("community", "auth", "priv", "ssh", "token", "own", "hook", "sso", "rotated")
    }

    def credential(name: str, kind: str, secret: dict[str, Any]) -> str:
        body = {"name": f"{name} {words[name][-6:]}", "kind": kind, "secret": secret}
        made: str = owner.post("/credentials", body)["id"]
        return made

    shared = credential("community", "snmp_v2c", {"community": words["community"]})
    user = {
        "username": "ops",
        "auth_protocol": "sha256",
        "auth_password": words["auth"],
        "priv_protocol": "aes256",
        "priv_password": words["priv"],
    }
    credential("auth", "snmp_v3", user)
    credential("ssh", "ssh", {"username": "ops", "password": words["ssh"]})
    credential("token", "http", {"token": words["token"]})
    snmp = {**device["snmp"], "community": words["own"]}
    owner.post("/devices", {**device, "name": "canary", "snmp": snmp})
    hook = {"url": "https://hook.example/x", "secret": words["hook"]}
    owner.post("/notification-channels", {"name": "hook", "kind": "webhook", "config": hook})
    provider = {
        "name": "canary",
        "issuer": "https://canary.example.org",
        "client_id": "netpulse",
        "client_secret": words["sso"],
    }
    owner.post("/identity-providers", provider)
    rotation = {"credential_ids": [shared], "secret": {"community": words["rotated"]}}
    owner.post("/credentials/rotate", {"rotations": [rotation]})
    return Canaries({**words, "password": owner.password, "access token": owner.token})


def carried_away(owner: Session) -> None:
    """Have an archive and reports made of all there is, and wait for them."""
    jobs = [owner.post("/metrics/archives")["job_id"]]
    for kind in ("uptime", "performance", "alerts"):
        report = {"kind": kind, "name": kind, "period": "yesterday", "formats": ["csv", "pdf"]}
        jobs.append(owner.post("/reports/generate", report)["job_id"])
    for job in jobs:
        _wait_for(owner, job)


def _wait_for(owner: Session, job: str) -> None:
    def is_over() -> bool:
        return owner.get(f"/jobs/{job}")["state"] in {"succeeded", "failed"}

    Deadline.after(120).wait(is_over, what="the job")
