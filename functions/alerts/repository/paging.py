"""Parts of lists in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.alerts.domain.listing import Cut


def order_by(orders: Mapping[str, str], cut: Cut) -> str:
    """Return the ORDER BY of a sort; `orders` has `{0}` where the direction stands."""
    direction = "DESC" if cut.sort.startswith("-") else "ASC"
    return orders[cut.sort.lstrip("-")].format(direction)


def limits(cut: Cut) -> dict[str, int]:
    """Return the parameters `limit` and `offset` of a page."""
    return {"limit": cut.per_page, "offset": (cut.page - 1) * cut.per_page}


def containing(text: str) -> str | None:
    """Return the ILIKE pattern of what contains a text; None for no text."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%" if escaped else None
