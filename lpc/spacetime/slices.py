"""Where to look for slices. Nothing here is trusted: `rule.shield` judges what is found.

A slice is sought as the cut of J-(X) at one moment, the smallest one there, or as one such
cut for each separate part of X. In a thick region later cuts have smaller futures, so the
latest moment at which the cut lies in the region is the best.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from lpc.spacetime.numbers import Number, half
from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Specification

MAX_ROUNDS = 12


def moments(
    specification: Specification, place: Region, places: Mapping[str, Region]
) -> list[Number]:
    """Moments, latest first, at which the cut of J-(place) lies where C is complete.

    Args: places: the variables whose overlap with the past of `place` matters.
    """
    begin = place.earliest
    if begin is None:
        return []
    region, past = specification.region, place.causal_past()
    times = {t for t in region.slice_times if t <= begin}
    if region.is_thick:
        critical = (past - region).critical_times() | region.critical_times() | {begin}
        for other in places.values():
            critical |= (past & other.causal_past()).critical_times()
        known = sorted(t for t in critical if t <= begin)
        times.update(known, (half(a + b) for a, b in pairwise(known)), (known[0] - 1,))
    found: list[Number] = []
    for t in sorted(times, reverse=True):
        if t in region.slice_times or not found or found[-1] in region.slice_times:
            cut = past.at(t)
            if not cut.is_empty and cut.is_subset(region):
                found.append(t)
    return found


def slices_at(
    specification: Specification,
    place: Region,
    t: Number,
    places: Mapping[str, Region],
    joining: Iterable[str] = (),
) -> Iterator[Region]:
    """The least slice at t that covers `place`, and the variables of C that must join it.

    A variable of C (or of `joining`, those conditioned on besides) that reaches into J+(σ) must
    there be covered too, so the slice grows until it covers them or leaves the region.
    """
    slice_ = place.causal_past().at(t)
    for _ in range(MAX_ROUNDS):
        if slice_.is_empty or not slice_.is_subset(specification.region):
            return
        later, future = slice_.shielded(), slice_.causal_future()
        late = Region(slice_.dimension)
        for name in specification.names:
            if name in places:
                late = late | (places[name] & future)
                elsewhere = places[name] - specification.region
                late = late | elsewhere if elsewhere.overlaps(future) else late
        for name in joining:
            if name in places and places[name].overlaps(future):
                late = late | places[name]
        late = late - later
        if late.is_empty:
            yield slice_
            return
        wider = slice_ | late.causal_past().at(t)
        if wider.is_subset(slice_):
            return
        slice_ = wider


def separate_slices(
    specification: Specification, parts: Iterable[Region], places: Mapping[str, Region]
) -> Region | None:
    """One cut for each part, each as late as it can be; None when some part has none."""
    slice_: Region | None = None
    for part in parts:
        times = moments(specification, part, places)
        if not times:
            return None
        cut = part.causal_past().at(times[0])
        slice_ = cut if slice_ is None else slice_ | cut
    return slice_


def parts_of(place: Region) -> list[Region]:
    """The pieces of a place, each as a region of its own."""
    return [Region(place.dimension, (piece,)) for piece in place.pieces]
