"""What the services need of the world; wiring gives them the real one."""

from functions.auth.ports.credentials import (
    Challenges,
    Codes,
    Hasher,
    Mailer,
    Mails,
    Passkeys,
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
    SecondFactors,
    Users,
    Work,
)

__all__ = [
    "ApiKeys",
    "Audit",
    "AuthWork",
    "Challenges",
    "Codes",
    "Hasher",
    "Mailer",
    "Mails",
    "Members",
    "Organizations",
    "Passkeys",
    "PublicKeys",
    "Random",
    "Resets",
    "SecondFactors",
    "Sessions",
    "Signer",
    "Tries",
    "Users",
    "Work",
]
