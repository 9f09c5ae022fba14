from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollers.domain.measure import CLASSES, Scaling
from pollers.domain.point import (
    CONVERSIONS,
    Formula,
    Point,
    Reading,
    device_wide,
    named,
    with_spare_memory,
)

NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)


def a_pool(kind: str, number: int) -> Point:
    formula = Formula(total=f"1.3.5.{number}", used=f"1.3.6.{number}", unit_bytes=1024)
    return Point("memory", kind, formula, type=kind)


def test_a_number_is_brought_into_the_sensors_unit() -> None:
    tenths = Formula("1.1", scaling=Scaling(scale=0.1, skip=frozenset({-1.0}), maximum=200))
    assert tenths.compute({"1.1": 215.0}) == Reading(21.5)
    assert tenths.compute({"1.1": -1.0}) is None
    assert tenths.compute({"1.1": 9000.0}) is None
    assert tenths.compute({"1.1": None}) is None
    assert tenths.compute({}) is None


@pytest.mark.parametrize(
    ("kind", "scale", "number", "value"),
    [
        ("temperature", 0.1, 65535.0, None),  # sixteen bits of "I do not know"
        ("temperature", 1.0, 32767.0, None),
        ("temperature", 1.0, -32768.0, None),
        ("temperature", 0.5, -81.0, -40.5),
        ("humidity", 1.0, -1.0, None),
        ("signal", 0.1, 65535.0, None),
        ("voltage", 1.0, 65535.0, 65535.0),
        ("count", 1.0, 2.0**31 - 1, None),
        ("power", 1.0, 2.0**32 - 1, None),
        ("voltage", 1e-3, -(2.0**31), None),
    ],
)
def test_what_an_agent_says_for_not_knowing_is_no_value(
    kind: str, scale: float, number: float, value: float | None
) -> None:
    reading = Formula("v", scaling=Scaling(scale=scale).bounded(kind)).compute({"v": number})
    assert (reading and reading.value) == value


def test_a_sensors_own_bounds_go_before_those_of_its_class() -> None:
    scaling = Scaling(minimum=-5.0, maximum=200.0).bounded("humidity")
    assert (scaling.minimum, scaling.maximum) == (-5.0, 200.0)


@pytest.mark.parametrize(
    ("conversion", "number", "value"),
    [
        ("fahrenheit", 212.0, 100.0),
        ("kelvin", 273.15, 0.0),
        ("invert", 93.0, 7.0),
        ("mw_to_dbm", 0.1, -10.0),
        ("w_to_dbm", 0.001, 0.0),
        ("w_to_dbm", 0.0, None),
    ],
)
def test_what_is_told_otherwise_is_converted(
    conversion: str, number: float, value: float | None
) -> None:
    assert CONVERSIONS[conversion](number) == (value if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ({"t": 100.0, "u": 25.0}, Reading(25.0, 102_400, 25_600)),
        ({"t": 100.0, "f": 75.0}, Reading(25.0, 102_400, 25_600)),
        ({"u": 25.0, "f": 75.0}, Reading(25.0, 102_400, 25_600)),
        ({"t": 0.0, "u": 0.0}, None),
        ({"t": 100.0}, None),
    ],
)
def test_a_stores_share_comes_of_any_two_of_its_sizes(
    read: dict[str, float | None], expected: Reading | None
) -> None:
    formula = Formula(total="t", used="u", free="f", unit_bytes=1024)
    assert formula.compute(read) == expected


def test_a_large_disk_that_overflowed_its_32_bits_is_read_right() -> None:
    formula = Formula(total="t", used="u", unit_bytes=4096, wraps=True)
    reading = formula.compute({"t": -(2.0**31), "u": 2.0**30})
    assert reading == Reading(50.0, 2**31 * 4096, 2**30 * 4096)


def test_main_memory_in_use_is_without_what_it_gives_up_when_needed() -> None:
    pools = [a_pool("ram", 1), a_pool("buffers", 6), a_pool("cache", 7), a_pool("shared", 8)]
    read: dict[str, float | None] = {
        **{"1.3.5.1": 1000.0, "1.3.6.1": 900.0, "1.3.5.6": 50.0, "1.3.6.6": 50.0},
        **{"1.3.5.7": 300.0, "1.3.6.7": 300.0, "1.3.5.8": 100.0, "1.3.6.8": 100.0},
    }
    shares = {p.type: p.reading and p.reading.value for p in with_spare_memory(pools, read)}
    assert shares == {"ram": 55.0, "buffers": 5.0, "cache": 30.0, "shared": 10.0}


def test_points_of_one_name_are_told_apart_by_their_objects() -> None:
    twins = [Point("fan", "fan", Formula(f"1.3.6.1.4.1.9.1.{n}")) for n in (3, 4)]
    alone = Point("temperature", "fan", Formula("1.3.6.1.4.1.9.2.1"))
    assert [point.entity for point in named([*twins, alone])] == [
        "sensor:fan",
        "sensor:fan #1.3",
        "sensor:fan #1.4",
    ]


def test_the_whole_is_the_mean_load_the_main_memory_and_the_fullest_disk() -> None:
    readings = [
        (Point("processor", "cpu 1", Formula("1")), Reading(10.0)),
        (Point("processor", "cpu 2", Formula("2")), Reading(30.0)),
        (Point("memory", "ram", Formula("3"), type="ram"), Reading(55.0)),
        (Point("memory", "swap", Formula("4"), type="swap"), Reading(1.0)),
        (Point("disk", "/", Formula("5")), Reading(40.0)),
        (Point("disk", "/var", Formula("6")), Reading(91.0)),
    ]
    samples = {sample.metric: sample.value for sample in device_wide(readings)}
    assert samples == {"cpu_usage": 20.0, "memory_usage": 55.0, "disk_usage": 91.0}


@given(
    value=NUMBERS,
    total=NUMBERS,
    used=NUMBERS,
    free=NUMBERS,
    convert=st.sampled_from(sorted(CONVERSIONS)),
    kind=st.sampled_from(sorted(CLASSES)),
)
def test_no_numbers_whatever_make_a_value_that_cannot_be_kept(  # noqa: PLR0917
    value: float | None,
    total: float | None,
    used: float | None,
    free: float | None,
    convert: str,
    kind: str,
) -> None:
    formula = Formula("v", "t", "u", "f", Scaling(scale=1e-3, convert=convert), unit_bytes=1e6)
    reading = formula.compute({"v": value, "t": total, "u": used, "f": free})
    if reading is not None:
        assert isfinite(Point(kind, "", formula).sample(reading).value)
        for size in (reading.size_bytes, reading.used_bytes):
            assert size is None or 0 <= size < 2**63


def test_a_pool_that_is_no_part_of_main_memory_is_left_as_it_is() -> None:
    main, cache, swap = a_pool("ram", 1), a_pool("cache", 2), a_pool("swap", 3)
    numbers = {"1.3.5.1": 1000.0, "1.3.6.1": 600.0, "1.3.6.2": 200.0}
    numbers |= {"1.3.5.3": 100.0, "1.3.6.3": 50.0}
    values = [
        point.reading.value
        for point in with_spare_memory([main, cache, swap], numbers)
        if point.reading
    ]
    assert values == [40.0, 20.0, 50.0]
