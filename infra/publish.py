"""Puts the built dashboard where CloudFront reads it: `python -m infra.publish --stage=dev`.

By the AWS command line and not by CDK's BucketDeployment: that would bring a function of its own,
with a policy managed by AWS and rights to the whole bucket, into every deployment.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.bundling import ROOT
from infra.web_headers import ALWAYS_ASKED_ABOUT, ASSETS, CACHED_FOREVER

DIST = ROOT / "web" / "dist"
# Which assets the last release had; tabs that are still open load them for one release more.
_RELEASE = "release.json"
_NOT_PUBLIC = (".vite/*", "*.map")
Aws = Callable[[Sequence[str]], str]


class PublishError(Exception):
    """The dashboard cannot be published, and why."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a stage's dashboard goes, as its stack says."""

    bucket: str
    region: str
    url: str


def publish(dist: Path, target: Target, config: dict[str, str], aws: Aws) -> None:
    """Upload assets, then what refers to them, then forget what the last two releases had not."""
    if not (dist / "index.html").is_file():
        raise PublishError(f"{dist} holds no dashboard: run npm --prefix web run build")
    assets = sorted(path.name for path in (dist / ASSETS).iterdir() if path.suffix != ".map")
    before = _before(aws, target.bucket, assets)
    bucket = f"s3://{target.bucket}"
    private = [word for pattern in _NOT_PUBLIC for word in ("--exclude", pattern)]
    hashed = ["--cache-control", CACHED_FOREVER, *private]
    asked = ["--cache-control", ALWAYS_ASKED_ABOUT, "--exclude", f"{ASSETS}/*", *private]
    aws(["s3", "sync", str(dist / ASSETS), f"{bucket}/{ASSETS}", "--size-only", *hashed])
    with tempfile.TemporaryDirectory() as folder:
        release = {ASSETS: assets, "before": before}
        for name, content in (("config.json", config), (_RELEASE, release)):
            path = Path(folder) / name
            path.write_text(json.dumps(content))
            aws(["s3", "cp", str(path), f"{bucket}/{name}", "--cache-control", ALWAYS_ASKED_ABOUT])
    aws(["s3", "sync", str(dist), bucket, *asked])
    kept = {*assets, *before}
    for name in _present(aws, target.bucket):
        if name not in kept:
            aws(["s3", "rm", f"{bucket}/{ASSETS}/{name}"])


def _before(aws: Aws, bucket: str, assets: list[str]) -> list[str]:
    if not aws(["s3", "ls", f"s3://{bucket}/{_RELEASE}"]).strip():
        return []
    last: dict[str, list[str]] = json.loads(aws(["s3", "cp", f"s3://{bucket}/{_RELEASE}", "-"]))
    # The same release published twice is still one release.
    return last["before"] if last[ASSETS] == assets else last[ASSETS]


def _present(aws: Aws, bucket: str) -> list[str]:
    lines = aws(["s3", "ls", f"s3://{bucket}/{ASSETS}/"]).splitlines()
    return [line.split(maxsplit=3)[3] for line in lines if line.strip()]


def target_of(outputs: dict[str, dict[str, str]], stage: str) -> Target:
    """Return the target that the outputs of `cdk deploy --outputs-file` name."""
    told = outputs.get(f"NetPulse-{stage}-web")
    if told is None:
        raise PublishError(f"the outputs name no web stack of stage {stage}")
    return Target(bucket=told["SiteBucket"], region=told["Region"], url=told["WebUrl"])


def run_aws(words: Sequence[str]) -> str:
    """Run the AWS command line; listing nothing is no failure."""
    command = ["aws", *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    except FileNotFoundError:
        raise PublishError("the AWS command line is needed: install awscli") from None
    is_empty_listing = words[:2] == ["s3", "ls"] and done.returncode == 1 and not done.stderr
    if done.returncode and not is_empty_listing:
        raise PublishError(f"aws {' '.join(words[:2])} failed: {done.stderr.strip()}")
    return done.stdout


def main() -> int:
    """Publish what `npm run build` made to a stage that `cdk deploy` made."""
    parser = argparse.ArgumentParser(prog="python -m infra.publish")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--outputs", type=Path, required=True, help="of cdk deploy --outputs-file")
    parser.add_argument("--version", default="unknown")
    given = parser.parse_args()
    try:
        target = target_of(json.loads(given.outputs.read_text()), given.stage)
        config = {"stage": given.stage, "region": target.region, "version": given.version}
        publish(DIST, target, config, run_aws)
    except PublishError as error:
        print(f"netpulse: {error}", file=sys.stderr)  # noqa: T201  # this program's output
        return 1
    print(f"{target.url} has version {given.version}.")  # noqa: T201  # this program's output
    return 0


if __name__ == "__main__":
    sys.exit(main())
