"""Where the nodes of a directed acyclic graph stand, in layers, and how its arrows run.

After Sugiyama, Tagawa and Toda (1981): the layer of a node is the length of the longest chain
of arrows to it; arrows over several layers run through dummy nodes; the order within a layer
follows the mean position of neighbours, swept up and down.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import hypot

from lpc.pictures.labels import formula, width
from lpc.pictures.scene import SIZE, Point
from lpc.spacetime import CausalGraph

RISE = 88.0
SPACE = 34.0
RADIUS = 17.0
SWEEPS = 8
ROUNDS = 3
# Beyond this many crossings of layers dummies no longer help, and cost time.
MAX_DUMMIES = 400

Vertex = str | tuple[str, str, int]
"""A node, or the place where an arrow crosses a layer."""


class Layout:
    """Where the nodes stand and how the arrows run; a function of the graph alone."""

    def __init__(self, graph: CausalGraph) -> None:
        self.graph = graph
        self.radii = {n: _radii(n) for n in graph.nodes}
        self.level = _levels(graph)
        self.chains = self._chains()
        self.layers = self._layers()
        self._sort()
        x = self._spread()
        top = max(self.level.values(), default=0)
        self.at: dict[Vertex, Point] = {
            v: (x[v], (top - k) * RISE) for k, layer in enumerate(self.layers) for v in layer
        }

    def route(self, tail: str, head: str) -> tuple[Point, ...]:
        """The arrow from the rim of one node to the rim of the other."""
        points = [self.at[v] for v in self.chains[tail, head]]
        points[0] = _rim(points[0], self.radii[tail], points[1], 0)
        points[-1] = _rim(points[-1], self.radii[head], points[-2], 2)
        return _smooth(points)

    def _chains(self) -> dict[tuple[str, str], list[Vertex]]:
        spans = sum(self.level[b] - self.level[a] for a, b in self.graph.edges)
        found: dict[tuple[str, str], list[Vertex]] = {}
        for tail, head in self.graph.edges:
            middle = range(self.level[tail] + 1, self.level[head])
            dummies: list[Vertex] = [(tail, head, k) for k in middle]
            found[tail, head] = [tail, *(dummies if spans <= MAX_DUMMIES else []), head]
        return found

    def _layers(self) -> list[list[Vertex]]:
        layers: list[list[Vertex]] = [[] for _ in range(max(self.level.values(), default=0) + 1)]
        for node in self.graph.nodes:
            layers[self.level[node]].append(node)
        for chain in self.chains.values():
            for vertex in chain[1:-1]:
                layers[vertex[2] if isinstance(vertex, tuple) else 0].append(vertex)
        return layers

    def _neighbours(self) -> tuple[dict[Vertex, list[Vertex]], dict[Vertex, list[Vertex]]]:
        below: dict[Vertex, list[Vertex]] = {v: [] for layer in self.layers for v in layer}
        above: dict[Vertex, list[Vertex]] = {v: [] for layer in self.layers for v in layer}
        for chain in self.chains.values():
            for tail, head in pairwise(chain):
                below[head].append(tail)
                above[tail].append(head)
        return below, above

    def _sort(self) -> None:
        below, above = self._neighbours()
        best = [list(layer) for layer in self.layers]
        fewest = _crossings(best, above)
        for sweep in range(SWEEPS):
            upwards = sweep % 2 == 0
            order = self.layers[1:] if upwards else self.layers[-2::-1]
            for layer in order:
                near = below if upwards else above
                place = {v: k for one in self.layers for k, v in enumerate(one)}
                size = {v: len(one) for one in self.layers for v in one}
                layer.sort(key=lambda v: _mean(v, near[v], place, size))
            count = _crossings(self.layers, above)
            if count < fewest:
                fewest, best = count, [list(layer) for layer in self.layers]
        self.layers = best

    def _spread(self) -> dict[Vertex, float]:
        """x of every vertex: as near to the mean of its neighbours as room allows."""
        below, above = self._neighbours()
        x: dict[Vertex, float] = {}
        for layer in self.layers:
            x.update(zip(layer, self._apart(layer, [0.0] * len(layer)), strict=True))
        for sweep in range(SWEEPS):
            for layer in self.layers if sweep % 2 else self.layers[::-1]:
                near = {v: below[v] + above[v] for v in layer}
                wanted = [
                    sum(x[n] for n in near[v]) / len(near[v]) if near[v] else x[v] for v in layer
                ]
                x.update(zip(layer, self._apart(layer, wanted), strict=True))
        return x

    def _apart(self, layer: list[Vertex], wanted: list[float]) -> list[float]:
        """The positions nearest to those wanted (least squares) that keep their distance.

        Pool adjacent violators: neighbours that come too close move together.
        """
        offsets = [0.0]
        for a, b in pairwise(layer):
            offsets.append(offsets[-1] + self._half(a) + self._half(b) + SPACE)
        pools: list[tuple[float, int]] = []
        for target, offset in zip(wanted, offsets, strict=True):
            total, count = target - offset, 1
            while pools and pools[-1][0] / pools[-1][1] > total / count:
                more, n = pools.pop()
                total, count = total + more, count + n
            pools.append((total, count))
        means = [total / count for total, count in pools for _ in range(count)]
        return [mean + offset for mean, offset in zip(means, offsets, strict=True)]

    def _half(self, vertex: Vertex) -> float:
        return self.radii[vertex][0] if isinstance(vertex, str) else 4.0


def _levels(graph: CausalGraph) -> dict[str, int]:
    level: dict[str, int] = {}
    for node in graph.order():
        level[node] = 1 + max((level[p] for p in graph.parents(node)), default=-1)
    return level


def _radii(node: str) -> tuple[float, float]:
    return max(RADIUS, width(formula(node), SIZE) / 2 + 9), RADIUS


def _mean(
    vertex: Vertex, near: list[Vertex], place: Mapping[Vertex, int], size: Mapping[Vertex, int]
) -> float:
    """The mean position of the neighbours, each as a share of its layer."""
    if not near:
        return (place[vertex] + 0.5) / size[vertex]
    return sum((place[n] + 0.5) / size[n] for n in near) / len(near)


def _crossings(layers: list[list[Vertex]], above: Mapping[Vertex, list[Vertex]]) -> int:
    place = {v: k for layer in layers for k, v in enumerate(layer)}
    total = 0
    for layer in layers:
        ends = [(place[v], place[w]) for v in layer for w in above[v]]
        total += sum(
            (a - c) * (b - d) < 0 for k, (a, b) in enumerate(ends) for c, d in ends[k + 1 :]
        )
    return total


def _smooth(points: list[Point]) -> tuple[Point, ...]:
    """The corners cut (Chaikin), the ends kept."""
    for _ in range(ROUNDS if len(points) > 2 else 0):
        cut = [points[0]]
        for (x0, y0), (x1, y1) in pairwise(points):
            cut += [((3 * x0 + x1) / 4, (3 * y0 + y1) / 4), ((x0 + 3 * x1) / 4, (y0 + 3 * y1) / 4)]
        points = [*cut, points[-1]]
    return tuple(points)


def _rim(center: Point, radii: tuple[float, float], towards: Point, gap: float) -> Point:
    """Where the line to another point leaves the ellipse."""
    dx, dy = towards[0] - center[0], towards[1] - center[1]
    length = hypot(dx, dy) or 1.0
    rx, ry = radii[0] + gap, radii[1] + gap
    share = 1 / (hypot(dx / rx, dy / ry) or 1.0)
    share = min(share, (length - 1) / length)
    return center[0] + dx * share, center[1] + dy * share
