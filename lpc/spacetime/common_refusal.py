"""Why common causes do not license a removal: the obligations that fail.

Terms
-----
complete
    What is conditioned on contains a complete specification on a region R.
common
    R holds all of the common past of X and of what is removed, its last events included. What is
    conditioned on besides C must be able to join one of the two sides.
closed
    R holds the past of each of its points, and the variables complete there live there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lpc.spacetime.common import has_common_past, is_closed, strays
from lpc.spacetime.limits import Tick, untimed
from lpc.spacetime.refusal import Failure, Refusal, Show, is_or_are
from lpc.spacetime.regions import Region
from lpc.spacetime.rule import determined
from lpc.spacetime.scene import Scene, Specification, specifications, together

Atoms = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Question:
    """X ⊥ removed | kept, without what the kept variables determine."""

    scene: Scene
    x: Atoms
    removed: Atoms
    kept: Atoms
    fixed: Atoms
    places: Mapping[str, Region]
    show: Show

    @property
    def sides(self) -> str:
        return f"{self.show(sorted(self.x))} and {self.show(sorted(self.removed))}"

    def besides(self, specification: Specification) -> list[str]:
        return sorted(self.kept - specification.names - self.fixed)


def why_not_common(
    scene: Scene,
    x: Iterable[str],
    removed: Iterable[str],
    kept: Iterable[str],
    show: Show | None = None,
    tick: Tick = untimed,
) -> Refusal | None:
    """None when X ⊥ removed | kept is an instance of common causes, else what is wanting.

    Args: show: how to write a set of atoms, for messages. tick: called now and then, may raise.
    Source: DESIGN 1.2, "Common causes".

    >>> from lpc.spacetime import Complete, Scene, Space
    >>> space = Space(1)
    >>> one, two = space.point(4, [-5]), space.point(4, [5])
    >>> past = space.past(one) & space.past(two)
    >>> places = {"A": one, "B": two, "N": past}
    >>> scene = Scene(space, {}, places, (Complete(frozenset("N"), past),))
    >>> why_not_common(scene, "A", "B", "N") is None
    True
    >>> print(why_not_common(scene, "A", "B", "").failures[0].message)
    nothing is conditioned on that is complete on the common past of A and B: N is missing
    """
    question = _ask(scene, x, removed, kept, show or _plain)
    if not question.x or not question.removed:
        return None
    attempts: list[tuple[Specification, tuple[Failure, ...]]] = []
    for specification in specifications(scene):
        tick()
        failures = tuple(_failures(question, specification))
        if not failures:
            return None
        attempts.append((specification, failures))
    if not attempts:
        text = f"nothing is declared complete in the common past of {question.sides}"
        return Refusal((Failure("complete", (), text),), None, None)
    _, failures = min(attempts, key=lambda a: _distance(question, *a))
    return Refusal(failures, None, None)


def common_past(scene: Scene, x: Iterable[str], y: Iterable[str]) -> Region:
    """J⁻(P) ∩ J⁻(Q) for the places of two sets of variables; nowhere if they have none."""
    pasts = []
    for atoms in (x, y):
        past = Region(scene.space.dimension)
        for place in scene.placed(atoms).values():
            past = past | place.causal_past()
        pasts.append(past)
    return pasts[0] & pasts[1]


def _ask(
    scene: Scene, x: Iterable[str], removed: Iterable[str], kept: Iterable[str], show: Show
) -> _Question:
    given = frozenset(kept)
    left, dropped = frozenset(x) - given, frozenset(removed) - given
    known = together(scene, (c for c in scene.complete if c.names <= given))
    everything = (left | dropped | given).union(*(c.names for c in scene.complete))
    places = scene.placed(everything)
    fixed = determined(known, places)
    return _Question(scene, left - fixed, dropped - fixed, given, fixed, places, show)


def _failures(q: _Question, specification: Specification) -> Iterator[Failure]:
    yield from _incomplete(q, specification)
    yield from _uncovered(q, specification)
    yield from _open(q, specification)


def _distance(
    q: _Question, specification: Specification, failures: tuple[Failure, ...]
) -> tuple[int, bool, int]:
    """How far a specification is from giving the removal: the fewer obligations fail the better."""
    kinds = {failure.obligation for failure in failures}
    return len(kinds), "closed" in kinds, len(specification.names - q.kept)


def _incomplete(q: _Question, specification: Specification) -> Iterator[Failure]:
    missing = specification.names - q.kept
    if not missing:
        return
    lost = q.show(sorted(missing))
    text = f"the common past of {q.sides}: {lost} {is_or_are(lost)} missing"
    have = q.show(sorted(q.kept))
    have = f"{{{have}}}" if len(q.kept) > 1 else have
    have = (
        f"{have} is not complete on" if q.kept else "nothing is conditioned on that is complete on"
    )
    yield Failure("complete", tuple(sorted(missing)), f"{have} {text}")


def _uncovered(q: _Question, specification: Specification) -> Iterator[Failure]:
    lost = [atom for atom in sorted(q.x | q.removed) if atom not in q.places]
    if lost:
        text = f"nothing says where {q.show(lost)} lives, so its past is not known"
        yield Failure("common", tuple(lost), text)
        return
    both = common_past(q.scene, q.x, q.removed)
    if not both.is_subset(specification.region):
        gap = both - specification.region
        yield Failure(
            "common",
            tuple(sorted(q.x | q.removed)),
            f"{_where(q, specification)} leaves part of the common past of {q.sides} "
            f"uncovered: {gap.describe()}",
        )
        return
    link = _link(q, specification)
    if link is not None:
        text = f"nothing says where {q.show((link,))}, which is conditioned on, lives"
        if link in q.places:
            text = (
                f"{q.show((link,))} is conditioned on, and may bring together what {q.sides} do "
                f"not share: {_where(q, specification)} does not hold all that its past has in "
                "common with theirs"
            )
        yield Failure("common", (link,), text)


def _link(q: _Question, specification: Specification) -> str | None:
    """A variable kept besides C by which the sides are joined, or one without a place.

    Each such variable joins the side with which it shares a past that R does not hold.
    """
    rest = q.besides(specification)
    for atom in rest:
        if atom not in q.places:
            return atom
    side, last = set(q.x), ""
    grown = True
    while grown:
        grown = False
        for atom in [a for a in rest if a not in side]:
            if not _screens_all(specification, side, (atom,), q.places):
                side.add(atom)
                last, grown = atom, True
                if not _screens_all(specification, (atom,), q.removed, q.places):
                    return last
    return None


def _screens_all(
    specification: Specification,
    x: Iterable[str],
    y: Iterable[str],
    places: Mapping[str, Region],
) -> bool:
    """True when the region holds the common past of each pair of places."""
    right = tuple(y)
    return all(has_common_past(specification, places[u], places[v]) for u in x for v in right)


def _open(q: _Question, specification: Specification) -> Iterator[Failure]:
    if not is_closed(specification.region):
        gap = specification.region.causal_past() - specification.region
        yield Failure(
            "closed",
            tuple(sorted(specification.names)),
            f"{_where(q, specification)} does not hold its own past: {gap.describe()}",
        )
    for name in strays(specification, q.places):
        known = name in q.places
        text = f"lives partly outside {_region(specification)}" if known else "has no place"
        yield Failure(
            "closed",
            (name,),
            f"{q.show((name,))} {text}, so it may hold what comes together only later",
        )


def _where(q: _Question, specification: Specification) -> str:
    names = q.show(sorted(specification.names))
    return (
        f"the region where {names} {is_or_are(names)} complete ({specification.region.describe()})"
    )


def _region(specification: Specification) -> str:
    return f"the region where it is complete ({specification.region.describe()})"


def _plain(atoms: Iterable[str]) -> str:
    return ", ".join(atoms)
