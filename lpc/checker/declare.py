"""A file with local causality in a spacetime and nothing complete: what it might declare.

Without a `complete` line local causality licenses hardly anything. What usually is meant is a
specification on a slice of the past of a result, above the overlap with the past of what is
dropped (paper, second remark after Eq. 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from lpc.checker.context import Context
from lpc.language.document import Claim, Derivation, Item, Rewrite
from lpc.logic import Diagnostic, Severity
from lpc.report.results import Block
from lpc.spacetime import Region, Scene
from lpc.spacetime.numbers import Number, half

Atoms = frozenset[str]

NEW = ("λ", "μ", "ν", "κ", *(f"λ_{k}" for k in range(1_000)))
EXAMPLE = "complete λ on slice t = 0 & past(R)"


def nothing_complete(context: Context, blocks: Iterable[Block]) -> Diagnostic | None:
    """The warning, once for a file, at its first assumption of local causality."""
    document = context.document
    if document.scene is None or document.scene.complete:
        return None
    scopes = [n for item in document.items for n in _scope(item)]
    local = [n for n in context.local_causality_names if n in document.assumptions]
    if not local or not context.assumes_local_causality(scopes):
        return None
    refused = (r for b in blocks for i in b.items for r in i.removals if not r.needs)
    found = (declaration(context, r.atoms[0], r.atoms[1], r.atoms[2]) for r in refused)
    line = next(filter(None, found), "")
    hint = f"declare for instance `{line}`" if line else f"write a line such as `{EXAMPLE}`"
    message = (
        "local causality is assumed, but nothing is declared complete anywhere, so it licenses "
        "hardly anything"
    )
    span = document.assumptions[local[0]].span
    return Diagnostic(Severity.WARNING, "W406", message, span, "nothing is complete", hint)


def _scope(item: Item) -> tuple[str, ...]:
    match item:
        case Derivation() | Rewrite():
            return item.assuming
        case Claim():
            return item.names
    return ()


def declaration(context: Context, x: Atoms, removed: Atoms, kept: Atoms) -> str:
    """A line that would let local causality license X ⊥ removed | kept, "" where none is seen.

    It is complete on a slice of the past of X with what is dropped outside its future; what it
    names is what is kept and lives there, else a variable that is still to be declared.
    """
    scene = context.document.scene
    if scene is None or scene.complete or not x <= set(scene.places):
        return ""
    dropped = [scene.places[atom] for atom in sorted(removed) if atom in scene.places]
    target = _union(scene, (scene.places[atom] for atom in sorted(x)))
    place = _named(scene, target)
    if place is None or not dropped:
        return ""
    past = target.causal_past()
    for t in _times(scene, target, dropped):
        cut = past.at(t)
        future = cut.causal_future()
        if cut.is_empty or any(region.overlaps(future) for region in dropped):
            continue
        here = [a for a in sorted(kept) if a in scene.places and scene.places[a].overlaps(cut)]
        where = _named(scene, cut) or (
            f"{_named(scene, scene.space.slice(t)) or f'slice t = {t}'} & past({place})"
        )
        if here:
            return f"complete {context.show(here)} on {where}"
        new = next(n for n in NEW if n not in context.document.composites.order)
        return f"complete {new} on {where}  # with a new variable: {new} at {where}"
    return ""


def _named(scene: Scene, wanted: Region) -> str | None:
    return next((name for name, region in scene.regions.items() if region == wanted), None)


def _union(scene: Scene, regions: Iterable[Region]) -> Region:
    found = Region(scene.space.dimension)
    for region in regions:
        found = found | region
    return found


def _times(scene: Scene, target: Region, dropped: list[Region]) -> Iterator[Number]:
    """Moments before X: those of slices that the file names, latest first, then others."""
    begin = target.earliest
    if begin is None:
        return
    named = {t for region in scene.regions.values() for t in region.slice_times}
    yield from sorted((t for t in named if t < begin), reverse=True)
    past = target.causal_past()
    critical = {t for r in dropped for t in (past & r.causal_past()).critical_times() if t < begin}
    moments = sorted(critical | {begin})
    yield from (half(a + b) for a, b in reversed(list(pairwise(moments))))
