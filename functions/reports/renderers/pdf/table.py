"""A table that goes on over pages: its header is repeated, long texts wrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportlab.platypus import Flowable

from functions.reports.renderers.pdf import look
from functions.reports.renderers.pdf.letters import BODY, BOLD, drawable, face_of, in_order
from functions.reports.renderers.pdf.text import width, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reportlab.lib.colors import Color

_SIZE, _HEADER_SIZE, _LEADING, _PAD = 7.4, 6.8, 9.4, 4.0


@dataclass(frozen=True)
class Column:
    """A column: its title and how its cells stand. Numbers stand right and never wrap.

    With `once`, a cell that is like the one above it is left empty, but at the top of a page.
    """

    title: str
    right: bool = False
    bold: bool = False
    once: bool = False
    # the colour of a cell's text, by its text
    colour: Callable[[str], Color | None] | None = None


@dataclass(frozen=True)
class _Row:
    cells: tuple[tuple[str, ...], ...]
    height: float

    @classmethod
    def of(cls, cells: Iterable[Sequence[str]]) -> _Row:
        """Return a row that is as high as its highest cell."""
        lines = tuple(tuple(cell) for cell in cells)
        return cls(lines, max(map(len, lines)) * _LEADING + _PAD)


# Flowable's own attributes are those reportlab gives it
class Table(Flowable):  # type: ignore[misc]
    """Rows of texts under a header. reportlab's own table takes seconds for thousands of cells."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self._columns = columns
        texts = [[drawable(text) for text in row] for row in rows]
        self._widths = _widths(columns, texts)
        self._header = self._row([column.title for column in columns], header=True)
        self._whole = [self._row(row) for row in texts]
        self._first = 0
        self._rows = self._without_repeats()

    def _row(self, texts: Sequence[str], *, header: bool = False) -> _Row:
        size = _HEADER_SIZE if header else _SIZE
        return _Row.of(
            wrapped(text, _font(column, header=header), size, room - 2 * _PAD)
            for column, text, room in zip(self._columns, texts, self._widths, strict=True)
        )

    def _without_repeats(self) -> list[_Row]:
        """Return the rows as they are drawn: what they only say again is left out."""
        once = [place for place, column in enumerate(self._columns) if column.once]
        rows = list(self._whole)
        for number in range(len(rows) - 1, 0, -1) if once else ():
            cells, above = list(rows[number].cells), rows[number - 1].cells
            for place in once:
                if cells[place] == above[place]:
                    cells[place] = ()
            rows[number] = _Row.of(cells)
        return rows

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the room the whole table takes."""
        return look.WIDTH, self._header.height + sum(row.height for row in self._rows)

    def split(self, _width: float, height: float) -> list[Flowable]:
        """Return the part that fits and the rest; nothing when not even one row fits."""
        room, fits = height - self._header.height, 0
        for row in self._rows:
            room -= row.height
            if room < 0:
                break
            fits += 1
        if fits == 0:
            return []
        return [self._part(0, fits), self._part(fits, len(self._rows))]

    def _part(self, first: int, last: int) -> Table:
        part = Table.__new__(Table)
        Flowable.__init__(part)
        part._columns, part._widths = self._columns, self._widths
        part._header = self._header
        part._whole = self._whole[first:last]
        part._first = self._first + first
        part._rows = part._without_repeats()
        return part

    def draw(self) -> None:
        """Draw it, from the top down."""
        canvas, top = self.canv, self.wrap(0, 0)[1]
        canvas.setFillColor(look.BRAND)
        canvas.rect(0, top - self._header.height, look.WIDTH, self._header.height, stroke=0, fill=1)
        placed = [(top, self._header)]
        top -= self._header.height
        canvas.setFillColor(look.STRIPE)
        for number, row in enumerate(self._rows, self._first):
            if number % 2:
                canvas.rect(0, top - row.height, look.WIDTH, row.height, stroke=0, fill=1)
            placed.append((top, row))
            top -= row.height
        canvas.setStrokeColor(look.FAINT)
        canvas.line(0, top, look.WIDTH, top)
        self._write(canvas, placed[:1], header=True)
        self._write(canvas, placed[1:])

    def _write(
        self, canvas: Any, placed: Sequence[tuple[float, _Row]], *, header: bool = False
    ) -> None:
        """Write rows column by column: a change of font or colour costs as much as a word."""
        left, size = 0.0, _HEADER_SIZE if header else _SIZE
        # one text object for all cells: each would be a good part of a page's bytes and time
        words = canvas.beginText()
        for place, (column, room) in enumerate(zip(self._columns, self._widths, strict=True)):
            font, face, colour = _font(column, header=header), "", None
            for top, row in placed:
                lines = row.cells[place]
                wanted = look.PAPER if header else _colour(column, lines)
                if wanted is not colour:
                    colour = wanted
                    words.setFillColor(colour)
                for number, line in enumerate(lines):
                    if not line:
                        continue
                    if (own := face_of(line, font)) != face:
                        face = own
                        words.setFont(face, size)
                    indent = room - _PAD - width(line, font, size) if column.right else _PAD
                    base = top - _PAD / 2 - (number + 0.78) * _LEADING
                    words.setTextOrigin(left + indent, base)
                    words.textOut(in_order(line))
            left += room
        canvas.drawText(words)


def _colour(column: Column, lines: tuple[str, ...]) -> Color:
    return (column.colour(" ".join(lines)) if column.colour else None) or look.INK


def _font(column: Column, *, header: bool) -> str:
    return BOLD if header or column.bold else BODY


def _widths(columns: Sequence[Column], texts: Sequence[Sequence[str]]) -> list[float]:
    """Return each column's width: numbers take what they need, texts share what is left."""
    needed = []
    for place, column in enumerate(columns):
        cells = {row[place] for row in texts}
        longest = max(
            (width(text, _font(column, header=False), _SIZE) for text in cells), default=0
        )
        needed.append(max(longest, width(column.title, BOLD, _HEADER_SIZE)) + 2 * _PAD + 0.5)
    found = dict(enumerate(needed))
    left = look.WIDTH - sum(needed[place] for place, column in enumerate(columns) if column.right)
    flexible = [place for place, column in enumerate(columns) if not column.right]
    # the modest first: what they leave goes to those that want more
    for number, place in enumerate(sorted(flexible, key=found.__getitem__)):
        found[place] = min(needed[place], left / (len(flexible) - number))
        left -= found[place]
    return [room + left / len(columns) for room in found.values()]
