"""The objects of the standard MIBs that the poller reads, by their names there."""

from pollers.snmp.ber import encode_oid

SYSTEM = "1.3.6.1.2.1.1"
SYS_DESCR = encode_oid(f"{SYSTEM}.1.0")
SYS_OBJECT_ID = encode_oid(f"{SYSTEM}.2.0")
SYS_UP_TIME = encode_oid(f"{SYSTEM}.3.0")
SYS_CONTACT = encode_oid(f"{SYSTEM}.4.0")
SYS_NAME = encode_oid(f"{SYSTEM}.5.0")
SYS_LOCATION = encode_oid(f"{SYSTEM}.6.0")
SNMP_ENGINE_TIME = encode_oid("1.3.6.1.6.3.10.2.1.3.0")

_IF = "1.3.6.1.2.1.2.2.1"
IF_DESCR = encode_oid(f"{_IF}.2")
IF_TYPE = encode_oid(f"{_IF}.3")
IF_MTU = encode_oid(f"{_IF}.4")
IF_SPEED = encode_oid(f"{_IF}.5")
IF_PHYS_ADDRESS = encode_oid(f"{_IF}.6")
IF_ADMIN_STATUS = encode_oid(f"{_IF}.7")
IF_OPER_STATUS = encode_oid(f"{_IF}.8")
IF_IN_OCTETS = encode_oid(f"{_IF}.10")
IF_IN_DISCARDS = encode_oid(f"{_IF}.13")
IF_IN_ERRORS = encode_oid(f"{_IF}.14")
IF_OUT_OCTETS = encode_oid(f"{_IF}.16")
IF_OUT_DISCARDS = encode_oid(f"{_IF}.19")
IF_OUT_ERRORS = encode_oid(f"{_IF}.20")

_IFX = "1.3.6.1.2.1.31.1.1.1"
IF_TABLE_LAST_CHANGE = encode_oid("1.3.6.1.2.1.31.1.5.0")
IF_NAME = encode_oid(f"{_IFX}.1")
IF_HC_IN_OCTETS = encode_oid(f"{_IFX}.6")
IF_HC_OUT_OCTETS = encode_oid(f"{_IFX}.10")
IF_HIGH_SPEED = encode_oid(f"{_IFX}.15")
IF_ALIAS = encode_oid(f"{_IFX}.18")

_HR_STORAGE = "1.3.6.1.2.1.25.2.3.1"
HR_STORAGE_TYPE = encode_oid(f"{_HR_STORAGE}.2")
HR_STORAGE_DESCR = encode_oid(f"{_HR_STORAGE}.3")
HR_STORAGE_UNITS = encode_oid(f"{_HR_STORAGE}.4")
HR_STORAGE_SIZE = encode_oid(f"{_HR_STORAGE}.5")
HR_STORAGE_USED = encode_oid(f"{_HR_STORAGE}.6")
HR_STORAGE_RAM = "1.3.6.1.2.1.25.2.1.2"
HR_STORAGE_FIXED_DISK = "1.3.6.1.2.1.25.2.1.4"
HR_STORAGE_FLASH = "1.3.6.1.2.1.25.2.1.9"

_UCD_MEMORY = "1.3.6.1.4.1.2021.4"
UCD_MEM_TOTAL = encode_oid(f"{_UCD_MEMORY}.5.0")
UCD_MEM_AVAILABLE = encode_oid(f"{_UCD_MEMORY}.6.0")
UCD_MEM_BUFFER = encode_oid(f"{_UCD_MEMORY}.14.0")
UCD_MEM_CACHED = encode_oid(f"{_UCD_MEMORY}.15.0")

_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
ENT_DESCR = encode_oid(f"{_ENTITY}.2")
ENT_CONTAINED_IN = encode_oid(f"{_ENTITY}.4")
ENT_CLASS = encode_oid(f"{_ENTITY}.5")
ENT_NAME = encode_oid(f"{_ENTITY}.7")
ENT_HARDWARE_REV = encode_oid(f"{_ENTITY}.8")
ENT_FIRMWARE_REV = encode_oid(f"{_ENTITY}.9")
ENT_SOFTWARE_REV = encode_oid(f"{_ENTITY}.10")
ENT_SERIAL = encode_oid(f"{_ENTITY}.11")
ENT_VENDOR = encode_oid(f"{_ENTITY}.12")
ENT_MODEL = encode_oid(f"{_ENTITY}.13")
CHASSIS_CLASS = 3
