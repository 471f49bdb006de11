"""Pieces of d+1 Minkowski spacetime for d >= 2, by closed forms in squared distances.

Terms
-----
cone
    The closed past or future light cone of a point (t, c). Its cut at a fixed time is a ball,
    and a ball at time t with centre c and radius r is the cut at t of the past cone of
    (t + r, c). Points, balls, slices and their causal pasts and futures are therefore all
    made of cones and bounds on t.
cell
    What lies inside some cones, outside others, and between two times.

Inclusion and disjointness of two cones between two times have closed forms; of three or more
they do not. So `is_empty_cell` never calls a cell empty that is not, but may fail to notice
that a cell is empty. Likewise J- and J+ are exact for single cones and too large otherwise.
Every use in the rule of local causality errs on the side of refusal.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from lpc.spacetime.numbers import Bound, Number, clash, complement, exact, half, least, root_above

Coords = tuple[Number, ...]


class Cone(NamedTuple):
    """The closed light cone of (t, center): past when `sign` is -1, future when it is +1."""

    sign: int
    t: Number
    center: Coords

    def radius(self, t: Number) -> Number:
        """The radius of the cut at time t; negative when the cut is empty."""
        return self.sign * (t - self.t)

    def contains(self, t: Number, coords: Coords) -> bool:
        """True when the point lies in the cone."""
        return _at_most(distance2(self.center, coords), self.radius(t))


class Cell(NamedTuple):
    """t <= hi, -t <= lo, inside every cone of `pos` and outside every cone of `neg`."""

    hi: Bound
    lo: Bound
    pos: frozenset[Cone]
    neg: frozenset[Cone]

    def meet(self, other: Cell) -> Cell | None:
        """The intersection, or None when it is certainly empty."""
        return cell(
            least(self.hi, other.hi),
            least(self.lo, other.lo),
            self.pos | other.pos,
            self.neg | other.neg,
        )

    def minus(self, other: Cell) -> list[Cell]:
        """The difference, in disjoint cells."""
        if self.meet(other) is None:
            return [self]
        pieces: list[Cell | None] = []
        hi, lo, pos, neg = self
        if other.hi is not None:
            pieces.append(cell(hi, least(lo, complement(other.hi)), pos, neg))
            hi = least(hi, other.hi)
        if other.lo is not None:
            pieces.append(cell(least(hi, complement(other.lo)), lo, pos, neg))
            lo = least(lo, other.lo)
        for cone in sorted(other.pos):
            pieces.append(cell(hi, lo, pos, neg | {cone}))
            pos = pos | {cone}
        for cone in sorted(other.neg):
            pieces.append(cell(hi, lo, pos | {cone}, neg))
            neg = neg | {cone}
        return [piece for piece in pieces if piece is not None]

    def within(self, other: Cell) -> bool:
        """True when this cell is certainly a subset of the other."""
        return not self.minus(other)

    def causal_past(self) -> Cell:
        """J- of the cell, exact when `is_past_exact`, otherwise a set that contains it."""
        cones = [self._past_of(cone) for cone in self.pos]
        # What lies outside a future cone has its whole past outside it.
        outside = frozenset(cone for cone in self.neg if cone.sign > 0)
        kept = cell(self.hi, None, frozenset(c for c in cones if c is not None), outside)
        return kept if kept is not None else self

    def causal_future(self) -> Cell:
        """J+ of the cell, exact when `is_future_exact`, otherwise a set that contains it."""
        mirrored = _mirror(self).causal_past()
        return _mirror(mirrored)

    def chronological_future(self) -> Cell:
        """A set that contains the chronological future: here simply J+."""
        return self.causal_future()

    @property
    def is_past_exact(self) -> bool:
        """True when `causal_past` is J- itself and not merely a larger set."""
        for cone in self.pos:
            # An apex inside the cell reaches all of its own cone, and no past is larger.
            if cone.sign < 0 and self.contains(cone.t, cone.center):
                return True
        if self.neg or len(self.pos) > 1:
            return False
        return all(c.sign < 0 or self.hi is None or self.hi[1] for c in self.pos)

    @property
    def is_future_exact(self) -> bool:
        """True when `causal_future` is J+ itself and not merely a larger set."""
        return _mirror(self).is_past_exact

    @property
    def time(self) -> Number | None:
        """The time of a constant-time cell, None for any other."""
        if self.hi is None or self.lo is None or self.hi[0] != -self.lo[0]:
            return None
        return self.hi[0]

    @property
    def earliest(self) -> Number | None:
        """A lower bound of t, None when there is none."""
        return None if self.lo is None else -self.lo[0]

    def critical_times(self) -> set[Number]:
        """Times at which the cuts of the cell change shape, or near them where irrational."""
        cones = sorted(self.pos | self.neg)
        times = {cone.t for cone in cones}
        for a, b in combinations(cones, 2):
            # The root may be rounded up by 1/64, so a time on either side of the true one.
            gap = root_above(distance2(a.center, b.center))
            times |= {half(a.t + b.t + d) for d in (gap, -gap, exact(Fraction(1, 64)) - gap)}
        times |= set() if self.lo is None else {-self.lo[0]}
        return times if self.hi is None else times | {self.hi[0]}

    def contains(self, t: Number, coords: Coords) -> bool:
        """True when the point lies in the cell."""
        return (
            not clash(self.hi, (-t, True))
            and not clash((t, True), self.lo)
            and all(cone.contains(t, coords) for cone in self.pos)
            and not any(cone.contains(t, coords) for cone in self.neg)
        )

    def shield(self) -> Cell | None:
        """Points at or after a constant-time cell whose cut of the past lies wholly inside it.

        A ball lies inside an intersection of balls exactly when it lies inside each. A cell
        with a hole shields too, but less than this closed form could say: None.
        """
        t = self.time
        if t is None or self.neg:
            return None
        cones = frozenset(Cone(-1, t + cone.radius(t), cone.center) for cone in self.pos)
        return cell(None, (-t, True), cones, frozenset())

    def _past_of(self, cone: Cone) -> Cone | None:
        if cone.sign < 0:
            return cone
        if self.hi is None:
            return None
        return Cone(-1, self.hi[0] + cone.radius(self.hi[0]), cone.center)


def cell(hi: Bound, lo: Bound, pos: frozenset[Cone], neg: frozenset[Cone]) -> Cell | None:
    """The cell without redundant cones, or None when it is certainly empty."""
    for cone in pos:
        if cone.sign < 0:
            hi = least(hi, (cone.t, True))
        else:
            lo = least(lo, (-cone.t, True))
    if clash(hi, lo) or is_empty_cell(hi, lo, pos, neg):
        return None
    kept = set(pos)
    for cone in sorted(pos):
        if any(_inside(other, cone, hi, lo) for other in kept - {cone}):
            kept.remove(cone)
    outer = frozenset(n for n in neg if not any(_apart(n, cone, hi, lo) for cone in kept))
    return Cell(hi, lo, frozenset(kept), outer)


def is_empty_cell(hi: Bound, lo: Bound, pos: frozenset[Cone], neg: frozenset[Cone]) -> bool:
    """True when a pair of cones shows that the cell is empty; never true of a cell that is not."""
    return any(_apart(a, b, hi, lo) for a, b in combinations(sorted(pos), 2)) or any(
        _inside(a, b, hi, lo) for a in pos for b in neg
    )


def distance2(a: Coords, b: Coords) -> Number:
    """Squared Euclidean distance."""
    return sum(((x - y) * (x - y) for x, y in zip(a, b, strict=True)), start=0)


def _at_most(square: Number, length: Number) -> bool:
    """sqrt(square) <= length."""
    return length >= 0 and square <= length * length


def _inside(a: Cone, b: Cone, hi: Bound, lo: Bound) -> bool:
    """True when, between the two times, cone a certainly lies in cone b."""
    gap = distance2(a.center, b.center)
    if a.sign == b.sign:
        return _at_most(gap, a.sign * (a.t - b.t))
    # A past cone is widest, and a future cone narrowest, at the lower end; and conversely.
    end = lo if a.sign < 0 else hi
    if end is None:
        return False
    t = -end[0] if a.sign < 0 else end[0]
    return _at_most(gap, b.radius(t) - a.radius(t))


def _apart(a: Cone, b: Cone, hi: Bound, lo: Bound) -> bool:
    """True when, between the two times, the cones certainly have no point in common."""
    gap = distance2(a.center, b.center)
    if a.sign != b.sign:
        past, future = (a, b) if a.sign < 0 else (b, a)
        return not _at_most(gap, past.t - future.t)
    end = lo if a.sign < 0 else hi
    if end is None:
        return False
    t = -end[0] if a.sign < 0 else end[0]
    reach = a.radius(t) + b.radius(t)
    if reach < 0:
        return True
    return gap > reach * reach or (not end[1] and gap == reach * reach)


def _mirror(piece: Cell) -> Cell:
    """The cell with time running the other way."""
    pos, neg = (frozenset(Cone(-c.sign, -c.t, c.center) for c in cones) for cones in piece[2:])
    return Cell(piece.lo, piece.hi, pos, neg)
