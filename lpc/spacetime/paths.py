"""Open paths: why two variables of a causal graph are not separated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from lpc.spacetime.graph import CausalGraph, sides

# A node together with "did the last arrow point at it?".
Step = tuple[str, bool]


def open_path(
    graph: CausalGraph, x: Iterable[str], y: Iterable[str], z: Iterable[str]
) -> str | None:
    """A shortest path from x to y that z leaves open, written out, or None when there is none.

    A collider (→ n ←) is open when it or a descendant of it is conditioned on, any other node
    when it is not conditioned on. A shortest open walk never visits a node twice.

    >>> g = CausalGraph.create(
    ...     ["past", "λ_a", "b", "A"], ["past"], [("past", "λ_a"), ("past", "b"), ("λ_a", "A")])
    >>> open_path(g, ["A"], ["b"], [])
    'A ← λ_a ← past → b'
    >>> open_path(g, ["A"], ["b"], ["λ_a"]) is None
    True
    """
    nodes = open_nodes(graph, x, y, z)
    if nodes is None:
        return None
    text = nodes[0]
    for tail, head in pairwise(nodes):
        text += f" {'→' if head in graph.children(tail) else '←'} {head}"
    return text


def open_nodes(
    graph: CausalGraph, x: Iterable[str], y: Iterable[str], z: Iterable[str]
) -> tuple[str, ...] | None:
    """The nodes of that path in turn. Colliders, chains and forks: see `open_path`."""
    left, right, given = sides(graph, x, y, z)
    opening = _ancestors(graph, given)
    start: list[Step] = [(node, False) for node in graph.nodes if node in left]
    reached: dict[Step, Step | None] = dict.fromkeys(start)
    queue = start
    for step in queue:  # NB: grows while it is walked, breadth first.
        if step[0] in right:
            return _back(reached, step)
        for after in _next(graph, step, given, opening):
            if after not in reached:
                reached[after] = step
                queue.append(after)
    return None


def _next(graph: CausalGraph, step: Step, given: set[str], opening: set[str]) -> Iterator[Step]:
    node, pointed_at = step
    if node in opening if pointed_at else node not in given:
        yield from ((parent, False) for parent in graph.parents(node))
    if node not in given:
        yield from ((child, True) for child in graph.children(node))


def _back(reached: dict[Step, Step | None], last: Step) -> tuple[str, ...]:
    walk = []
    step: Step | None = last
    while step is not None:
        walk.append(step[0])
        step = reached[step]
    return tuple(reversed(walk))


def _ancestors(graph: CausalGraph, nodes: set[str]) -> set[str]:
    found, queue = set(nodes), list(nodes)
    for node in queue:
        fresh = [parent for parent in graph.parents(node) if parent not in found]
        found.update(fresh)
        queue += fresh
    return found
