"""Lambda assets: what is in them, when they are made anew, and that they run on their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.bundling import Bundler
from infra.settings import DEV, LOCAL
from tests.infra.test_tables import SPECS

_IMPORT = """
import importlib, sys
sys.path[:0] = sys.argv[1].split(":")
for module in sys.argv[2:]:
    importlib.import_module(module)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a small project with one domain."""
    files = {
        "functions/__init__.py": "",
        "functions/clocks/__init__.py": "",
        "functions/clocks/handlers/http.py": "def handler(): ...",
        "functions/clocks/__pycache__/x.pyc": "compiled",
        "functions/clocks/tests/test_http.py": "",
        "functions/clocks/requirements.in": "",
        "layers/common/python/netpulse/__init__.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def bundler(project: Path) -> Bundler:
    return Bundler(
        settings=LOCAL.bundling, install=False, root=project, bundles=project / "bundles"
    )


def test_a_bundle_keeps_the_folders_of_the_dotted_path_and_leaves_tests_out(project: Path) -> None:
    bundle = bundler(project).function_bundle("clocks")
    names = {str(path.relative_to(bundle)) for path in bundle.rglob("*") if path.is_file()}
    assert names == {
        "functions/__init__.py",
        "functions/clocks/__init__.py",
        "functions/clocks/handlers/http.py",
    }


def test_a_bundle_without_what_setup_makes_is_not_made(project: Path) -> None:
    (project / "functions" / "clocks").rename(project / "functions" / "reports")
    with pytest.raises(FileNotFoundError, match=r"World\.ttf is missing: run make setup"):
        bundler(project).function_bundle("reports")


def test_a_bundle_is_made_once_while_its_inputs_stay_the_same(project: Path) -> None:
    first = bundler(project).function_bundle("clocks")
    made = first.stat().st_ino
    again = bundler(project).function_bundle("clocks")
    assert (again, again.stat().st_ino) == (first, made)


def test_a_changed_file_makes_another_bundle(project: Path) -> None:
    first = bundler(project).function_bundle("clocks")
    (project / "functions/clocks/handlers/http.py").write_text("def handler(): return 1")
    assert bundler(project).function_bundle("clocks") != first


def test_of_many_bundles_the_oldest_are_forgotten_and_never_the_one_just_made(
    project: Path,
) -> None:
    wheels = project / "functions/clocks/requirements.txt"
    wheels.write_text("")
    # what is copied into a bundle is older than every bundle there is
    os.utime(bundler(project).wheels(wheels) / "python", (0, 0))
    made = []
    for number in range(9):
        (project / "functions/clocks/handlers/http.py").write_text(f"NUMBER = {number}")
        made.append(bundler(project).function_bundle("clocks"))
        assert made[-1].is_dir()
    kept = [bundle for bundle in made if bundle.is_dir()]
    assert kept == made[-len(kept) :]
    assert 1 < len(kept) < len(made)


def test_another_platform_makes_another_bundle(project: Path) -> None:
    here = bundler(project)
    there = Bundler(settings=DEV.bundling, install=False, root=project, bundles=project / "bundles")
    assert here.kernel_bundle() != there.kernel_bundle()


def test_a_bundle_that_failed_halfway_is_not_taken_for_a_whole_one(project: Path) -> None:
    requirements = project / "functions/clocks/requirements.txt"
    requirements.write_text("no-hash-here==1.0\n")
    broken = Bundler(settings=LOCAL.bundling, root=project, bundles=project / "bundles")
    with pytest.raises(subprocess.CalledProcessError):
        broken.function_bundle("clocks")
    assert list((project / "bundles").iterdir()) == []


@pytest.mark.parametrize("domain", sorted({spec.domain for spec in SPECS}))
def test_handlers_import_from_their_own_asset_and_the_layers_alone(domain: str) -> None:
    real = Bundler(settings=LOCAL.bundling)
    layers = [real.kernel_bundle() / "python", real.libraries_bundle() / "python"]
    folders = [str(folder) for folder in (real.function_bundle(domain), *layers)]
    modules = [s.handler.removesuffix(".handler") for s in SPECS if s.domain == domain]
    # -S: without this environment's own packages. No variables: settings are read when called.
    command = [_interpreter(), "-I", "-S", "-B", "-c", _IMPORT, ":".join(folders), *modules]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={})
    assert done.returncode == 0, done.stderr


def _interpreter() -> str:
    return str(getattr(sys, "_base_executable", sys.executable))
