"""What a picture of one step is about: a removal, and how local causality judges it.

The judgement is asked for again, with the same functions by which the checker came to it,
since a report holds its sentences and a picture needs its regions.
"""

from __future__ import annotations

from dataclasses import dataclass

from lpc.language.document import Document
from lpc.report.results import Item, Removal
from lpc.spacetime import Region, Scene, shielding_slice, why_not

Atoms = frozenset[str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """An obligation that fails for some variables."""

    obligation: str
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Focus:
    """X ⊥ removed | kept in a scene.

    `slice` is the slice that shields X or, where local causality refuses, the one that came
    nearest; `gap` is what it leaves uncovered; `wrong` are the obligations that fail. `shares` says
    that common causes speak of it, so that the common past of X and what is removed is of interest.
    """

    removal: Removal
    x: Atoms
    removed: Atoms
    kept: Atoms
    slice: Region | None
    gap: Region
    wrong: tuple[Wrong, ...]
    path: str | None
    shares: bool = False

    @property
    def missing(self) -> Atoms:
        """The atoms without which what is kept is not complete."""
        return self._wrong("complete")

    def misplaced(self, obligation: str) -> Atoms:
        """The atoms for which "place" or "outside" fails."""
        return self._wrong(obligation)

    @property
    def atoms(self) -> Atoms:
        """All atoms that the picture should show."""
        return self.x | self.removed | self.kept | self.missing

    def _wrong(self, obligation: str) -> Atoms:
        return frozenset(v for w in self.wrong if w.obligation == obligation for v in w.variables)


def chosen_removal(item: Item) -> Removal | None:
    """The first removal that local causality alone does not license, else the first."""
    refused = (r for r in item.removals if not r.by_locality)
    return next(refused, next(iter(item.removals), None))


def focus_on(document: Document, removal: Removal) -> Focus:
    """The removal with its regions."""
    x, removed, kept = removal.atoms
    scene = document.scene
    if scene is None:
        return Focus(removal, x, removed, kept, None, Region(1), (), removal.open_path)
    empty = Region(scene.space.dimension)
    if removal.by_common_causes:
        return Focus(removal, x, removed, kept, None, empty, (), None, shares=True)
    if removal.lc_alone:
        slice_ = shielding_slice(scene, x, removed, kept)
        return Focus(removal, x, removed, kept, slice_, empty, (), None)
    refusal = why_not(scene, x, removed, kept)
    if refusal is None:  # licensed by geometry, but local causality is not assumed
        slice_ = shielding_slice(scene, x, removed, kept)
        return Focus(removal, x, removed, kept, slice_, empty, (), None)
    wrong = tuple(Wrong(f.obligation, f.variables) for f in refusal.failures)
    gap = empty
    if refusal.slice is not None and "slice" in refusal.obligations:
        gap = refusal.slice - _declared(scene)
    shares = any(f.principle == "common causes" for f in removal.failures)
    return Focus(removal, x, removed, kept, refusal.slice, gap, wrong, removal.open_path, shares)


def _declared(scene: Scene) -> Region:
    found = Region(scene.space.dimension)
    for declaration in scene.complete:
        found = found | declaration.region
    return found
