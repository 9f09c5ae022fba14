"""Figures as people read them, and the few that a mail tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from functions.reports.domain.highlights import highlights
from functions.reports.domain.report import Alerts
from functions.reports.domain.words import duration, percent
from tests.unit.functions.reports.builders import BEGIN, HOUR, a_report, an_alert


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (None, "no data"),
        (1.0, "100 %"),
        (0.999999999, "99.999 %"),
        (0.99953, "99.953 %"),
        (0.0, "0.000 %"),
    ],
)
def test_percentages_are_never_rounded_up(ratio: float | None, shown: str) -> None:
    assert percent(ratio).replace("\u00a0", " ") == shown


def test_lengths_are_told_to_the_second() -> None:
    assert duration(0).replace("\u00a0", " ") == "0 s"
    assert duration(97_505).replace("\u00a0", " ") == "1 d 03 h 05 min 05 s"


def _shown(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {name: value.replace("\u00a0", " ") for name, value in pairs}


def test_a_mail_tells_what_the_report_is_about_in_a_few_figures() -> None:
    resolved = an_alert(resolved_at=BEGIN + HOUR)
    report = a_report(alerts=Alerts((resolved, an_alert(severity="info"))))
    assert _shown(highlights(report)) == {
        "Devices": "3",
        "Availability": "99.954 %",
        "Outages": "2",
        "Down, all devices": "1 h 01 min 05 s",
        "Down the longest": "=cmd() (1 h 00 min 04 s), Edge (1 min 01 s)",
        "Series measured": "2",
        "Alerts": "1 critical, 1 info",
        "Resolved in, on average": "1 h 00 min 00 s",
    }


def test_what_a_report_has_no_part_about_is_not_told_of() -> None:
    assert highlights(a_report(uptime=None, performance=None, alerts=None)) == (("Devices", "3"),)
    quiet = replace(a_report(uptime=None, performance=None), alerts=Alerts(()))
    assert highlights(quiet) == (("Devices", "3"), ("Alerts", "none"))
