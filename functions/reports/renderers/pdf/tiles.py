"""A row of tiles, each a large number with what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.platypus import Flowable

from functions.reports.renderers.pdf import look
from functions.reports.renderers.pdf.letters import BODY, BOLD
from functions.reports.renderers.pdf.text import cut, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.lib.colors import Color

_HEIGHT, _GAP, _PAD = 58.0, 10.0, 10.0
_SIZE, _SMALLEST = 17.0, 8.0


@dataclass(frozen=True)
class Tile:
    """A number and what it says."""

    value: str
    label: str
    colour: Color = look.INK


def counted(count: int, word: str, colour: Color = look.INK) -> Tile:
    """Return a tile of how many there are: `1 device`, `2 devices`."""
    return Tile(str(count), word if count == 1 else f"{word}s", colour)


class Tiles(Flowable):  # type: ignore[misc]
    """Tiles side by side over the whole width."""

    def __init__(self, tiles: Sequence[Tile]) -> None:
        super().__init__()
        self._tiles = tiles

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the room it takes."""
        return look.WIDTH, _HEIGHT

    def draw(self) -> None:
        """Draw each tile; a long number is drawn smaller, then on two lines."""
        room = (look.WIDTH - _GAP * (len(self._tiles) - 1)) / len(self._tiles)
        for number, tile in enumerate(self._tiles):
            left = number * (room + _GAP)
            self.canv.setFillColor(look.STRIPE)
            self.canv.roundRect(left, 0, room, _HEIGHT, 5, stroke=0, fill=1)
            size = _SIZE
            while size > _SMALLEST and width(tile.value, BOLD, size) > room - 2 * _PAD:
                size -= 0.5
            self.canv.setFillColor(tile.colour)
            self.canv.setFont(BOLD, size)
            lines = wrapped(tile.value, BOLD, size, room - 2 * _PAD)
            for above, line in enumerate(reversed(lines)):
                self.canv.drawString(left + _PAD, 29 + above * 1.2 * size, line)
            self.canv.setFillColor(look.MUTED)
            self.canv.setFont(BODY, 7.5)
            label = cut(tile.label, BODY, 7.5, room - 2 * _PAD)
            self.canv.drawString(left + _PAD, 13, label)
