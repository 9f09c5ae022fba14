"""Lambda assets without Docker: pip chooses the wheels for the stage's platform.

A bundle is made once per set of inputs under build/bundles and reused while nothing changes.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
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


@dataclass(frozen=True, kw_only=True)
class Bundler:
    """Makes the folders that become Lambda code and layers."""

    settings: BundlingSettings
    # False leaves the requirements out: enough to look at a template, not to run it.
    install: bool = True
    root: Path = ROOT
    bundles: Path = BUNDLES

    def function_code(self, domain: str) -> lambda_.Code:
        """Return a domain's code as a Lambda asset."""
        return _asset(self.function_bundle(domain))

    def layer_code(self) -> lambda_.Code:
        """Return the common layer as a Lambda asset."""
        return _asset(self.layer_bundle())

    def function_bundle(self, domain: str) -> Path:
        """Return a folder with `functions/<domain>/` and what its requirements name beside it."""
        source = self.root / "functions" / domain
        inputs = [self.root / "functions" / "__init__.py", *_sources(source)]

        def fill(folder: Path) -> None:
            package = folder / "functions"
            package.mkdir()
            shutil.copy(self.root / "functions" / "__init__.py", package)
            shutil.copytree(source, package / domain, ignore=_LEFT_OUT)
            self._install(source / "requirements.txt", folder)

        return self._bundle(domain, [*inputs, source / "requirements.txt"], fill)

    def layer_bundle(self) -> Path:
        """Return a folder with `python/`: the netpulse package and the common requirements."""
        layer = self.root / "layers" / "common"
        package = layer / "python" / "netpulse"

        def fill(folder: Path) -> None:
            shutil.copytree(package, folder / "python" / "netpulse", ignore=_LEFT_OUT)
            self._install(layer / "requirements.txt", folder / "python")

        return self._bundle("layer", [*_sources(package), layer / "requirements.txt"], fill)

    def _bundle(self, name: str, inputs: list[Path], fill: Callable[[Path], None]) -> Path:
        folder = self.bundles / f"{name}-{self._digest(inputs)}"
        if folder.is_dir():
            return folder
        self.bundles.mkdir(parents=True, exist_ok=True)
        # Made aside and renamed, so that a half-made bundle is never taken for a whole one.
        unfinished = Path(mkdtemp(prefix=f".{name}-", dir=self.bundles))
        try:
            fill(unfinished)
            unfinished.chmod(0o755)
            unfinished.rename(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            if not folder.is_dir():
                raise
        return folder

    def _digest(self, inputs: list[Path]) -> str:
        digest = hashlib.sha256(repr((self.settings, self.install)).encode())
        if not self.settings.platforms:
            digest.update(f"{sys.platform} {sys.implementation.cache_tag}".encode())
        for path in inputs:
            if path.is_file():
                digest.update(str(path.relative_to(self.root)).encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:24]

    def _install(self, requirements: Path, target: Path) -> None:
        if not self.install or not requirements.is_file():
            return
        command = [sys.executable, "-m", "pip", "install", "-qq", "--no-compile", "--no-deps"]
        command += ["--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]
        command += ["--requirement", str(requirements), "--target", str(target)]
        for platform in self.settings.platforms:
            command += ["--platform", platform]
        if self.settings.python:
            command += ["--python-version", self.settings.python, "--implementation", "cp"]
        subprocess.run(command, check=True)  # noqa: S603  # fixed words and our own paths
        shutil.rmtree(target / "bin", ignore_errors=True)


def _sources(folder: Path) -> list[Path]:
    """Return the files of a package that belong into a bundle, in a stable order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "tests" not in path.parts
    )


def _asset(folder: Path) -> lambda_.Code:
    digest = folder.name.rpartition("-")[2]
    return lambda_.Code.from_asset(
        str(folder), asset_hash=digest, asset_hash_type=AssetHashType.CUSTOM
    )
