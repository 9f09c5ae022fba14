"""How a device is probed: one model a probe."""

from __future__ import annotations

from typing import Annotated, Literal

from netpulse.http.fields import Line
from netpulse.ids import CredentialId
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from functions.devices.domain.device import DEFAULT_SNMP_PORT

Port = Annotated[int, Field(ge=1, le=65_535)]
HttpStatus = Annotated[int, Field(ge=100, le=599)]
Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2048)]
Community = Annotated[SecretStr, Field(min_length=1, max_length=255)]


class Strict(BaseModel):
    """A body, or a part of one: what it does not name is refused."""

    model_config = ConfigDict(extra="forbid")


class IcmpProbe(Strict):
    """A burst of pings."""

    count: int = Field(default=3, ge=1, le=20)


class TcpProbe(Strict):
    """A connection that is opened and closed."""

    port: Port


class HttpProbe(Strict):
    """A GET request, and what its answer must be like."""

    url: Url
    # null: any below 400
    expected_status: HttpStatus | None = None
    contains: Line = ""
    follow_redirects: bool = False
    verify_tls: bool = True


class HttpPatch(Strict):
    """What of an HTTP probe is to change."""

    url: Url | None = None
    expected_status: HttpStatus | None = None
    contains: Line | None = None
    follow_redirects: bool | None = None
    verify_tls: bool | None = None


class SnmpSettings(Strict):
    """How the agent is spoken to."""

    version: Literal["1", "2c", "3"] = "2c"
    port: Port = DEFAULT_SNMP_PORT
    credential_id: CredentialId | None = None
    timeout_seconds: float = Field(default=1.5, ge=0.1, le=10)
    retries: int = Field(default=1, ge=0, le=5)
    max_repetitions: int | None = Field(default=None, ge=1, le=200)


class SnmpProbe(SnmpSettings):
    """How the agent is spoken to, and the community, which is written but never read."""

    # None: as the credential says, else 2c
    version: Literal["1", "2c", "3"] | None = None  # type: ignore[assignment]
    community: Community | None = None
