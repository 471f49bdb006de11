"""The rule of local causality against spacetime made of discrete points.

`Lattice` is a fine grid in null coordinates in which every point is caused by its two nearest
predecessors. Each path in it is a causal curve, so whatever the rule licenses must be
d-separated there given the state of the complete region, point by point.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import product

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lpc.spacetime import (
    Complete,
    Region,
    Scene,
    Space,
    causal_graph,
    d_separated,
    local_causality,
    why_not,
)
from lpc.spacetime.rule import shield
from lpc.spacetime.scene import specifications, together

SPACE = Space(1)
REACH = 4  # variables live at null coordinates of at most this size
DEPTH = 7  # the grid goes on to here
FIRST = 4  # slices are at u + v = -4 or later
FINE = 2  # grid points per unit of null coordinate
Node = tuple[int, int] | str

grid = [(u, v) for u, v in product(range(-DEPTH * FINE, REACH * FINE + FINE), repeat=2)]


def event(node: tuple[int, int]) -> tuple[Fraction, Fraction]:
    """t and x of a grid point."""
    u, v = (Fraction(n, FINE) for n in node)
    return (u + v) / 2, (v - u) / 2


def nodes_in(region: Region) -> set[tuple[int, int]]:
    """The grid points of a region."""
    found = set()
    for node in grid:
        t, x = event(node)
        if region.contains(t, [x]):
            found.add(node)
    return found


def predecessors(node: Node) -> list[Node]:
    """The two nearest earlier points; all that comes before every slice has a common cause.

    At the sides of the grid later points have fewer predecessors: news from beyond the sides
    would go round slices that in truth never end.
    """
    if isinstance(node, str):
        return []
    u, v = node
    near: list[Node] = [p for p in ((u - 1, v), (u, v - 1)) if min(p) >= -DEPTH * FINE]
    return near if len(near) == 2 or u + v >= -FIRST * FINE else [*near, "past"]


def connected(
    x: set[tuple[int, int]],
    y: set[tuple[int, int]],
    z: set[tuple[int, int]],
    mixtures: Iterable[set[tuple[int, int]]],
) -> bool:
    """d-connection in the grid given the points z and one function of each of the mixtures."""
    parents: dict[Node, list[Node]] = {node: predecessors(node) for node in grid}
    given: set[Node] = set(z)
    for k, mixture in enumerate(mixtures):
        parents[f"mixture{k}"] = list(mixture)
        given.add(f"mixture{k}")
    parents["past"] = []
    children: dict[Node, list[Node]] = {node: [] for node in parents}
    for node, above in parents.items():
        for parent in above:
            children[parent].append(node)
    opening, queue = set(given), list(given)
    for node in queue:
        for parent in parents[node]:
            if parent not in opening:
                opening.add(parent)
                queue.append(parent)
    steps = [(node, False) for node in x - z]
    seen = set(steps)
    for node, pointed_at in steps:
        if node in y and node not in given:
            return True
        after: list[tuple[Node, bool]] = []
        if node in opening if pointed_at else node not in given:
            after += [(parent, False) for parent in parents[node]]
        if node not in given:
            after += [(child, True) for child in children[node]]
        for step in after:
            if step not in seen:
                seen.add(step)
                steps.append(step)
    return False


whole = st.integers(-REACH, REACH)
halves = st.integers(-2 * REACH, 2 * REACH).map(lambda n: Fraction(n, 2))


@st.composite
def points(draw: st.DrawFn) -> Region:
    u, v = draw(whole), draw(whole)
    return SPACE.point(Fraction(u + v, 2), [Fraction(v - u, 2)])


@st.composite
def segments(draw: st.DrawFn) -> Region:
    """Constant-time segments whose ends are grid points."""
    s = draw(st.integers(-4, 3))
    u = draw(st.integers(-3, 3))
    length = draw(st.integers(0, 5))
    return SPACE.segment(Fraction(s, 2), Fraction(s, 2) - u, Fraction(s, 2) - u + length)


slices = st.integers(-4, 3).map(lambda s: SPACE.slice(Fraction(s, 2)))
pasts = points().map(SPACE.past)
places = st.one_of(
    points(), points(), points(), segments(), st.builds(Region.__or__, points(), segments())
)
thin = st.one_of(
    segments(),
    slices,
    st.builds(Region.__and__, slices, pasts),
    st.builds(Region.__or__, segments(), segments()),
)
thick = st.one_of(
    pasts,
    st.builds(Region.__sub__, pasts, pasts),
    st.builds(Region.__and__, pasts, pasts),
    points().flatmap(lambda p: st.just(SPACE.past(p) & SPACE.future(SPACE.point(-3, [0])))),
    st.builds(Region.__or__, pasts, segments()),
)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Up to six variables and three declarations; the names complete on a region fill it."""
    found: dict[str, Region] = {}
    for name in "ABCDE"[: draw(st.integers(2, 5))]:
        found[name] = draw(places)
    declared = []
    for k in range(draw(st.integers(1, 3))):
        region = draw(st.one_of(thin, thin, thick))
        assume(not region.is_empty)
        state = region | draw(places) if draw(st.booleans()) else region
        found[f"s{k}"] = state
        names = {f"s{k}"} | draw(st.sets(st.sampled_from(sorted(found)), max_size=1))
        declared.append(Complete(frozenset(names), region))
    return Scene(SPACE, {}, found, tuple(declared))


def grid_separates(
    scene: Scene,
    x: frozenset[str],
    y: frozenset[str],
    names: frozenset[str],
    region: Region,
    besides: frozenset[str] = frozenset(),
) -> bool:
    """The grid separates x and y, given the state on the region and functions of the rest."""
    known = nodes_in(region)

    def spots(atoms: Iterable[str]) -> set[tuple[int, int]]:
        return set().union(*(nodes_in(scene.places[atom]) for atom in atoms))

    mixtures = [nodes_in(scene.places[atom]) - known for atom in names | besides]
    return not connected(spots(x), spots(y), known, mixtures)


def on_grid(region: Region) -> bool:
    """All of a bounded constant-time region lies well inside the grid, with times on it."""
    from lpc.spacetime.zones import Zone

    return all(
        isinstance(p, Zone)
        and p.time is not None
        and (2 * p.time * FINE) % 1 == 0
        and p.lu is not None
        and p.lv is not None
        and min(-p.lu[0], -p.lv[0]) >= -DEPTH
        for p in region.pieces
    )


slow = settings(max_examples=150, suppress_health_check=list(HealthCheck))


@slow
@given(scenes())
def test_what_the_rule_licenses_holds_on_the_grid(scene: Scene) -> None:
    for premise in local_causality(scene, scene.places):
        if premise.slice is None or not on_grid(premise.slice):
            continue
        region = next(
            s.region
            for s in specifications(scene)
            if s.names == premise.complete and premise.slice.is_subset(s.region)
        )
        assert grid_separates(scene, premise.x, premise.y, premise.complete, region)


cuts = st.one_of(segments(), st.builds(Region.__and__, slices, pasts))


@slow
@given(scenes(), st.one_of(cuts, st.builds(Region.__or__, cuts, cuts)), st.booleans())
def test_the_rule_holds_for_any_slice_it_accepts(scene: Scene, cut: Region, whole: bool) -> None:
    """Slices made up at random, not those that the search would try."""
    first = scene.complete[0]
    region = first.region | cut if whole else first.region
    places = dict(scene.places)
    (state, *_) = sorted(n for n in first.names if n.startswith("s"))
    places[state] = places[state] | region
    scene = Scene(SPACE, {}, places, (Complete(first.names, region),))
    found = shield(together(scene, scene.complete), cut, places)
    if found is None or not on_grid(cut):
        return
    x, y = found.covered - first.names, found.outside - first.names
    assert grid_separates(scene, x, y, first.names, region)


@slow
@given(scenes(), st.data())
def test_an_unrefused_removal_holds_on_the_grid(scene: Scene, data: st.DataObject) -> None:
    atoms = sorted(scene.places)
    x = data.draw(st.sampled_from([a for a in atoms if a in "ABCDE"]))
    y = data.draw(st.sampled_from([a for a in atoms if a != x]))
    kept = frozenset(data.draw(st.sets(st.sampled_from(atoms)))) | scene.complete[0].names
    kept -= {x, y}
    if why_not(scene, {x}, {y}, kept) is not None:
        return
    known = together(scene, (c for c in scene.complete if c.names <= kept))
    # The grid ends somewhere, so a slice lower than that cannot be seen on it.
    low = [p.earliest for p in (scene.places[x], scene.places[y])]
    assume(None not in low)
    assume(known.region.slice_times and not known.region.is_thick)
    assert grid_separates(
        scene, frozenset({x}), frozenset({y}), known.names, known.region, kept - known.names
    )


@slow
@given(scenes())
def test_what_the_rule_licenses_is_d_separated_in_the_graph(scene: Scene) -> None:
    graph = causal_graph(scene, scene.places)
    for premise in local_causality(scene, scene.places):
        if premise.slice is not None:
            said = premise.independence
            assert d_separated(graph, said.x, said.y, said.z)


@st.composite
def simple_scenes(draw: st.DrawFn) -> Scene:
    """One complete slice; the variables live at points and at constant times."""
    region = draw(st.one_of(slices, segments()))
    found = {
        name: draw(st.one_of(points(), segments())) for name in "ABCD"[: draw(st.integers(2, 4))]
    }
    found["s"] = region
    return Scene(SPACE, {}, found, (Complete(frozenset({"s"}), region),))


@slow
@given(simple_scenes(), st.data())
def test_graph_and_rule_agree_on_one_slice(scene: Scene, data: st.DataObject) -> None:
    graph = causal_graph(scene, scene.places)
    ordinary = sorted(set(scene.places) - {"s"})
    x, y = data.draw(st.permutations(ordinary))[:2]
    rest = [v for v in ordinary if v not in (x, y)]
    kept = frozenset(data.draw(st.sets(st.sampled_from(rest)))) if rest else frozenset()
    kept |= {"s"}
    on_slice = {v for v in ordinary if scene.places[v].is_subset(scene.places["s"])}
    assume(not on_slice)  # functions of s: separated or not is then no matter for a graph
    licensed = why_not(scene, {x}, {y}, kept) is None or why_not(scene, {y}, {x}, kept) is None
    assert licensed == d_separated(graph, {x}, {y}, kept)
