"""Causal graphs, time upwards, with the open path of a refused removal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from lpc.language.document import Document
from lpc.logic import LpcError
from lpc.pictures.captions import about, caption
from lpc.pictures.focus import Focus, chosen_removal, focus_on
from lpc.pictures.labels import Label, formula, prose
from lpc.pictures.layered import Layout
from lpc.pictures.scene import SIZE, Dot, Line, Picture, Role, Shape, Text, bounds, framed
from lpc.report.results import Item
from lpc.spacetime import CausalGraph, causal_graph

# Larger graphs would be drawn slowly, and nobody could read them.
MAX_NODES, MAX_EDGES = 120, 800


def graph_picture(document: Document, item: Item | None = None) -> Picture:
    """The causal graph of a document, with the open path of a step if it has one.

    Raises: LpcError when the document declares neither a graph nor a spacetime, or an empty graph.
    """
    removal = None if item is None else chosen_removal(item)
    focus = None if removal is None else focus_on(document, removal)
    graph = drawn_graph(document, focus)
    if not graph.nodes:
        raise LpcError("the causal graph has no nodes, so there is nothing to draw")
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
    title = document.title or document.shown
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
