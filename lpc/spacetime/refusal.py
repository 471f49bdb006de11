"""Why local causality does not license a removal: the obligations that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lpc.spacetime.causal import causal_graph
from lpc.spacetime.limits import Tick, untimed
from lpc.spacetime.numbers import Number
from lpc.spacetime.paths import open_path
from lpc.spacetime.regions import Region
from lpc.spacetime.rule import determined, is_outside, misplaced, shield
from lpc.spacetime.scene import Complete, Scene, Specification, specifications, together
from lpc.spacetime.slices import moments, parts_of, separate_slices, slices_at

Show = Callable[[Iterable[str]], str]


@dataclass(frozen=True, slots=True)
class Failure:
    """One obligation that fails: "complete", "slice", "place" or "outside" (DESIGN 1.2)."""

    obligation: str
    variables: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Every failing obligation, the slice they were judged by, and an open path if there is one."""

    failures: tuple[Failure, ...]
    slice: Region | None
    path: str | None

    @property
    def obligations(self) -> tuple[str, ...]:
        """The names of the failing obligations, each once, in the order of DESIGN 1.2."""
        return tuple(dict.fromkeys(failure.obligation for failure in self.failures))


@dataclass(frozen=True, slots=True)
class _Question:
    """X ⊥ removed | kept, without what the kept variables determine."""

    scene: Scene
    x: frozenset[str]
    removed: frozenset[str]
    kept: frozenset[str]
    fixed: frozenset[str]
    places: Mapping[str, Region]
    show: Show
    tick: Tick

    @property
    def target(self) -> Region:
        """Where the variables X live."""
        place = Region(self.scene.space.dimension)
        for atom in sorted(self.x & set(self.places)):
            place = place | self.places[atom]
        return place

    def besides(self, names: frozenset[str]) -> list[str]:
        """The kept variables other than those of a specification and functions of them."""
        return sorted(self.kept - names - self.fixed)


def why_not(
    scene: Scene,
    x: Iterable[str],
    removed: Iterable[str],
    kept: Iterable[str],
    show: Show | None = None,
    tick: Tick = untimed,
) -> Refusal | None:
    """None when X ⊥ removed | kept is an instance of local causality, else what is wanting.

    Kept variables later than the slice join X and those outside its future join Y, which weak
    union allows. Variables that the kept ones determine (they live where those are complete)
    may be removed freely.

    Args: show: how to write a set of atoms, for messages. tick: called now and then, may raise.
    Source: DESIGN 1.2 and 5; paper, Eq. 7 and Bell's two comments after it.

    >>> from lpc.spacetime import Complete, Scene, Space
    >>> space = Space(1)
    >>> one, two = space.point(4, [-5]), space.point(4, [5])
    >>> left = space.slice(0) & space.past(one)
    >>> places = {"λ": left, "λ_a": left, "A": one, "B": two}
    >>> scene = Scene(space, {}, places, (Complete(frozenset({"λ", "λ_a"}), left),))
    >>> why_not(scene, "A", "B", ["λ", "λ_a"]) is None
    True
    >>> refusal = why_not(scene, "A", "B", ["λ"])
    >>> print(refusal.failures[0].message)
    λ is not complete on a slice of the past of A: λ_a is missing
    """
    question = _ask(scene, x, removed, kept, show or _plain, tick)
    if not question.x or not question.removed or _is_licensed(question):
        return None
    return _refuse(question)


def shielding_slice(
    scene: Scene, x: Iterable[str], removed: Iterable[str], kept: Iterable[str]
) -> Region | None:
    """The slice by which local causality gives X ⊥ removed | kept; None when it does not.

    Also None when nothing is left to shield, because what is complete determines it.

    >>> from lpc.spacetime import Complete, Scene, Space
    >>> space = Space(1)
    >>> one, two = space.point(4, [-5]), space.point(4, [5])
    >>> left = space.slice(0) & space.past(one)
    >>> places = {"λ": left, "A": one, "B": two}
    >>> scene = Scene(space, {}, places, (Complete(frozenset("λ"), left),))
    >>> print(shielding_slice(scene, "A", "B", "λ"))
    -9 <= x <= -1 at t = 0
    """
    question = _ask(scene, x, removed, kept, _plain, untimed)
    return _licence(question) if question.x and question.removed else None


def _ask(
    scene: Scene,
    x: Iterable[str],
    removed: Iterable[str],
    kept: Iterable[str],
    show: Show,
    tick: Tick,
) -> _Question:
    given = frozenset(kept)
    left, dropped = frozenset(x) - given, frozenset(removed) - given
    known = together(scene, (c for c in scene.complete if c.names <= given))
    everything = left | dropped | given
    fixed = determined(known, scene.placed(everything))
    for declaration in scene.complete:
        everything |= declaration.names
    places = scene.placed(everything)
    return _Question(scene, left - fixed, dropped - fixed, given, fixed, places, show, tick)


def _is_licensed(q: _Question) -> bool:
    return _licence(q) is not None


def _licence(q: _Question) -> Region | None:
    """The first slice found that settles the question."""
    return next(
        (
            found
            for specification in specifications(q.scene)
            if specification.names <= q.kept
            for found in _slices(q, specification)
            if _settles(q, specification, found)
        ),
        None,
    )


def _settles(q: _Question, specification: Specification, slice_: Region) -> bool:
    """The rule, applied to this slice, gives X ⊥ removed | kept by weak union."""
    q.tick()
    found = shield(specification, slice_, q.places)
    return (
        found is not None
        and q.x <= found.covered
        and q.removed <= found.outside
        and found.covered | found.outside >= set(q.besides(specification.names))
    )


def _slices(q: _Question, specification: Specification) -> Iterator[Region]:
    if not q.x <= set(q.places):
        return
    joining = q.besides(specification.names)
    for t in _times(q, specification):
        yield from slices_at(specification, q.target, t, q.places, joining)
    separate = separate_slices(specification, parts_of(q.target), q.places)
    if separate is not None:
        yield separate


def _times(q: _Question, specification: Specification) -> list[Number]:
    """Moments to try; in a thick region also those that suit the variables kept besides."""
    found = set(moments(specification, q.target, q.places))
    for atom in q.besides(specification.names):
        if atom in q.places and specification.region.is_thick:
            found.update(moments(specification, q.places[atom], q.places))
    begin = q.target.earliest
    return sorted((t for t in found if begin is not None and t <= begin), reverse=True)


def _refuse(q: _Question) -> Refusal:
    """The refusal for the slice that comes nearest."""
    found = [
        (len(names - q.kept), len(failures), k, Refusal(failures, slice_, None), declarations)
        for k, (names, slice_, failures, declarations) in enumerate(_attempts(q))
    ]
    if not found:
        refusal, declarations = _no_slice(q), q.scene.complete
    else:
        *_, refusal, declarations = min(found, key=lambda attempt: attempt[:3])
    return Refusal(refusal.failures, refusal.slice, _path(q, declarations))


Attempt = tuple[frozenset[str], Region, tuple[Failure, ...], tuple[Complete, ...]]


def _attempts(q: _Question) -> Iterator[Attempt]:
    """Slices of the past of X by the fewest declarations, and what each leaves wanting."""
    minimal: list[frozenset[int]] = []
    for specification in specifications(q.scene):
        used = frozenset(map(id, specification.declarations))
        if any(smaller < used for smaller in minimal):
            continue
        for slice_ in _rough_slices(q, specification):
            q.tick()
            minimal.append(used)
            failures = (
                *_incomplete(q, specification.names),
                *_misplacements(q, specification, slice_),
            )
            if not failures:
                failures = (_unsettled(q, slice_),)
            yield specification.names, slice_, failures, specification.declarations


def _rough_slices(q: _Question, specification: Specification) -> Iterator[Region]:
    """Slices of the past of X, whatever else may be wrong with them."""
    if not q.x <= set(q.places):
        return
    past = q.target.causal_past()
    for t in _times(q, specification):
        cut = past.at(t)
        if not cut.is_empty and cut.is_subset(specification.region):
            grown = next(
                slices_at(specification, q.target, t, q.places, q.besides(specification.names)),
                cut,
            )
            yield grown
    separate = separate_slices(specification, parts_of(q.target), q.places)
    if separate is not None and separate.is_achronal:
        yield separate


def _incomplete(q: _Question, names: frozenset[str]) -> tuple[Failure, ...]:
    missing = names - q.kept
    if not missing:
        return ()
    lacking = q.show(sorted(missing))
    have = q.show(sorted(q.kept))
    have = f"{{{have}}}" if len(q.kept) > 1 else have
    said = (
        f"{have} is not complete on a slice of the past of {_who(q)}"
        if q.kept
        else f"nothing is given that is complete on a slice of the past of {_who(q)}"
    )
    text = f"{said}: {lacking} {is_or_are(lacking)} missing"
    return (Failure("complete", tuple(sorted(missing)), text),)


def is_or_are(shown: str) -> str:
    """The verb for names as they are shown: the parts of one composite are one name.

    >>> is_or_are("λ_a"), is_or_are("λ, λ_a")
    ('is', 'are')
    """
    return "are" if ", " in shown else "is"


def _misplacements(
    q: _Question, specification: Specification, slice_: Region
) -> tuple[Failure, ...]:
    """Failures of *place* and *outside*, judged by this slice."""
    later, future = slice_.shielded(), slice_.causal_future()
    target, found = q.target, []
    for atom in sorted(q.removed - specification.names):
        if atom not in q.places:
            found.append(Failure("place", (atom,), f"nothing says where {_one(q, atom)} lives"))
            continue
        place = q.places[atom]
        if is_outside(specification, future, place):
            continue
        if _related(place, target):
            found.append(_timelike(q, atom))
        found.append(_news(q, atom, slice_))
    awkward = [
        atom
        for atom in q.besides(specification.names)
        if atom not in q.places
        or not (
            is_outside(specification, future, q.places[atom]) or q.places[atom].is_subset(later)
        )
    ]
    awkward += misplaced(specification, later, future, q.places)
    for atom in dict.fromkeys(awkward):
        if atom not in q.places:
            found.append(Failure("outside", (atom,), f"nothing says where {_one(q, atom)} lives"))
        else:
            found.append(_news(q, atom, slice_, conditioned=True))
    found.sort(key=lambda failure: failure.obligation != "place")
    return tuple(found)


def _no_slice(q: _Question) -> Refusal:
    """The refusal when no declarations give a slice of the past of X."""
    unplaced = sorted(q.x - set(q.places))
    if unplaced:
        text = f"nothing says where {q.show(unplaced)} lives, so its past has no slice"
        return Refusal((Failure("slice", tuple(unplaced), text),), None, None)
    target = q.target
    past = target.causal_past()
    near = together(q.scene, (c for c in q.scene.complete if c.region.overlaps(past)))
    t = _best_time(q, near.region)
    would_be = None if t is None else past.at(t)
    failures = [*_no_specification(q, near), _uncovered(q, near, would_be)]
    if would_be is None:
        failures += [
            _timelike(q, atom)
            for atom in sorted(q.removed & set(q.places))
            if _related(q.places[atom], target)
        ]
    else:
        failures += _misplacements(q, near, would_be)
    return Refusal(tuple(failures), would_be, None)


def _no_specification(q: _Question, near: Specification) -> tuple[Failure, ...]:
    if near.names:
        return _incomplete(q, near.names)
    return (Failure("complete", (), f"nothing is declared complete in the past of {_who(q)}"),)


def _best_time(q: _Question, region: Region) -> Number | None:
    """The moment at which the region covers most of the past of X, as far as can be told."""
    begin, past = q.target.earliest, q.target.causal_past()
    times = region.slice_times | (region.critical_times() if region.is_thick else set())
    usable = [t for t in times if (begin is None or t <= begin) and past.at(t).overlaps(region)]
    return max(usable, default=None)


def _uncovered(q: _Question, near: Specification, would_be: Region | None) -> Failure:
    x = tuple(sorted(q.x))
    if would_be is None:
        return Failure("slice", x, f"no slice of the past of {_who(q)} is declared complete")
    names = q.show(sorted(near.names))
    covered = (near.region & would_be).describe()
    verb = is_or_are(names)
    gap = would_be - near.region
    if gap.is_empty:
        text = f"the region where {names} {verb} complete ({covered}) is no slice of all the past "
        return Failure("slice", x, text + f"of {_who(q)}: part of it lies earlier")
    return Failure(
        "slice",
        x,
        f"the region where {names} {verb} complete ({covered}) leaves part of the past "
        f"of {_who(q)} uncovered: {gap.describe()}",
    )


def _timelike(q: _Question, atom: str) -> Failure:
    return Failure(
        "place",
        (atom,),
        f"{_one(q, atom)} is causally related (timelike or lightlike) to {_who(q)} "
        "and does not lie before the slice",
    )


def _news(q: _Question, atom: str, slice_: Region, conditioned: bool = False) -> Failure:
    kept = " and is conditioned on" if conditioned else ""
    return Failure(
        "outside",
        (atom,),
        f"{_one(q, atom)} lies in the causal future of the slice ({slice_.describe()}){kept}, "
        "so it can carry news from after it",
    )


def _unsettled(q: _Question, slice_: Region) -> Failure:
    return Failure(
        "slice",
        tuple(sorted(q.x)),
        f"the checker could not show that {slice_.describe()} is a slice of the past of {_who(q)}",
    )


def _path(q: _Question, declarations: tuple[Complete, ...]) -> str | None:
    """An open path in the graph of all declarations, else in that of the refusal's own."""
    for chosen in (q.scene.complete, declarations):
        used = {name for declaration in chosen for name in declaration.names}
        wanted = q.x | q.removed | q.kept | used
        atoms = [atom for atom in q.scene.places if atom in wanted]
        graph = causal_graph(q.scene, atoms, chosen)
        here = set(graph.nodes)
        path = open_path(graph, q.x & here, q.removed & here, q.kept & here)
        if path is not None:
            return path
    return None


def _related(place: Region, target: Region) -> bool:
    return place.overlaps(target.causal_past()) or place.overlaps(target.causal_future())


def _who(q: _Question) -> str:
    return q.show(sorted(q.x))


def _one(q: _Question, atom: str) -> str:
    return q.show((atom,))


def _plain(atoms: Iterable[str]) -> str:
    return ", ".join(atoms)
