"""The services that routes call, made when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.access import Access

    from functions.auth.ports import Signer
    from functions.auth.service.api_keys import ApiKeyService
    from functions.auth.service.audit import AuditService
    from functions.auth.service.directory import DirectoryPeople
    from functions.auth.service.directory_groups import DirectoryGroups
    from functions.auth.service.login import LoginService
    from functions.auth.service.members import MemberService
    from functions.auth.service.profile import ProfileService
    from functions.auth.service.providers import ProviderService
    from functions.auth.service.recovery import RecoveryDesk
    from functions.auth.service.roles import RoleService
    from functions.auth.service.second_factors import SecondFactorService
    from functions.auth.service.sessions import SessionService
    from functions.auth.service.single_sign_on import SsoService


@dataclass(frozen=True)
class Services:
    """One maker a service; production's are cached."""

    access: Callable[[], Access]
    login: Callable[[], LoginService]
    sessions: Callable[[], SessionService]
    profile: Callable[[], ProfileService]
    members: Callable[[], MemberService]
    api_keys: Callable[[], ApiKeyService]
    audit: Callable[[], AuditService]
    recovery: Callable[[], RecoveryDesk]
    roles: Callable[[], RoleService]
    directory_people: Callable[[], DirectoryPeople]
    directory_groups: Callable[[], DirectoryGroups]
    sso: Callable[[], SsoService]
    providers: Callable[[], ProviderService]
    second_factors: Callable[[], SecondFactorService]
    signer: Callable[[], Signer]
    public_url: Callable[[], str]
    issuer: Callable[[], str]
