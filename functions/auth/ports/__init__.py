"""What the services need of the world; wiring gives them the real one."""

from functions.auth.ports.credentials import (
    Challenges,
    Codes,
    Hasher,
    Journeys,
    Mailer,
    Mails,
    Oidc,
    Passkeys,
    PublicKeys,
    Random,
    Ring,
    Sessions,
    Signer,
    Tries,
)
from functions.auth.ports.directory import (
    Directory,
    Wanted,
)
from functions.auth.ports.entrance import (
    Providers,
    Resets,
    SecondFactors,
)
from functions.auth.ports.people import (
    ApiKeys,
    Audit,
    AuthWork,
    Members,
    Organizations,
    Roles,
    Users,
    Work,
)

__all__ = [
    "ApiKeys",
    "Audit",
    "AuthWork",
    "Challenges",
    "Codes",
    "Directory",
    "Hasher",
    "Journeys",
    "Mailer",
    "Mails",
    "Members",
    "Oidc",
    "Organizations",
    "Passkeys",
    "Providers",
    "PublicKeys",
    "Random",
    "Resets",
    "Ring",
    "Roles",
    "SecondFactors",
    "Sessions",
    "Signer",
    "Tries",
    "Users",
    "Wanted",
    "Work",
]
