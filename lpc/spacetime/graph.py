"""Causal graphs: directed acyclic graphs over variables and latents.

Terms
-----
latent
    A node that is never observed, hence never conditioned on.
local Markov statement
    v is independent of what comes before it given its parents. Local causality in a causal
    graph is exactly this condition (DESIGN 1.2), with values for the latents as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from lpc.logic.statements import Independence
from lpc.spacetime.errors import CycleError, GeometryError

if TYPE_CHECKING:
    from networkx import DiGraph


@dataclass(frozen=True, slots=True)
class CausalGraph:
    """Nodes in order of declaration, the latents among them, and arrows; build with `create`.

    >>> g = CausalGraph.create(["past", "λ", "A"], ["past"], [("past", "λ"), ("λ", "A")])
    >>> g.parents("A")
    ('λ',)
    >>> CausalGraph.create(["a", "b"], [], [("a", "b"), ("b", "a")])
    Traceback (most recent call last):
    ...
    lpc.spacetime.errors.CycleError: the arrows run in a circle: a -> b -> a
    """

    nodes: tuple[str, ...]
    latents: frozenset[str]
    edges: tuple[tuple[str, str], ...]

    @classmethod
    def create(
        cls,
        nodes: Iterable[str],
        latents: Iterable[str],
        edges: Iterable[tuple[str, str]],
    ) -> CausalGraph:
        """The graph, with repeated nodes and arrows dropped.

        Raises: CycleError naming the circle; GeometryError for an arrow to an unknown node.
        """
        graph = cls(tuple(dict.fromkeys(nodes)), frozenset(latents), tuple(dict.fromkeys(edges)))
        unknown = {end for edge in graph.edges for end in edge} | graph.latents
        unknown -= set(graph.nodes)
        if unknown:
            raise GeometryError(f"the causal graph has no node {', '.join(sorted(unknown))}")
        graph.order()
        return graph

    def parents(self, node: str) -> tuple[str, ...]:
        """The nodes with an arrow to this one, in order of declaration."""
        return _neighbours(self)[0][node]

    def children(self, node: str) -> tuple[str, ...]:
        """The nodes with an arrow from this one, in order of declaration."""
        return _neighbours(self)[1][node]

    def order(self) -> tuple[str, ...]:
        """The nodes sorted so that arrows point forward; otherwise in order of declaration.

        Raises: CycleError naming the circle.
        """
        done: list[str] = []
        left = list(self.nodes)
        while left:
            ready = (n for n in left if not any(p in left for p in self.parents(n)))
            node = next(ready, None)
            if node is None:
                raise CycleError(f"the arrows run in a circle: {' -> '.join(self._circle(left))}")
            left.remove(node)
            done.append(node)
        return tuple(done)

    def digraph(self) -> DiGraph[str]:
        """The graph as a networkx DiGraph; node attribute `latent`."""
        return _digraph(self)

    def _circle(self, left: list[str]) -> list[str]:
        walk = [left[0]]
        while walk.count(walk[-1]) < 2:
            walk.append(next(p for p in self.parents(walk[-1]) if p in left))
        return walk[walk.index(walk[-1]) :][::-1]


def markov_premises(graph: CausalGraph) -> tuple[Independence, ...]:
    """The local Markov statements in a topological order, which imply all of d-separation.

    Source: DESIGN 1.2, "LC is then its causal Markov condition".

    >>> g = CausalGraph.create(["past", "λ", "A"], ["past"], [("past", "λ"), ("λ", "A")])
    >>> [str(premise) for premise in markov_premises(g)]
    ['A ⊥ past | λ']
    """
    order = graph.order()
    found = []
    for k, node in enumerate(order):
        parents = graph.parents(node)
        found.append(Independence.create({node}, set(order[:k]) - set(parents), parents))
    return tuple(premise for premise in found if not premise.is_trivial)


def d_separated(graph: CausalGraph, x: Iterable[str], y: Iterable[str], z: Iterable[str]) -> bool:
    """True when z d-separates x and y in the graph. What lies in z is dropped from x and y.

    Raises: GeometryError when z holds a latent or the graph lacks a node.

    >>> g = CausalGraph.create(["past", "λ", "A"], ["past"], [("past", "λ"), ("λ", "A")])
    >>> d_separated(g, "A", ["past"], "λ"), d_separated(g, "A", ["past"], "")
    (True, False)
    """
    from networkx import is_d_separator

    left, right, given = sides(graph, x, y, z)
    if left & right:
        return False
    return not left or not right or bool(is_d_separator(graph.digraph(), left, right, given))


def sides(
    graph: CausalGraph, x: Iterable[str], y: Iterable[str], z: Iterable[str]
) -> tuple[set[str], set[str], set[str]]:
    """x∖z, y∖z and z as sets.

    Raises: GeometryError when z holds a latent or the graph lacks a node.
    """
    given = set(z)
    left, right = set(x) - given, set(y) - given
    if given & graph.latents:
        raise GeometryError(
            f"{', '.join(sorted(given & graph.latents))} is latent and cannot be conditioned on"
        )
    missing = (left | right | given) - set(graph.nodes)
    if missing:
        raise GeometryError(f"the causal graph has no node {', '.join(sorted(missing))}")
    return left, right, given


@lru_cache(maxsize=64)
def _neighbours(
    graph: CausalGraph,
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    place = {node: k for k, node in enumerate(graph.nodes)}
    parents: dict[str, list[str]] = {node: [] for node in graph.nodes}
    children: dict[str, list[str]] = {node: [] for node in graph.nodes}
    for tail, head in graph.edges:
        parents[head].append(tail)
        children[tail].append(head)
    return tuple(  # type: ignore[return-value]
        {node: tuple(sorted(found, key=place.__getitem__)) for node, found in side.items()}
        for side in (parents, children)
    )


@lru_cache(maxsize=64)
def _digraph(graph: CausalGraph) -> DiGraph[str]:
    from networkx import DiGraph

    found: DiGraph[str] = DiGraph()
    for node in graph.nodes:
        found.add_node(node, latent=node in graph.latents)
    found.add_edges_from(graph.edges)
    return found
