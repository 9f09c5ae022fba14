"""Where a page stands in its list."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from functions.alerts.domain.listing import Cut


class Place(TypedDict):
    """A page's place, as netpulse.http.Page takes it."""

    page: int
    per_page: int
    total: int


def of_page(cut: Cut, total: int) -> Place:
    """Return where a part of a list of so many stands."""
    return {"page": cut.page, "per_page": cut.per_page, "total": total}
