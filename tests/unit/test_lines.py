"""Where a causal line meets a region, against brute force and high-precision decimals."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from random import Random

import pytest

from lpc.spacetime import Region, Space
from lpc.spacetime.lines import Event, Moment, is_causal, leg_meets, ray_meets

LINE, PLANE, ROOM = Space(1), Space(2), Space(3)
F = Fraction


# ---- moments -------------------------------------------------------------------------------------


def decimal(moment: Moment) -> Decimal:
    r, q = F(moment.r), F(moment.q)
    root = (Decimal(q.numerator) / q.denominator).sqrt()
    return Decimal(r.numerator) / r.denominator + moment.sign * root


def test_moments_compare_as_their_decimals_do() -> None:
    rng = Random(1)
    numbers = [F(n, d) for n in range(-6, 7) for d in (1, 2, 3)]
    squares = [F(n, d) for n in range(8) for d in (1, 2, 4, 9)]
    seen = {-1: 0, 0: 0, 1: 0}
    with localcontext() as context:
        context.prec = 60
        for _ in range(6000):
            a, b = (
                Moment(rng.choice(numbers), rng.choice([-1, 1]), rng.choice(squares))
                for _ in range(2)
            )
            gap = decimal(a) - decimal(b)
            sign = 0 if abs(gap) < Decimal("1e-40") else 1 if gap > 0 else -1
            seen[sign] += 1
            assert (a < b, a == b, a > b) == (sign < 0, sign == 0, sign > 0), (a, b)
            assert (a <= b, a >= b) == (sign <= 0, sign >= 0)
    assert min(seen.values()) > 20


@pytest.mark.parametrize(
    ("a", "b", "sign"),
    [
        # √2 + √3 against 22/7 and against 63/20: the two roots and the number nearly cancel.
        (Moment(0, 1, 2), Moment(F(22, 7), -1, 3), 1),
        (Moment(0, 1, 2), Moment(F(63, 20), -1, 3), -1),
        # A fraction that approaches √2 from above and from below.
        (Moment(0, 1, 2), Moment(F(665857, 470832)), -1),
        (Moment(0, 1, 2), Moment(F(470832, 332929)), 1),
        (Moment(1, -1, F(9, 4)), Moment(F(-1, 2)), 0),
        (Moment(0, 1, 8), Moment(0, 1, 2), 1),
        (Moment(0, -1, 8), Moment(0, -1, 2), -1),
        (Moment(F(1, 3), 1, 5), Moment(F(1, 3), 1, 5), 0),
        (Moment(0, 1, 0), Moment(0, -1, 0), 0),
        # (3 + √8) - (3 - √8) and the same shifted.
        (Moment(3, -1, 8), Moment(3, 1, 8), -1),
        (Moment(3, -1, 8), Moment(-3, 1, 8), 1),
    ],
)
def test_moments_that_nearly_agree(a: Moment, b: Moment, sign: int) -> None:
    assert (a < b, a == b, a > b) == (sign < 0, sign == 0, sign > 0)
    assert (b < a, b == a, b > a) == (sign > 0, sign == 0, sign < 0)


def test_a_moment_is_no_number() -> None:
    assert Moment(1) != 1


# ---- brute force ---------------------------------------------------------------------------------


def brute(region: Region, p: Event, d: Event, low: Fraction | None, high: Fraction) -> bool:
    """Ask at all moments at which membership may change, to 60 digits, and between them.

    Exact for moments that are rational, as all are in 1+1.
    """
    moments = {high} | ({low} if low is not None else set())
    for piece in region.data():
        if len(p[1]) == 1:
            moments |= _linear(piece, p, d)
        else:
            moments |= _quadratic(piece, p, d)
    inside = sorted(m for m in moments if m <= high and (low is None or m >= low))
    asked = [*inside, *((a + b) / 2 for a, b in pairwise(inside))]
    if low is None:
        asked.append(inside[0] - 1)
    return any(
        region.contains(p[0] + s * d[0], [x + s * dx for x, dx in zip(p[1], d[1], strict=True)])
        for s in asked
    )


def _linear(piece: dict, p: Event, d: Event) -> set[Fraction]:  # type: ignore[type-arg]
    (t, (x,)), (dt, (dx,)) = p, d
    found = set()
    forms = (("t", t, dt), ("t - x", t - x, dt - dx), ("t + x", t + x, dt + dx))
    for form, value, slope in forms:
        found |= {F(b[0] - value) / slope for b in piece[form] if b is not None and slope}
    return found


def _quadratic(piece: dict, p: Event, d: Event) -> set[Fraction]:  # type: ignore[type-arg]
    found = {F(b[0] - p[0]) / d[0] for b in piece["t"] if b is not None}
    for _, t, center in (*piece["inside"], *piece["outside"]):
        gap = p[0] - t, [x - c for x, c in zip(p[1], center, strict=True)]
        a = F(d[0] ** 2 - sum(x * x for x in d[1]))
        b = 2 * F(gap[0] * d[0] - sum(x * y for x, y in zip(gap[1], d[1], strict=True)))
        c = F(gap[0] ** 2 - sum(x * x for x in gap[1]))
        if a == 0:
            found |= {-c / b} if b else {F(-gap[0]) / d[0]}
            continue
        square = b * b - 4 * a * c
        if square < 0:
            continue
        scale = 10**120
        root = F(isqrt(square.numerator * scale**2 // square.denominator), scale)
        if (root + F(1, scale)) ** 2 == square:
            root += F(1, scale)
        exact = F(isqrt(square.numerator), isqrt(square.denominator))
        root = exact if exact**2 == square else root
        near = {root} if exact**2 == square else {root, root + F(1, 10**60), root - F(1, 10**60)}
        found |= {(-b + s * r) / (2 * a) for s in (1, -1) for r in near}
    return found


def a_region(rng: Random, space: Space) -> Region:
    """Points, balls, slices, pasts, futures, and what two of them make."""

    def one() -> Region:
        d = space.dimension
        t, at = F(rng.randint(-4, 4), 2), [F(rng.randint(-4, 4), 2) for _ in range(d)]
        ball = space.ball(t, at, rng.choice([0, 0, F(1, 2), 1, F(5, 2), 3]))
        return rng.choice(
            [
                lambda: ball,
                lambda: space.slice(t),
                lambda: ball.causal_past(),
                lambda: ball.causal_future(),
                lambda: space.past(ball),
                lambda: space.future(ball),
            ]
        )()

    first = one()
    for _ in range(rng.choice([0, 1, 1, 2])):
        join = rng.choice([Region.__or__, Region.__and__, Region.__and__, Region.__sub__])
        first = join(first, one())
    return first


def a_direction(rng: Random, d: int) -> Event:
    """Often lightlike, along an axis or along a Pythagorean triple."""
    if rng.random() < 0.4:
        light = [[1], [-1]] if d == 1 else [[3, 4, 5], [-4, 3, 5], [5, 0, 5], [0, -5, 5]]
        step = rng.choice(light)
        if d == 1:
            return F(1), (F(step[0]),)
        return F(step[2], 2), (F(step[0], 2), F(step[1], 2), *[F(0)] * (d - 2))
    while True:
        dx = tuple(F(rng.randint(-3, 3), 2) for _ in range(d))
        dt = F(rng.randint(1, 8), 2)
        if sum(x * x for x in dx) <= dt * dt:
            return dt, dx


@pytest.mark.parametrize("d", [1, 2, 3])
def test_legs_and_rays_against_brute_force(d: int) -> None:
    rng, space = Random(d), Space(d)
    answers = {True: 0, False: 0}
    for _ in range(1200 if d == 1 else 700):
        region = a_region(rng, space)
        p: Event = F(rng.randint(-6, 6), 2), tuple(F(rng.randint(-5, 5), 2) for _ in range(d))
        dt, dx = a_direction(rng, d)
        q = p[0] + dt, tuple(x + step for x, step in zip(p[1], dx, strict=True))
        found = leg_meets(region, p, q)
        assert found == brute(region, p, (dt, dx), F(0), F(1)), (region.data(), p, q)
        answers[found] += 1
        assert ray_meets(region, p, (dt, dx)) == brute(region, p, (dt, dx), None, F(0))
    assert min(answers.values()) > 100


def test_a_plane_and_a_line_say_the_same_along_an_axis() -> None:
    rng = Random(7)
    for _ in range(500):
        pair = []
        t, x, r = F(rng.randint(-4, 4), 2), F(rng.randint(-4, 4), 2), F(rng.randint(0, 4), 2)
        kind = rng.choice(["ball", "past", "future", "past & slice"])
        for space in (LINE, PLANE):
            ball = space.ball(t, [x, *[0] * (space.dimension - 1)], r)
            pair.append(
                {
                    "ball": ball,
                    "past": space.past(ball),
                    "future": space.future(ball),
                    "past & slice": space.past(ball) & space.slice(t - 1),
                }[kind]
            )
        a, (dt, (dx,)) = (F(rng.randint(-8, 4), 2), F(rng.randint(-6, 6), 2)), a_direction(rng, 1)
        line = leg_meets(pair[0], (a[0], (a[1],)), (a[0] + dt, (a[1] + dx,)))
        plane = leg_meets(pair[1], (a[0], (a[1], F(0))), (a[0] + dt, (a[1] + dx, F(0))))
        assert line == plane


# ---- edges, apexes, open and closed ends ---------------------------------------------------------

CLOSED = LINE.segment(0, 0, 2)
RIGHT_OPEN = CLOSED - LINE.point(0, [2])
APEX = LINE.point(0, [0])


# What is later than the whole of a half-open segment, and of a closed one.
OFF_CONE = (LINE.segment(0, -9, 9) - LINE.segment(0, -9, 0)).causal_future() & (
    LINE.segment(0, -9, 9) - LINE.segment(0, 0, 9)
).causal_future()
ON_CONE = LINE.segment(0, 0, 9).causal_future() & LINE.segment(0, -9, 0).causal_future()


@pytest.mark.parametrize(
    ("region", "start", "end", "met"),
    [
        # A light ray that passes the end of a segment.
        (CLOSED, (-1, (3,)), (1, (1,)), True),
        (RIGHT_OPEN, (-1, (3,)), (1, (1,)), False),
        (RIGHT_OPEN, (-1, (F(29, 10),)), (1, (F(9, 10),)), True),
        # A leg that ends, or starts, on the edge.
        (CLOSED, (-1, (3,)), (0, (2,)), True),
        (CLOSED, (0, (0,)), (1, (1,)), True),
        (CLOSED, (-2, (0,)), (F(-1, 100), (0,)), False),
        # Along the light cone: the closed past has it, and the apex belongs to `past` no more.
        (APEX.causal_past(), (-2, (2,)), (-1, (1,)), True),
        (LINE.past(APEX), (-2, (2,)), (-1, (1,)), True),
        (LINE.past(APEX), (0, (0,)), (1, (1,)), False),
        (LINE.past(APEX), (-1, (1,)), (1, (-1,)), True),
        (APEX, (-1, (1,)), (1, (-1,)), True),
        (LINE.future(APEX), (-1, (1,)), (0, (0,)), False),
        (APEX.causal_future(), (-1, (1,)), (0, (0,)), True),
        (LINE.slice(0) - APEX, (-1, (0,)), (1, (0,)), False),
        (LINE.slice(0) - LINE.past(LINE.point(1, [0])), (-2, (3,)), (2, (-1,)), False),
        (LINE.slice(0) - LINE.past(LINE.point(1, [0])), (-2, (4,)), (2, (0,)), True),
        # Along an edge that does not belong to the region: the future of a point without its cone.
        (LINE.slice(0) - LINE.segment(0, 0, 1), (-1, (-1,)), (1, (1,)), False),
        (OFF_CONE, (1, (1,)), (2, (2,)), False),
        (OFF_CONE, (1, (-1,)), (2, (-2,)), False),
        (OFF_CONE, (1, (1,)), (2, (F(19, 10),)), True),
        (ON_CONE, (1, (1,)), (2, (2,)), True),
        # A diamond touched at its left corner by a light ray, and just missed.
        (LINE.diamond(APEX, LINE.point(2, [0])), (0, (-2,)), (1, (-1,)), True),
        (LINE.diamond(APEX, LINE.point(2, [0])), (0, (-2,)), (2, (-2,)), False),
    ],
)
def test_edges_in_one_dimension(region: Region, start: Event, end: Event, met: bool) -> None:
    assert leg_meets(region, start, end) == met


BALL = PLANE.ball(0, [0, 0], 5)
TIP = PLANE.point(0, [0, 0])


@pytest.mark.parametrize(
    ("region", "start", "end", "met"),
    [
        # The rim of a ball at (3, 4), hit, and missed by a little.
        (BALL, (-1, (3, 4)), (1, (3, 4)), True),
        (BALL, (-1, (3, F(401, 100))), (1, (3, F(401, 100))), False),
        (BALL, (-5, (0, 0)), (5, (6, 8)), True),
        (PLANE.slice(0) - BALL, (-1, (3, 4)), (1, (3, 4)), False),
        (PLANE.slice(0) - BALL, (-1, (3, F(401, 100))), (1, (3, F(401, 100))), True),
        # Light rays: along the cone through the apex, beside it in the tangent plane, away from it.
        (TIP.causal_past(), (-5, (3, 4)), (F(-5, 2), (F(3, 2), 2)), True),
        (TIP.causal_past(), (-5, (3, 4)), (5, (-3, -4)), True),
        (PLANE.past(TIP), (0, (0, 0)), (5, (3, 4)), False),
        (PLANE.past(TIP), (-5, (F(301, 100), 4)), (0, (F(1, 100), 0)), False),
        (TIP.causal_past(), (-5, (-4, 3)), (0, (-7, -1)), True),
        (TIP.causal_past(), (-5, (F(-401, 100), 3)), (0, (F(-701, 100), -1)), False),
        (TIP.causal_future(), (0, (1, 0)), (5, (6, 0)), False),
        (TIP.causal_future(), (0, (1, 0)), (5, (-4, 0)), True),
        (TIP.causal_future(), (0, (2, 0)), (1, (1, 0)), True),
        (PLANE.future(TIP), (-1, (1, 0)), (0, (0, 0)), False),
        (TIP.causal_future(), (-1, (1, 0)), (0, (0, 0)), True),
        # In the plane that touches the cone along a ray, but not through the apex.
        (TIP.causal_past(), (-5, (-3, 5)), (0, (2, 5)), False),
        (PLANE.slice(-3) - TIP.causal_past(), (-5, (-3, 5)), (0, (2, 5)), True),
        (PLANE.slice(-3) - TIP.causal_past(), (-5, (5, 0)), (0, (0, 0)), False),
        # Between two cones that meet in an irrational moment: |x| = √2 at t = -√2 on both.
        (
            TIP.causal_past() & PLANE.point(-3, [0, 0]).causal_future(),
            (-4, (2, 0)),
            (0, (2, 0)),
            False,
        ),
        (
            TIP.causal_past() & PLANE.point(-3, [0, 0]).causal_future(),
            (-4, (F(3, 2), 0)),
            (0, (F(3, 2), 0)),
            True,
        ),
    ],
)
def test_edges_in_two_dimensions(region: Region, start: Event, end: Event, met: bool) -> None:
    assert leg_meets(region, start, end) == met


def test_an_irrational_rim_touched_by_two_cones_at_once() -> None:
    """A line at rest at (1, 1) leaves both past cones at -√2, and enters the future of nothing."""
    here = PLANE.point(0, [0, 0]).causal_past()
    there = PLANE.point(0, [2, 2]).causal_past()
    at_rest = ((-3, (1, 1)), (0, (1, 1)))
    assert leg_meets(here & there, *at_rest)
    assert not leg_meets(here - there, *at_rest)
    assert not leg_meets(there - here, *at_rest)


def test_rays() -> None:
    low, high = LINE.segment(-100, 95, 105), LINE.segment(-100, 106, 110)
    assert ray_meets(low, (0, (0,)), (1, (-1,)))
    assert not ray_meets(high, (0, (0,)), (1, (-1,)))
    assert not ray_meets(LINE.slice(1), (0, (0,)), (1, (-1,)))
    assert ray_meets(LINE.slice(0), (0, (0,)), (1, (-1,)))
    assert ray_meets(PLANE.slice(-1000), (0, (0, 0)), (5, (3, 4)))
    assert ray_meets(ROOM.past(ROOM.point(0, [0, 0, 0])), (5, (0, 0, 0)), (1, (0, 0, F(1, 2))))
    assert not ray_meets(ROOM.past(ROOM.point(0, [0, 0, 0])), (1, (2, 0, 0)), (3, (1, 2, 2)))


@pytest.mark.parametrize("step", [(0, (0,)), (-1, (0,)), (1, (F(3, 2),)), (0, (1,))])
def test_what_is_not_causal_is_refused(step: Event) -> None:
    assert not is_causal((0, (0,)), step)
    with pytest.raises(ValueError, match="not causal"):
        leg_meets(CLOSED, (0, (0,)), step)
    with pytest.raises(ValueError, match="not causal"):
        ray_meets(CLOSED, (0, (0,)), step)


def test_causal_in_three_dimensions() -> None:
    assert is_causal((0, (0, 0, 0)), (3, (1, 2, 2)))
    assert not is_causal((0, (0, 0, 0)), (F(29, 10), (1, 2, 2)))
