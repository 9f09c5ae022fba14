"""What the firewall before CloudFront refuses: plain data.

The application refuses all of it as well; here it costs nobody a function call.
"""

from dataclasses import dataclass

# A minute's worth that an organisation has in all (docs/identity.md), for the five minutes that the
# firewall counts: no one address needs more.
REQUESTS_IN_FIVE_MINUTES = 5 * 6000
# People behind one office's address log in together at eight in the morning. The application counts
# five a minute and address; this is for those whom its answers do not discourage.
LOGINS_IN_FIVE_MINUTES = 100
LOGIN_PATHS = ("/api/v1/auth/login", "/api/v1/auth/register", "/api/v1/auth/password-reset")


@dataclass(frozen=True, kw_only=True)
class ManagedRules:
    """A group of rules that AWS keeps up to date, and which of them only count here."""

    name: str
    counting: tuple[str, ...] = ()


MANAGED = (
    ManagedRules(name="AWSManagedRulesAmazonIpReputationList"),
    ManagedRules(name="AWSManagedRulesKnownBadInputsRuleSet"),
    ManagedRules(
        name="AWSManagedRulesCommonRuleSet",
        counting=(
            # refuses bodies over 8 kB: imports and remote_write have more, and limits of their own
            "SizeRestrictions_BODY",
            # refuses URLs with addresses for hosts, which webhooks and checks of private networks
            # have; the guard of outgoing requests judges them
            "GenericRFI_BODY",
            # collectors and scripts of customers may have none
            "NoUserAgent_HEADER",
        ),
    ),
)
