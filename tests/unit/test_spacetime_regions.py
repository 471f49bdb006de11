"""Regions: how they are built, described and refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lpc.spacetime import GeometryError, Region, Space

LINE = Space(1)
ROOM = Space(3)
ONE, TWO = LINE.point(4, [-5]), LINE.point(4, [5])
ONE3, TWO3 = ROOM.point(4, [-5, 0, 0]), ROOM.point(4, [5, 0, 0])


@pytest.mark.parametrize(
    ("region", "text"),
    [
        (LINE.slice(0) & LINE.past(ONE), "-9 <= x <= -1 at t = 0"),
        (LINE.slice(0), "every x at t = 0"),
        (ONE, "the point t = 4, x = -5"),
        (LINE.point("1/2", [0]), "the point t = 1/2, x = 0"),
        (LINE.slice(0) - LINE.segment(0, -1, 1), "x < -1 and x > 1 at t = 0"),
        (LINE.segment(0, 0, 1) | LINE.segment(0, 1, 2), "0 <= x <= 2 at t = 0"),
        (LINE.past(ONE), "t - x <= 9, t + x <= -1, t < 4"),
        (ONE - ONE, "nowhere"),
        (ROOM.slice(0) & ROOM.past(ONE3), "within 4 of x = -5, y = 0, z = 0, at t = 0"),
        (ROOM.slice(0), "all of space at t = 0"),
        (ONE3, "the point t = 4, x = -5, y = 0, z = 0"),
    ],
)
def test_description(region: Region, text: str) -> None:
    assert region.describe() == text


@pytest.mark.parametrize(("space", "one", "two"), [(LINE, ONE, TWO), (ROOM, ONE3, TWO3)])
def test_the_pasts_of_figure_two(space: Space, one: Region, two: Region) -> None:
    """N, Γ and M (paper, section 3.3) are disjoint and make up the two pasts."""
    n = space.past(one) & space.past(two)
    gamma, m = space.past(one) - space.past(two), space.past(two) - space.past(one)
    assert not n.is_empty
    assert not gamma.overlaps(m)
    assert not gamma.overlaps(n)
    assert not n.overlaps(space.slice(0))
    assert n.overlaps(space.slice(-2))
    assert space.past(one).is_subset(gamma | n)
    assert (gamma | n).is_subset(space.past(one))
    assert not m.causal_future().overlaps(one)


@pytest.mark.parametrize(("space", "one"), [(LINE, ONE), (ROOM, ONE3)])
def test_past_excludes_the_region_and_includes_the_light_cone(space: Space, one: Region) -> None:
    z = [0] * (space.dimension - 1)
    assert not space.past(one).overlaps(one)
    assert one.causal_past().overlaps(one)
    assert space.past(one).overlaps(space.point(0, [-1, *z]))
    assert not space.past(one).overlaps(space.point(0, [Fraction(-99, 100), *z]))
    assert space.future(one).overlaps(space.point(6, [-3, *z]))


def test_diamond() -> None:
    diamond = LINE.diamond(LINE.point(0, [0]), LINE.point(4, [0]))
    assert diamond.contains(2, [2])
    assert not diamond.contains(2, [Fraction(21, 10)])
    three = ROOM.diamond(ROOM.point(0, [0, 0, 0]), ROOM.point(4, [0, 0, 0]))
    assert three.contains(2, [0, 2, 0])
    assert not three.contains(2, [Fraction(3, 2), Fraction(3, 2), 0])


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: ROOM.segment(0, 0, 1), "use a ball"),
        (lambda: LINE.segment(0, 1, 0), "runs backwards"),
        (lambda: LINE.point(0, [0, 0]), "needs 1 space coordinate, not 2"),
        (lambda: ROOM.ball(0, [0, 0, 0], -1), "negative radius"),
        (lambda: LINE.point(0.5, [0]), "not an exact number"),
        (lambda: LINE.diamond(ONE, TWO), "the diamond is empty"),
        (lambda: LINE.diamond(LINE.slice(0), ONE), "from one point to another"),
        (lambda: ONE | ONE3, "cannot be compared"),
        (lambda: Space(0), "at least one dimension"),
        (lambda: ROOM.past(ROOM.ball(0, [0, 0, 0], 2) & ROOM.ball(0, [3, 0, 0], 2)), "past of"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(build: object, words: str) -> None:
    with pytest.raises(GeometryError, match=words):
        build()  # type: ignore[operator]


@pytest.mark.parametrize("space", [LINE, ROOM])
def test_a_slice_with_a_hole_shields_nothing_above_the_hole(space: Space) -> None:
    z = [0] * (space.dimension - 1)
    ring = space.ball(0, [0, *z], 4) - space.ball(0, [0, *z], 1)
    assert not ring.shielded().contains(3, [0, *z])
    assert space.ball(0, [0, *z], 4).shielded().contains(3, [0, *z])


def test_too_complicated() -> None:
    with pytest.raises(GeometryError, match="too complicated"):
        Region.create(1, [p for k in range(400) for p in LINE.point(0, [k]).pieces])


def test_geometry_as_data() -> None:
    (piece,) = (LINE.slice(0) & LINE.past(ONE)).data()
    assert piece == {
        "t": ((0, True), (0, True)),
        "t - x": ((1, True), (9, True)),
        "t + x": ((-9, True), (-1, True)),
    }
    (ball,) = (ROOM.slice(0) & ROOM.past(ONE3)).data()
    assert ball["inside"] == [(-1, 4, (-5, 0, 0))]
