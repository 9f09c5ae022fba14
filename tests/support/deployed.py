"""One deployed stack for all tests that need one, whichever folder they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e import stack as stacks
from tests.e2e.client import Session, logged_in, newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A whole instance of the tests' own."""
    try:
        yield stacks.start()
    finally:
        stacks.stop()


@pytest.fixture(scope="session")
def admin(stack: Stack) -> Session:
    """The demo organisation's admin, logged in."""
    return logged_in(stack.api_url, stack.email, stack.password)


@pytest.fixture(scope="session")
def stranger(stack: Stack) -> Session:
    """The admin of another organisation."""
    return newcomer(stack.api_url)


@pytest.fixture
def nobody(stack: Stack) -> Session:
    """Somebody without a token."""
    return Session(stack.api_url)
