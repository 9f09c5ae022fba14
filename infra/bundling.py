"""Lambda assets without Docker: pip chooses the wheels for the stage's platform.

A bundle is made once per set of inputs under build/bundles and reused while nothing changes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from aws_cdk import AssetHashType
from aws_cdk import aws_lambda as lambda_

from infra.stage import BundlingSettings

ROOT = Path(__file__).resolve().parent.parent
BUNDLES = ROOT / "build" / "bundles"
_LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "*.pyc", "tests", "requirements.in", "requirements.txt", ".DS_Store"
)
# What a domain's bundle has and the repository has not, by the domain.
_MADE_BY_SETUP = {"reports": "renderers/pdf/fonts/World.ttf"}
# Raised when the same inputs shall make other bundles.
_FORMAT = 2
# Of each name so many are kept: enough for two stages and the state before the last change.
_KEPT = 6


@dataclass(frozen=True, kw_only=True)
class Bundler:
    """Makes the folders that become Lambda code and layers."""

    settings: BundlingSettings
    # False leaves the requirements out: enough to look at a template, not to run it.
    install: bool = True
    root: Path = ROOT
    bundles: Path = BUNDLES

    def function_bundle(self, domain: str) -> Path:
        """Return a folder with `functions/<domain>/` and what its requirements name beside it."""
        package = self.root / "functions"
        requirements = package / domain / "requirements.txt"
        made = _MADE_BY_SETUP.get(domain)
        if made and not (package / domain / made).is_file():
            raise FileNotFoundError(f"functions/{domain}/{made} is missing: run make setup")

        def fill(folder: Path) -> None:
            (folder / "functions").mkdir()
            shutil.copy(package / "__init__.py", folder / "functions")
            shutil.copytree(package / domain, folder / "functions" / domain, ignore=_LEFT_OUT)
            if requirements.is_file():
                wheels = self.wheels(requirements) / "python"
                shutil.copytree(wheels, folder, copy_function=os.link, dirs_exist_ok=True)

        inputs = [package / "__init__.py", *_sources(package / domain), requirements]
        return self._bundle(domain, inputs, fill)

    def libraries_bundle(self) -> Path:
        """Return the layer of what the kernel and all functions require."""
        return self.wheels(self.root / "layers" / "common" / "requirements.txt")

    def kernel_bundle(self) -> Path:
        """Return the layer of the netpulse package: small, for it changes far more often."""
        package = self.root / "layers" / "common" / "python" / "netpulse"

        def fill(folder: Path) -> None:
            shutil.copytree(package, folder / "python" / "netpulse", ignore=_LEFT_OUT)

        return self._bundle("kernel", _sources(package), fill)

    def wheels(self, requirements: Path) -> Path:
        """Return a folder with `python/`, where everything required is installed."""

        def fill(folder: Path) -> None:
            (folder / "python").mkdir()
            if self.install:
                subprocess.run(self._pip(requirements, folder / "python"), check=True)  # noqa: S603  # fixed words and our own paths
                shutil.rmtree(folder / "python" / "bin", ignore_errors=True)

        return self._bundle(f"wheels-{requirements.parent.name}", [requirements], fill)

    def _pip(self, requirements: Path, target: Path) -> list[str]:
        command = [sys.executable, "-m", "pip", "install", "-qq", "--no-compile", "--no-deps"]
        command += ["--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]
        command += ["--requirement", str(requirements), "--target", str(target)]
        for platform in self.settings.platforms:
            command += ["--platform", platform]
        if self.settings.python:
            command += ["--python-version", self.settings.python, "--implementation", "cp"]
        return command

    def _bundle(self, name: str, inputs: Iterable[Path], fill: Callable[[Path], None]) -> Path:
        folder = self.bundles / f"{name}-{self._digest(inputs)}"
        if folder.is_dir():
            os.utime(folder)  # the least recently used is forgotten first
            return folder
        self.bundles.mkdir(parents=True, exist_ok=True)
        # Made aside and renamed, so that a half-made bundle is never taken for a whole one.
        unfinished = Path(mkdtemp(prefix=f".{name}-", dir=self.bundles))
        try:
            fill(unfinished)
            self._compile(unfinished)
            unfinished.chmod(0o755)
            # it has the age of what was copied into it last, and would be the first to be forgotten
            os.utime(unfinished)
            unfinished.rename(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            if not folder.is_dir():  # else another process was as quick
                raise
        self._forget_old(name)
        return folder

    def _compile(self, folder: Path) -> None:
        if not self.install or self.settings.platforms:
            return  # another Python will run it
        # Halves a function's first start. By hash and unchecked, for an asset's files lose their
        # times; checked would read every source again.
        command = [sys.executable, "-m", "compileall", "-q", "-j", "0"]
        command += ["--invalidation-mode", "unchecked-hash", str(folder)]
        subprocess.run(command, check=True)  # noqa: S603  # fixed words and our own path

    def _forget_old(self, name: str) -> None:
        made = [p for p in self.bundles.glob(f"{name}-*") if p.name.rpartition("-")[0] == name]
        made.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in made[_KEPT:]:
            shutil.rmtree(path, ignore_errors=True)

    def _digest(self, inputs: Iterable[Path]) -> str:
        digest = hashlib.sha256(repr((_FORMAT, self.settings, self.install)).encode())
        if not self.settings.platforms:
            digest.update(f"{sys.platform} {sys.implementation.cache_tag}".encode())
        for path in inputs:
            if path.is_file():
                digest.update(str(path.relative_to(self.root)).encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:24]


def asset(bundle: Path) -> lambda_.Code:
    """Return a bundle as Lambda code; its name holds the hash of all that it is made of."""
    return lambda_.Code.from_asset(
        str(bundle),
        asset_hash=bundle.name.rpartition("-")[2],
        asset_hash_type=AssetHashType.CUSTOM,
    )


def _sources(folder: Path) -> list[Path]:
    """Return the files of a package that belong into a bundle, in a stable order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", "tests"} & {*path.relative_to(folder).parts}
    )
