"""What the services need of the world; wiring gives them the real one."""

from functions.auth.ports.credentials import (
    Hasher,
    Mailer,
    Mails,
    PublicKeys,
    Random,
    Sessions,
    Signer,
    Tries,
)
from functions.auth.ports.people import (
    ApiKeys,
    Audit,
    AuthWork,
    Members,
    Organizations,
    Resets,
    Users,
    Work,
)

__all__ = [
    "ApiKeys",
    "Audit",
    "AuthWork",
    "Hasher",
    "Mailer",
    "Mails",
    "Members",
    "Organizations",
    "PublicKeys",
    "Random",
    "Resets",
    "Sessions",
    "Signer",
    "Tries",
    "Users",
    "Work",
]
