"""Every premise that local causality yields in a scene."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lpc.logic.statements import Independence
from lpc.spacetime.limits import Tick, untimed
from lpc.spacetime.regions import Region
from lpc.spacetime.rule import Shield, determined, shield
from lpc.spacetime.scene import Scene, Specification, specifications
from lpc.spacetime.unions import unions

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
    found: list[_Candidate] = []
    for specification in specifications(scene) if chosen is None else chosen:
        if not specification.names <= known:
            continue
        fixed = determined(specification, places)
        if fixed:
            found.append(_Candidate.create(fixed, fixed, specification, None))
        told = specification.names | fixed
        for one in shields(specification, places, tick):
            x, y = one.covered - told, one.outside - told
            if x and y:
                found.append(_Candidate.create(x, y, specification, one.slice))
    return tuple(one.screening(places) for one in _strongest(found) if one.is_licensed(places))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A premise that the search proposes: X ⊥ Y | C by a slice, or a function of C without one."""

    independence: Independence
    x: frozenset[str]
    y: frozenset[str]
    specification: Specification
    slice: Region | None

    @classmethod
    def create(
        cls,
        x: frozenset[str],
        y: frozenset[str],
        specification: Specification,
        slice_: Region | None,
    ) -> _Candidate:
        said = Independence.create(x, y, specification.names)
        return cls(said, x, y, specification, slice_)

    def is_licensed(self, places: Mapping[str, Region]) -> bool:
        """Whether the rule itself, which trusts nothing that was found, gives the premise."""
        if self.slice is None:
            return self.x | self.y <= determined(self.specification, places)
        separated = shield(self.specification, self.slice, places)
        return separated is not None and self.x <= separated.covered and self.y <= separated.outside

    def screening(self, places: Mapping[str, Region]) -> Screening:
        """The premise with its reason."""
        names, x, y = self.specification.names, self.x, self.y
        if self.slice is None:
            return Screening(
                self.independence,
                complete=names,
                slice=None,
                x=x,
                y=y,
                reason=f"{_list(x)} live where {_list(names)} are complete: "
                f"{self.specification.region.describe()}",
            )
        return Screening(
            self.independence,
            complete=names,
            slice=self.slice,
            x=x,
            y=y,
            places={atom: relation(places[atom], [places[v] for v in x]) for atom in sorted(y)},
            reason=f"{_list(names)} complete on {self.slice.describe()}, a slice of the past of "
            f"{_list(x)}; {_list(y)} outside its causal future, or where C is complete",
        )


def shields(
    specification: Specification, places: Mapping[str, Region], tick: Tick = untimed
) -> tuple[Shield, ...]:
    """The separations that the specification affords, closed under unions of their slices.

    They are proposed by the search; what rests on one asks the rule first.
    """
    key = specification, tuple(sorted(places.items(), key=lambda item: item[0]))
    if key not in _KNOWN:
        while len(_KNOWN) >= MAX_KNOWN:
            del _KNOWN[next(iter(_KNOWN))]
        count = 0

        def counted() -> None:
            nonlocal count
            count += 1
            tick()

        _KNOWN[key] = unions(specification, dict(key[1]), counted), count
        return _KNOWN[key][0]
    found, count = _KNOWN[key]
    # NB: as much work as the first time, or a file would be judged by what was checked before it.
    for _ in range(count):
        tick()
    return found


def relation(place: Region, others: Sequence[Region]) -> str:
    """How a variable outside J+(σ) stands to those covered by σ: "spacelike" or "before"."""
    if any(place.overlaps(other.causal_past()) for other in others):
        return "before"
    return "spacelike"


def _strongest(found: Sequence[_Candidate]) -> list[_Candidate]:
    """The premises that do not follow from another one; the first of equals stays."""
    kept: list[_Candidate] = []
    for new in found:
        if any(_implies(old.independence, new.independence) for old in kept):
            continue
        kept = [old for old in kept if not _implies(new.independence, old.independence)]
        kept.append(new)
    return kept


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
