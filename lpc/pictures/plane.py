"""Bringing a scene into the t-x plane, and its regions into the frame of a picture.

A d+1 scene whose places have their centres on one line of space is cut along that line; what
is drawn is that cut, exactly. Each piece of a 1+1 region is a convex polygon: here clipped to
a frame, with rational corners.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

from lpc.logic import LpcError
from lpc.spacetime import Complete, Region, Scene, Space
from lpc.spacetime.cells import Cell
from lpc.spacetime.lines import Event
from lpc.spacetime.numbers import Number

Corner = tuple[Fraction, Fraction]
"""(t, x)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the plane that is shown."""

    t0: Fraction
    t1: Fraction
    x0: Fraction
    x1: Fraction


@dataclass(frozen=True, slots=True)
class Axis:
    """A line of space: a point on it and a direction of unit length."""

    start: tuple[Fraction, ...]
    direction: tuple[Fraction, ...]

    def coordinate(self, place: Iterable[Number]) -> Fraction:
        """Where on the line a point of it lies."""
        offsets = (p - s for p, s in zip(place, self.start, strict=True))
        return sum((o * d for o, d in zip(offsets, self.direction, strict=True)), Fraction(0))


def flat_regions(scene: Scene, regions: Mapping[Any, Region]) -> dict[Any, Region]:
    """The regions in 1+1: as they are, or cut along the line through all centres.

    Raises: LpcError when the centres do not lie on one line with rational coordinates.
    """
    if scene.space.dimension == 1:
        return dict(regions)
    axis = _axis([*regions.values()], scene.space.dimension)
    return {key: _flat(region, axis) for key, region in regions.items()}


def flat_scene(scene: Scene) -> Scene:
    """The whole scene in 1+1."""
    everything: dict[Any, Region] = {("region", n): r for n, r in scene.regions.items()}
    everything |= {("place", n): r for n, r in scene.places.items()}
    everything |= {("complete", k): c.region for k, c in enumerate(scene.complete)}
    found = flat_regions(scene, everything)
    return Scene(
        Space(1),
        {n: found["region", n] for n in scene.regions},
        {n: found["place", n] for n in scene.places},
        tuple(
            Complete(c.names, found["complete", k], c.written) for k, c in enumerate(scene.complete)
        ),
    )


def flat_events(
    scene: Scene, events: Iterable[Event], directions: bool = False
) -> dict[Event, Corner]:
    """Events, or directions from one to another, in the plane of the picture.

    Raises: LpcError when one of them leaves the plane.

    >>> flat_events(Scene(Space(1), {}, {}), [(1, (Fraction(1, 2),))])
    {(1, (Fraction(1, 2),)): (Fraction(1, 1), Fraction(1, 2))}
    """
    if scene.space.dimension == 1:
        return {event: (Fraction(event[0]), Fraction(event[1][0])) for event in events}
    regions = [*scene.regions.values(), *scene.places.values(), *(c.region for c in scene.complete)]
    axis = _axis(regions, scene.space.dimension)
    start = (Fraction(0),) * scene.space.dimension if directions else axis.start
    found: dict[Event, Corner] = {}
    for event in events:
        along = Axis(start, axis.direction).coordinate(event[1])
        if any(s + along * d != x for s, d, x in zip(start, axis.direction, event[1], strict=True)):
            raise LpcError("an event lies outside the plane of the picture")
        found[event] = Fraction(event[0]), along
    return found


def _axis(regions: list[Region], dimension: int) -> Axis:
    cells = [piece for region in regions for piece in region.pieces]
    found = {
        tuple(Fraction(c) for c in cone.center)
        for piece in cells
        for cone in (*piece.pos, *piece.neg)
    }
    centers = sorted(found)
    start = centers[0] if centers else (Fraction(0),) * dimension
    if len(centers) < 2:
        return Axis(start, (Fraction(1), *(Fraction(0),) * (dimension - 1)))
    step = tuple(b - a for a, b in zip(start, centers[-1], strict=True))
    length = _root(sum((s * s for s in step), Fraction(0)))
    if length is None:
        raise LpcError(
            "the distances along the line through the places are irrational; no picture is drawn"
        )
    direction = tuple(s / length for s in step)
    axis = Axis(start, direction)
    for center in centers:
        along = axis.coordinate(center)
        if any(s + along * d != c for s, d, c in zip(start, direction, center, strict=True)):
            raise LpcError(
                "the places do not lie in one plane with the time axis, so there is no flat "
                "picture of them; try --kind graph"
            )
    return _centred(axis)


def _centred(axis: Axis) -> Axis:
    """The same line, with x = 0 where the first coordinate axis has it, if it runs along it."""
    along = [k for k, d in enumerate(axis.direction) if d]
    if len(along) != 1:
        return axis
    start = tuple(Fraction(0) if k == along[0] else s for k, s in enumerate(axis.start))
    return Axis(start, axis.direction)


def _root(value: Fraction) -> Fraction | None:
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    exact = top * top == value.numerator and bottom * bottom == value.denominator
    return Fraction(top, bottom) if exact else None


def _flat(region: Region, axis: Axis) -> Region:
    found = Region(1)
    for piece in region.pieces:
        found = found | _flat_cell(piece, axis)
    return found


def _flat_cell(cell: Cell, axis: Axis) -> Region:
    from lpc.spacetime.zones import zone

    hi = None if cell.hi is None else (2 * cell.hi[0], cell.hi[1])
    lo = None if cell.lo is None else (2 * cell.lo[0], cell.lo[1])
    within = zone(hs=hi, ls=lo)
    found = Region(1, () if within is None else (within,))
    space = Space(1)
    for inside, cones in ((True, cell.pos), (False, cell.neg)):
        for cone in sorted(cones):
            apex = space.point(cone.t, [axis.coordinate(cone.center)])
            light = apex.causal_past() if cone.sign < 0 else apex.causal_future()
            found = found & light if inside else found - light
    return found


def polygons(region: Region, frame: Frame) -> Iterator[tuple[Corner, ...]]:
    """The pieces of a 1+1 region inside the frame: corners in turn; 2 for a line, 1 for a point.

    >>> space = Space(1)
    >>> frame = Frame(*map(Fraction, (-5, 5, -9, 9)))
    >>> for corners in polygons(space.past(space.point(0, [0])), frame):
    ...     print([(int(t), int(x)) for t, x in corners])
    [(0, 0), (-5, 5), (-5, -5)]
    """
    for piece in region.pieces:
        corners: list[Corner] = [
            (frame.t1, frame.x0),
            (frame.t1, frame.x1),
            (frame.t0, frame.x1),
            (frame.t0, frame.x0),
        ]
        # The forms t + x, t - x and 2t and their negatives, bounded above, in Zone's order.
        for (a, b), bound in zip(_FORMS, piece, strict=True):
            if bound is not None:
                corners = _clip(corners, a, b, Fraction(bound[0]))
        found = tuple(dict.fromkeys(corners))
        if found:
            yield _ends(found)


_FORMS = ((2, 0), (-2, 0), (1, -1), (-1, 1), (1, 1), (-1, -1))


def _clip(corners: list[Corner], a: int, b: int, most: Fraction) -> list[Corner]:
    """The part of a convex polygon where a t + b x <= most."""
    found: list[Corner] = []
    for k, here in enumerate(corners):
        before = corners[k - 1]
        low, high = (a * t + b * x - most for t, x in (before, here))
        if (low < 0 < high) or (high < 0 < low):
            share = low / (low - high)
            found.append(
                (
                    before[0] + share * (here[0] - before[0]),
                    before[1] + share * (here[1] - before[1]),
                )
            )
        if high <= 0:
            found.append(here)
    return found


def _ends(corners: tuple[Corner, ...]) -> tuple[Corner, ...]:
    """A flat polygon as the line between its ends, from left to right."""
    (t0, x0), (t1, x1) = corners[0], corners[1 % len(corners)]
    flat = all((t - t0) * (x1 - x0) == (x - x0) * (t1 - t0) for t, x in corners)
    if len(corners) < 2 or not flat:
        return corners
    ordered = sorted(corners, key=lambda c: (c[1], c[0]))
    return ordered[0], ordered[-1]


def vertices(region: Region) -> list[Corner]:
    """The corners of a region that lie at a finite distance."""
    far = _reach(region)
    frame = Frame(-far, far, -far, far)
    return [
        (t, x)
        for corners in polygons(region, frame)
        for t, x in corners
        if abs(t) < far and abs(x) < far
    ]


def _reach(region: Region) -> Fraction:
    bounds = [abs(Fraction(b[0])) for piece in region.pieces for b in piece if b is not None]
    return 4 * max(bounds, default=Fraction(0)) + 1
