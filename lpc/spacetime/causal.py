"""The causal graph of a scene.

Nodes are the variables, a latent `past`, and latents that stand for chance after the slice.

- A variable that a slice covers has as parents the variables complete there. Any other
  variable has `past` as a parent, and also what is complete in its own causal past.
- Variables complete somewhere have `past` as a parent, and no variable outside that
  declaration: what influences them from before goes with `past`, and what they have in
  common with later events is an arrow to those.
- u → v when all of u can influence v, unless a slice that covers v screens u off. If only
  part of u can, or each can influence the other, no arrow is drawn: they share a latent.
- Variables that chance after the slice can reach together have a latent of their own,
  `after(u, v, …)`. It is left out where an arrow u → v and common parents do the same work.

What the rule licenses comes first: should an arrow open a path that the rule closes (several
declarations that overlap, say), the arrow is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from lpc.spacetime.graph import CausalGraph
from lpc.spacetime.numbers import Number
from lpc.spacetime.paths import open_nodes
from lpc.spacetime.regions import Region
from lpc.spacetime.rule import Shield
from lpc.spacetime.scene import Complete, Scene, specifications, together
from lpc.spacetime.screening import local_causality, shields

PAST = "past"


def causal_graph(
    scene: Scene, atoms: Iterable[str], declarations: Sequence[Complete] | None = None
) -> CausalGraph:
    """The graph of the placed atoms, for all declarations or for some of them.

    The atoms complete in those declarations are nodes too. Every premise that `local_causality`
    yields (determinations apart) is d-separated in the graph.

    Source: DESIGN 1.2 and 5, "Local causality".

    >>> from lpc.spacetime import Complete, Scene, Space
    >>> space = Space(1)
    >>> one, two = space.point(4, [-5]), space.point(4, [5])
    >>> left = space.slice(0) & space.past(one)
    >>> places = {"λ": left, "A": one, "B": two}
    >>> scene = Scene(space, {}, places, (Complete(frozenset("λ"), left, ("λ",)),))
    >>> causal_graph(scene, ["λ", "A", "B"]).edges
    (('past', 'λ'), ('past', 'B'), ('λ', 'A'))
    """
    chosen = scene.complete if declarations is None else tuple(declarations)
    part = Scene(scene.space, scene.regions, scene.places, chosen)
    names = together(part, chosen).names
    wanted = list(dict.fromkeys([*atoms, *sorted(names)]))
    draft = _Draft.create(part, wanted)
    draft.draw()
    draft.thin_out()
    _obey_rule(draft, part)
    return draft.graph()


@dataclass
class _Draft:
    """A graph in the making."""

    places: Mapping[str, Region]
    order: list[str]
    scene: Scene
    best: dict[str, list[Shield]]
    past: str
    complete: frozenset[str]
    edges: dict[tuple[str, str], None] = field(default_factory=dict)
    latents: list[str] = field(default_factory=list)

    @classmethod
    def create(cls, scene: Scene, wanted: list[str]) -> _Draft:
        found = scene.placed(wanted)
        places = {atom: found[atom] for atom in wanted if atom in found}
        complete = frozenset[str]().union(*(c.names for c in scene.complete)) & set(places)

        def key(atom: str) -> tuple[bool, Number, bool]:
            begin = places[atom].earliest
            return begin is not None, 0 if begin is None else begin, atom not in complete

        order = sorted(places, key=key)
        past = PAST
        while past in wanted:
            past += "'"
        draft = cls(places, order, scene, {}, past, complete)
        draft._find_shields()
        return draft

    def _find_shields(self) -> None:
        """For each variable the separations that cover it, from fewest declarations up."""
        position = {atom: k for k, atom in enumerate(self.order)}
        for specification in specifications(self.scene):
            for found in shields(specification, self.places):
                for atom in found.covered - specification.names:
                    earlier = (
                        position[c] < position[atom] for c in specification.names if c in position
                    )
                    if atom not in self.complete or all(earlier):
                        self.best.setdefault(atom, []).append(found)

    def draw(self) -> None:
        """All arrows and latents before any are taken out."""
        for atom, place in self.places.items():
            if atom in self.best:
                for parent in self._screen(atom):
                    self._arrow(parent, atom)
                continue
            self._arrow(self.past, atom)
            if atom in self.complete:
                continue
            for declaration in self.scene.complete:
                if place.overlaps(declaration.region.causal_future()):
                    for parent in sorted(declaration.names & set(self.places)):
                        self._arrow(parent, atom)
        for u, v in combinations(self.order, 2):
            equals = self._drawn(u) and self._drawn(v)
            linked = equals and self._reaches(u, v) and not self._apart(u, v)
            # A late variable of C may be a parent of earlier ones: never close a circle.
            if linked and u not in self._descendants(v):
                self._arrow(u, v)
        for group in self._companions():
            self._add_latent(group)

    def thin_out(self) -> None:
        """Leave out latents that an arrow and common parents make superfluous.

        With u → w for every other w of the group, and each parent of u a parent of every w,
        the latent's part in u can be drawn afresh: the w see u and all that u depends on.
        """
        changed = True
        while changed:
            changed = False
            for latent in list(self.latents):
                group = [v for v in self.order if (latent, v) in self.edges]
                first, rest = group[0], group[1:]
                needed = {first, *self._parents(first)} - {latent}
                if all(needed <= self._parents(w) for w in rest):
                    self._drop(latent)
                    if len(rest) > 1:
                        self._add_latent(rest)
                    changed = True

    def graph(self) -> CausalGraph:
        """The finished graph: latent past first, then the variables, then other latents."""
        used = {tail for tail, _ in self.edges}
        hidden = [latent for latent in self.latents if latent in used]
        first = [self.past] if self.past in used else []
        nodes = [*first, *self.places, *hidden]
        place = {node: k for k, node in enumerate(nodes)}
        edges = sorted(self.edges, key=lambda edge: (place[edge[0]], place[edge[1]]))
        return CausalGraph.create(nodes, [*first, *hidden], edges)

    def _screen(self, atom: str) -> list[str]:
        """The variables complete on the slice that covers the atom."""
        found = self.best[atom][0]
        past = self.places[atom].causal_past()
        names = {
            name
            for declaration in found.specification.declarations
            if past.overlaps(declaration.region & found.slice)
            for name in declaration.names
        }
        return sorted(names)

    def _drawn(self, atom: str) -> bool:
        """True for variables that may share arrows and latents with others as equals."""
        return atom not in self.complete or atom in self.best

    def _reaches(self, u: str, v: str) -> bool:
        """All of u can influence v, and v cannot influence u.

        Were only part of u in the past of v, an arrow would pass on news from all of it.
        """
        one, other = self.places[u], self.places[v]
        return one.is_subset(other.causal_past()) and not other.overlaps(one.causal_past())

    def _apart(self, u: str, v: str) -> bool:
        """Some slice that covers one of the two screens the other off."""
        return any(
            b in shield.outside and a in shield.covered
            for a, b in ((u, v), (v, u))
            for shield in self.best.get(a, ())
        )

    def _companions(self) -> list[list[str]]:
        """Largest groups of covered variables that chance after the slice reaches together.

        Variables not covered need none: `past` stands for all that they have in common.
        """
        late = [v for v in self.order if self._drawn(v)]
        linked = {
            frozenset((u, v))
            for u, v in combinations(late, 2)
            if (u in self.best or v in self.best) and not self._apart(u, v)
        }
        groups = [frozenset(pair) for pair in linked]
        for atom in late:
            grown = [
                group | {atom}
                for group in groups
                if atom not in group
                and all(frozenset((atom, v)) in linked for v in group)
                and self._meet(group | {atom})
            ]
            groups = list(dict.fromkeys([*groups, *grown]))[:400]
        largest = [g for g in groups if not any(g < other for other in groups)]
        return sorted(sorted(g, key=self.order.index) for g in largest)

    def _meet(self, group: frozenset[str]) -> bool:
        """One point after the slice certainly influences all of the group."""
        for first in group:
            if (
                all(self.places[first].is_subset(self.places[v].causal_past()) for v in group)
                and first in self.best
            ):
                return True
        if self.scene.space.dimension > 1:
            return False
        common: Region | None = None
        for v in group:
            past = self.places[v].causal_past()
            if v in self.best:
                past = past & self.best[v][0].slice.causal_future()
            common = past if common is None else common & past
        return common is not None and not common.is_empty

    def _arrow(self, tail: str, head: str) -> None:
        if tail != head:
            self.edges[tail, head] = None

    def _descendants(self, node: str) -> set[str]:
        found = [node]
        for above in found:
            found += [head for tail, head in self.edges if tail == above and head not in found]
        return set(found)

    def _parents(self, node: str) -> set[str]:
        return {tail for tail, head in self.edges if head == node}

    def _add_latent(self, group: Sequence[str]) -> None:
        name = f"after({', '.join(group)})"
        if name not in self.latents:
            self.latents.append(name)
        for v in group:
            self._arrow(name, v)

    def _drop(self, latent: str) -> None:
        self.latents.remove(latent)
        for edge in [edge for edge in self.edges if edge[0] == latent]:
            del self.edges[edge]


def _obey_rule(draft: _Draft, scene: Scene) -> None:
    """Take arrows out until every premise of the rule is d-separated."""
    for premise in local_causality(scene, draft.places):
        if premise.slice is None:
            continue
        said = premise.independence
        while (path := open_nodes(draft.graph(), said.x, said.y, said.z)) is not None:
            del draft.edges[_weakest(path, said.z, draft)]


def _weakest(path: Sequence[str], given: frozenset[str], draft: _Draft) -> tuple[str, str]:
    """The arrow of an open path to take out: one from a latent into a collider, if any."""
    arrows = [(u, v) if (u, v) in draft.edges else (v, u) for u, v in pairwise(path)]
    into_given = [edge for edge in arrows if edge[1] in given and edge[0] in draft.latents]
    from_latent = [edge for edge in arrows if edge[0] in draft.latents]
    return (into_given or from_latent or arrows)[0]
