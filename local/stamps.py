"""Tells whether the inputs of a slow step have changed since it was done."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

_LEFT_OUT = {"__pycache__", "node_modules", ".git", "dist"}


def digest(paths: Iterable[Path], *, root: Path, also: str = "") -> str:
    """Return one hash over files and folders: names and contents."""
    total = hashlib.sha256(also.encode())
    for path in sorted(paths):
        for file in sorted(_files(path)):
            total.update(str(file.relative_to(root)).encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*") if file.is_file() and not _LEFT_OUT & {*file.parts}]
