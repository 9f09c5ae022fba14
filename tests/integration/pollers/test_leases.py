"""The lease store as DynamoDB keeps it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pollers.domain.shards import empty_map, rebalanced
from pollers.shards.leases import DynamoLeases
from pollers.shards.ports import Member
from tests.support.aws import LEASES, make_tables


@pytest.fixture
def leases(aws_in_process: None) -> DynamoLeases:
    make_tables()
    return DynamoLeases(LEASES)


def test_a_new_table_is_an_empty_map_without_members(leases: DynamoLeases) -> None:
    snapshot = leases.read()
    assert (dict(snapshot.members), snapshot.map) == ({}, empty_map())


def test_what_was_written_is_read(leases: DynamoLeases) -> None:
    leases.beat("a", Member(7, {"devices": 3}))
    shards = rebalanced(empty_map(), {"a", "b"}, now_s=5)
    assert leases.replace(shards)
    snapshot = leases.read()
    assert snapshot.members == {"a": Member(7, {"devices": 3})}
    assert snapshot.map == shards


def test_of_two_who_replace_the_same_map_one_wins(leases: DynamoLeases) -> None:
    first = rebalanced(empty_map(), {"a"}, now_s=5)
    assert leases.replace(first)
    assert leases.replace(rebalanced(first, {"a", "b"}, now_s=6))
    assert not leases.replace(rebalanced(first, {"c"}, now_s=6))
    assert not leases.replace(replace(first, version=9))
    assert set(leases.read().map.owners) == {"a", "b"}


def test_a_heartbeat_that_grew_meanwhile_is_not_forgotten(leases: DynamoLeases) -> None:
    leases.beat("a", Member(7))
    leases.forget("a", beat=6)
    assert set(leases.read().members) == {"a"}
    leases.forget("a", beat=7)
    assert leases.read().members == {}
    leases.forget("a")
