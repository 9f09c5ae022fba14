"""A35: what the repository brings along: no secret, and only what was looked at."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_SECRETS = {
    "an AWS access key": re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a private key": re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/=]{40}"),
    "one of our API keys": re.compile(rb"\bnpk_[A-Za-z0-9_-]{43}\b"),
    "a SendGrid key": re.compile(rb"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b"),
    "a signed token": re.compile(
        rb"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{40,}"
    ),
    "a password in a URL": re.compile(rb"postgresql://\w+:[^@{}\s$\"']{12,}@"),
}


def tracked() -> list[Path]:
    """Return every file that is in the repository."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a checkout: there is nothing to ask git for")
    return [_ROOT / name for name in done.stdout.split("\0") if name]


def test_a35_no_file_of_the_repository_holds_a_secret() -> None:
    found = {
        f"{path.relative_to(_ROOT)}: {what}"
        for path in tracked()
        if path.is_file()
        for what, pattern in _SECRETS.items()
        if pattern.search(path.read_bytes())
    }
    assert found == set()


def test_a35_the_scan_finds_what_it_looks_for() -> None:
    samples = {
        "an AWS access key": b"AKIA" + b"A" * 16,
        "a private key": b"-----BEGIN " + b"RSA PRIVATE KEY-----\n" + b"A" * 64,
        "one of our API keys": b"npk_" + b"a" * 43,
        "a SendGrid key": b"SG." + b"a" * 22 + b"." + b"b" * 43,
        "a signed token": b"eyJ" + b"a" * 30 + b".eyJ" + b"b" * 30 + b"." + b"c" * 43,
        "a password in a URL": b"postgresql://netpulse_app:" + b"s" * 20 + b"@db",
    }
    assert samples.keys() == _SECRETS.keys()
    assert all(_SECRETS[what].search(sample) for what, sample in samples.items())


def test_a35_every_package_is_pinned_by_its_hash() -> None:
    locks = [path for path in tracked() if path.name.endswith("requirements.txt")]
    assert len(locks) > 5
    for lock in locks:
        text = lock.read_text()
        pins = [line for line in text.splitlines() if re.match(r"[a-zA-Z0-9]", line)]
        assert all("==" in line for line in pins), lock
        assert text.count("--hash=sha256:") >= len(pins), lock
    npm = (_ROOT / "web" / "package-lock.json").read_text()
    assert npm.count('"integrity"') >= npm.count('"resolved"')
