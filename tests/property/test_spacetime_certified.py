"""What models are held against is never more permissive than spacetime made of points."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lpc.spacetime import Complete, Region, Scene, causal_graph, certified_graph, d_separated
from lpc.spacetime.scene import together
from tests.property.test_spacetime_rule import (
    REACH,
    SPACE,
    grid_separates,
    on_grid,
    points,
    segments,
    slices,
    slow,
    thick,
    thin,
)


@st.composite
def layouts(draw: st.DrawFn) -> Scene:
    """Two to four variables at points or segments, one to three complete regions."""
    found: dict[str, Region] = {
        name: draw(st.one_of(points(), points(), segments()))
        for name in "ABCD"[: draw(st.integers(2, 4))]
    }
    declared = []
    for k in range(draw(st.integers(1, 3))):
        region = draw(st.one_of(segments(), slices, thin, thick))
        assume(not region.is_empty)
        found[f"s{k}"] = region
        declared.append(Complete(frozenset({f"s{k}"}), region))
    return Scene(SPACE, {}, found, tuple(declared))


def ends_on_grid(place: Region) -> bool:
    """No part of a bounded region lies above the grid."""
    return all(max(p.hu[0], p.hv[0]) <= REACH for p in place.pieces)


@slow
@given(layouts(), st.data())
def test_what_the_points_separate_is_separated_in_the_certain_graph(
    scene: Scene, data: st.DataObject
) -> None:
    state = together(scene, scene.complete)
    ordinary = [
        v
        for v in sorted(scene.places)
        if v not in state.names and not scene.places[v].overlaps(state.region)
    ]
    assume(len(ordinary) > 1)
    assume(all(on_grid(scene.places[v]) and ends_on_grid(scene.places[v]) for v in ordinary))
    x, y = data.draw(st.permutations(ordinary))[:2]
    rest = [v for v in ordinary if v not in (x, y)]
    besides = frozenset(data.draw(st.sets(st.sampled_from(rest)))) if rest else frozenset()
    if grid_separates(scene, frozenset({x}), frozenset({y}), state.names, state.region, besides):
        graph = certified_graph(scene, causal_graph(scene, scene.places))
        given_ = (state.names | besides) & set(graph.nodes)
        assert d_separated(graph, {x}, {y}, given_)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_bells_scenario_keeps_all_its_arrows(d: int) -> None:
    from lpc.spacetime import Space

    space = Space(d)
    one, two = (space.point(4, [x, *[0] * (d - 1)]) for x in (-5, 5))
    sigma = space.slice(0)
    left, right = sigma & space.past(one), sigma & space.past(two)
    places = {"λ": left | right, "λ_a": left, "λ_b": right, "A": one, "B": two}
    declared = (
        Complete(frozenset({"λ", "λ_a"}), left),
        Complete(frozenset({"λ", "λ_b"}), right),
    )
    scene = Scene(space, {}, places, declared)
    drawn = causal_graph(scene, places)
    assert set(drawn.edges) <= set(certified_graph(scene, drawn).edges)
