"""Reading a MIB file's blocks, strictly: a slip of the pen must not become a wrong value."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pollers.domain.measure import (
    CLASSES,
    Block,
    Cell,
    Condition,
    Measure,
    Scaling,
    cell_of,
)


def blocks_of(document: Mapping[str, Any]) -> tuple[Block, ...]:
    """Return the blocks a parsed file describes; raise KeyError or ValueError when it is wrong."""
    return tuple(_block(entry) for entry in document.get("block", ()))


def _block(entry: Mapping[str, Any]) -> Block:
    table = "table" in entry
    base = entry["table"] if table else entry["group"]
    common = {key: entry[key] for key in _COMMON if key in entry}
    return Block(
        name=entry.get("name", ""),
        base=base,
        measures=tuple(_measure({**common, **read}, base, table=table) for read in entry["read"]),
        instead_of=tuple(entry.get("instead_of", ())),
        beside=entry.get("beside", False),
    )


_COMMON = (
    *("class", "label", "scale", "offset", "convert", "skip", "minimum", "maximum", "only"),
    *("unless", "digits", "prefix", "times", "states", "bytes", "bytes_of", "types", "classes"),
    *("total", "used", "free", "wraps"),
)
_LIMITS = ("low_critical", "low_warning", "high_warning", "high_critical")
_KNOWN = frozenset({*_COMMON, *_LIMITS, "name", "value"})


def _measure(read: Mapping[str, Any], base: str, *, table: bool) -> Measure:
    if unknown := read.keys() - _KNOWN:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    kind = read.get("class", "")
    if kind not in CLASSES and "classes" not in read:
        raise ValueError(f"no such class: {kind}")

    def cell(key: str) -> Cell | None:
        if key not in read:
            return None
        found = cell_of(read[key], base)
        # A group's objects are scalars, written without their final nought.
        return found if table or found.single else Cell(f"{found.oid}.0", single=True)

    def pair(key: str) -> tuple[Cell, Mapping[str, str]] | None:
        if key not in read:
            return None
        return cell_of(read[key]["of"], base), {k: v for k, v in read[key].items() if k != "of"}

    return Measure(
        kind=kind,
        label=" ".join(filter(None, (read.get("label", ""), read.get("name", "")))),
        **{key: cell(key) for key in ("value", "total", "used", "free")},
        scaling=Scaling(
            scale=read.get("scale", 1.0),
            offset=read.get("offset", 0.0),
            convert=read.get("convert", ""),
            skip=frozenset(map(float, read.get("skip", ()))),
            minimum=read.get("minimum"),
            maximum=read.get("maximum"),
        ),
        digits=cell("digits"),
        prefix=cell("prefix"),
        times=cell("times"),
        kinds=pair("classes"),
        types=pair("types"),
        conditions=(
            *_conditions(read.get("only", {}), base),
            *_conditions(read.get("unless", {}), base, negated=True),
        ),
        limits={key: cell_of(read[key], base) for key in _LIMITS if key in read},
        states=read.get("states", {}),
        unit_bytes=read.get("bytes", 1.0),
        unit_cell=cell("bytes_of"),
        base=base,
        wraps=read.get("wraps", False),
    )


def _conditions(
    wanted: Mapping[str, Iterable[Any]], base: str, *, negated: bool = False
) -> tuple[Condition, ...]:
    made = []
    for name, values in wanted.items():
        texts = [str(value) for value in values]
        patterns = [text[1:] for text in texts if text.startswith("~")]
        made.append(
            Condition(
                cell=cell_of(name, base),
                values=frozenset(text for text in texts if not text.startswith("~")),
                pattern=re.compile("|".join(patterns), re.IGNORECASE) if patterns else None,
                negated=negated,
            )
        )
    return tuple(made)
