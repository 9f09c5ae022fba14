"""Makes the font that reports draw the names of all the world in, from npm's Noto packages.

`python -m infra.world_font`, run by `make setup`: one glyph a character, one weight, no features.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.filterPen import DecomposingFilterPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules" / "@fontsource-variable"
WORLD = ROOT / "functions" / "reports" / "renderers" / "pdf" / "fonts" / "World.ttf"
_WEIGHT = 400
_UNITS_PER_EM = 1000
# Noto Sans SC's, which has the tallest letters
_ASCENT, _DESCENT = 1069, -293
_NAMES = {
    "copyright": "Copyright 2022 The Noto Project Authors; "
    "made of Noto Sans, Arabic, Hebrew, Ethiopic, SC and KR",
    "familyName": "NetPulse World",
    "styleName": "Regular",
    "psName": "NetPulseWorld-Regular",
    "licenseDescription": "SIL Open Font License 1.1",
    "licenseInfoURL": "https://openfontlicense.org",
}
# seconds since 1904, the first of 2026: the same inputs make the same bundle, whenever it is made
_MADE = 3_850_070_400
# its letters cannot be read without a shaping engine
_LEFT_OUT = "devanagari"
# Big5's rarer half begins at this lead byte
_BIG5_RARE = b"\xc9"
_BYTES = 2
# kana, punctuation and their half-width forms, of which the character sets have only a part
_JAPANESE = (range(0x3000, 0x3100), range(0xFF00, 0xFFF0))


def _everything(character: str) -> bool:
    return character.isprintable()


def _in(charset: str, character: str) -> bytes:
    """Return the two bytes of a character in an older character set; none where it lacks it."""
    encoded = character.encode(charset, "ignore")
    # one byte is ASCII; rare Korean syllables are spelled out in eight
    return encoded if len(encoded) == _BYTES else b""


def _is_common_chinese(character: str) -> bool:
    if any(ord(character) in each for each in _JAPANESE):
        return True
    if _in("gb2312", character) or _in("shift_jis", character):
        return True
    return b"" < _in("big5", character) < _BIG5_RARE


def _is_common_korean(character: str) -> bool:
    return bool(_in("euc_kr", character))


# The first that has a character gives it.
_FAMILIES: dict[str, Callable[[str], bool]] = {
    "noto-sans": _everything,
    "noto-sans-arabic": _everything,
    "noto-sans-hebrew": _everything,
    "noto-sans-ethiopic": _everything,
    "noto-sans-sc": _is_common_chinese,
    "noto-sans-kr": _is_common_korean,
}


@dataclass(frozen=True)
class _Slice:
    """One file of a package, and the characters that are taken from it."""

    path: Path
    characters: frozenset[int]


def _slices() -> Iterator[_Slice]:
    taken: set[int] = set()
    for family, is_wanted in _FAMILIES.items():
        files = sorted((PACKAGES / family / "files").glob("*-wght-normal.woff2"))
        if not files:
            raise SystemExit(f"{PACKAGES / family} has no fonts: run make setup")
        for path in files:
            if _LEFT_OUT in path.name:
                continue
            with TTFont(path) as font:
                has = {code for code in font.getBestCmap() if is_wanted(chr(code))}
            if has - taken:
                yield _Slice(path, frozenset(has - taken))
                taken |= has


def _drawn(wanted: _Slice) -> dict[int, tuple[Any, int]]:
    """Return outline and width of each character at our weight, built of no other glyph."""
    found = {}
    with TTFont(wanted.path) as font:
        names = font.getBestCmap()
        glyphs = font.getGlyphSet(location={"wght": _WEIGHT})
        for code in wanted.characters:
            pen = TTGlyphPen(None)
            glyphs[names[code]].draw(DecomposingFilterPen(pen, glyphs))
            found[code] = (pen.glyph(), round(glyphs[names[code]].width))
    return found


def make(target: Path) -> None:
    """Write the font; the same packages make the same bytes."""
    drawn: dict[int, tuple[Any, int]] = {}
    with ProcessPoolExecutor() as pool:
        for some in pool.map(_drawn, _slices()):
            drawn |= some
    characters = {code: f"u{code:04X}" for code in sorted(drawn)}
    glyphs = {".notdef": TTGlyphPen(None).glyph()}
    glyphs |= {name: drawn[code][0] for code, name in characters.items()}
    widths = {".notdef": _UNITS_PER_EM // 2}
    widths |= {name: drawn[code][1] for code, name in characters.items()}
    font = FontBuilder(_UNITS_PER_EM, isTTF=True)
    font.setupGlyphOrder(list(glyphs))
    font.setupCharacterMap(characters)
    font.setupGlyf(glyphs)
    table = font.font["glyf"]
    font.setupHorizontalMetrics(
        {name: (width, getattr(table[name], "xMin", 0)) for name, width in widths.items()}
    )
    font.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    font.setupNameTable(_NAMES)
    font.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT)
    # glyphs' names are of no use to a reader
    font.setupPost(keepGlyphNames=False)
    font.updateHead(created=_MADE, modified=_MADE)
    font.font.recalcTimestamp = False
    # made aside and renamed: a font that is half written is never read
    unfinished = target.with_suffix(".unfinished")
    font.save(unfinished)
    unfinished.rename(target)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if sys.argv[1:] else WORLD)
