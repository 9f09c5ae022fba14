"""Parent links that neighbours suggest."""

from __future__ import annotations

from uuid import UUID

from functions.devices.domain.device import DeviceType
from functions.devices.domain.topology import Node, Sight, counted, is_above, proposals

ROUTER, SWITCH, RADIO, OTHER = (UUID(int=number) for number in range(1, 5))
TYPES = {
    ROUTER: DeviceType.ROUTER,
    SWITCH: DeviceType.SWITCH,
    RADIO: DeviceType.RADIO,
    OTHER: DeviceType.SWITCH,
}


def seen(a: UUID, b: UUID) -> Sight:
    return Sight(a, b, "eth0", "eth1", "lldp", "chassis")


def nodes(sights: list[Sight]) -> dict[UUID, Node]:
    counts = counted(sights)
    return {each: Node(each, each.int, kind, counts.get(each, 0)) for each, kind in TYPES.items()}


def links(
    sights: list[Sight],
    parents: dict[UUID, list[UUID]] | None = None,
    dismissed: set[frozenset[UUID]] | None = None,
) -> list[tuple[UUID, UUID]]:
    found = proposals(sights, nodes(sights), parents or {}, dismissed or set())
    return [(each.device_id, each.parent_id) for each in found]


def test_what_is_nearer_to_the_core_is_the_parent() -> None:
    sights = [seen(ROUTER, SWITCH), seen(RADIO, SWITCH)]
    assert links(sights) == [(SWITCH, ROUTER), (RADIO, SWITCH)]


def test_of_two_alike_the_one_with_more_neighbours_is_the_parent() -> None:
    assert (SWITCH, OTHER) in links([seen(SWITCH, OTHER), seen(OTHER, RADIO), seen(ROUTER, OTHER)])


def test_two_sights_of_one_link_are_one_proposal() -> None:
    sights = [seen(ROUTER, SWITCH), seen(SWITCH, ROUTER)]
    [found] = proposals(sights, nodes(sights), {}, set())
    assert found.seen_from_both
    assert len(found.sights) == 2


def test_what_is_linked_or_refused_is_not_proposed_whichever_is_above() -> None:
    sights = [seen(ROUTER, SWITCH)]
    assert links(sights, {ROUTER: [SWITCH]}) == []
    assert links(sights, {SWITCH: [ROUTER]}) == []
    assert links(sights, dismissed={frozenset((SWITCH, ROUTER))}) == []


def test_a_link_that_would_close_a_circle_is_turned_round() -> None:
    # the router hangs on the other switch, which hangs on this one: a person said so
    parents = {ROUTER: [OTHER], OTHER: [SWITCH]}
    assert links([seen(ROUTER, SWITCH)], parents) == [(ROUTER, SWITCH)]


def test_who_is_above_is_found_over_any_number_of_links_and_circles() -> None:
    parents = {RADIO: [SWITCH], SWITCH: [ROUTER], ROUTER: [RADIO]}
    assert is_above(ROUTER, RADIO, parents)
    assert not is_above(OTHER, RADIO, parents)


def test_a_device_that_sees_itself_proposes_nothing() -> None:
    assert links([seen(ROUTER, ROUTER)]) == []


def test_a_link_inside_a_circle_is_proposed_in_neither_direction() -> None:
    parents = {ROUTER: [OTHER], OTHER: [SWITCH], SWITCH: [RADIO], RADIO: [ROUTER]}
    assert links([seen(ROUTER, SWITCH)], parents) == []
