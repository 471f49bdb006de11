"""A scene: where variables live and what is declared complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from lpc.spacetime.regions import Region
from lpc.spacetime.space import Space

# Beyond this many declarations only small sets of them, and all together, are tried.
MAX_DECLARATIONS = 6


@dataclass(frozen=True, slots=True)
class Complete:
    """The declaration that the atoms `names` specify the state on `region` completely."""

    names: frozenset[str]
    region: Region
    written: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """A spacetime, its named regions, the places of the atoms, and what is complete where."""

    space: Space
    regions: Mapping[str, Region]
    places: Mapping[str, Region]
    complete: tuple[Complete, ...] = ()

    def placed(self, atoms: Iterable[str]) -> dict[str, Region]:
        """The places of those atoms that have one, in sorted order of names."""
        found = {atom: self.places[atom] for atom in sorted(set(atoms)) if atom in self.places}
        return {atom: place for atom, place in found.items() if not place.is_empty}


@dataclass(frozen=True, slots=True)
class Specification:
    """Declarations taken together: complete on R1 and on R2 is complete on their union."""

    names: frozenset[str]
    region: Region
    declarations: tuple[Complete, ...]


def specifications(scene: Scene) -> Iterator[Specification]:
    """Every way of adding up declarations, small ones first (DESIGN 5, "Declarations add up")."""
    count = len(scene.complete)
    sizes = list(range(1, count + 1)) if count <= MAX_DECLARATIONS else [1, 2, count]
    for size in sizes:
        for chosen in combinations(scene.complete, size):
            yield together(scene, chosen)


def together(scene: Scene, declarations: Iterable[Complete]) -> Specification:
    """Declarations added up; of none of them, nothing complete nowhere."""
    chosen = tuple(declarations)
    region = Region(scene.space.dimension)
    for declaration in chosen:
        region = region | declaration.region
    names = frozenset[str]().union(*(declaration.names for declaration in chosen))
    return Specification(names, region, chosen)
