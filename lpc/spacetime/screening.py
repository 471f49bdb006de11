"""Every premise that local causality yields in a scene."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lpc.logic.statements import Independence
from lpc.spacetime.limits import Tick, untimed
from lpc.spacetime.numbers import Number
from lpc.spacetime.regions import Region
from lpc.spacetime.rule import Shield, determined, shield
from lpc.spacetime.scene import Scene, Specification, specifications
from lpc.spacetime.slices import moments, parts_of, separate_slices, slices_at

# Bounds the number of unions of slices looked at for one set of declarations.
MAX_UNIONS = 200
# What was found for a specification is asked for again by the graph and by refusals.
MAX_KNOWN = 256
_KNOWN: dict[
    tuple[Specification, tuple[tuple[str, Region], ...]], tuple[tuple[Shield, ...], int]
] = {}


@dataclass(frozen=True)
class Screening:
    """One instance of the rule: X ⊥ Y∖C | C, or "X is a function of C".

    `places` says how each member of y meets the obligation *place*: "spacelike" to all of X,
    or "before" the slice.
    """

    independence: Independence
    complete: frozenset[str]
    slice: Region | None
    x: frozenset[str]
    y: frozenset[str]
    places: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def local_causality(
    scene: Scene,
    atoms: Iterable[str],
    tick: Tick = untimed,
    chosen: Iterable[Specification] | None = None,
) -> tuple[Screening, ...]:
    """The premises of local causality over the given atoms, as few and as large as possible.

    `tick` is called now and then and may raise to end the search. `chosen` are the ways to add
    declarations up that are tried, all of them unless told otherwise.

    All variables of a premise, those of C included, are among the atoms. Atoms without a place
    take no part. None of the premises follows from another by decomposition and weak union.

    Source: DESIGN 1.2 and 5; paper, Eq. 7.

    >>> from lpc.spacetime import Complete, Scene, Space
    >>> space = Space(1)
    >>> one, two = space.point(4, [-5]), space.point(4, [5])
    >>> left = space.slice(0) & space.past(one)
    >>> places = {"A": one, "B": two, "λ": left}
    >>> scene = Scene(space, {}, places, (Complete(frozenset("λ"), left, ("λ",)),))
    >>> [str(premise.independence) for premise in local_causality(scene, "ABλ")]
    ['A ⊥ B | λ']
    """
    known = frozenset(atoms)
    places = scene.placed(known)
    found: list[Screening] = []
    for specification in specifications(scene) if chosen is None else chosen:
        if not specification.names <= known:
            continue
        fixed = determined(specification, places)
        if fixed:
            found.append(_determination(specification, fixed))
        told = specification.names | fixed
        for one in shields(specification, places, tick):
            if one.covered - told and one.outside - told:
                found.append(_screening(one, fixed, places))
    return _strongest(found)


def shields(
    specification: Specification, places: Mapping[str, Region], tick: Tick = untimed
) -> tuple[Shield, ...]:
    """The separations that the specification affords, closed under unions of their slices."""
    key = specification, tuple(sorted(places.items(), key=lambda item: item[0]))
    if key not in _KNOWN:
        while len(_KNOWN) >= MAX_KNOWN:
            del _KNOWN[next(iter(_KNOWN))]
        count = 0

        def counted() -> None:
            nonlocal count
            count += 1
            tick()

        _KNOWN[key] = _shields(specification, dict(key[1]), counted), count
        return _KNOWN[key][0]
    found, count = _KNOWN[key]
    # NB: as much work as the first time, or a file would be judged by what was checked before it.
    for _ in range(count):
        tick()
    return found


def _shields(
    specification: Specification, places: Mapping[str, Region], tick: Tick
) -> tuple[Shield, ...]:
    found: dict[tuple[frozenset[str], frozenset[str]], Shield] = {}

    def keep(candidate: Shield | None) -> bool:
        if candidate is None:
            return False
        names = specification.names
        key = candidate.covered - names, candidate.outside - names
        if not key[0] or key in found:
            return False
        found[key] = candidate
        return True

    for slice_ in dict.fromkeys(_single_slices(specification, places)):
        tick()
        keep(shield(specification, slice_, places))
    queue: list[Shield] = list(found.values())
    tried = {frozenset(one.slice.pieces) for one in queue}
    for base in queue:  # NB: grows while it is walked.
        for other in list(found.values()):
            if len(found) > MAX_UNIONS:
                return tuple(found.values())
            tick()
            if not _worth_joining(base, other, specification.names):
                continue
            both = base.slice | other.slice
            # NB: the same union comes about in many ways.
            if (pieces := frozenset(both.pieces)) not in tried:
                tried.add(pieces)
                joined = shield(specification, both, places)
                if keep(joined) and joined is not None:
                    queue.append(joined)
    return tuple(found.values())


def _worth_joining(a: Shield, b: Shield, names: frozenset[str]) -> bool:
    return (
        bool((a.outside & b.outside) - names)
        and not a.covered <= b.covered
        and not b.covered <= a.covered
    )


def _single_slices(specification: Specification, places: Mapping[str, Region]) -> Iterator[Region]:
    targets = {atom: p for atom, p in places.items() if atom not in specification.names}
    times: set[Number] = set()
    own: dict[str, list[Number]] = {}
    for atom, place in targets.items():
        own[atom] = moments(specification, place, places)
        times.update(own[atom])
        parts = parts_of(place)
        if len(parts) > 1:
            separate = separate_slices(specification, parts, places)
            if separate is not None:
                yield separate
    for place in targets.values():
        begin = place.earliest
        for t in sorted(times, reverse=True):
            if begin is not None and t <= begin:
                yield from slices_at(specification, place, t, places)


def _determination(specification: Specification, fixed: frozenset[str]) -> Screening:
    names = specification.names
    return Screening(
        Independence.create(fixed, fixed, names),
        complete=names,
        slice=None,
        x=fixed,
        y=fixed,
        reason=f"{_list(fixed)} live where {_list(names)} are complete: "
        f"{specification.region.describe()}",
    )


def _screening(found: Shield, fixed: frozenset[str], places: Mapping[str, Region]) -> Screening:
    """The premise of a shield, without those that are functions of C anyway."""
    names = found.specification.names
    x, y = found.covered - names - fixed, found.outside - names - fixed
    return Screening(
        Independence.create(x, y, names),
        complete=names,
        slice=found.slice,
        x=x,
        y=y,
        places={atom: relation(places[atom], [places[v] for v in x]) for atom in sorted(y)},
        reason=f"{_list(names)} complete on {found.slice.describe()}, a slice of the past of "
        f"{_list(x)}; {_list(y)} outside its causal future, or where C is complete",
    )


def relation(place: Region, others: Sequence[Region]) -> str:
    """How a variable outside J+(σ) stands to those covered by σ: "spacelike" or "before"."""
    if any(place.overlaps(other.causal_past()) for other in others):
        return "before"
    return "spacelike"


def _strongest(found: Sequence[Screening]) -> tuple[Screening, ...]:
    """The screenings that do not follow from another one; the first of equals stays."""
    kept: list[Screening] = []
    for new in found:
        if any(_implies(old.independence, new.independence) for old in kept):
            continue
        kept = [old for old in kept if not _implies(new.independence, old.independence)]
        kept.append(new)
    return tuple(kept)


def _implies(strong: Independence, weak: Independence) -> bool:
    """True when `weak` follows from `strong` by symmetry, decomposition and weak union."""
    if strong.is_determination:
        # A function of Z is a function of more, and independent of all else given it.
        return strong.z <= weak.z and (weak.x <= strong.x | weak.z or weak.y <= strong.x | weak.z)
    moved = weak.z - strong.z
    if weak.is_determination or not strong.z <= weak.z or not moved <= strong.x | strong.y:
        return False
    return any(weak.x <= x and weak.y <= y for x, y in ((strong.x, strong.y), (strong.y, strong.x)))


def _list(atoms: Iterable[str]) -> str:
    return ", ".join(sorted(atoms))
