"""Vendor knowledge as data: which profile fits, and where the parts of an identity are read."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pollers.domain.profile import (
    Chassis,
    Match,
    Profile,
    Source,
    SystemGroup,
    choose,
    ordered,
    profile_of,
)

SYSTEM = SystemGroup(
    descr="Acme Switch 48, version 7.2 build 19",
    object_id="1.3.6.1.4.1.99999.1.48",
    name="core-1",
    location="Nairobi",
    contact="noc@example.org",
)
CHASSIS = Chassis(vendor="Acme", model="SW48", serial="S123")
NOTHING: dict[str, object] = {}


def read(source: Source, values: dict[str, object] | None = None) -> str:
    return source.read(SYSTEM, CHASSIS, (values or NOTHING).get)


def test_every_condition_of_a_match_must_hold() -> None:
    oids = ("1.3.6.1.4.1.99999",)
    assert Match(object_ids=oids).holds(SYSTEM, NOTHING.get)
    assert not Match(object_ids=("1.3.6.1.4.1.9999",)).holds(SYSTEM, NOTHING.get)
    descr = re.compile("^Acme")
    assert Match(object_ids=oids, descr=descr).holds(SYSTEM, NOTHING.get)
    assert not Match(object_ids=oids, descr=re.compile("^Other")).holds(SYSTEM, NOTHING.get)
    asked = Match(object_ids=oids, exists="1.2.3")
    assert not asked.holds(SYSTEM, NOTHING.get)
    assert asked.holds(SYSTEM, {"1.2.3": b""}.get)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (Source(oid="1.1"), "B7"),
        (Source(entity="model"), "SW48"),
        (Source(descr=True), SYSTEM.descr),
        (Source(value="fixed"), "fixed"),
        (Source(object_ids={"1.3.6.1.4.1.99999.1.48": "SW-48"}), "SW-48"),
        (Source(object_ids={"1.3.6.1.4.1.99999.2": "other"}), ""),
        (Source(descr=True, pattern=re.compile(r"version (\S+)")), "7.2"),
        (Source(descr=True, pattern=re.compile(r"Switch \d+")), "Switch 48"),
        (Source(descr=True, pattern=re.compile(r"release (\S+)")), ""),
        (Source(oid="1.1", names={"B7": "Seven"}), "Seven"),
        (Source(oid="1.1", names={"B8": "Eight"}), ""),
    ],
)
def test_a_part_of_the_identity_is_read_where_the_profile_says(source: Source, found: str) -> None:
    assert read(source, {"1.1": b" B7 "}) == found


def test_a_template_is_filled_from_the_pattern_and_the_device_or_not_at_all() -> None:
    pattern = re.compile(r"version (\S+) build (\d+)(?: patch (\d+))?")
    whole = Source(descr=True, pattern=pattern, template="{1}.{2}-{1.5.0}")
    assert whole.oids == ("1.5.0",)
    assert read(whole, {"1.5.0": b"r3"}) == "7.2.19-r3"
    assert read(whole) == ""
    assert read(Source(descr=True, pattern=pattern, template="{1} patch {3}")) == ""
    absent = re.compile(r"release (\S+)")
    assert read(Source(descr=True, pattern=absent, template="{1}")) == ""
    assert read(Source(template="v{1.5.0}"), {"1.5.0": b"9"}) == "v9"
    assert Source(oid="1.1", template="{1.5.0}").oids == ("1.1", "1.5.0")


def a_profile(name: str, **changes: Any) -> Profile:
    given: dict[str, Any] = {"vendor": "", "os": "AcmeOS", "matches": (), **changes}
    return Profile(name=name, **given)


def test_the_first_source_that_says_something_is_believed() -> None:
    profile = a_profile(
        "acme",
        model=(Source(oid="1.9"), Source(entity="model")),
        version=(Source(oid="1.9"),),
        serial=(Source(entity="serial"),),
    )
    assert len(profile.sources) == 4
    found = profile.identify(SYSTEM, CHASSIS, NOTHING.get)
    assert (found.vendor, found.model, found.os) == ("Acme", "SW48", "AcmeOS")
    assert (found.os_version, found.serial_number) == ("", "S123")
    assert (found.sys_name, found.sys_location) == ("core-1", "Nairobi")


def test_profiles_are_tried_by_priority_then_by_how_much_they_name() -> None:
    short = a_profile("short", matches=(Match(object_ids=("1.3.6.1.4.1.99999",)),))
    long = a_profile("long", matches=(Match(object_ids=("1.3.6.1.4.1.99999.1.48",)),))
    first = a_profile("first", priority=1, matches=(Match(descr=re.compile("nothing like it")),))
    tried = ordered([short, first, long])
    assert [each.name for each in tried] == ["first", "long", "short"]
    assert choose(tried, SYSTEM, NOTHING.get) is long
    assert choose([first], SYSTEM, NOTHING.get) is None


def test_a_profile_is_made_of_a_file() -> None:
    document = {
        "vendor": "Acme",
        "os": "AcmeOS",
        "priority": 3,
        "match": [{"object_id": ["1.3.6.1.4.1.99999"], "descr": "^Acme", "exists": "1.2.3"}, {}],
        "model": [{"entity": "model"}],
        "internal_ports": ["lo"],
    }
    made = profile_of(document, "acme")
    [narrow, wide] = made.matches
    assert (made.name, made.priority, made.internal_ports) == ("acme", 3, frozenset({"lo"}))
    assert narrow.exists == "1.2.3"
    assert (wide.descr, wide.object_ids) == (None, ())
    assert made.fits(SYSTEM, NOTHING.get)
    with pytest.raises(KeyError):
        profile_of({"os": "AcmeOS"}, "nobody")
