"""The storm brake: so many messages a minute, the gravest first, and the rest in a digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from functions.notify.domain.brake import braked, merged, roots_of
from functions.notify.domain.letter import Letter
from functions.notify.domain.news import Event
from tests.support.clock import NOON
from tests.support.notify import a_problem, its_recovery


def a_letter(**changes: Any) -> Letter:
    return Letter(news=(a_problem(**{"alert_type": "threshold", **changes}),))


def test_a_burst_goes_as_one_message_that_counts_all() -> None:
    letters = [Letter(news=a_letter().news, group_labels={"a": "b"}, unlisted=2)] * 6
    assert merged(letters[:5]) == letters[:5]
    [one] = merged(letters)
    assert (len(one.news), one.unlisted, one.group_labels) == (6, 12, None)


def test_the_gravest_go_out_and_the_rest_waits_for_a_digest() -> None:
    warning = a_letter(severity="warning")
    critical, root = a_letter(), a_letter(alert_type="device_down")
    over = Letter(news=(its_recovery(a_problem()),))
    now, later = braked([over, warning, critical, root], sent=1, most=3)
    assert now == [root, critical]
    assert later == (*warning.news, *over.news)
    assert braked([warning], sent=5, most=3) == ([], warning.news)
    assert braked([warning], sent=0, most=3) == ([warning], ())


def test_what_went_on_before_is_no_part_of_a_digest_unless_it_is_all() -> None:
    ongoing = a_problem(event=Event.ONGOING)
    mixed = Letter(news=(a_problem(), ongoing))
    assert mixed.changes == mixed.news[:1]
    assert Letter(news=(ongoing,)).changes == (ongoing,)


def test_roots_are_named_in_the_order_in_which_they_failed() -> None:
    later = a_problem(device_name="b", began_at=NOON + timedelta(seconds=1))
    first = a_problem(device_name="a")
    other = a_problem(device_name="c", alert_type="threshold")
    assert roots_of([later, first, other, its_recovery(a_problem(device_name="d"))]) == ["a", "b"]
