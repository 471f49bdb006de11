"""What a picture asks of 1+1 regions: are they points, planes, the last of several, and so on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lpc.pictures.plane import Corner, vertices
from lpc.spacetime import Region, Scene


def known_as(region: Region, scene: Scene) -> tuple[str, ...]:
    """The name of a region, or the names of regions that make it up."""
    inside = {called: other for called, other in scene.regions.items() if other.is_subset(region)}
    equal = [called for called, other in inside.items() if region.is_subset(other)]
    if equal:
        return tuple(equal[:1])
    wide = {called: other for called, other in inside.items() if is_wide(other)}
    union = Region(1)
    for other in wide.values():
        union = union | other
    return tuple(wide) if region.is_subset(union) else ()


def parts_of(region: Region) -> list[Region]:
    """A thick region as one, another one piece by piece."""
    if region.is_thick or len(region.pieces) < 2:
        return [region]
    return [Region(1, (piece,)) for piece in region.pieces]


def last(regions: list[Region]) -> list[Region]:
    """Those that do not lie in the past of another."""
    return [r for r in regions if not any(r != o and r.is_subset(o.causal_past()) for o in regions)]


def is_plane(region: Region) -> bool:
    """All of space at one moment, or a part of it without ends."""
    return len(region.pieces) == 1 and not region.is_thick and not vertices(region)


def is_wide(region: Region) -> bool:
    """More than single points."""
    return any(len(set(vertices(Region(1, (p,))))) != 1 for p in region.pieces)


def is_small(region: Region) -> bool:
    """Bounded in space and time. The bounds of a piece are the tightest, so none is wanting."""
    return bool(region.pieces) and all(None not in piece for piece in region.pieces)


def rims(region: Region) -> tuple[Corner, Corner]:
    """The leftmost and the rightmost point on the upper edge of J- of a bounded region."""
    corners = vertices(region)
    left = max(corners, key=lambda c: (c[0] - c[1], -c[1]))
    return left, max(corners, key=lambda c: (c[0] + c[1], c[1]))


def first_meets(tops: list[Region]) -> Iterator[Corner]:
    """Where the past cones of neighbours first meet."""
    found = sorted(map(rims, tops), key=lambda r: (r[0][1] + r[1][1], r))
    for (_, (t0, x0)), ((t1, x1), _) in pairwise(found):
        v, u = t0 + x0, t1 - x1
        yield (u + v) / 2, (v - u) / 2
