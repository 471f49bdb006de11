"""Events of a 1+1 scene: a lattice of null coordinates.

Terms
-----
null coordinates
    u = t - x and v = t + x. A light signal moves along one of them, so that legs between
    neighbours on the lattice are pieces of light rays; kinks are taken out afterwards.
critical
    The null coordinates at which some region begins or ends, those that light rays through these
    have where they cross a slice, and the middle between any two neighbours: no region changes
    its shape in between, and there are events strictly before, on and after each bound.

All is done in whole numbers: coordinates are scaled so that they and all bounds are multiples of
four, and a strict bound is then one unit tighter than the other kind.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

from lpc.search.circuits.events import EventGraph, Leg, Marks, Ray, regions_of
from lpc.spacetime.lines import Event
from lpc.spacetime.numbers import Bound, exact
from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Scene

Interval = tuple[int, int]

MAX_LINES = 64
"""So many critical values of one null coordinate are used at most."""
FAR = 10**15


@dataclass(frozen=True, slots=True)
class _Zone:
    """Closed bounds in whole numbers, on u, v and s = u + v; FAR where there is none."""

    u: Interval
    v: Interval
    s: Interval

    def along_u(self, v: int) -> Interval | None:
        """The values of u with which v gives a point of the zone."""
        return _cut(self.u, self.s, v) if self.v[0] <= v <= self.v[1] else None

    def along_v(self, u: int) -> Interval | None:
        """The values of v with which u gives a point of the zone."""
        return _cut(self.v, self.s, u) if self.u[0] <= u <= self.u[1] else None


def _cut(own: Interval, total: Interval, other: int) -> Interval | None:
    low, high = max(own[0], total[0] - other), min(own[1], total[1] - other)
    return (low, high) if low <= high else None


def lattice(scene: Scene, *, more: bool) -> EventGraph:
    """The lattice of a 1+1 scene; with `more`, also where light rays cross slices."""
    regions = regions_of(scene)
    us, vs, times = _critical(regions)
    if more:
        us, vs = (
            us | {2 * t - v for t in times for v in vs},
            vs | {2 * t - u for t in times for u in us},
        )
    scale = 8 * lcm(1, *(x.denominator for x in (*us, *vs, *times)))
    zones = [[_scaled(piece, scale) for piece in region.pieces] for region in regions]
    lines_u, lines_v = (_lines([int(x * scale) for x in xs]) for xs in (us, vs))
    return _Grid(lines_u, lines_v, zones, int(2 * max(times) * scale)).graph(
        scale, len(scene.complete)
    )


def _critical(regions: Sequence[Region]) -> tuple[set[Fraction], set[Fraction], set[Fraction]]:
    """The bounds on u and v, and the times at which regions begin and end."""
    us, vs, times = set(), set(), set()
    for region in regions:
        for piece in region.pieces:
            us |= {*_ends(piece.hu, piece.lu)}
            vs |= {*_ends(piece.hv, piece.lv)}
            times |= {Fraction(t) for t in piece.critical_times()}
            if piece.time is not None and piece.hu is None and piece.lu is None:
                us.add(Fraction(piece.time))
                vs.add(Fraction(piece.time))
    return us or {Fraction(0)}, vs or {Fraction(0)}, times or {Fraction(0)}


def _ends(upper: Bound, minus_lower: Bound) -> Iterator[Fraction]:
    if upper is not None:
        yield Fraction(upper[0])
    if minus_lower is not None:
        yield -Fraction(minus_lower[0])


def _scaled(piece: Any, scale: int) -> _Zone:
    def ends(upper: Bound, minus_lower: Bound) -> Interval:
        high = FAR if upper is None else int(upper[0] * scale) - (not upper[1])
        low = -FAR if minus_lower is None else int(-minus_lower[0] * scale) + (not minus_lower[1])
        return low, high

    return _Zone(ends(piece.hu, piece.lu), ends(piece.hv, piece.lv), ends(piece.hs, piece.ls))


def _lines(values: Iterable[int]) -> list[int]:
    """Critical values with the middles between them and one more on either side."""
    known = sorted(set(values))
    known = known[:: -(-len(known) // MAX_LINES)]
    unit = max(min((b - a for a, b in pairwise(known)), default=8), 8)
    known = [known[0] - unit, *known, known[-1] + unit]
    return sorted({*known, *((a + b) // 2 for a, b in pairwise(known))})


@dataclass(frozen=True, slots=True)
class _Grid:
    """Lines of constant u and of constant v, and the zones of each region."""

    us: Sequence[int]
    vs: Sequence[int]
    zones: Sequence[Sequence[_Zone]]
    latest: int

    def graph(self, scale: int, declared: int) -> EventGraph:
        along_u = [
            self._marked(self.us, [[z.along_u(v) for z in zs] for zs in self.zones])
            for v in self.vs
        ]
        along_v = [
            self._marked(self.vs, [[z.along_v(u) for z in zs] for zs in self.zones])
            for u in self.us
        ]
        kept = [
            (self.us[i] + self.vs[j], abs(self.vs[j] - self.us[i]), i, j)
            for i in range(len(self.us))
            for j in range(len(self.vs))
            if self.us[i] + self.vs[j] <= self.latest
        ]
        order = [(i, j) for _, _, i, j in sorted(kept)]
        number = {pair: k for k, pair in enumerate(order)}
        legs: list[Leg] = []
        rays: list[Ray] = []
        for k, (i, j) in enumerate(order):
            for target, marks, way in (((i + 1, j), along_u[j], 0), ((i, j + 1), along_v[i], 1)):
                if target in number:
                    legs.append(Leg(k, number[target], marks.legs[(i, j)[way] + 1], way))
            if i == 0:
                rays.append(Ray(k, (1, (-1,)), along_u[j].legs[0]))
            if j == 0:
                rays.append(Ray(k, (1, (1,)), along_v[i].legs[0]))
        return EventGraph.create(
            tuple(self._event(i, j, scale) for i, j in order),
            tuple(along_u[j].points[i] for i, j in order),
            tuple(legs),
            tuple(rays),
            declared,
            len(self.zones),
        )

    def _event(self, i: int, j: int, scale: int) -> Event:
        u, v = self.us[i], self.vs[j]
        return exact(Fraction(u + v, 2 * scale)), (exact(Fraction(v - u, 2 * scale)),)

    def _marked(self, lines: Sequence[int], met: Sequence[Sequence[Interval | None]]) -> _Line:
        points = [0] * len(lines)
        legs = [0] * len(lines)
        for bit, intervals in enumerate(met):
            for interval in intervals:
                if interval is None:
                    continue
                first, last = bisect_left(lines, interval[0]), bisect_right(lines, interval[1])
                for k in range(first, last):
                    points[k] |= 1 << bit
                for k in range(first, min(last + 1, len(lines))):
                    legs[k] |= 1 << bit
        return _Line(points, legs)


@dataclass(frozen=True, slots=True)
class _Line:
    """Along one line: marks of its points, and of the leg that ends at each, or the ray."""

    points: Sequence[Marks]
    legs: Sequence[Marks]
