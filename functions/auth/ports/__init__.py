"""What the services need of the world; wiring gives them the real one."""

from functions.auth.ports.credentials import Hasher, PublicKeys, Random, Sessions, Signer, Tries
from functions.auth.ports.people import (
    ApiKeys,
    Audit,
    AuthWork,
    Members,
    Organizations,
    Users,
    Work,
)

__all__ = [
    "ApiKeys",
    "Audit",
    "AuthWork",
    "Hasher",
    "Members",
    "Organizations",
    "PublicKeys",
    "Random",
    "Sessions",
    "Signer",
    "Tries",
    "Users",
    "Work",
]
