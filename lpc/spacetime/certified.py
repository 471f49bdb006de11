"""The part of a scene's causal graph that is certain, for models to be held against.

`causal_graph` explains refusals, and where it cannot show that something is screened off it
draws an arrow. A model may not lean on such an arrow: it would be said to obey local
causality although it does not. Here an arrow stays only with a certificate:

- a latent stays for variables that one event can influence, each along causal curves that
  do not cross the complete region;
- an arrow between variables stays when the first can influence the second in this way, or
  when it is part of a specification whose region such curves start from.

What happens inside the complete region is carried by the variables complete there: these get
arrows among themselves and to what is complete later.
Leaving an arrow out only asks more of a model, so whatever is left is safe.

Terms
-----
reach of X
    Events from which some causal curve leads to X without meeting the complete region on
    its way (the event itself apart). In 1+1 it is computed exactly for constant-time pieces;
    of thicker pieces it leaves out everything in their causal past, which is less than the
    reach and never more. In d+1 it is sampled, point by point, with exact arithmetic.
door of X
    Where such curves to X leave the complete region.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product

from lpc.spacetime.cells import distance2
from lpc.spacetime.graph import CausalGraph
from lpc.spacetime.numbers import Number, exact
from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Scene, together
from lpc.spacetime.zones import Zone, zone

Event = tuple[Number, tuple[Number, ...]]


def certified_graph(scene: Scene, graph: CausalGraph) -> CausalGraph:
    """The graph without the arrows that nothing certifies.

    >>> from lpc.spacetime import Complete, Scene, Space, causal_graph
    >>> space = Space(1)
    >>> one, two = space.point(4, [-5]), space.point(4, [5])
    >>> left = space.slice(0) & space.past(one)
    >>> places = {"λ": left, "A": one, "B": two}
    >>> scene = Scene(space, {}, places, (Complete(frozenset("λ"), left, ("λ",)),))
    >>> certified_graph(scene, causal_graph(scene, ["λ", "A", "B"])).edges
    (('past', 'λ'), ('past', 'B'), ('λ', 'A'))
    """
    judge = _Flat(scene) if scene.space.dimension == 1 else _Sampled(scene)
    edges: list[tuple[str, str]] = []
    for latent in graph.nodes:
        if latent in graph.latents:
            children = judge.together(graph.children(latent))
            if len(children) > 1:
                edges += [(latent, child) for child in children]
    for tail, head in graph.edges:
        if tail not in graph.latents and judge.influences(tail, head):
            edges.append((tail, head))
    for tail, head in judge.inside():
        known = {tail, head} <= set(graph.nodes) and (tail, head) not in edges
        if known and not _leads(edges, head, tail):
            edges.append((tail, head))
    place = {node: k for k, node in enumerate(graph.nodes)}
    edges.sort(key=lambda edge: (place[edge[0]], place[edge[1]]))
    used = {tail for tail, _ in edges}
    nodes = [n for n in graph.nodes if n not in graph.latents or n in used]
    return CausalGraph.create(nodes, graph.latents & used, edges)


def _leads(edges: list[tuple[str, str]], start: str, end: str) -> bool:
    """Whether arrows lead from one node to another."""
    found = [start]
    for node in found:  # NB: grows while it is walked.
        found += [head for tail, head in edges if tail == node and head not in found]
    return end in found


def _complete_regions(scene: Scene, atom: str) -> list[Region]:
    return [c.region for c in scene.complete if atom in c.names]


def _is_function(scene: Scene, region: Region, tail: str, head: str) -> bool:
    """The head lives wholly where something is complete, the tail being part of that."""
    place = scene.places[head]
    return place.is_subset(region) and any(
        r.overlaps(place) for r in _complete_regions(scene, tail)
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    """In 1+1: the reach of a variable, and its door."""

    events: Region
    door: Region


class _Flat:
    """Certificates in 1+1, by the exact algebra of zones."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.region = together(scene, scene.complete).region
        thin = [p for p in self.region.pieces if p.time is not None]
        self.thin = Region.create(1, thin)
        thick = Region.create(1, (p for p in self.region.pieces if p.time is None))
        self.shadow = thick.causal_past()
        self.times = sorted(self.thin.slice_times, reverse=True)
        self.known: dict[str, _Reach] = {}

    def reach(self, atom: str) -> _Reach:
        if atom not in self.known:
            self.known[atom] = self._reach(self.scene.places[atom])
        return self.known[atom]

    def _reach(self, place: Region) -> _Reach:
        """Downwards from one constant-time piece to the next, taking away what is met."""
        free = place - self.region
        start = place if free.is_empty else free
        events, door = Region(1), Region(1)
        front, above = start, None
        for t in self.times:
            layer = front.causal_past() & _between(t, above)
            events = events | layer
            arrived = (front & _after(t)).causal_past().at(t)
            door = door | (arrived & self.thin)
            # NB: a variable that lives on the piece itself starts there and is not stopped.
            front = (arrived - self.thin) | (start & _until(t))
            events = events | front.at(t)
            above = t
        events = events | (front.causal_past() & _between(None, above))
        return _Reach(events - self.shadow - self.region, door)

    def together(self, atoms: Iterable[str]) -> list[str]:
        """The atoms, first come first served, that one event can influence."""
        kept: list[str] = []
        common: Region | None = None
        for atom in atoms:
            events = self.reach(atom).events
            meeting = events if common is None else common & events
            if not meeting.is_empty:
                kept.append(atom)
                common = meeting
        return kept

    def influences(self, tail: str, head: str) -> bool:
        reach = self.reach(head)
        if _is_function(self.scene, self.region, tail, head):
            return True
        if any(region.overlaps(reach.door) for region in _complete_regions(self.scene, tail)):
            return True
        thick = [r for r in _complete_regions(self.scene, tail) if r.is_thick]
        past = self.scene.places[head].causal_past()
        if any(region.overlaps(past) for region in thick):
            return True
        return self.scene.places[tail].is_subset(reach.events)

    def inside(self) -> Iterator[tuple[str, str]]:
        """Arrows among what is complete: within a declaration, and to what is complete later."""
        for declaration in self.scene.complete:
            for u, v in combinations(sorted(declaration.names & set(self.scene.places)), 2):
                if self.scene.places[u].overlaps(self.scene.places[v]):
                    yield u, v
        for one, other in permutations(self.scene.complete, 2):
            for head in sorted((other.names - one.names) & set(self.scene.places)):
                if self._feeds(one.region, head):
                    yield from ((tail, head) for tail in sorted(one.names))

    def _feeds(self, region: Region, head: str) -> bool:
        """What is complete on the region is met on the way to the variable, not the reverse."""
        place = self.scene.places[head]
        if region.is_thick:
            return region.overlaps(place.causal_past()) and not place.overlaps(region.causal_past())
        return region.overlaps(self.reach(head).door)


def _after(t: Number) -> Region:
    return Region(1, _zones(zone(ls=(-2 * t, False))))


def _until(t: Number) -> Region:
    return Region(1, _zones(zone(hs=(2 * t, True))))


def _between(low: Number | None, high: Number | None) -> Region:
    """The events after `low` and before `high`."""
    below = None if high is None else (2 * high, False)
    above = None if low is None else (-2 * low, False)
    return Region(1, _zones(zone(hs=below, ls=above)))


def _zones(found: Zone | None) -> tuple[Zone, ...]:
    return () if found is None else (found,)


class _Sampled:
    """Certificates in d+1, by straight lines between sampled events."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.region = together(scene, scene.complete).region
        self.times = sorted(self.region.slice_times, reverse=True)
        self.centers = sorted({c for p in _places(scene) for c in _centers(p)})
        bounds = {t for p in _places(scene) for t in p.critical_times()}
        self.moments = _midpoints(sorted(bounds))
        self.samples: dict[str, list[Event]] = {}

    def events(self, atom: str) -> list[Event]:
        """Events at which the variable lives, outside the complete region if there are any."""
        if atom not in self.samples:
            place = self.scene.places[atom]
            times = sorted({*place.slice_times, *self.moments})
            found = [(t, c) for t, c in product(times, self.centers) if place.contains(t, c)]
            free = [e for e in found if not self.region.contains(*e)]
            self.samples[atom] = (free or found)[:6]
        return self.samples[atom]

    def together(self, atoms: Iterable[str]) -> list[str]:
        """The atoms that one sampled event can influence, for the event that does most."""
        if self.region.is_thick:
            return []
        wanted = list(atoms)
        best: list[str] = []
        for source in product(reversed(self.moments), self._grid(wanted)):
            if self.region.contains(*source):
                continue
            kept = [a for a in wanted if any(self._free(source, e) for e in self.events(a))]
            best = kept if len(kept) > len(best) else best
        return best

    def influences(self, tail: str, head: str) -> bool:
        if _is_function(self.scene, self.region, tail, head):
            return True
        if self.region.is_thick:
            past = self.scene.places[head].causal_past()
            return any(r.overlaps(past) for r in _complete_regions(self.scene, tail))
        for goal in self.events(head):
            for region in _complete_regions(self.scene, tail):
                if any(
                    self._free((t, c), goal)
                    for t in region.slice_times
                    for c in (*self.centers, goal[1])
                    if region.contains(t, c)
                ):
                    return True
        return any(
            self._free(start, goal) for start in self.events(tail) for goal in self.events(head)
        )

    def inside(self) -> Iterator[tuple[str, str]]:
        """None: what is met on the way is not decided in d+1."""
        return iter(())

    def _grid(self, atoms: list[str]) -> list[tuple[Number, ...]]:
        """Centres of the places, and points between and beyond them along the axes."""
        own = sorted({c for a in atoms for _, c in self.events(a)})
        between = [_middle(p, q) for p in own for q in own if p < q]
        return [*own, *between, *self.centers]

    def _free(self, start: Event, end: Event) -> bool:
        """A straight causal line from start to end that meets no constant-time piece between."""
        (t0, x0), (t1, x1) = start, end
        if t0 > t1 or distance2(x0, x1) > (t1 - t0) ** 2:
            return False
        for t in self.times:
            if t0 < t < t1:
                part = Fraction(t - t0) / Fraction(t1 - t0)
                at = tuple(exact(p + part * (q - p)) for p, q in zip(x0, x1, strict=True))
                if self.region.contains(t, at):
                    return False
        return True


def _places(scene: Scene) -> list[Region]:
    return [*scene.places.values(), *(c.region for c in scene.complete)]


def _centers(region: Region) -> Iterable[tuple[Number, ...]]:
    for piece in region.pieces:
        for cone in (*piece.pos, *piece.neg):
            yield cone.center


def _midpoints(times: list[Number]) -> list[Number]:
    """Moments before, between, at and after the given ones, the earliest far in the past."""
    if not times:
        return [0]
    span = times[-1] - times[0] + 1
    found: list[Number] = [times[0] - 1000 * span, times[0] - span]
    for one, other in pairwise(times):
        found += [one, exact(Fraction(one + other, 2))]
    return [*found, times[-1]]


def _middle(p: tuple[Number, ...], q: tuple[Number, ...]) -> tuple[Number, ...]:
    return tuple(exact(Fraction(a + b, 2)) for a, b in zip(p, q, strict=True))
