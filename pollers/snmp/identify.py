"""Asking a device who it is."""

from collections.abc import Iterable, Sequence

from pollers.catalogue import vendor_of
from pollers.domain.device import Identity
from pollers.domain.profile import Chassis, Profile, SystemGroup, choose
from pollers.domain.text import text_of
from pollers.snmp import mibs
from pollers.snmp.ber import encode_oid, encode_subids
from pollers.snmp.message import Value
from pollers.snmp.session import Index, SnmpSession

_SYSTEM = (
    mibs.SYS_DESCR,
    mibs.SYS_OBJECT_ID,
    mibs.SYS_NAME,
    mibs.SYS_LOCATION,
    mibs.SYS_CONTACT,
)
_CHASSIS_FIELDS = {
    "descr": mibs.ENT_DESCR,
    "name": mibs.ENT_NAME,
    "hardware": mibs.ENT_HARDWARE_REV,
    "firmware": mibs.ENT_FIRMWARE_REV,
    "software": mibs.ENT_SOFTWARE_REV,
    "serial": mibs.ENT_SERIAL,
    "vendor": mibs.ENT_VENDOR,
    "model": mibs.ENT_MODEL,
}

# UPS-MIB upsIdentManufacturer, upsIdentModel, upsIdentUPSSoftwareVersion
_UPS_IDENT = tuple(f"1.3.6.1.2.1.33.1.1.{number}.0" for number in (1, 2, 3))


async def read_system(session: SnmpSession) -> SystemGroup:
    """Return the system group."""
    got = await session.get(_SYSTEM)
    return SystemGroup(
        descr=text_of(got.get(mibs.SYS_DESCR), 2048),
        object_id=text_of(got.get(mibs.SYS_OBJECT_ID)),
        name=text_of(got.get(mibs.SYS_NAME)),
        location=text_of(got.get(mibs.SYS_LOCATION)),
        contact=text_of(got.get(mibs.SYS_CONTACT)),
    )


async def identify(
    session: SnmpSession, profiles: Sequence[Profile]
) -> tuple[Identity, Profile | None]:
    """Return who the device says it is, and the profile that fits it."""
    system = await read_system(session)
    known: dict[str, Value] = {}

    def lookup(oid: str) -> object:
        return known.get(oid)

    probing = {
        match.exists
        for profile in profiles
        for match in profile.matches
        if match.exists and match.holds(system, lambda _: True)
    }
    known.update(await read_objects(session, probing))
    profile = choose(profiles, system, lookup)
    chassis = await read_chassis(session)
    if profile is None:
        return _plainly(system, chassis, await read_objects(session, _UPS_IDENT)), None
    wanted = {oid for source in profile.sources for oid in source.oids}
    known.update(await read_objects(session, wanted - known.keys()))
    return profile.identify(system, chassis, lookup), profile


async def read_objects(session: SnmpSession, oids: Iterable[str]) -> dict[str, Value]:
    """Return objects as they are; a column gives its first row that is not empty."""
    wanted = {encode_oid(oid): oid for oid in sorted(oids)}
    got = await session.get(wanted) if wanted else {}
    found: dict[str, Value] = {wanted[oid]: value for oid, value in got.items()}
    columns = {
        encoded: oid
        for encoded, oid in wanted.items()
        if encoded not in got and not oid.endswith(".0")
    }
    table = await session.table(columns) if columns else {}
    for column, rows in table.items():
        values = [rows[index] for index in sorted(rows) if rows[index] not in (b"", None)]
        if values:
            found[columns[column]] = values[0]
    return found


async def read_chassis(session: SnmpSession) -> Chassis:
    """Return the entity that stands for the whole device, empty where there is none."""
    table = await session.table((mibs.ENT_CLASS, mibs.ENT_CONTAINED_IN))
    classes, parents = table[mibs.ENT_CLASS], table[mibs.ENT_CONTAINED_IN]
    candidates = sorted(index for index, kind in classes.items() if kind == mibs.CHASSIS_CLASS)
    candidates.sort(key=lambda index: parents.get(index, 0) != 0)
    for index in candidates:
        return await _chassis_at(session, index)
    # Some agents leave the class out: the first part with a model name is the device itself.
    models = (await session.table((mibs.ENT_MODEL,)))[mibs.ENT_MODEL] if not classes else {}
    for index in sorted(models):
        if text_of(models[index]):
            return await _chassis_at(session, index)
    return Chassis()


async def _chassis_at(session: SnmpSession, index: Index) -> Chassis:
    tail = encode_subids(index)
    got = await session.get([column + tail for column in _CHASSIS_FIELDS.values()])
    return Chassis(
        **{name: text_of(got.get(column + tail)) for name, column in _CHASSIS_FIELDS.items()}
    )


def _plainly(system: SystemGroup, chassis: Chassis, ups: dict[str, Value]) -> Identity:
    """Return who a device is by the standard MIBs alone."""
    maker, model, version = (text_of(ups.get(oid)) for oid in _UPS_IDENT)
    return Identity(
        vendor=chassis.vendor or maker or vendor_of(system.object_id),
        model=chassis.model or model,
        os_version=chassis.software or version,
        serial_number=chassis.serial,
        sys_name=system.name,
        sys_descr=system.descr,
        sys_object_id=system.object_id,
        sys_location=system.location,
        sys_contact=system.contact,
    )
