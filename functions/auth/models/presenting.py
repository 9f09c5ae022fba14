"""People and organisations as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.models.views import MembershipView, OrganizationView, PersonView

if TYPE_CHECKING:
    from functions.auth.domain.people import Membership, Organization, User


def person_view(user: User) -> PersonView:
    """Return a person as they see themselves."""
    return PersonView(
        id=user.id,
        email=user.email,
        full_name=user.full_name,
        password_is_temporary=user.password_is_temporary,
    )


def organization_view(organization: Organization) -> OrganizationView:
    """Return an organisation as its members see it."""
    return OrganizationView(
        id=organization.id,
        name=organization.name,
        slug=organization.slug,
        time_zone=organization.time_zone,
        created_at=organization.created_at,
        requires_second_factor=organization.requires_second_factor,
    )


def membership_view(membership: Membership) -> MembershipView:
    """Return an organisation that a person may switch to."""
    return MembershipView(
        organization_id=membership.organization.id,
        name=membership.organization.name,
        slug=membership.organization.slug,
        role=membership.grant.role,
    )
