"""Vendor knowledge as data: which device this is, and where it keeps what we want to read."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pollers.domain.device import Identity
from pollers.domain.measure import Block
from pollers.domain.mib import blocks_of
from pollers.domain.text import text_of

Lookup = Callable[[str], object]
"""Gives the value of a scalar (or the first row of a column) by its dotted identifier."""


@dataclass(frozen=True, slots=True)
class SystemGroup:
    """The scalars of SNMPv2-MIB's system group."""

    descr: str = ""
    object_id: str = ""
    name: str = ""
    location: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Chassis:
    """The part of ENTITY-MIB's table that stands for the whole device."""

    descr: str = ""
    name: str = ""
    hardware: str = ""
    firmware: str = ""
    software: str = ""
    serial: str = ""
    vendor: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """Conditions that must all hold."""

    object_ids: tuple[str, ...] = ()
    descr: re.Pattern[str] | None = None
    exists: str = ""

    def holds(self, system: SystemGroup, lookup: Lookup) -> bool:
        """Return whether a device meets every condition."""
        if self.object_ids and not any(_below(system.object_id, oid) for oid in self.object_ids):
            return False
        if self.descr is not None and not self.descr.search(system.descr):
            return False
        return not self.exists or lookup(self.exists) is not None


@dataclass(frozen=True, slots=True)
class Source:
    """One place where a part of the identity may stand."""

    oid: str = ""
    entity: str = ""
    descr: bool = False
    object_ids: Mapping[str, str] | None = None
    value: str = ""
    pattern: re.Pattern[str] | None = None
    names: Mapping[str, str] | None = None
    template: str = ""

    @property
    def oids(self) -> tuple[str, ...]:
        """Return the identifiers that must be read from the device for it."""
        named = re.findall(r"\{([0-9]+(?:\.[0-9]+)+)\}", self.template)
        return (self.oid, *named) if self.oid else tuple(named)

    def read(self, system: SystemGroup, chassis: Chassis, lookup: Lookup) -> str:
        """Return what stands there, empty when nothing does."""
        text = self._raw(system, chassis, lookup)
        if self.template:
            return self._filled(text, lookup)
        if self.pattern is not None:
            found = self.pattern.search(text)
            if found is None:
                return ""
            text = next((group for group in found.groups() if group), found[0])
        if self.names is not None:
            text = self.names.get(text, "")
        return text.strip()

    def _raw(self, system: SystemGroup, chassis: Chassis, lookup: Lookup) -> str:
        if self.oid:
            return text_of(lookup(self.oid))
        if self.entity:
            return str(getattr(chassis, self.entity))
        if self.object_ids is not None:
            return next(
                (name for oid, name in self.object_ids.items() if _below(system.object_id, oid)), ""
            )
        return system.descr if self.descr else self.value

    def _filled(self, text: str, lookup: Lookup) -> str:
        """Return the template with {1} from the pattern's groups and {oid} from the device."""
        groups: tuple[str | None, ...] = ()
        if self.pattern is not None:
            found = self.pattern.search(text)
            if found is None:
                return ""
            groups = found.groups()
        missing = False

        def fill(match: re.Match[str]) -> str:
            nonlocal missing
            key = match[1]
            got = (groups[int(key) - 1] or "") if key.isdigit() else text_of(lookup(key))
            missing = missing or not got
            return got

        filled = re.sub(r"\{([0-9.]+)\}", fill, self.template)
        return "" if missing else filled.strip()


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is known of one kind of device."""

    name: str
    vendor: str
    os: str
    matches: tuple[Match, ...]
    model: tuple[Source, ...] = ()
    version: tuple[Source, ...] = ()
    serial: tuple[Source, ...] = ()
    blocks: tuple[Block, ...] = ()
    internal_ports: frozenset[str] = frozenset()
    priority: int = 0

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return every source of the identity."""
        return (*self.model, *self.version, *self.serial)

    def fits(self, system: SystemGroup, lookup: Lookup) -> bool:
        """Return whether a device is of this kind."""
        return any(match.holds(system, lookup) for match in self.matches)

    def identify(self, system: SystemGroup, chassis: Chassis, lookup: Lookup) -> Identity:
        """Return what a device of this kind says it is."""
        return Identity(
            vendor=self.vendor or chassis.vendor,
            model=_first(self.model, system, chassis, lookup),
            os=self.os,
            os_version=_first(self.version, system, chassis, lookup),
            serial_number=_first(self.serial, system, chassis, lookup),
            sys_name=system.name,
            sys_descr=system.descr,
            sys_object_id=system.object_id,
            sys_location=system.location,
            sys_contact=system.contact,
        )


def profile_of(document: Mapping[str, Any], name: str) -> Profile:
    """Return the profile a parsed file describes; raise KeyError or ValueError when it is wrong."""
    return Profile(
        name=name,
        vendor=document["vendor"],
        os=document["os"],
        priority=document.get("priority", 0),
        matches=tuple(_match(entry) for entry in document.get("match", ())),
        model=_sources(document.get("model", ())),
        version=_sources(document.get("version", ())),
        serial=_sources(document.get("serial", ())),
        blocks=blocks_of(document),
        internal_ports=frozenset(document.get("internal_ports", ())),
    )


def choose(profiles: Iterable[Profile], system: SystemGroup, lookup: Lookup) -> Profile | None:
    """Return the first profile, highest priority and longest match first, that fits."""
    return next((profile for profile in profiles if profile.fits(system, lookup)), None)


def ordered(profiles: Iterable[Profile]) -> tuple[Profile, ...]:
    """Return profiles in the order in which they are to be tried."""
    return tuple(sorted(profiles, key=lambda p: (-p.priority, -_specificity(p), p.name)))


def _specificity(profile: Profile) -> int:
    lengths = [len(oid) for match in profile.matches for oid in match.object_ids]
    return max(lengths, default=0)


def _match(entry: Mapping[str, Any]) -> Match:
    descr = entry.get("descr")
    return Match(
        object_ids=tuple(entry.get("object_id", ())),
        descr=re.compile(descr) if descr else None,
        exists=entry.get("exists", ""),
    )


def _sources(entries: Iterable[Mapping[str, Any]]) -> tuple[Source, ...]:
    made = []
    for entry in entries:
        fields = dict(entry)
        pattern = fields.pop("regex", None)
        made.append(Source(pattern=re.compile(pattern) if pattern else None, **fields))
    return tuple(made)


def _first(
    sources: tuple[Source, ...], system: SystemGroup, chassis: Chassis, lookup: Lookup
) -> str:
    for source in sources:
        text = source.read(system, chassis, lookup)
        if text:
            return text
    return ""


def _below(object_id: str, prefix: str) -> bool:
    return object_id == prefix or object_id.startswith(prefix + ".")
