"""A spool that outlives its disk in S3."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from netpulse import aws

from pollers.metrics import Metrics
from pollers.shelter import Shelter
from pollers.spool import Spool
from tests.support.aws import make_bucket
from tests.unit.pollers.test_spool import a_cycle, read_all

BUCKET = "spool"


def a_shelter(poller: str, metrics: Metrics, **changes: float) -> Shelter:
    return Shelter(
        BUCKET,
        lambda: aws.client("s3"),
        metrics,
        poller=poller,
        is_mine=lambda: True,
        **changes,
    )


def objects() -> list[str]:
    listed = aws.client("s3").list_objects_v2(Bucket=BUCKET)
    return [each["Key"] for each in listed.get("Contents", ())]


@pytest.fixture
def spool(aws_in_process: None, tmp_path: Path) -> Spool:
    make_bucket(BUCKET)
    made = Spool(tmp_path / "first", Metrics())
    made.append([a_cycle(1.0), a_cycle(2.0)])
    return made


async def test_what_one_poller_leaves_behind_another_takes_up(spool: Spool, tmp_path: Path) -> None:
    metrics = Metrics()
    await a_shelter("a", metrics).put(spool)
    assert (spool.size(), objects()) == (0, ["spool/a/000000000001.spool"])
    other = Spool(tmp_path / "second", metrics)
    stop = asyncio.Event()
    looking = asyncio.create_task(a_shelter("b", metrics, look_every_s=0.01).run(other, stop))
    async with asyncio.timeout(10):
        while not other.size() or objects():  # noqa: ASYNC110 - another thread
            await asyncio.sleep(0.01)
    stop.set()
    await looking
    assert read_all(other) == [a_cycle(1.0), a_cycle(2.0)]
    assert metrics.value("netpulse_poller_spool_adopted_total") == 1


async def test_what_cannot_be_put_away_stays_on_the_disk(spool: Spool) -> None:
    gone = Shelter(
        "no-such-bucket", lambda: aws.client("s3"), Metrics(), poller="a", is_mine=lambda: True
    )
    await gone.put(spool)
    assert read_all(spool) == [a_cycle(1.0), a_cycle(2.0)]


async def test_what_finds_no_room_on_the_disk_stays_in_the_bucket(
    spool: Spool, tmp_path: Path
) -> None:
    shelter = a_shelter("a", Metrics())
    await shelter.put(spool)
    folder = tmp_path / "second"
    other = Spool(folder, Metrics())
    folder.rmdir()
    await shelter.adopt(other)
    assert objects() == ["spool/a/000000000001.spool"]
