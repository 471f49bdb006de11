"""Every premise that common causes yield in a scene, beside those of local causality."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from lpc.logic.statements import Independence
from lpc.spacetime.common import has_common_past, screens_off
from lpc.spacetime.limits import Tick, untimed
from lpc.spacetime.regions import Region
from lpc.spacetime.rule import determined
from lpc.spacetime.scene import Scene, Specification, specifications

# Bounds the number of pairs (X, Y) looked at for one set of declarations.
MAX_SIDES = 200

Atoms = frozenset[str]


@dataclass(frozen=True, slots=True)
class CommonCause:
    """One instance of the rule: X ⊥ Y | C with C complete on a closed region."""

    independence: Independence
    complete: Atoms
    region: Region
    x: Atoms
    y: Atoms
    reason: str = ""


def common_causes(
    scene: Scene, atoms: Iterable[str], tick: Tick = untimed
) -> tuple[CommonCause, ...]:
    """The premises of common causes over the given atoms, as few and as large as possible.

    All that local causality says common causes say too (`screening`); it is not repeated here, so
    functions of C take part in none of these premises. `tick` may raise to end the search.

    Source: DESIGN 1.2, "Common causes".

    >>> from lpc.spacetime import Complete, Scene, Space
    >>> space = Space(1)
    >>> one, two = space.point(4, [-5]), space.point(4, [5])
    >>> past = space.past(one) & space.past(two)
    >>> places = {"A": one, "a": one, "B": two, "N": past}
    >>> scene = Scene(space, {}, places, (Complete(frozenset("N"), past),))
    >>> [str(premise.independence) for premise in common_causes(scene, "AaBN")]
    ['A, a ⊥ B | N']
    """
    known = frozenset(atoms)
    places = scene.placed(known)
    found: list[CommonCause] = []
    for specification in specifications(scene):
        tick()
        if specification.names <= known and screens_off(specification, (), (), places):
            found += _of(specification, places, tick)
    return tuple(
        new
        for k, new in enumerate(found)
        if not any(
            _follows(new, old) and (j < k or not _follows(old, new))
            for j, old in enumerate(found)
            if j != k
        )
    )


def _of(
    specification: Specification, places: Mapping[str, Region], tick: Tick
) -> Iterator[CommonCause]:
    fixed = determined(specification, places)
    free = [atom for atom in places if atom not in specification.names | fixed]
    partners: dict[str, set[str]] = {atom: set() for atom in free}
    for u, v in combinations(free, 2):
        tick()
        if has_common_past(specification, places[u], places[v]):
            partners[u].add(v)
            partners[v].add(u)
    for x, y in _largest_sides({u: frozenset(found) for u, found in partners.items()}):
        if screens_off(specification, x, y, places):
            yield _premise(specification, x, y)


def _largest_sides(partners: Mapping[str, Atoms]) -> Iterator[tuple[Atoms, Atoms]]:
    """Pairs of sets, each the largest whose members are partners of all of the other's.

    Every such set is the common partners of some atoms, an intersection of sets of partners.
    """
    sides = list(dict.fromkeys(found for found in partners.values() if found))
    for one in sides:  # NB: grows while it is walked.
        for found in partners.values():
            both = one & found
            if both and both not in sides and len(sides) < MAX_SIDES:
                sides.append(both)
    seen: set[frozenset[Atoms]] = set()
    for y in sides:
        x = frozenset(u for u, found in partners.items() if y <= found)
        if frozenset((x, y)) not in seen:
            seen.add(frozenset((x, y)))
            yield x, y


def _premise(specification: Specification, x: Atoms, y: Atoms) -> CommonCause:
    names = specification.names
    return CommonCause(
        Independence.create(x, y, names),
        complete=names,
        region=specification.region,
        x=x,
        y=y,
        reason=f"{_list(names)} complete on {specification.region.describe()}, which holds the "
        f"common past of {_list(x)} and {_list(y)} and its own past",
    )


def _follows(weak: CommonCause, strong: CommonCause) -> bool:
    """True when `weak` follows from `strong` by symmetry, decomposition and weak union."""
    moved = weak.complete - strong.complete
    if not strong.complete <= weak.complete or not moved <= strong.x | strong.y:
        return False
    sides = (strong.x, strong.y), (strong.y, strong.x)
    return any(weak.x <= x and weak.y <= y for x, y in sides)


def _list(atoms: Iterable[str]) -> str:
    return ", ".join(sorted(atoms))
