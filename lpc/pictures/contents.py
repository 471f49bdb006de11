"""What a spacetime diagram shows: which regions, with which variables, in which frame.

Of a document everything; of a step what it speaks of, and the results beside it for the sake
of their light cones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from lpc.language.document import Document
from lpc.logic import LpcError
from lpc.pictures.circuits import Sketch
from lpc.pictures.focus import Focus
from lpc.pictures.plane import Corner, Frame, flat_regions, flat_scene, vertices
from lpc.pictures.sights import first_meets, is_plane, is_small, is_wide, last, parts_of
from lpc.spacetime import Region, Scene

BELOW = Fraction(1, 5)


@dataclass(slots=True)
class Group:
    """Variables that live in the same region, and the names of that region.

    `aside` are results that a step does not speak of, shown for their light cones.
    """

    region: Region
    atoms: list[str]
    called: list[str]
    aside: bool = False


class Contents:
    """The regions, grouped with their variables, all in 1+1."""

    def __init__(self, document: Document, focus: Focus | None, circuit: Sketch) -> None:
        if document.scene is None:
            raise LpcError("the file declares no spacetime")
        self.focus, self.circuit = focus, circuit
        self.scene, self.slice, self.gap = _flattened(document.scene, focus)
        self.atoms = [
            atom
            for atom, place in self.scene.placed(self.scene.places).items()
            if (focus is None or atom in focus.atoms | circuit.readers) and place.pieces
        ]
        self.planes = self._planes()
        self.groups = self._groups()
        self.tops = self._tops()
        self.frame = self._frame()

    def _groups(self) -> list[Group]:
        found: dict[Region, Group] = {}
        for atom in self.atoms:
            for region in parts_of(self.scene.places[atom]):
                group = found.setdefault(region, Group(region, [], []))
                group.atoms.append(atom)
        for region, atoms in self._aside([*found]):
            found[region] = Group(region, atoms, [], aside=True)
        shown = self._extent([*found])
        for called, region in self.scene.regions.items():
            parts = parts_of(region)
            if region in found:
                found[region].called.append(called)
            elif len(parts) == 1 and self._is_wanted(region, shown):
                found.setdefault(parts[0], Group(parts[0], [], [])).called.append(called)
        return list(found.values())

    def _aside(self, shown: list[Region]) -> Iterator[tuple[Region, list[str]]]:
        """The last events of the document that the picture would miss."""
        if self.focus is None:
            return
        small: dict[Region, list[str]] = {}
        for atom, place in self.scene.placed(self.scene.places).items():
            if is_small(place) and len(place.pieces) == 1:
                small.setdefault(place, []).append(atom)
        near = [region for region in shown if not is_plane(region)]
        for region in last([*small]):
            past = region.causal_past()
            if region not in shown and any(past.overlaps(other) for other in near):
                yield region, small[region]

    def _is_wanted(self, region: Region, shown: Frame | None) -> bool:
        """A named region without variables: in a picture of a step, only if it lies near."""
        if self.focus is None or region in self.planes:
            return True
        corners = vertices(region) if region.is_thick else []
        inside = shown is not None and all(_within(corner, shown) for corner in corners)
        return bool(corners) and inside

    def _planes(self) -> list[Region]:
        """The whole slices to be drawn: those with something of this picture on them."""
        places = [self.scene.places[atom] for atom in self.atoms]
        return [
            region
            for region in self.scene.regions.values()
            if is_plane(region)
            and (self.focus is None or any(p.is_subset(region) and is_wide(p) for p in places))
        ]

    def _tops(self) -> list[Region]:
        """Places with nothing later than them, whose light cones are drawn."""
        small = [g.region for g in self.groups if g.atoms and is_small(g.region)]
        if not small:
            small = [g.region for g in self.groups if is_small(g.region)]
        return last(small)

    def _extent(self, regions: Iterable[Region]) -> Frame | None:
        corners = [corner for region in regions for corner in vertices(region)]
        if not corners:
            return None
        ts, xs = [c[0] for c in corners], [c[1] for c in corners]
        return Frame(min(ts), max(ts), min(xs), max(xs))

    def _frame(self) -> Frame:
        regions = [g.region for g in self.groups]
        regions += [] if self.slice is None else [self.slice]
        corners = [corner for region in regions for corner in vertices(region)]
        corners += [(t, x) for t in _plane_times(self.planes) for _, x in corners[:1] or [(t, t)]]
        meets = list(first_meets(self.tops))
        corners += [*meets, *self.circuit.corners]
        if not corners:
            corners = [(Fraction(0), Fraction(0))]
        ts, xs = [c[0] for c in corners], [c[1] for c in corners]
        span = max(max(xs) - min(xs), max(ts) - min(ts), Fraction(2))
        high = max(max(ts) - min(ts), Fraction(1))
        floor = min(ts) - (max(high * BELOW * 2, span / 12) if meets else high * BELOW)
        beside = max(span / 16, Fraction(1, 2))
        edges = [c[1] for region in self.tops for c in vertices(region)] or xs
        reach = Fraction(4, 5) * (max(ts) - floor)
        left = min(min(xs) - beside, min(edges) - reach)
        right = max(max(xs) + beside, max(edges) + reach)
        return Frame(floor, max(ts) + beside / 2, left, right)


def _flattened(scene: Scene, focus: Focus | None) -> tuple[Scene, Region | None, Region]:
    """The scene in 1+1 with the slice of a step and what it leaves uncovered."""
    if focus is None or focus.slice is None:
        return flat_scene(scene), None, Region(1)
    if scene.space.dimension == 1:
        return scene, focus.slice, focus.gap
    everything = {f"place {n}": r for n, r in scene.places.items()}
    everything |= {f"region {n}": r for n, r in scene.regions.items()}
    everything |= {"slice": focus.slice, "gap": focus.gap}
    found = flat_regions(scene, everything)
    return flat_scene(scene), found["slice"], found["gap"]


def _within(corner: Corner, frame: Frame) -> bool:
    return frame.t0 <= corner[0] <= frame.t1 and frame.x0 <= corner[1] <= frame.x1


def _plane_times(planes: Iterable[Region]) -> list[Fraction]:
    return [Fraction(t) for region in planes for t in sorted(region.slice_times)]
