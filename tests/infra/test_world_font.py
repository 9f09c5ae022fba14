"""The font that reports draw the names of all the world in, as `make setup` made it."""

from collections.abc import Iterator

import pytest
from fontTools.ttLib import TTFont

from infra.world_font import WORLD


@pytest.fixture(scope="module")
def world() -> Iterator[TTFont]:
    with TTFont(WORLD, lazy=True) as font:
        yield font


@pytest.mark.parametrize(
    "name",
    [
        "Zürich",
        "Αθήνα",
        "Київ",
        "القاهرة",
        "ﺍﻟﻘﺎﻫﺮﺓ",
        "ירושלים",
        "አዲስ አበባ",
        "北京",
        "臺北",
        "東京タワー",
        "서울",
    ],
)
def test_it_has_the_letters_of_names(world: TTFont, name: str) -> None:
    assert {ord(each) for each in name} <= world.getBestCmap().keys()


def test_it_has_none_that_cannot_be_read_without_a_shaping_engine(world: TTFont) -> None:
    assert not {ord(each) for each in "दिल्लीกรุงเทพ"} & world.getBestCmap().keys()


def test_it_is_small_for_rare_letters_are_left_out(world: TTFont) -> None:
    assert ord("뷁") not in world.getBestCmap()  # spelled out in KS X 1001
    assert ord("龘") not in world.getBestCmap()  # in the rarer half of Big5
    assert WORLD.stat().st_size < 5_000_000


def test_each_outline_stands_alone_and_letters_have_their_own_widths(world: TTFont) -> None:
    letters = world.getBestCmap()
    for each in "éИأ国가":
        glyph = world["glyf"][letters[ord(each)]]
        assert glyph.numberOfContours > 0, each
    widths = {each: world["hmtx"][letters[ord(each)]][0] for each in "iW国"}
    assert widths["i"] < widths["W"] < widths["国"] == 1000
