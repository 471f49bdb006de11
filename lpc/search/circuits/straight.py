"""Events of a d+1 scene: a few sensible points, with straight legs between all of them.

Terms
-----
anchor
    A point of a place or of a complete region: the centre of a ball, the apex of a light cone,
    a point of a slice beside an anchor.

Coins are tossed at anchors, at the latest common events of two of them or of all, and just
before and just after the slices that lie in between. Distances may be irrational: then an event
is a little earlier than the latest one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from lpc.search.circuits.events import EventGraph, Leg, Marks, Ray, regions_of
from lpc.spacetime.cells import Coords, distance2
from lpc.spacetime.lines import Event, is_causal, leg_meets, ray_meets
from lpc.spacetime.numbers import Number, exact, half, root_above
from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Scene

FEW, MANY = 28, 56
"""How many events are used at most, first and then."""
MAX_ANCHORS = 12


def straight(scene: Scene, *, more: bool) -> EventGraph:
    """Events of a scene with all straight legs between them; with `more`, more of them."""
    regions = regions_of(scene)
    anchors = _anchors(regions)[:MAX_ANCHORS]
    chosen = dict.fromkeys(_events(regions, anchors))
    events = sorted(list(chosen)[: MANY if more else FEW])
    pairs = [
        (i, j)
        for i, p in enumerate(events)
        for j, q in enumerate(events[i + 1 :], i + 1)
        if is_causal(p, q)
    ]
    legs = (
        Leg(i, j, _marks(leg_meets(r, events[i], events[j]) for r in regions), way)
        for way, (i, j) in enumerate(pairs)
    )
    rays = (
        Ray(k, direction, _marks(ray_meets(r, p, direction) for r in regions))
        for k, p in enumerate(events)
        if p in anchors
        for direction in _directions(scene.space.dimension)
    )
    at = tuple(_marks(r.contains(*p) for r in regions) for p in events)
    return EventGraph.create(
        tuple(events), at, tuple(legs), tuple(rays), len(scene.complete), len(regions)
    )


def _marks(present: Iterable[bool]) -> Marks:
    return sum(1 << k for k, is_present in enumerate(present) if is_present)


def _directions(dimension: int) -> Iterator[Event]:
    """At rest, and with the speed of light along each axis."""
    yield 1, (0,) * dimension
    for axis in range(dimension):
        for sign in (1, -1):
            yield 1, tuple(sign if k == axis else 0 for k in range(dimension))


def _anchors(regions: Sequence[Region]) -> list[Event]:
    """Points in the regions, those of places first."""
    found: dict[Event, None] = {}
    middle = _middle(regions)
    for region in reversed(regions):
        for piece in region.pieces:
            centers = [cone.center for cone in (*sorted(piece.pos), *sorted(piece.neg))] or [middle]
            times = [piece.time] if piece.time is not None else _between(piece.critical_times())
            for center in centers:
                for t in times:
                    event = exact(t), tuple(exact(x) for x in center)
                    if region.contains(*event):
                        found.setdefault(event)
    return list(found)


def _between(times: Iterable[Number]) -> list[Number]:
    """The times, the middles between them, and one before and one after, latest first."""
    known = sorted(times)
    known = [known[0] - 1, *known, known[-1] + 1] if known else [0]
    return sorted({*known, *(half(a + b) for a, b in pairwise(known))}, reverse=True)


def _middle(regions: Sequence[Region]) -> Coords:
    """The mean of all centers of light cones."""
    cones = {c for r in regions for piece in r.pieces for c in (*piece.pos, *piece.neg)}
    centers = sorted({cone.center for cone in cones})
    if not centers:
        return (0,) * regions[0].dimension
    return tuple(exact(Fraction(sum(xs)) / len(centers)) for xs in zip(*centers, strict=True))


def _events(regions: Sequence[Region], anchors: Sequence[Event]) -> Iterator[Event]:
    """Events of use, the most useful first."""
    times = sorted({exact(t) for r in regions for t in r.slice_times})
    gap = min((b - a for a, b in pairwise(times)), default=1)
    gap = half(half(min(gap, 1)))
    common = [*_common(anchors), *(e for pair in combinations(anchors, 2) for e in _common(pair))]
    yield from anchors
    yield from common
    for t, x in (*anchors, *common):
        for now in times:
            for moment in (now - gap, now + gap, now):
                if moment < t:
                    yield moment, x
        yield t - gap, x
    for t, x in common:
        for now in times:
            if now > t:
                yield now - gap, x
                yield now + gap, x


def _common(events: Sequence[Event]) -> Iterator[Event]:
    """The latest event over the mean position in the past of all of them, or a little before."""
    if len(events) < 2:
        return
    points = [x for _, x in events]
    x = tuple(exact(Fraction(sum(xs)) / len(points)) for xs in zip(*points, strict=True))
    yield exact(min(t - root_above(distance2(x, y)) for t, y in events)), x
