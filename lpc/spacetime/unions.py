"""Which slices a specification affords, and what unions of them separate: the search for shields.

Nothing here is trusted: `rule.shield` judges what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lpc.spacetime import cuts
from lpc.spacetime.cuts import Slice
from lpc.spacetime.levels import Levels, Separated, level_of
from lpc.spacetime.limits import Tick
from lpc.spacetime.numbers import Number
from lpc.spacetime.regions import Region
from lpc.spacetime.rule import Shield, shield
from lpc.spacetime.scene import Specification
from lpc.spacetime.slices import moments, moments_of, parts_of, separate_slices, slices_at

# Bounds the number of unions of slices looked at for one set of declarations.
MAX_UNIONS = 200

Atoms = int
"""A set of atoms as bits, in the order of the places."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What a slice separates, and of which single slices it is the union, as bits."""

    covered: Atoms
    outside: Atoms
    made: int
    # Any: a finder's own way to keep what it needs for unions.
    kept: Any


class _Finder(Protocol):
    """Slices of one specification, each in the finder's own form."""

    def singles(self) -> Iterator[Hashable]:
        """Slices from which unions are made, the same one perhaps more than once."""

    def judged(self, slice_: Any, made: int) -> _Found | None:
        """What a slice separates; None when C does not complete it."""

    def joined(self, a: _Found, b: _Found) -> tuple[Hashable, Callable[[], _Found | None]]:
        """The union of two slices as a key, and what judges it."""

    def region(self, found: _Found) -> Region:
        """The slice as a region."""


def unions(
    specification: Specification, places: Mapping[str, Region], tick: Tick
) -> tuple[Shield, ...]:
    """The separations by slices of the specification, closed under unions of their slices."""
    finder: _Finder
    if specification.region.dimension == 1:
        finder = _OnLevels(Levels(specification, places))
    else:
        finder = _OfRegions(specification, places)
    order = list(places)
    names = sum(1 << k for k, atom in enumerate(order) if atom in specification.names)
    return tuple(
        Shield(
            specification,
            finder.region(one),
            covered=_atoms(order, one.covered),
            outside=_atoms(order, one.outside),
        )
        for one in _closed(finder, names, tick)
    )


def _closed(finder: _Finder, names: Atoms, tick: Tick) -> list[_Found]:
    """Single slices and unions of them, as long as they separate something new.

    Where there are too many unions for all to be listed, those are left out whose separation
    follows from that of their parts.
    """
    found: dict[tuple[Atoms, Atoms], _Found] = {}

    def keep(candidate: _Found | None) -> bool:
        if candidate is None:
            return False
        key = candidate.covered & ~names, candidate.outside & ~names
        if not key[0] or key in found:
            return False
        found[key] = candidate
        return True

    first = list(dict.fromkeys(finder.singles()))
    for k, slice_ in enumerate(first):
        tick()
        keep(finder.judged(slice_, 1 << k))
    queue = list(found.values())
    # NB: the same union comes about in many ways.
    made, tried = {one.made for one in queue}, set(first)
    can_list_all = 1 << len(queue) <= MAX_UNIONS
    for base in queue:  # NB: grows while it is walked.
        tick()
        for other in list(found.values()):
            if len(found) > MAX_UNIONS:
                return list(found.values())
            if base.made | other.made in made or not _is_worth_joining(base, other, names):
                continue
            made.add(base.made | other.made)
            tick()
            key, judge = finder.joined(base, other)
            if key not in tried:
                tried.add(key)
                joined = judge()
                if joined is None or not (can_list_all or _is_news(joined, base, other, names)):
                    continue
                if keep(joined):
                    queue.append(joined)
    return list(found.values())


def _is_worth_joining(a: _Found, b: _Found, names: Atoms) -> bool:
    return bool(
        a.outside & b.outside & ~names and a.covered & ~b.covered and b.covered & ~a.covered
    )


def _is_news(joined: _Found, a: _Found, b: _Found, names: Atoms) -> bool:
    """False when contraction gives what the union separates from what its parts do.

    From X1 ⊥ X2, Y | C and X2 ⊥ Y | C follows X1, X2 ⊥ Y | C.
    """
    parts = a.covered | b.covered | names
    return bool(
        joined.covered & ~parts
        or (
            (b.covered & ~(a.covered | a.outside | names))
            and (a.covered & ~(b.covered | b.outside | names))
        )
    )


def _atoms(order: Iterable[str], bits: Atoms) -> frozenset[str]:
    return frozenset(atom for k, atom in enumerate(order) if bits >> k & 1)


@dataclass(frozen=True, slots=True)
class _OnLevels:
    """Slices in 1+1, as intervals."""

    levels: Levels

    def singles(self) -> Iterator[Slice]:
        specification, places = self.levels.specification, self.levels.places
        times: set[Number] = set()
        for _, place in _targets(specification, places):
            times.update(moments_of(self.levels, place))
            if len(place.pieces) > 1:
                separate = self._separate(place)
                if separate is not None:
                    yield separate
        for _, place in _targets(specification, places):
            for t in _before(place, times):
                level = level_of(t)
                grown = self.levels.grown(place.pieces, level)
                if grown is not None:
                    yield ((level, grown),)

    def _separate(self, place: Region) -> Slice | None:
        """One cut for each piece of a place, each as late as it can be."""
        found = []
        for part in parts_of(place):
            times = moments_of(self.levels, part)
            if not times:
                return None
            level = level_of(times[0])
            found.append((level, cuts.spans(cuts.past_cut(p, level) for p in part.pieces)))
        return cuts.slice_of(found)

    def judged(self, slice_: Slice, made: int) -> _Found | None:
        return self._found(self.levels.separated(slice_), made)

    def joined(self, a: _Found, b: _Found) -> tuple[Slice, Callable[[], _Found | None]]:
        both = cuts.slice_of([*a.kept.slice, *b.kept.slice])
        return both, lambda: self._found(self.levels.joined(a.kept, b.kept, both), a.made | b.made)

    def _found(self, separated: Separated | None, made: int) -> _Found | None:
        if separated is None:
            return None
        return _Found(self.levels.covered(separated.pieces), separated.outside, made, separated)

    def region(self, found: _Found) -> Region:
        kept: Separated = found.kept
        return cuts.region_of(kept.slice)


@dataclass(frozen=True, slots=True)
class _OfRegions:
    """Slices in d+1, as regions."""

    specification: Specification
    places: Mapping[str, Region]

    def singles(self) -> Iterator[Region]:
        specification, places = self.specification, self.places
        times: set[Number] = set()
        for _, place in _targets(specification, places):
            times.update(moments(specification, place, places))
            parts = parts_of(place)
            if len(parts) > 1:
                separate = separate_slices(specification, parts, places)
                if separate is not None:
                    yield separate
        for _, place in _targets(specification, places):
            for t in _before(place, times):
                yield from slices_at(specification, place, t, places)

    def judged(self, slice_: Region, made: int) -> _Found | None:
        separated = shield(self.specification, slice_, self.places)
        if separated is None:
            return None
        covered, outside = (
            sum(1 << k for k, atom in enumerate(self.places) if atom in atoms)
            for atoms in (separated.covered, separated.outside)
        )
        return _Found(covered, outside, made, slice_)

    def joined(self, a: _Found, b: _Found) -> tuple[Hashable, Callable[[], _Found | None]]:
        both = a.kept | b.kept
        return frozenset(both.pieces), lambda: self.judged(both, a.made | b.made)

    def region(self, found: _Found) -> Region:
        kept: Region = found.kept
        return kept


def _targets(
    specification: Specification, places: Mapping[str, Region]
) -> Iterator[tuple[str, Region]]:
    for atom, place in places.items():
        if atom not in specification.names:
            yield atom, place


def _before(place: Region, times: Iterable[Number]) -> Iterator[Number]:
    """The moments at which slices may cover a place, latest first."""
    begin = place.earliest
    for t in sorted(times, reverse=True):
        if begin is not None and t <= begin:
            yield t
