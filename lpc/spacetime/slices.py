"""Where to look for slices. Nothing here is trusted: `rule.shield` judges what is found.

A slice is sought as the cut of J-(X) at one moment, the smallest one there, or as one such
cut for each separate part of X. In a thick region later cuts have smaller futures, so the
latest moment at which the cut lies in the region is the best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from lpc.spacetime.cuts import is_within, past_cut, region_of, spans
from lpc.spacetime.levels import MAX_ROUNDS, Levels, level_of
from lpc.spacetime.numbers import Number, half
from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Specification


def moments(
    specification: Specification, place: Region, places: Mapping[str, Region]
) -> list[Number]:
    """Moments, latest first, at which the cut of J-(place) lies where C is complete.

    Args: places: the variables whose overlap with the past of `place` matters.
    """
    if place.dimension == 1:
        return moments_of(Levels(specification, places), place)
    past = place.causal_past()

    def is_complete(t: Number) -> bool:
        cut = past.at(t)
        return not cut.is_empty and cut.is_subset(specification.region)

    return _latest(specification, place, places, is_complete)


def moments_of(levels: Levels, place: Region) -> list[Number]:
    """The same in 1+1, for one of many questions about a specification."""

    def is_complete(t: Number) -> bool:
        level = level_of(t)
        cut = spans(past_cut(piece, level) for piece in place.pieces)
        return bool(cut) and is_within(cut, levels.complete_at(level))

    return _latest(levels.specification, place, levels.places, is_complete)


def _latest(
    specification: Specification,
    place: Region,
    places: Mapping[str, Region],
    is_complete: Callable[[Number], bool],
) -> list[Number]:
    """Moments of slices at which that holds, and between two of them the last one."""
    begin = place.earliest
    if begin is None:
        return []
    region, past = specification.region, place.causal_past()
    times = {t for t in region.slice_times if t <= begin}
    if region.is_thick:
        critical = (past - region).critical_times() | region.critical_times() | {begin}
        for other in places.values():
            critical |= _common_times(past, other.causal_past())
        known = sorted(t for t in critical if t <= begin)
        times.update(known, (half(a + b) for a, b in pairwise(known)), (known[0] - 1,))
    found: list[Number] = []
    for t in sorted(times, reverse=True):
        alone = t in region.slice_times or not found or found[-1] in region.slice_times
        if alone and is_complete(t):
            found.append(t)
    return found


@lru_cache(maxsize=4096)
def _common_times(past: Region, other: Region) -> frozenset[Number]:
    return frozenset((past & other).critical_times())


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
    if place.dimension == 1:
        level = level_of(t)
        grown = Levels(specification, places).grown(place.pieces, level, joining)
        if grown is not None:
            yield region_of(((level, grown),))
        return
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
