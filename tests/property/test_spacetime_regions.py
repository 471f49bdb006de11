"""Region algebra and light cones against membership, point by point."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from lpc.spacetime import (
    CausalGraph,
    Complete,
    Region,
    Scene,
    Space,
    d_separated,
    local_causality,
    markov_premises,
    open_path,
)

LINE, PLANE = Space(1), Space(2)
small = st.integers(-3, 3)
# Null coordinates on a grid of thirds of units, finer than every bound in use.
GRID = [
    ((u + v) / 2, (v - u) / 2)
    for u, v in product([Fraction(n, 3) for n in range(-15, 16)], repeat=2)
]


@st.composite
def pieces(draw: st.DrawFn) -> Region:
    t, x = draw(small), draw(small)
    point = LINE.point(t, [x])
    return draw(
        st.sampled_from(
            [
                point,
                LINE.segment(t, x, x + draw(st.integers(0, 3))),
                LINE.slice(t),
                LINE.past(point),
                LINE.future(point),
                LINE.diamond(point, LINE.point(t + 2, [x + draw(st.integers(-2, 2))])),
            ]
        )
    )


regions = st.recursive(
    pieces(),
    lambda inner: st.one_of(
        st.builds(Region.__or__, inner, inner),
        st.builds(Region.__and__, inner, inner),
        st.builds(Region.__sub__, inner, inner),
    ),
    max_leaves=4,
)


def inside(region: Region) -> set[tuple[Fraction, Fraction]]:
    return {(t, x) for t, x in GRID if region.contains(t, [x])}


@settings(max_examples=60)
@given(regions, regions)
def test_set_algebra(a: Region, b: Region) -> None:
    p, q = inside(a), inside(b)
    assert inside(a | b) == p | q
    assert inside(a & b) == p & q
    assert inside(a - b) == p - q
    assert (a - a).is_empty
    assert (a & b).is_empty == (not a.overlaps(b))
    if p - q:
        assert not a.is_subset(b)
    assert a.is_subset(a | b)


@settings(max_examples=60)
@given(regions, small, small)
def test_light_cones(region: Region, t: int, x: int) -> None:
    """q lies in J+(R) exactly when J-(q) meets R; and J+ of a grid point is what it should be."""
    point = LINE.point(t, [x])
    assert region.causal_future().contains(t, [x]) == point.causal_past().overlaps(region)
    assert region.causal_past().contains(t, [x]) == point.causal_future().overlaps(region)
    assert inside(point.causal_past()) == {(s, y) for s, y in GRID if t - s >= abs(x - y)}
    assert region.is_subset(region.causal_past() & region.causal_future())


@settings(max_examples=60)
@given(st.lists(st.tuples(small, st.integers(0, 3)), min_size=1, max_size=3), st.data())
def test_shielded_points(spans: list[tuple[int, int]], data: st.DataObject) -> None:
    """p is shielded exactly when its past at the time of the slice lies in the slice."""
    cut = LINE.nowhere()
    for x, length in spans:
        cut = cut | LINE.segment(0, x, x + length)
    cut = cut - LINE.point(0, [data.draw(small)]) if data.draw(st.booleans()) else cut
    shielded = cut.shielded()
    for t, x in GRID[::7]:
        past = LINE.point(t, [x]).causal_past() & LINE.slice(0)
        assert shielded.contains(t, [x]) == (t >= 0 and past.is_subset(cut))


@st.composite
def balls(draw: st.DrawFn) -> tuple[Region, Region]:
    """The same ball, past or future in 1+1 and, on the x axis, in 2+1."""
    t, x, r = draw(small), draw(small), draw(st.integers(0, 2))
    line, plane = LINE.ball(t, [x], r), PLANE.ball(t, [x, 0], r)
    match draw(st.sampled_from(["ball", "past", "future", "slice"])):
        case "past":
            return LINE.past(line), PLANE.past(plane)
        case "future":
            return LINE.future(line), PLANE.future(plane)
        case "slice":
            return LINE.slice(t), PLANE.slice(t)
    return line, plane


@settings(max_examples=200)
@given(balls(), balls(), balls())
def test_cells_agree_with_zones(
    a: tuple[Region, Region], b: tuple[Region, Region], c: tuple[Region, Region]
) -> None:
    """On the x axis both say the same, and a certain answer in 2+1 holds in 1+1 as well."""
    for line, plane in (
        ((a[k] | b[k]) - c[k] for k in (0, 1)),
        ((a[k] & b[k]) | c[k] for k in (0, 1)),
        (a[k] - (b[k] - c[k]) for k in (0, 1)),
    ):
        for t, x in GRID[::5]:
            assert line.contains(t, [x]) == plane.contains(t, [x, 0])
        assert line.is_empty or not plane.is_empty
        for t, x in GRID[::11]:
            if line.causal_past().contains(t, [x]):
                assert plane.causal_past().contains(t, [x, 0])
            if line.causal_future().contains(t, [x]):
                assert plane.causal_future().contains(t, [x, 0])
    assert a[0].is_subset(b[0]) == a[1].is_subset(b[1])
    assert a[0].overlaps(b[0]) == a[1].overlaps(b[1])


@settings(max_examples=100)
@given(
    st.dictionaries(st.sampled_from("ABCDE"), st.tuples(small, small), min_size=2),
    small,
    st.integers(0, 4),
    st.sampled_from(["ball", "slice", "past"]),
)
def test_the_rule_says_the_same_on_a_line_and_in_a_plane(
    points: dict[str, tuple[int, int]], x: int, r: int, kind: str
) -> None:
    said = []
    for space in (LINE, PLANE):
        rest = [0] * (space.dimension - 1)
        places = {v: space.point(t, [y, *rest]) for v, (t, y) in points.items()}
        region = {
            "ball": lambda s=space, z=rest: s.ball(0, [x, *z], r),
            "slice": lambda s=space: s.slice(0),
            "past": lambda s=space, z=rest: s.past(s.point(r, [x, *z])),
        }[kind]()
        scene = Scene(space, {}, places | {"s": region}, (Complete(frozenset("s"), region),))
        said.append({premise.independence for premise in local_causality(scene, scene.places)})
    assert said[0] == said[1]


@st.composite
def graphs(draw: st.DrawFn) -> CausalGraph:
    nodes = "abcdef"[: draw(st.integers(2, 6))]
    pairs = [(u, v) for k, u in enumerate(nodes) for v in nodes[k + 1 :]]
    edges = draw(st.sets(st.sampled_from(pairs)))
    return CausalGraph.create(draw(st.permutations(nodes)), [], sorted(edges))


@settings(max_examples=200)
@given(graphs(), st.data())
def test_a_path_is_open_exactly_when_not_separated(graph: CausalGraph, data: st.DataObject) -> None:
    x, y, *rest = data.draw(st.permutations(graph.nodes))
    z = data.draw(st.sets(st.sampled_from(rest))) if rest else set()
    path = open_path(graph, [x], [y], z)
    assert (path is None) == d_separated(graph, [x], [y], z)
    if path is not None:
        nodes = path.split(" ")[::2]
        assert nodes[0] == x
        assert nodes[-1] == y
        assert len(set(nodes)) == len(nodes)


@settings(max_examples=100)
@given(graphs())
def test_local_markov_statements_are_separations(graph: CausalGraph) -> None:
    for premise in markov_premises(graph):
        assert d_separated(graph, premise.x, premise.y, premise.z)
