from pathlib import Path

import pytest

from local.failure import LocalError
from local.network import ber
from local.network.fleet import recordings
from local.network.recording import Motion, load, parse


def value(text: str, elapsed: float = 0) -> bytes:
    return parse("device", text).value(0, elapsed)


@pytest.mark.parametrize(
    ("row", "encoded"),
    [
        ("1.3.6.1.9.1|2|-5", ber.integer(-5)),
        ("1.3.6.1.9.1|4|a|b", ber.wrap(0x04, b"a|b")),
        ("1.3.6.1.9.1|4x|0200005e0001", ber.wrap(0x04, bytes.fromhex("0200005e0001"))),
        (r"1.3.6.1.9.1|4e|it\x27s \x00\\", ber.wrap(0x04, b"it's \x00\\")),
        ("1.3.6.1.9.1|5|", ber.wrap(0x05, b"")),
        ("1.3.6.1.9.1|6|1.3.6.1.4.1.9", ber.oid((1, 3, 6, 1, 4, 1, 9))),
        ("1.3.6.1.9.1|64|192.0.2.7", ber.wrap(0x40, bytes([192, 0, 2, 7]))),
        ("1.3.6.1.9.1|64x|C0000207", ber.wrap(0x40, bytes([192, 0, 2, 7]))),
        ("1.3.6.1.9.1|65|4294967295", ber.integer(2**32 - 1, 0x41)),
        ("1.3.6.1.9.1|70|18446744073709551615", ber.integer(2**64 - 1, 0x46)),
    ],
)
def test_every_type_of_row_is_encoded_as_what_it_is(row: str, encoded: bytes) -> None:
    assert value(row) == encoded


def test_rows_are_served_in_the_order_of_their_numbers_not_of_their_digits() -> None:
    recording = parse("device", "1.3.6.1.10|2|1\n1.3.6.1.9|2|2\n.1.3.6.1.9.1|2|3")
    assert recording.oids == [(1, 3, 6, 1, 9), (1, 3, 6, 1, 9, 1), (1, 3, 6, 1, 10)]


def test_lines_that_are_no_rows_are_skipped() -> None:
    text = "# remark\n\nC0FFEE\n1.3.6.1.2.10.xx.1|2|4\n1.3.6.1.9|2|2"
    assert parse("device", text).oids == [(1, 3, 6, 1, 9)]


def test_uptime_ticks_in_every_recording() -> None:
    assert value("1.3.6.1.2.1.1.3.0|67|100", elapsed=2.5) == ber.integer(350, 0x43)


def test_uptime_begins_anew_after_497_days() -> None:
    assert value("1.3.6.1.2.1.1.3.0|67|4294967290", elapsed=0.1) == ber.integer(4, 0x43)


def test_a_counter_without_a_rate_stands_still() -> None:
    assert value("1.3.6.1.2.1.2.2.1.10.1|65|7", elapsed=60) == ber.integer(7, 0x41)


def test_a_counter_with_a_rate_runs_and_wraps() -> None:
    motion = Motion(rates={(1, 3, 9): 100.0})
    recording = parse("device", "1.3.9.2|65|4294967290", motion)
    first, _ = ber.expect(recording.value(0, 0), 0, 0x41)
    later = recording.value(0, 10)
    assert first
    assert int.from_bytes(later[2:], "big") == (2**32 - 6 + int(100 * (0.5 + 0.74) * 10)) % 2**32


def test_a_counter_that_never_counted_stays_at_nothing() -> None:
    recording = parse("device", "1.3.9.2|65|0", Motion(rates={(1, 3, 9): 100.0}))
    assert recording.value(0, 60) == ber.integer(0, 0x41)


def test_a_gauge_swings_around_what_was_recorded() -> None:
    recording = parse("device", "1.3.9.1|66|50", Motion(swings={(1, 3, 9): (10.0, 60.0)}))
    seen = {recording.value(0, second)[-1] for second in range(60)}
    assert min(seen) == 40
    assert max(seen) == 60


def test_our_own_recordings_have_a_motion_each() -> None:
    folder = Path(__file__).parents[4] / "local" / "network" / "recordings"
    shipped = recordings(folder)
    assert len(shipped) >= 3
    for recording in shipped:
        assert any(not isinstance(value, bytes) for value in recording.values)
        assert recording.find((1, 3, 6, 1, 2, 1, 1, 2, 0)) is not None


def test_a_recording_has_the_name_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "roof-radio.snmprec").write_text("1.3.6.1.9|2|2")
    assert load(tmp_path / "roof-radio.snmprec").name == "roof-radio"


def test_a_folder_without_recordings_is_told(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="NETPULSE_RECORDINGS"):
        recordings(tmp_path)
