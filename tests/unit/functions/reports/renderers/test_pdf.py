"""Reports on paper: every text is there, on numbered pages, whatever it is written in."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.reports.domain.definition import ReportKind
from functions.reports.domain.figures import Stretch, StretchKind, Window
from functions.reports.domain.report import Alerts, Report
from functions.reports.domain.words import duration
from functions.reports.renderers.pdf import render
from functions.reports.renderers.pdf.axes import plot, ticks
from functions.reports.renderers.pdf.charts import availability_floor, metric_chart
from functions.reports.renderers.pdf.letters import (
    BODY,
    WORLD,
    drawable,
    face_of,
    in_order,
    register_fonts,
    register_world,
)
from functions.reports.renderers.pdf.parts import limited, period_text
from functions.reports.renderers.pdf.table import Column, Table
from functions.reports.renderers.pdf.text import (
    amount,
    clock,
    cut,
    length,
    width,
    wrapped,
)
from functions.reports.renderers.pdf.tiles import Tile, Tiles
from tests.unit.functions.reports.builders import (
    BEGIN,
    END,
    HOUR,
    NOW,
    ZONE,
    a_device,
    a_report,
    an_alert,
    an_uptime,
    periods,
    some_performance,
)

if TYPE_CHECKING:
    from functions.reports.domain.figures import Device

_PACKED = re.compile(
    rb"<<(?:(?!Length1)[^>])*/FlateDecode[^>]*>>\s*stream\r?\n(.*?)endstream", re.DOTALL
)
AWKWARD = ["東京 Ελλάδα", "Ünï\u0301cödé", "<b>&amp;</i>", "\u202eabc\x00\n", "x" * 400, "🛰️", ""]


def pages(body: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", body))


def content(body: bytes) -> bytes:
    """Return what the pages draw, unpacked."""
    return b"".join(zlib.decompressobj().decompress(each) for each in _PACKED.findall(body))


def big(count: int) -> Report:
    names = [f"Device {number} of a very long name" for number in range(count)]
    histories = {
        a_device(name, number + 1): periods((BEGIN + HOUR, 60.0))
        for number, name in enumerate(names)
    }
    return a_report(devices=count, uptime=an_uptime(histories, Window(BEGIN, END, NOW)))


def test_the_same_report_is_the_same_document() -> None:
    report = a_report()
    assert render(report) == render(report)


def test_every_page_is_numbered_of_all_and_repeats_its_tables_header() -> None:
    body = render(big(120))
    count, drawn = pages(body), content(body)
    assert count > 8
    for number in range(1, count + 1):
        assert drawn.count(f"(Page {number} of {count})".encode()) == 1
    # by the worst, by all devices (some pages) and of the alerts and values
    assert drawn.count(b"(Availability)") > 4
    assert b"(=cmd" not in drawn
    assert b"(Kilimo Net)" in drawn


@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_is_drawn(text: str) -> None:
    devices: list[Device] = [a_device(text, 1), a_device("Core", 2)]
    histories = {device: periods((BEGIN + HOUR, 60.0), reason=text) for device in devices}
    report = a_report(
        name=text or "x",
        organization=text,
        uptime=an_uptime(histories, Window(BEGIN, END, NOW)),
        performance=some_performance(*devices),
        alerts=Alerts((an_alert(device=devices[0], message=text),)),
    )
    assert render(report).startswith(b"%PDF-")


@given(text=st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_drawn_its_font_has(text: str) -> None:
    shown = drawable(text)
    has = register_world() if face_of(shown, BODY) == WORLD else register_fonts()
    assert {ord(each) for each in shown} <= has
    assert len(in_order(shown)) == len(shown)


@pytest.mark.parametrize(
    "name",
    ["ዋና ማብሪያ", "核心交换机", "東京ルーター", "서울 스위치", "Маршрутизатор", "מתג", "Ōkuma Łódź"],
)
def test_names_of_all_the_world_are_drawn_as_they_are(name: str) -> None:
    assert drawable(name) == name
    assert face_of(name, BODY) == WORLD


def test_arabic_letters_are_joined_and_run_from_the_right() -> None:
    shown = drawable("سد a")
    # seen in its initial form, dal in its final form
    assert shown == "\ufeb3\ufeaa a"
    assert in_order(shown) == "a \ufeaa\ufeb3"
    sentence = drawable("سد is down: no reply")
    assert in_order(sentence) == "\ufeaa\ufeb3 is down: no reply"


def test_what_no_font_has_is_given_up_and_what_is_invisible_leaves_no_trace() -> None:
    assert drawable("🛰️ dish") == "? dish"
    assert face_of("? dish", BODY) == BODY
    assert drawable("नई 1") == "?? 1"
    assert drawable("a\u200db\u202e") == "ab"
    # in Vera alone; but a text is drawn in one font
    assert drawable("\ufb01 東") == "fi 東"


def test_a_font_for_the_world_is_taken_in_only_where_it_is_needed() -> None:
    assert b"NetPulseWorld" not in render(a_report())
    assert b"NetPulseWorld" in render(a_report(organization="三月"))
    assert len(render(a_report(organization="三月"))) < 200_000


def test_long_names_are_broken_at_their_joints() -> None:
    assert wrapped("nbo-core-sw1.dc2.example", BODY, 8, 60) == ["nbo-core-sw1.", "dc2.example"]
    assert wrapped("a-" + "b" * 20, BODY, 8, 60)[0].startswith("a-b")


@given(text=st.text(max_size=200), room=st.floats(30, 300))
@settings(deadline=None)
def test_wrapped_lines_fit_and_lose_no_letter(text: str, room: float) -> None:
    shown = drawable(text)
    found = wrapped(shown, BODY, 8, room)
    assert all(width(line, BODY, 8) <= room or len(line) == 1 for line in found)
    assert "".join(found).replace(" ", "") == shown.replace(" ", "")


def test_a_text_is_cut_to_its_room() -> None:
    assert cut("short", BODY, 8, 100) == "short"
    shown = cut("a very long text indeed", BODY, 8, 50)
    assert shown.endswith("…")
    assert width(shown, BODY, 8) <= 50


def test_lengths_are_told_to_the_second() -> None:
    assert clock(97_505).replace("\u00a0", " ") == "1 d 03:05:05"
    assert clock(59) == "00:00:59"
    assert length(21_600).replace("\u00a0", " ") == "6 h"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.0123, "ratio", "1.23 %"),
        (42_000_000, "bit/s", "42 Mbit/s"),
        (12_345, "", "12.35 k"),
        (1234.5, "ms", "1234 ms"),
        (999_999_800, "bps", "1 Gbps"),
        (999.96, "ms", "1000 ms"),
        (0.5, "", "0.5"),
    ],
)
def test_amounts_are_short(value: float, unit: str, shown: str) -> None:
    assert amount(value, unit).replace("\u00a0", " ") == shown


@given(low=st.floats(-1e6, 1e6), room=st.floats(0, 1e6))
def test_a_scale_holds_all_values(low: float, room: float) -> None:
    found = ticks(low, low + room)
    assert found == sorted(set(found))
    assert len(found) <= 12
    noise = 1e-6 * (1 + abs(low) + room)
    assert found[0] <= low + noise
    assert found[-1] >= low + room - noise


def test_the_scale_of_days_begins_below_the_worst() -> None:
    uptime = a_report().uptime
    assert uptime is not None
    worst = min(day.availability.ratio or 1 for day in uptime.days)
    assert availability_floor(uptime.days) < worst
    assert availability_floor([]) == 0.999


def test_a_line_breaks_where_nothing_was_measured() -> None:
    [chart] = some_performance(a_device("Core")).charts
    line = chart.lines[0]
    broken = replace(line, points=(line.points[0], *line.points[5:]))
    begin, end = line.points[0][0], line.points[-1][0]
    shapes = metric_chart(replace(chart, lines=(broken,)), begin, end, ZONE).contents
    assert sum(type(shape).__name__ == "PolyLine" for shape in shapes) == 2


def test_a_line_of_an_hour_has_an_hours_room_in_a_chart_of_a_week() -> None:
    [chart] = some_performance(a_device("Core")).charts
    lines = (replace(chart.lines[0], points=((BEGIN + timedelta(days=6), 1.0),)),)
    end = BEGIN + timedelta(days=7)
    shapes = metric_chart(replace(chart, lines=lines), BEGIN, end, ZONE).contents
    labels = {text for shape in shapes if (text := getattr(shape, "text", ""))}
    assert {f"{day} Mar" for day in range(1, 8)} <= labels
    [line] = [shape for shape in shapes if type(shape).__name__ == "PolyLine"]
    frame = next(shape for shape in shapes if type(shape).__name__ == "Line")
    share = (line.points[0] - frame.x1) / (frame.x2 - frame.x1)
    assert share == pytest.approx(6 / 7, abs=0.01)


def test_a_device_that_is_asked_more_seldom_than_the_chart_has_steps_is_one_line() -> None:
    [chart] = some_performance(a_device("Core")).charts
    points = tuple((BEGIN + number * timedelta(minutes=10), 1.0) for number in range(6))
    lines = (replace(chart.lines[0], points=points),)
    seldom = replace(chart, lines=lines, step_s=300)
    shapes = metric_chart(seldom, BEGIN, BEGIN + HOUR, ZONE).contents
    assert sum(type(shape).__name__ == "PolyLine" for shape in shapes) == 1


def test_hours_are_labelled_at_round_minutes_also_where_clocks_change() -> None:
    [chart] = some_performance(a_device("Core")).charts
    begin = datetime(2026, 3, 29, 0, 10, tzinfo=UTC)
    lines = (replace(chart.lines[0], points=((begin, 1.0),)),)
    shapes = metric_chart(
        replace(chart, lines=lines), begin, begin + 4 * HOUR, ZoneInfo("Europe/Berlin")
    ).contents
    labels = [text for shape in shapes if ":" in (text := getattr(shape, "text", ""))]
    # from 01:10 to 06:10, for there is no hour after two
    assert labels[:3] == ["01:30", "03:00", "03:30"]
    assert labels[-1] == "06:00"


def test_a_cell_that_repeats_the_one_above_is_left_out_but_at_the_top_of_a_page() -> None:
    long = "a-name-that-takes-several-lines-" * 6
    columns = [Column("Device", once=True), Column("Metric"), Column("Of")]
    rows = [[long, f"metric {number}", "x" * 300] for number in range(6)]
    once = Table(columns, rows)
    often = Table([replace(columns[0], once=False), *columns[1:]], rows)
    assert once.wrap(0, 0)[1] <= often.wrap(0, 0)[1]
    drawn = [row.cells[0] for row in once._rows]
    assert "".join(drawn[0]) == long
    assert drawn[1:] == [()] * 5
    _, rest = once.split(500, once.wrap(0, 0)[1] / 2)
    assert "".join(rest._rows[0].cells[0]) == long


def test_a_report_without_a_name_says_once_what_it_is() -> None:
    words = a_report().kind.called
    named = content(render(a_report(name="March")))
    unnamed = content(render(a_report(name=f"{words} 2026-03-01 to 2026-03-31")))
    assert f"({words})".encode() in named
    assert f"({words})".encode() not in unnamed


def test_a_number_too_long_for_its_tile_is_drawn_on_two_lines() -> None:
    drawn: list[tuple[float, str]] = []

    class Canvas:
        def __getattr__(self, _name: str) -> Any:
            return lambda *_args, **_options: None

        def drawString(self, _x: float, y: float, text: str) -> None:  # noqa: N802
            drawn.append((y, text))

    tiles = Tiles([Tile(duration(12_785_088), "down")] + [Tile("1", "alerts")] * 5)
    tiles.canv = Canvas()
    tiles.draw()
    value = [text for _, text in drawn if text not in ("1", "alerts", "down")]
    assert len(value) == 2
    assert " ".join(reversed(value)) == duration(12_785_088)
    assert max(y for y, _ in drawn) < 58


def test_the_time_up_is_cut_as_its_percentage_is() -> None:
    histories = {a_device("Core"): periods((BEGIN + HOUR, 60.0))}
    report = a_report(devices=1, uptime=an_uptime(histories, Window(BEGIN, END, NOW)))
    drawn = content(render(replace(report, performance=None, alerts=None)))
    # 99.99776 % of March: two tiles, the table of times and two of devices say the same
    assert drawn.count(b"(99.997") == 5
    assert b"(99.998" not in drawn


def test_nothing_is_said_of_maintenance_where_there_was_none() -> None:
    report = a_report()
    assert report.uptime is not None
    [device, *others] = report.uptime.devices
    work = Stretch(
        device=device.device,
        kind=StretchKind.MAINTENANCE,
        began_at=BEGIN,
        ended_at=BEGIN + HOUR,
        seconds=3600.0,
        reason="window",
    )
    calm, left_out = (
        replace(report.uptime, devices=(replace(device, stretches=found), *others))
        for found in ((), (work,))
    )
    assert b"(Left out: maintenance)" not in content(render(replace(report, uptime=calm)))
    assert b"(Left out: maintenance)" in content(render(replace(report, uptime=left_out)))


def test_a_table_is_split_between_rows_and_keeps_their_stripes() -> None:
    table = Table([Column("A"), Column("B", right=True)], [[str(n), "x"] for n in range(10)])
    assert table.split(500, 10) == []
    first, rest = table.split(500, 60)
    assert first.wrap(0, 0)[1] <= 60
    assert first.wrap(0, 0)[1] + rest.wrap(0, 0)[1] > table.wrap(0, 0)[1]


def test_a_period_of_days_is_told_in_days_and_any_other_in_instants() -> None:
    report = a_report()
    assert period_text(report).replace("\u00a0", " ") == "1 Mar 2026 to 31 Mar 2026"
    day = replace(report, end=BEGIN + timedelta(days=1))
    assert period_text(day).replace("\u00a0", " ") == "1 Mar 2026"
    odd = replace(report, end=BEGIN + HOUR)
    assert period_text(odd).replace("\u00a0", " ").endswith("to 1 Mar 2026 01:00:00")


def test_a_report_of_nothing_and_one_that_is_not_over_are_drawn_too() -> None:
    nothing = a_report(
        kind=ReportKind.CUSTOM,
        devices=0,
        uptime=an_uptime({}, Window(BEGIN, END, NOW)),
        performance=some_performance(),
        alerts=Alerts(()),
    )
    # the cover, and one page for three sections that have only a line to say
    assert pages(render(nothing)) == 2
    assert b"(Availability by day" not in content(render(nothing))
    assert render(replace(a_report(), generated_at=END - HOUR)).startswith(b"%PDF-")


def test_a_scale_of_one_value_has_room_around_it() -> None:
    assert ticks(5.0, 5.0)[-1] > 5


def test_what_paper_does_not_bear_is_left_to_the_other_files() -> None:
    table, note = limited([Column("A")], [["x"]] * 3001)
    assert isinstance(table, Table)
    assert note.text.startswith("1 more are in the CSV")


def test_labels_that_would_touch_are_left_out() -> None:
    made = plot(100, [0.0, 1.0], str)
    before = len(made.drawing.contents)
    made.label_x([(0.5, "one"), (0.501, "two")])
    assert len(made.drawing.contents) == before + 1
