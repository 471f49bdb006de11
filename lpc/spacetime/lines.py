"""Where a causal straight line meets a region, exactly: part of what checks circuits.

Terms
-----
line
    p + s·d for s in an interval, with d a causal direction to the future: dt > 0, |dx| <= dt.
    A leg of a signal from p to q is p + s·(q - p) with 0 <= s <= 1; a signal that comes from
    past infinity along d and arrives at p is p + s·d with s <= 0.
moment
    A number r + √q on the line, with r and q rational. Along a causal line t - x, t + x and t
    never fall; a future light cone, once entered, is never left, and a past light cone, once
    left, is never entered again. So every bound of a region, a plane or a light cone, is met at
    one moment at most, and the part of the line in a piece of a region is an interval.

In 1+1 all moments are rational. In d+1 a line crosses a cone at a root of a quadratic; moments
are compared by squaring, and no root is ever taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering
from typing import Any

from lpc.spacetime.cells import Cell, Cone
from lpc.spacetime.numbers import Bound, Number
from lpc.spacetime.regions import Region
from lpc.spacetime.zones import Zone

Event = tuple[Number, tuple[Number, ...]]
"""(t, (x1..xd)), exact rationals, c = 1."""


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """r + sign·√q on a line, with q >= 0.

    >>> Moment(Fraction(1), 1, Fraction(2)) < Moment(Fraction(5, 2)), Moment(1, -1, 4) == Moment(-1)
    (True, True)
    """

    r: Number
    sign: int = 1
    q: Number = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Moment) and self._less(other) == 0

    def __lt__(self, other: Moment) -> bool:
        return self._less(other) < 0

    def _less(self, other: Moment) -> int:
        """The sign of self - other = (r - r') + s·√q - s'·√q'."""
        return _sign_of_sum(self.r - other.r, self.sign, self.q, -other.sign, other.q)


def _sign_of_sum(r: Number, s1: int, q1: Number, s2: int, q2: Number) -> int:
    """The sign of r + s1·√q1 + s2·√q2, by squaring."""
    # The two roots together: s1√q1 + s2√q2 has sign w and square q1 + q2 + 2·s1·s2·√(q1·q2).
    w = _sign(s1 * q1 + s2 * q2)  # s·√q compares as s·q does
    if w == 0 or r == 0 or (r > 0) == (w > 0):
        return w or _sign(r)
    # Opposite signs: the larger square decides; r² - q1 - q2 against 2·s1·s2·√(q1·q2).
    rest = r * r - q1 - q2
    root = s1 * s2 * 4 * q1 * q2
    return _sign(r) * _sign(_sign(rest) * rest * rest - root)


def _sign(x: Number) -> int:
    return (x > 0) - (x < 0)


End = tuple[Moment, bool] | None
"""A bound on the moments of an interval and whether it belongs to it; None: unbounded."""


def is_causal(start: Event, end: Event) -> bool:
    """True when end lies in the causal future of start and later than it.

    >>> is_causal((0, (0,)), (2, (2,))), is_causal((0, (0,)), (0, (0,)))
    (True, False)
    """
    step = _step(start, end)
    return step[0] > 0 and _square(step[1]) <= step[0] * step[0]


def leg_meets(region: Region, start: Event, end: Event) -> bool:
    """True when the closed causal leg from start to end has a point in the region.

    Raises: ValueError for a leg that is not causal and towards the future.

    >>> from lpc.spacetime import Space
    >>> leg_meets(Space(1).segment(1, 2, 3), (0, (0,)), (2, (2,)))
    False
    >>> leg_meets(Space(2).ball(5, [4, 0], 1), (0, (0, 0)), (10, (6, 0)))
    True
    """
    if not is_causal(start, end):
        raise ValueError("a leg that is not causal and towards the future")
    return _meets(region, start, _step(start, end), (Moment(0), True), (Moment(1), True))


def ray_meets(region: Region, end: Event, direction: Event) -> bool:
    """True when the line that comes from past infinity along the direction meets the region.

    Args: direction: (dt, dx) towards the future; the line ends at `end`, which belongs to it.
    Raises: ValueError for a direction that is not causal and towards the future.
    """
    if direction[0] <= 0 or _square(direction[1]) > direction[0] * direction[0]:
        raise ValueError("a direction that is not causal and towards the future")
    return _meets(region, end, direction, None, (Moment(0), True))


def _meets(region: Region, p: Event, d: Event, low: End, high: End) -> bool:
    return any(_is_met(piece, p, d, low, high) for piece in region.pieces)


def _is_met(piece: Any, p: Event, d: Event, low: End, high: End) -> bool:
    sides = _of_zone(piece, p, d) if isinstance(piece, Zone) else _of_cell(piece, p, d)
    for is_upper, end in sides:
        if end is None:
            return False
        if is_upper:
            high = end if high is None else min(high, end)
        else:
            low = end if low is None else max(low, end, key=_tightness)
    if low is None or high is None or low[0] < high[0]:
        return True
    return low[0] == high[0] and low[1] and high[1]


def _tightness(end: tuple[Moment, bool]) -> tuple[Moment, bool]:
    return end[0], not end[1]


Side = tuple[bool, End]
"""(upper?, bound) of the moments; the bound None says: nowhere. What holds always is left out."""


def _of_zone(piece: Zone, p: Event, d: Event) -> Iterator[Side]:
    (t, (x,)), (dt, (dx,)) = p, d
    forms = ((2 * t, 2 * dt), (t - x, dt - dx), (t + x, dt + dx))
    for (value, slope), above, below in zip(forms, piece[0::2], piece[1::2], strict=True):
        yield from _linear(value, slope, above, is_upper=True)
        lower = None if below is None else (-below[0], below[1])
        yield from _linear(value, slope, lower, is_upper=False)


def _of_cell(piece: Cell, p: Event, d: Event) -> Iterator[Side]:
    yield from _linear(p[0], d[0], piece.hi, is_upper=True)
    lower = None if piece.lo is None else (-piece.lo[0], piece.lo[1])
    yield from _linear(p[0], d[0], lower, is_upper=False)
    for cone in piece.pos:
        yield cone.sign < 0, _crossing(cone, p, d)
    for cone in piece.neg:
        crossing = _crossing(cone, p, d)
        if crossing is not None:  # NB: a cone that is never met excludes nothing.
            yield cone.sign > 0, (crossing[0], False)


def _linear(value: Number, slope: Number, bound: Bound, is_upper: bool) -> Iterator[Side]:
    """value + s·slope against an upper or lower bound, with slope >= 0."""
    if bound is None:
        return
    limit, closed = bound
    if slope == 0:
        inside = value < limit if is_upper else value > limit
        if not (inside or (closed and value == limit)):
            yield is_upper, None
        return
    yield is_upper, (Moment(Fraction(limit - value) / slope), closed)


def _crossing(cone: Cone, p: Event, d: Event) -> End:
    """The moment at which the line enters a future cone, or leaves a past one; None if never.

    With Δ = p - apex, the line is on the cone where (Δt + s·dt)² = |Δx + s·dx|², that is
    α·s² + 2·β·s + γ = 0 with α = dt² - |dx|² >= 0. On a timelike line (α > 0) both roots are
    real; the later lies on the future cone and the earlier on the past one.
    """
    delta = p[0] - cone.t, tuple(x - c for x, c in zip(p[1], cone.center, strict=True))
    alpha, beta, gamma = _inner(d, d), _inner(delta, d), _inner(delta, delta)
    if alpha > 0:
        middle, root = Fraction(-beta) / alpha, Fraction(beta * beta - alpha * gamma)
        return Moment(middle, cone.sign, root / (alpha * alpha)), True
    # A light ray. With β > 0 it ends inside the future cone and was never inside the past one, and
    # conversely with β < 0. With β = 0 it lies in a plane that touches the cones along a ray: that
    # ray, through the apex, if γ = 0, and else outside both.
    if beta != 0:
        crossing = Moment(Fraction(-gamma) / (2 * beta))
        return (crossing, True) if _sign(beta) == cone.sign else None
    return None if gamma != 0 else (Moment(Fraction(-delta[0]) / d[0]), True)


def _inner(a: Event, b: Event) -> Number:
    """Minkowski's inner product, + - - …"""
    return a[0] * b[0] - sum((x * y for x, y in zip(a[1], b[1], strict=True)), start=Fraction(0))


def _square(x: tuple[Number, ...]) -> Number:
    return sum((c * c for c in x), start=0)


def _step(start: Event, end: Event) -> Event:
    return end[0] - start[0], tuple(b - a for a, b in zip(start[1], end[1], strict=True))
