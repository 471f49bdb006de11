"""The rules of local causality and of common causes, called directly.

Each condition of a rule has a scene in which it alone fails. Null coordinates are u = t - x and
v = t + x; A lives at one = (u, v) = (9, -1) and B at two = (-1, 9), so their pasts overlap below
the apex (-1, -1), and at t = 0 the past of A is -9 <= x <= -1.
"""

from __future__ import annotations

import pytest

from lpc.spacetime.common import has_common_past, is_closed, screens_off, strays
from lpc.spacetime.regions import Region
from lpc.spacetime.rule import determined, is_outside, misplaced, shield
from lpc.spacetime.scene import Specification
from lpc.spacetime.space import Space

SPACE = Space(1)
NOWHERE = SPACE.nowhere()


def at(t, x) -> Region:
    return SPACE.point(t, [x])


ONE, TWO = at(4, -5), at(4, 5)
LEFT = SPACE.segment(0, -9, -1)
PLACES = {"A": ONE, "B": TWO, "l": LEFT}


def complete(region: Region, names: str = "l") -> Specification:
    return Specification(frozenset(names), region, ())


# ---- local causality -----------------------------------------------------------------------------


def test_what_lies_later_is_covered_and_what_hears_nothing_is_outside():
    found = shield(complete(LEFT), LEFT, PLACES)
    assert (found.covered, found.outside) == (frozenset("Al"), frozenset("Bl"))
    assert (found.specification, found.slice) == (complete(LEFT), LEFT)


@pytest.mark.parametrize(
    ("place", "covered", "outside"),
    [
        (at(0, -5), True, True),  # in R
        (at(0, 0), False, True),
        (at(0, -1), True, True),
        (at(1, 0), False, False),  # on the light cone of the end of σ
        (at(1, -2), True, False),
        (at(1, -1), False, False),
        (at(-1, -5), False, True),
        (SPACE.segment(1, -8, -2), True, False),
        (SPACE.segment(1, -8, -1), False, False),
        (at(-1, -5) | at(0, -5), False, True),
        (at(-1, -5) | at(1, -5), False, False),
        (at(0, -5) | at(1, -5), True, False),
        (NOWHERE, False, False),
    ],
)
def test_places(place, covered, outside):
    found = shield(complete(LEFT), LEFT, PLACES | {"x": place})
    assert ("x" in found.covered, "x" in found.outside) == (covered, outside)
    is_far = place.is_empty or outside
    assert is_outside(complete(LEFT), LEFT.causal_future(), place) is is_far


@pytest.mark.parametrize(
    ("region", "slice_", "places"),
    [
        (LEFT, NOWHERE, PLACES),
        (LEFT, SPACE.segment(0, -9, 0), PLACES),  # C says nothing of part of it
        (LEFT | at(2, -5), LEFT | at(2, -5), PLACES),  # not achronal
        (LEFT.causal_past(), LEFT.causal_past(), PLACES),
        (LEFT, LEFT, {"A": ONE}),  # C lives nobody knows where
        (LEFT, LEFT, PLACES | {"l": at(1, 0)}),
        (LEFT, LEFT, PLACES | {"l": LEFT | at(2, -1)}),
        # Above the slice, in R, and off D⁺(σ): chance beside that of A goes into it.
        (LEFT | at(2, -1), LEFT, PLACES | {"l": LEFT | at(2, -1)}),
        # It holds something of both sides.
        (LEFT, LEFT, PLACES | {"l": at(1, -5) | at(0, 3)}),
        (LEFT, LEFT, PLACES | {"l": LEFT | at(1, -5) | at(0, 3)}),
    ],
)
def test_no_shield(region, slice_, places):
    assert shield(complete(region), slice_, places) is None


@pytest.mark.parametrize(
    ("region", "slice_", "place"),
    [
        (LEFT | at(2, -5), LEFT, LEFT | at(2, -5)),
        (LEFT, LEFT, LEFT | at(1, -5)),
        (LEFT, LEFT, LEFT | at(0, 3)),
        (LEFT | at(0, 3), LEFT, at(1, -5) | at(0, 3)),  # what lies in R may be split
        (LEFT.causal_past(), LEFT, LEFT.causal_past()),
        (LEFT, SPACE.segment(0, -8, -2), LEFT),
        (LEFT, LEFT, NOWHERE),
    ],
)
def test_a_shield(region, slice_, place):
    found = shield(complete(region), slice_, PLACES | {"l": place})
    assert found is not None
    assert ("A" in found.covered) is LEFT.is_subset(slice_)


def test_those_that_are_misplaced_are_named():
    later, future = LEFT.shielded(), LEFT.causal_future()
    places = {"a": LEFT, "b": at(1, 0), "d": at(1, -5) | at(0, 3)}
    assert misplaced(complete(LEFT, "dcba"), later, future, places) == ("b", "c", "d")
    assert misplaced(complete(LEFT, "a"), later, future, places) == ()


def test_what_lives_where_c_is_complete_is_a_function_of_c():
    places = {
        "l": LEFT,
        "in": at(0, -5),
        "out": at(0, 0),
        "partly": SPACE.segment(0, -2, 0),
        "nowhere": NOWHERE,
    }
    assert determined(complete(LEFT), places) == frozenset({"in"})


# ---- common causes -------------------------------------------------------------------------------

OVERLAP = ONE.causal_past() & TWO.causal_past()
SHARED = {"A": ONE, "B": TWO, "N": OVERLAP}


def screened(region=OVERLAP, x="A", y="B", **places) -> bool:
    return screens_off(complete(region, "N"), x, y, SHARED | places)


def test_the_common_past_screens_off():
    assert screened()
    assert screened(x="B", y="A")
    assert screened(N=OVERLAP & SPACE.slice(-4))
    assert screened(OVERLAP | SPACE.slice(-1).causal_past())
    assert screened(x=iter("AC"), y=iter("BD"), C=at(3, -5), D=at(3, 5))
    assert screened(x="", y="B")


@pytest.mark.parametrize(
    ("region", "more"),
    [
        (OVERLAP - at(-1, 0), {}),  # without the apex
        (at(-2, 0).causal_past(), {}),
        (NOWHERE, {"N": NOWHERE}),
        (OVERLAP | at(20, 0), {}),  # not closed
        (OVERLAP, {"N": OVERLAP | at(20, 0)}),  # C lives elsewhere too
        (OVERLAP, {"N": at(20, 0)}),
        (OVERLAP, {"A": at(4, -4)}),
        (OVERLAP, {"B": at(4, 4)}),
        (OVERLAP, {"A": ONE | at(4, -4)}),
        (OVERLAP, {"A": TWO}),
    ],
)
def test_each_condition_is_needed(region, more):
    if not more:
        more = {"N": region & OVERLAP}
    assert not screened(region, **more)


def test_each_pair_must_be_screened_off():
    far, near = at(3, -5), at(4, 4)
    assert screened(x="AC", C=far)
    assert not screened(x="AC", C=near)
    assert not screened(x="CA", C=near)
    assert not screened(y="BC", C=at(4, -4))
    assert not screened(y="CB", C=at(4, -4))


def test_a_variable_without_a_place_is_not_screened_off():
    assert not screened(x="AQ")
    assert not screened(y="QB")
    assert not screens_off(complete(OVERLAP, "NQ"), "A", "B", SHARED)


def test_the_conditions_by_themselves():
    assert is_closed(OVERLAP)
    assert not is_closed(OVERLAP - at(-2, 0))
    assert not is_closed(at(0, 0))
    places = {"a": OVERLAP, "b": at(-1, 0), "d": at(0, 0), "e": at(-1, 0) | at(0, 0)}
    assert strays(complete(OVERLAP, "edcba"), places) == ("c", "d", "e")
    assert has_common_past(complete(OVERLAP), ONE, TWO)
    assert has_common_past(complete(ONE.causal_past()), ONE, TWO)
    assert has_common_past(complete(TWO.causal_past()), ONE, TWO)
    assert not has_common_past(complete(OVERLAP - at(-1, 0)), ONE, TWO)
    assert not has_common_past(complete(OVERLAP), ONE, at(4, 4))
    assert not has_common_past(complete(OVERLAP), at(4, -4), TWO)
