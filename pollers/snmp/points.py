"""Finding the measuring points of a device by what MIBs offer, and reading them each cycle."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from pollers.domain.measure import NO_NUMBER, Block, Cell, Index, Measure, fill, label_cells
from pollers.domain.point import Formula, Point, Reading, named, with_spare_memory
from pollers.domain.text import number_of, text_of
from pollers.snmp.ber import BerError, encode_oid
from pollers.snmp.message import Value
from pollers.snmp.session import SnmpSession

MAX_POINTS = 2000
_MAX_ROWS = 1000
_LABEL = 120
_NO_PREFIX = 9
_PREFIXES = range(1, 18)
_DIGITS = range(-9, 13)
Rows = list[tuple[Measure, Index]]
Texts = dict[str, Value]


async def find_points(session: SnmpSession, blocks: Sequence[Block]) -> tuple[Point, ...]:
    """Return the points that give values here, first come of what excludes each other."""
    present = await session.exist_below(encode_oid(block.base) for block in blocks)
    offered = [block for block in blocks if encode_oid(block.base) in present]
    rows, cells = await _rows(session, offered)
    wanted = {
        cell.at(index) for measure, index in rows for cell in measure.surroundings
    } - cells.keys()
    cells.update(await _get(session, wanted))
    points: list[Point] = []
    settled: set[str] = set()
    replaced: set[str] = set()
    for block in offered:
        if block.name in replaced:
            continue
        own = {id(measure) for measure in block.measures}
        made = [
            point
            for measure, index in rows
            if id(measure) in own
            and (point := _point(measure, index, cells)) is not None
            and (block.beside or not point.is_resource or point.kind not in settled)
        ]
        settled |= {point.kind for point in made if point.is_resource}
        if made:
            replaced.update(block.instead_of)
        numbers = {oid: number_of(value) for oid, value in cells.items()}
        points += with_spare_memory(made, numbers)
    return named(points)[:MAX_POINTS]


async def read_points(session: SnmpSession, points: Iterable[Point]) -> list[tuple[Point, Reading]]:
    """Return the points that give a value now, with it."""
    points = list(points)
    cells = await _get(session, {oid for point in points for oid in point.formula.needs})
    numbers = {oid: number_of(value) for oid, value in cells.items()}
    return [
        (point, reading)
        for point in points
        if (reading := point.formula.compute(numbers)) is not None
    ]


async def _rows(session: SnmpSession, blocks: Iterable[Block]) -> tuple[Rows, Texts]:
    """Return which rows of which measures there are, and the numbers that stand there."""
    measures = [measure for block in blocks for measure in block.measures]
    numbers = {cell for measure in measures for cell in measure.numbers}
    cells = await _get(session, {cell.oid for cell in numbers if cell.single})
    columns = {encode_oid(cell.oid): cell.oid for cell in numbers if not cell.single}
    indexes: dict[str, list[Index]] = {}
    for column, found in (await session.table(sorted(columns))).items():
        oid = columns[column]
        indexes[oid] = sorted(found)[:_MAX_ROWS]
        for index, value in found.items():
            cells[Cell(oid).at(index)] = value
    rows: Rows = []
    for measure in measures:
        if any(cell.single for cell in measure.numbers):
            rows.append((measure, ()))
            continue
        there = {index for cell in measure.numbers for index in indexes[cell.oid]}
        rows += [(measure, index) for index in sorted(there)]
    return rows, cells


async def _get(session: SnmpSession, oids: Iterable[str]) -> Texts:
    names = {}
    for oid in sorted(oids):
        try:
            names[encode_oid(oid)] = oid
        except BerError:  # an index the agent made up does not fit an object identifier
            continue
    got = await session.get(names) if names else {}
    return {names[oid]: value for oid, value in got.items() if oid in names}


def _point(measure: Measure, index: Index, cells: Mapping[str, Value]) -> Point | None:
    def text(cell: Cell | None) -> str:
        return text_of(cells.get(cell.at(index)), _LABEL) if cell is not None else ""

    def number(cell: Cell | None) -> float | None:
        return number_of(cells.get(cell.at(index))) if cell is not None else None

    if not all(condition.holds(text(condition.cell)) for condition in measure.conditions):
        return None
    kind = measure.kind
    if measure.kinds is not None:
        kind = measure.kinds[1].get(text(measure.kinds[0]), kind)
    if not kind:
        return None
    scale = measure.scaling.scale * _factor(measure, number)
    unit = number(measure.unit_cell) if measure.unit_cell is not None else 1.0
    formula = Formula(
        **{
            part: cell.at(index)
            for part in ("value", "total", "used", "free")
            if (cell := getattr(measure, part)) is not None
        },
        scaling=replace(measure.scaling, scale=scale).bounded(kind),
        unit_bytes=measure.unit_bytes * (unit or 0.0),
        wraps=measure.wraps,
    )
    reading = formula.compute({oid: number_of(cells.get(oid)) for oid in formula.oids})
    if reading is None:
        return None
    labels = {
        cell.at(index): text_of(cells.get(cell.at(index)), _LABEL)
        for cell in label_cells(measure.label, measure.base)
    }
    limits = {
        name: limit * scale + measure.scaling.offset
        for name, cell in measure.limits.items()
        if (limit := number(cell)) is not None and limit not in measure.scaling.skip | NO_NUMBER
    }
    return Point(
        kind=kind,
        descr=fill(measure.label, measure.base, index, labels)[:_LABEL],
        formula=formula,
        type=measure.type_of(text(measure.types[0])) if measure.types else "",
        states=measure.states if kind == "state" else {},
        limits=limits,
        reading=reading,
    )


def _factor(measure: Measure, number: Callable[[Cell | None], float | None]) -> float:
    """Return what a row itself says its number is to be multiplied with."""
    factor = 1.0
    digits = number(measure.digits)
    if digits is not None and digits in _DIGITS:
        factor /= 10 ** int(digits)
    prefix = number(measure.prefix)
    if prefix is not None and prefix in _PREFIXES:
        factor *= 10.0 ** (3 * (int(prefix) - _NO_PREFIX))
    times = number(measure.times)
    return factor * times if times else factor
