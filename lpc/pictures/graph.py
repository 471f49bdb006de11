"""Causal graphs, time upwards, with the open path of a refused removal.

Layout in layers (after Sugiyama, Tagawa and Toda, 1981): the layer of a node is the length of
the longest chain of arrows to it; arrows over several layers run through dummy nodes; the
order within a layer follows the mean position of neighbours, swept up and down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import hypot

from lpc.language.document import Document
from lpc.logic import LpcError
from lpc.pictures.captions import about, caption
from lpc.pictures.focus import Focus, chosen_removal, focus_on
from lpc.pictures.labels import Label, formula, prose, width
from lpc.pictures.scene import SIZE, Dot, Line, Picture, Point, Role, Shape, Text, bounds, framed
from lpc.report.results import Item
from lpc.spacetime import CausalGraph, causal_graph

RISE = 88.0
SPACE = 34.0
RADIUS = 17.0
SWEEPS = 8
ROUNDS = 3
# Larger graphs would be drawn slowly, and nobody could read them.
MAX_NODES, MAX_EDGES = 120, 800
# Beyond this many crossings of layers dummies no longer help, and cost time.
MAX_DUMMIES = 400

Vertex = str | tuple[str, str, int]
"""A node, or the place where an arrow crosses a layer."""


def graph_picture(document: Document, item: Item | None = None) -> Picture:
    """The causal graph of a document, with the open path of a step if it has one.

    Raises: LpcError when the document declares neither a graph nor a spacetime.
    """
    removal = None if item is None else chosen_removal(item)
    focus = None if removal is None else focus_on(document, removal)
    graph = drawn_graph(document, focus)
    if len(graph.nodes) > MAX_NODES or len(graph.edges) > MAX_EDGES:
        size = f"{len(graph.nodes)} nodes and {len(graph.edges)} arrows"
        raise LpcError(f"the causal graph has {size}, too many for a picture")
    path = _path(focus)
    shapes = [*_shapes(graph, path, focus)]
    left, _, right, bottom = bounds(shapes)
    lines: list[tuple[Label, Role]] = [] if item is None else [*about(item, removal)]
    if path and not set(pairwise(path)) <= {*graph.edges, *((b, a) for a, b in graph.edges)}:
        lines.append((prose("the path uses fewer declarations than the graph"), Role.FAINT))
    shapes += caption(lines, left, bottom + 16, right - left)
    title = document.title or document.path
    if item is not None:
        title = f"{title}: {item.label or item.name or item.statement}"
    arrows = "; ".join(f"{a} → {b}" for a, b in graph.edges)
    latent = ", ".join(n for n in graph.nodes if n in graph.latents)
    description = f"Causal graph, causes below effects. {arrows}. Latent: {latent or 'none'}."
    if path and removal is not None:
        description += f" Open path: {removal.open_path}."
    return framed("graph", title, description, shapes)


def drawn_graph(document: Document, focus: Focus | None = None) -> CausalGraph:
    """The graph as declared, or as drawn from the spacetime for the atoms of the picture."""
    if document.graph is not None:
        return document.graph
    scene = document.scene
    if scene is None:
        raise LpcError(
            "the file declares neither a spacetime nor a causal graph; of a step there are "
            "--kind proof and --kind model"
        )
    # NB: the atoms for which the refusal looked for its path, so that the latents agree.
    declared = frozenset[str]().union(*(c.names for c in scene.complete))
    atoms = [a for a in scene.places if focus is None or a in focus.atoms | declared]
    return causal_graph(scene, atoms)


def _path(focus: Focus | None) -> tuple[str, ...]:
    """The nodes of the open path: it is reported as "A ← past → b"."""
    text = None if focus is None else focus.path
    return () if text is None else tuple(re.split(r" [←→] ", text))


def _shapes(graph: CausalGraph, path: tuple[str, ...], focus: Focus | None) -> Iterator[Shape]:
    layout = Layout(graph)
    on_path = {*pairwise(path), *((b, a) for a, b in pairwise(path))}
    edges = sorted(graph.edges, key=lambda e: e in on_path)
    for tail, head in edges:
        role = Role.OPEN if (tail, head) in on_path else Role.ARROW
        yield Line(layout.route(tail, head), role, arrow=True)
    given = frozenset[str]() if focus is None else focus.kept
    for node in graph.nodes:
        at, (rx, ry) = layout.at[node], layout.radii[node]
        latent = node in graph.latents
        role = Role.LATENT if latent else Role.GIVEN if node in given else Role.NODE
        yield Dot(at, role, rx, ry, f"{node}, latent" if latent else node)
        if node in path:
            yield Dot(at, Role.RING, rx + 3.5, ry + 3.5)
        yield Text(formula(node), (at[0], at[1] + SIZE * 0.3), Role.FAINT if latent else Role.INK)


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
