"""Keys for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.access import API_KEY_PREFIX, hashed_api_key
from netpulse.errors import InvalidError, NotFoundError
from netpulse.http import Page
from netpulse.ids import ApiKeyId
from netpulse.permissions import Permission

from functions.auth.domain.session import TOKEN_BYTES, encoded
from functions.auth.models.views import ApiKeyView, NewApiKeyView
from functions.auth.service.profile import person
from functions.auth.service.roles import granted

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.principal import Principal

    from functions.auth.models.requests import ApiKeyIn
    from functions.auth.ports import Random, Work

_SHOWN = len(API_KEY_PREFIX) + 8


class ApiKeyService:
    """Makes, lists and ends API keys: people their own, admins everybody's."""

    def __init__(self, work: Work, random: Random, clock: Clock) -> None:
        self._work = work
        self._random = random
        self._clock = clock

    def create(self, principal: Principal, given: ApiKeyIn) -> NewApiKeyView:
        """Make a key; raise ForbiddenError when it would reach further than its maker."""
        user_id = person(principal)
        now = self._clock.now()
        if given.expires_at is not None and given.expires_at <= now:
            found = {"field": "expires_at", "code": "INVALID_INPUT", "message": "This is past"}
            raise InvalidError("Not accepted: expires_at", details={"fields": [found]})
        secret = API_KEY_PREFIX + encoded(self._random(TOKEN_BYTES))
        key = ApiKeyView(
            id=uuid4(),
            name=given.name,
            prefix=secret[:_SHOWN],
            role=given.role,
            role_id=given.role_id,
            created_by=user_id,
            created_at=now,
            expires_at=given.expires_at,
            last_used_at=None,
        )
        with self._work(principal.organization_id) as work:
            granted(work, principal, given.role, given.role_id)
            work.api_keys.add(key, hashed_api_key(secret))
        return NewApiKeyView(**key.model_dump(), key=secret)

    def page(self, principal: Principal, *, page: int, per_page: int) -> Page[ApiKeyView]:
        """Return one page of the keys the caller may end."""
        own = None if Permission.USER_WRITE in principal.permissions else person(principal)
        with self._work(principal.organization_id) as work:
            items, total = work.api_keys.page(own, page=page, per_page=per_page)
        return Page(items=items, page=page, per_page=per_page, total=total)

    def revoke(self, principal: Principal, key_id: ApiKeyId) -> None:
        """End a key; raise NotFoundError, also for another person's."""
        with self._work(principal.organization_id) as work:
            key = work.api_keys.find(key_id)
            everybody = Permission.USER_WRITE in principal.permissions
            if key is None or not (everybody or key.created_by == principal.user_id):
                raise NotFoundError.of("api_key", key_id)
            work.api_keys.revoke(key_id, at=self._clock.now())
