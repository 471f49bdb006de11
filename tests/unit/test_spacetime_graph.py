"""Causal graphs: circles, local Markov statements, separation and open paths."""

from __future__ import annotations

import pytest

from lpc.spacetime import (
    CausalGraph,
    Complete,
    CycleError,
    GeometryError,
    Scene,
    Space,
    causal_graph,
    d_separated,
    markov_premises,
    open_path,
)

# The graph of reference_models.lpc.
MODELS = CausalGraph.create(
    ["past", "A", "B", "a", "b", "λ", "λ_a", "λ_b"],
    ["past"],
    [
        *[("past", child) for child in ("λ", "λ_a", "λ_b", "a", "b")],
        *[(parent, "A") for parent in ("λ", "λ_a", "a")],
        *[(parent, "B") for parent in ("λ", "λ_b", "b")],
    ],
)


def test_circles_are_named() -> None:
    with pytest.raises(CycleError, match="c -> b"):
        CausalGraph.create("abc", [], [("a", "b"), ("b", "c"), ("c", "b")])
    with pytest.raises(CycleError, match="a -> a"):
        CausalGraph.create("a", [], [("a", "a")])


def test_unknown_nodes_are_named() -> None:
    with pytest.raises(GeometryError, match="no node q"):
        CausalGraph.create("a", [], [("a", "q")])
    with pytest.raises(GeometryError, match="no node q"):
        d_separated(MODELS, "A", "q", [])
    with pytest.raises(GeometryError, match="past is latent"):
        open_path(MODELS, "A", "B", ["past"])


def test_markov_premises() -> None:
    said = [str(premise) for premise in markov_premises(MODELS)]
    assert "A ⊥ b, past | a, λ, λ_a" in said
    assert "A, a, past, λ_a ⊥ B | b, λ, λ_b" in said


def test_separation_and_paths() -> None:
    assert d_separated(MODELS, "A", "bB", ["a", "λ", "λ_a"])
    assert not d_separated(MODELS, "A", "bB", ["a", "λ"])
    assert open_path(MODELS, "A", "b", ["a", "λ"]) == "A ← λ_a ← past → b"
    assert open_path(MODELS, "A", "b", ["a", "λ", "λ_a"]) is None


def test_a_collider_is_opened_by_a_descendant() -> None:
    graph = CausalGraph.create("xcyd", [], [("x", "c"), ("y", "c"), ("c", "d")])
    assert open_path(graph, "x", "y", []) is None
    assert open_path(graph, "x", "y", "d") == "x → c ← y"


def test_the_networkx_graph() -> None:
    graph = MODELS.digraph()
    assert graph.nodes["past"]["latent"]
    assert set(graph.predecessors("A")) == {"λ", "λ_a", "a"}


def test_no_arrow_where_only_part_of_a_place_reaches() -> None:
    """An arrow A → D would join D to C through the far end of A, which D cannot see."""
    line = Space(1)
    places = {
        "A": line.segment("1/2", "-1/2", "1/2"),
        "C": line.point("1/2", ["-3/2"]),
        "D": line.point(1, [1]),
        "s": line.slice(0),
    }
    scene = Scene(line, {}, places, (Complete(frozenset("s"), places["s"]),))
    graph = causal_graph(scene, places)
    assert "A" not in graph.parents("D")
    assert d_separated(graph, "C", "D", "s")
    assert not d_separated(graph, "A", "C", "s")
    assert not d_separated(graph, "A", "D", "s")


def test_a_late_variable_of_c_closes_no_circle() -> None:
    line = Space(1)
    spot, strip = line.point(0, [0]), line.segment(0, 0, 1)
    places = {
        "A": spot,
        "B": line.point("1/2", ["1/2"]),
        "C": spot | line.point(-1, ["1/2"]),
        "s": spot,
        "r": strip,
    }
    declared = (Complete(frozenset("Bs"), spot), Complete(frozenset("r"), strip))
    assert causal_graph(Scene(line, {}, places, declared), places).order()
