from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.external import (
    RESOLVE_TIMEOUT,
    External,
    Posted,
    PostedError,
    fingerprint_of,
    merged,
    message_of,
    read_posted,
)
from functions.alerts.domain.shown import severity_of
from tests.support.clock import NOON

MINUTE = timedelta(minutes=1)


def posted(**given: Any) -> Posted:
    plain: dict[str, Any] = {
        "labels": {"alertname": "A"},
        "annotations": {},
        "starts_at": None,
        "ends_at": None,
        "generator_url": "",
        "now": NOON,
    }
    return read_posted(**{**plain, **given})


def test_times_that_are_not_said_are_alertmanagers() -> None:
    found = posted()
    assert (found.starts_at, found.external.ends_at) == (NOON, NOON + RESOLVE_TIMEOUT)
    assert found.external.timed_out
    past = posted(ends_at=NOON - MINUTE)
    assert (past.starts_at, past.external.timed_out) == (NOON - MINUTE, False)
    ahead = posted(ends_at=NOON + MINUTE)
    assert ahead.starts_at == NOON


def test_an_alert_is_its_labels_without_the_empty_ones() -> None:
    one = posted(labels={"alertname": "A", "b": "c", "empty": ""})
    assert one.key == posted(labels={"b": "c", "alertname": "A"}).key
    assert one.key != posted(labels={"b": "d", "alertname": "A"}).key


def test_label_sets_are_numbered_as_prometheus_does() -> None:
    # model.LabelSet{}.Fingerprint() and that of one label
    assert fingerprint_of({}) == "cbf29ce484222325"
    assert len(fingerprint_of({"alertname": "A"})) == 16


@pytest.mark.parametrize(
    "given",
    [
        {"labels": {}},
        {"labels": {"a": ""}},
        {"labels": {"a-b": "c"}},
        {"labels": {"a": "b"}, "annotations": {"x y": "z"}},
        {"starts_at": NOON, "ends_at": NOON - MINUTE},
    ],
)
def test_what_is_no_alert_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(PostedError):
        posted(**given)


def an_end(minutes: float, *, timed_out: bool = False) -> External:
    return External(
        labels={"a": "b"}, annotations={}, ends_at=NOON + minutes * MINUTE, timed_out=timed_out
    )


@pytest.mark.parametrize(
    ("known", "new", "minutes"),
    [
        # a guess gives way, an end that was said and is later stays
        (an_end(5, timed_out=True), an_end(3), 3),
        (an_end(5), an_end(3, timed_out=True), 5),
        (an_end(2, timed_out=True), an_end(6, timed_out=True), 6),
        # over now, whatever was said before
        (an_end(5), an_end(-1), -1),
        # over by both: the later
        (an_end(-1), an_end(-3), -1),
    ],
)
def test_the_same_alert_posted_again_has_the_right_end(
    known: External, new: External, minutes: float
) -> None:
    assert merged(known, new, now=NOON).ends_at == NOON + minutes * MINUTE


def test_severity_and_message_come_from_labels_and_annotations() -> None:
    assert severity_of({"severity": "page"}) is Severity.CRITICAL
    assert severity_of({"severity": "INFO"}) is Severity.INFO
    assert severity_of({}) is Severity.WARNING
    plain = External(labels={"alertname": "A", "instance": "x:1"}, annotations={}, ends_at=NOON)
    assert message_of(plain) == "A on x:1"
    said = External(labels={}, annotations={"description": "d\n e"}, ends_at=NOON)
    assert message_of(said) == "d e"
