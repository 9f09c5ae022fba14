"""Rules about the unusual on the Numenta Anomaly Benchmark (github.com/numenta/NAB).

Each file is a device's series; a rule of kind `anomaly` is replayed over it as a dry run does,
value by value, with what is usual learnt from the hours that were over. A detection is the value
at which an alert fires. NETPULSE_NAB names a copy of the repository: a directory, or a bare Git
repository; without it the newest one is downloaded. Prints one JSON object a line.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, timedelta
from itertools import groupby
from pathlib import Path
from statistics import fmean
from uuid import UUID

from netpulse.ids import DeviceId, RuleId

from bench.measuring import not_run, say, say_at_most
from bench.nab_scoring import (
    Scored,
    Series,
    final_score,
    published_scores,
    published_thresholds,
    read_corpus,
    read_scores,
    score,
)
from functions.alerts.domain.alert import Severity
from functions.alerts.domain.anomaly import Learner, Sensitivity, Unusual
from functions.alerts.domain.device import Device
from functions.alerts.domain.hour import Hour, whole_hour
from functions.alerts.domain.replay import Episode, Replay
from functions.alerts.domain.rule import Kind, Rule

DOWNLOAD = "https://github.com/numenta/NAB/archive/refs/heads/master.tar.gz"
BAR, QUIET_BAR = 45.0, 1.0
# What our scorer is held against: their published detections must give their published scores.
PEERS = ("windowedGaussian", "twitterADVec", "randomCutForest", "numenta")
DEVICE = Device(
    id=DeviceId(UUID(int=1)), number=1, name="nab", ip_address="192.0.2.1", device_type="server"
)


def rule(sensitivity: Sensitivity) -> Rule:
    """Return the rule that is tried: the product's own, but for two settings.

    NAB's learning time is two days of most files, and it wants to hear of a trouble once.
    """
    return Rule(
        id=RuleId(UUID(int=2)),
        name="Unusual",
        kind=Kind.ANOMALY,
        severity=Severity.WARNING,
        metric="value",
        keep_firing=timedelta(hours=6),
        unusual=Unusual(sensitivity=sensitivity, history=timedelta(days=1)),
    )


def hours_of(series: Series) -> list[Hour]:
    """Return a series' hours as rollups have them."""
    rows = zip(series.times, series.values, strict=True)
    made = []
    for begin, group in groupby(rows, key=lambda row: whole_hour(row[0])):
        values = [value for _, value in group]
        made.append(Hour(begin, min(values), fmean(values), max(values)))
    return made


def detections(series: Series, tried: Rule) -> list[int]:
    """Return at which rows alerts fired."""
    learner = Learner(hours_of(series), UTC)
    samples = [(at, "", value) for at, value in zip(series.times, series.values, strict=True)]
    episodes: Sequence[Episode] = Replay(tried, DEVICE).values(
        samples, lambda _device, _metric, _entity, at: learner.usual(at)
    )
    place = {at: n for n, at in reversed(list(enumerate(series.times)))}
    return [place[each.fired_at] for each in episodes]


def main() -> int:
    """Score our detector; return 0 if it reaches what it must."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", action="store_true", help="tell of each file on standard error")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        folder = corpus_folder(Path(room))
        if isinstance(folder, str):
            not_run("nab_standard", "numenta/NAB", folder)
            return 0
        corpus = read_corpus(folder)
        published = published_scores(folder)
        for peer in PEERS:
            say(
                f"nab_scorer_{peer}",
                "points",
                [round(final_score(_of_peer(folder, peer, corpus)), 6)],
                "as published",
                [round(published[peer], 6)],
                1.0,
            )
        holds = _ours(corpus, published, tell_files=asked.files)
    return 0 if holds else 1


def _ours(corpus: Sequence[Series], published: dict[str, float], *, tell_files: bool) -> bool:
    holds = True
    for sensitivity in Sensitivity:
        began = time.process_time()
        found = {each: score(each, detections(each, rule(sensitivity))) for each in corpus}
        spent = time.process_time() - began
        total = final_score(found.values())
        peer = "windowedGaussian"
        is_default = sensitivity is Unusual().sensitivity
        bar = round(BAR / published[peer], 3) if is_default else 0.0
        say(f"nab_standard_{sensitivity}", "points", [total], peer, [published[peer]], bar)
        quiet = {each: got for each, got in found.items() if not each.windows}
        loudest = max(got.false_alarms / each.weeks for each, got in quiet.items())
        name = f"nab_false_alarms_a_week_without_anomalies_{sensitivity}"
        say_at_most(name, "alerts", [loudest], QUIET_BAR if is_default else None)
        if is_default:
            holds = total >= BAR and loudest <= QUIET_BAR
            rows = sum(len(each.values) for each in corpus)
            say_at_most("nab_cpu_us_a_value", "us", [spent / rows * 1e6], None)
            if tell_files:
                _tell(found)
    return holds


def _tell(found: dict[Series, Scored]) -> None:
    for each, got in found.items():
        hits = f"{got.hits} of {got.windows}"
        text = f"{got.points:6.2f}  {hits}, {got.false_alarms} false  {each.name}\n"
        sys.stderr.write(text)


def _of_peer(folder: Path, peer: str, corpus: Sequence[Series]) -> list[Scored]:
    threshold = published_thresholds(folder)[peer]
    return [
        score(each, [n for n, s in enumerate(read_scores(folder, peer, each)) if s >= threshold])
        for each in corpus
    ]


def corpus_folder(room: Path) -> Path | str:
    """Return where NAB's files are, or why they cannot be had."""
    given = os.environ.get("NETPULSE_NAB")
    if given is None:
        return _downloaded(room)
    place = Path(given)
    if (place / "labels" / "combined_windows.json").exists():
        return place
    command = ["git", "--git-dir", given, "archive", "HEAD", "data", "labels", "config", "results"]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode:
        return f"NETPULSE_NAB={given} is neither a checkout of numenta/NAB nor a bare repository"
    return _unpacked(made.stdout, room)


def _downloaded(room: Path) -> Path | str:
    try:
        with urllib.request.urlopen(DOWNLOAD, timeout=60) as answer:
            found = answer.read()
    except (urllib.error.URLError, TimeoutError) as error:
        return (
            f"github.com/numenta/NAB cannot be downloaded ({error}); "
            "let NETPULSE_NAB name a copy of it"
        )
    _unpacked(found, room)
    return next(each for each in room.iterdir() if each.is_dir())


def _unpacked(archive: bytes, room: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(room, filter="data")
    return room


if __name__ == "__main__":
    sys.exit(main())
