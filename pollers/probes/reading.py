"""What an answer must say, and the numbers that are read out of it."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import Any

import re2
from netpulse.json_path import MISSING, NotAPathError, Step, find_at, parse_path, text_of

from pollers.domain.device import Sample

Wanted = Sequence[Mapping[str, Any]]
_PATTERN_BYTES = 1 << 20


class NotAsExpectedError(ValueError):
    """An answer does not say what it should; the message is fit to be shown."""


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = _PATTERN_BYTES
    options.log_errors = False
    return re2.compile(pattern, options)


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[Step, ...]:
    return parse_path(path)


def search(pattern: str, text: str) -> Any:
    """Return a match in time that grows with the text alone (RE2), or None."""
    try:
        return _compiled(pattern).search(text)
    except re2.error as error:
        raise NotAsExpectedError("pattern not understood") from error


def check_text(text: str, settings: Mapping[str, Any], what: str) -> None:
    """Raise NotAsExpectedError unless a text holds the words and fits the pattern it should."""
    contains, pattern = settings.get("contains"), settings.get("pattern")
    if contains and str(contains) not in text:
        raise NotAsExpectedError(f"{what} lacks the expected text")
    if pattern and not search(str(pattern), text):
        raise NotAsExpectedError(f"{what} does not match the pattern")


def samples_of_text(text: str, wanted: Wanted) -> tuple[Sample, ...]:
    """Return the numbers that patterns' first groups find in a text."""
    found = []
    for each in wanted:
        match = search(str(each.get("pattern", "")), text)
        if match is None:
            raise NotAsExpectedError(f"{each.get('metric')} not found in the output")
        found.append(_sample(each, match.group(1) if match.re.groups else match.group(0)))
    return tuple(found)


def samples_of_json(body: str, settings: Mapping[str, Any]) -> tuple[Sample, ...]:
    """Return the numbers at paths of a document that says what it should."""
    matches: Wanted = settings.get("json_matches") or ()
    wanted: Wanted = settings.get("values") or ()
    if not matches and not wanted:
        return ()
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAsExpectedError("body is not JSON") from error
    for each in matches:
        value = _at(document, each)
        if text_of(value) != str(each.get("equals")):
            raise NotAsExpectedError(f"{each.get('path')} is not {each.get('equals')}")
    return tuple(_sample(each, _at(document, each)) for each in wanted)


def _at(document: Any, wanted: Mapping[str, Any]) -> Any:
    path = str(wanted.get("path", ""))
    try:
        value = find_at(document, _steps(path))
    except NotAPathError as error:
        raise NotAsExpectedError("path not understood") from error
    if value is MISSING:
        raise NotAsExpectedError(f"{path} is not in the body")
    return value


def _sample(wanted: Mapping[str, Any], value: Any) -> Sample:
    metric = str(wanted.get("metric", ""))
    try:
        number = float(value) * float(wanted.get("scale") or 1)
    except (TypeError, ValueError) as error:
        raise NotAsExpectedError(f"{metric} is not a number") from error
    if not isfinite(number):
        raise NotAsExpectedError(f"{metric} is not a number")
    return Sample(metric, number, str(wanted.get("unit") or ""))
