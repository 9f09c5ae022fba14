"""What reaches the site's bucket, in which order, and what is forgotten."""

import json
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

import pytest

from infra.publish import PublishError, Target, publish, run_aws, target_of

TARGET = Target(bucket="site", region="eu-west-1", url="https://noc.example.com")
CONFIG = {"stage": "dev", "region": "eu-west-1", "version": "1.2.3"}


class FakeS3:
    """Understands those words of `aws s3` that publishing uses."""

    def __init__(self) -> None:
        self.objects: dict[str, str] = {}
        self.cache: dict[str, str] = {}
        self.order: list[str] = []

    def __call__(self, words: Sequence[str]) -> str:
        """Run one command."""
        _, verb, *rest = words
        if verb == "ls":
            prefix = self._key(rest[0])
            names = [key for key in self.objects if key.startswith(prefix)]
            return "".join(f"2026-03-02 12:00:00 1 {key.rpartition('/')[2]}\n" for key in names)
        if verb == "rm":
            del self.objects[self._key(rest[0])]
            return ""
        if verb == "cp" and rest[1] == "-":
            return self.objects[self._key(rest[0])]
        return self._upload(verb, Path(rest[0]), self._key(rest[1]), rest[2:])

    def _upload(self, verb: str, source: Path, key: str, options: Sequence[str]) -> str:
        cache = options[options.index("--cache-control") + 1]
        left_out = [options[place + 1] for place, each in enumerate(options) if each == "--exclude"]
        files = [source] if verb == "cp" else sorted(p for p in source.rglob("*") if p.is_file())
        for path in files:
            name = "" if verb == "cp" else str(path.relative_to(source))
            if any(fnmatch(name, pattern) for pattern in left_out):
                continue
            where = "/".join(part for part in (key, name) if part)
            self.objects[where], self.cache[where] = path.read_text(), cache
            self.order.append(where)
        return ""

    def _key(self, url: str) -> str:
        return url.removeprefix("s3://site").removeprefix("/")


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    return built(tmp_path / "dist", "app-1.js")


def built(folder: Path, asset: str) -> Path:
    for name in ("index.html", "sw.js", f"assets/{asset}", f"assets/{asset}.map", ".vite/m.json"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def test_assets_are_kept_forever_and_the_rest_is_asked_about(dist: Path) -> None:
    s3 = FakeS3()
    publish(dist, TARGET, CONFIG, s3)
    assert s3.cache["assets/app-1.js"] == "public, max-age=31536000, immutable"
    assert {s3.cache[name] for name in ("index.html", "sw.js", "config.json")} == {"no-cache"}
    assert json.loads(s3.objects["config.json"]) == CONFIG


def test_what_nobody_should_read_stays_here(dist: Path) -> None:
    s3 = FakeS3()
    publish(dist, TARGET, CONFIG, s3)
    assert not [key for key in s3.objects if key.endswith(".map") or ".vite" in key]


def test_assets_are_there_before_the_page_that_names_them(dist: Path) -> None:
    s3 = FakeS3()
    publish(dist, TARGET, CONFIG, s3)
    assert s3.order.index("assets/app-1.js") < s3.order.index("index.html")


def test_a_releases_assets_outlive_it_by_one_release(tmp_path: Path) -> None:
    s3 = FakeS3()
    for number, kept in ((1, {1}), (2, {1, 2}), (3, {2, 3})):
        publish(built(tmp_path / str(number), f"app-{number}.js"), TARGET, CONFIG, s3)
        present = {key for key in s3.objects if key.startswith("assets/")}
        assert present == {f"assets/app-{each}.js" for each in kept}


def test_a_release_that_is_published_twice_is_one(tmp_path: Path) -> None:
    s3 = FakeS3()
    for number in (1, 2, 2):
        publish(built(tmp_path / str(number), f"app-{number}.js"), TARGET, CONFIG, s3)
    assert {"assets/app-1.js", "assets/app-2.js"} <= set(s3.objects)


def test_a_dashboard_that_was_not_built_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="run build"):
        publish(tmp_path, TARGET, CONFIG, FakeS3())


def test_the_target_is_read_from_the_deployments_outputs() -> None:
    told = {"SiteBucket": "site", "Region": "eu-west-1", "WebUrl": "https://noc.example.com"}
    assert target_of({"NetPulse-dev-web": told}, "dev") == TARGET
    with pytest.raises(PublishError, match="no web stack of stage prod"):
        target_of({"NetPulse-dev-web": told}, "prod")


def test_a_machine_without_the_aws_command_line_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PublishError, match="awscli"):
        run_aws(["s3", "ls"])
