"""Common causes against random linear circuits, generated and evaluated apart from the checker.

All coins are fair bits and every value is a sum (xor) of coins, a mask of bits. X ⊥ Y | C is then
an equality of ranks. The circuits have no seeds.
"""

from __future__ import annotations

import random
from itertools import product

import networkx
import pytest

from lpc.spacetime import Complete, Scene, Space, common, common_causes
from lpc.spacetime.lines import is_causal, leg_meets

SCENES = 150
CIRCUITS = 6


def rank(masks):
    basis = []
    for mask in masks:
        for b in basis:
            mask = min(mask, mask ^ b)
        if mask:
            basis.append(mask)
    return len(basis)


def independent(x, y, z):
    return rank([*x, *z]) + rank([*y, *z]) == rank(z) + rank([*x, *y, *z])


def random_scene(r, dimension):
    space = Space(dimension)

    def spot(low, high):
        return space.point(r.randint(low, high), [r.randint(-4, 4) for _ in range(dimension)])

    places = {name: spot(0, 3) for name in "ABD"[: r.randint(2, 3)]}
    if r.random() < 0.4:
        places["A"] = places["A"] | spot(-2, 3)
    if r.random() < 0.3:
        places["M"] = spot(4, 7)
    base = r.choice(["overlap", "overlap", "below", "past"])
    one, two = places["A"].causal_past(), places["B"].causal_past()
    if base == "overlap":
        region = one & two
    elif base == "below":
        region = space.slice(r.randint(-2, 1)).causal_past()
    else:
        region = one
    trick = r.choice(["", "", "hole", "late", "stray"])
    if trick == "hole":
        tips = [c for c in points(region, dimension, 3) if c]
        region = region - r.choice(tips) if tips else region
    home = region
    if trick == "late":
        region = home = region | spot(7, 10)
    if trick == "stray":
        home = region | spot(7, 10)
    return Scene(space, {}, {**places, "N": home}, (Complete(frozenset("N"), region),))


def points(region, dimension, size):
    space = Space(dimension)
    grid = product(range(-6, 4), *[range(-size, size + 1)] * dimension)
    inside = [g for g in grid if region.contains(g[0], g[1:])]
    latest = max((g[0] for g in inside), default=None)
    return [space.point(g[0], g[1:]) for g in inside if g[0] == latest]


class Linear:
    """Nodes with coins at random events, and straight signals between them and to the places."""

    def __init__(self, r, scene):
        d = scene.space.dimension
        spots = {(r.randint(-5, 4), tuple(r.randint(-4, 4) for _ in range(d))) for _ in range(3)}
        marks = [mark for place in scene.places.values() for mark in corners(place, d)]
        spots |= {e for e in marks if r.random() < 0.6}
        # Below some places values meet, and only their sum goes on.
        sums = {(t - 1, x) for t, x in marks if r.random() < 0.6}
        self.nodes = sorted(spots | sums)
        ends = [*self.nodes, *marks]
        density = r.choice((0.1, 0.3, 0.7))
        self.value, self.sites, self.graph = {}, [], networkx.DiGraph()
        for k, event in enumerate(self.nodes):
            mask = 1 << k if event in spots else 0
            self.graph.add_edge(("coin", k), event)
            for name, _, end, known in self.sites:
                if end == event and r.random() < 0.8:
                    mask ^= known
                    self.graph.add_edge(name, event)
            self.value[event] = mask
            for end in ends:
                above = (event[0] + 1, event[1])
                chance = 0.7 if end in sums or (event in sums and end == above) else density
                if is_causal(event, end) and r.random() < chance:
                    name = ("signal", event, end)
                    self.graph.add_edge(event, name)
                    self.sites.append((name, event, end, mask))

    def present(self, region):
        """The sites in a region, with their values."""
        found = {e: self.value[e] for e in self.nodes if region.contains(*e)}
        for name, start, end, mask in self.sites:
            if leg_meets(region, start, end):
                found[name] = mask
        return found


def corners(place, d):
    """A few grid events of a place."""
    grid = product(range(-6, 11), *[range(-4, 5)] * d)
    return [(g[0], g[1:]) for g in grid if place.contains(g[0], g[1:])][-3:]


def draw(r, scene, circuit):
    """The variables as lists of masks, None where N cannot be complete."""
    found = {}
    for name, place in scene.places.items():
        masks = [*circuit.present(place).values()]
        found[name] = (
            [r.choice(masks) ^ (r.choice(masks) if r.random() < 0.5 else 0)] if masks else []
        )
        if name != "N" and r.random() < 0.5:
            found[name] = masks
    region = scene.complete[0].region
    inside = [*circuit.present(region).values()]
    outside = [*circuit.present(scene.places["N"] - region).values()]
    found["N"] = [*inside, *([r.choice(outside)] if outside else [])]
    return found


def violations(dimension, count, seed):
    """Premises held against random circuits: None for each that holds, else the premise."""
    r = random.Random(seed)
    for _ in range(count):
        scene = random_scene(r, dimension)
        premises = common_causes(scene, scene.places)
        for _ in range(CIRCUITS if premises else 0):
            drawn = draw(r, scene, Linear(r, scene))
            for premise in premises:
                x = [m for v in premise.x for m in drawn[v]]
                y = [m for v in premise.y for m in drawn[v]]
                yield None if independent(x, y, drawn["N"]) else premise


@pytest.mark.parametrize(("dimension", "count"), [(1, SCENES), (2, SCENES // 3)])
def test_random_circuits_without_seeds_obey_every_premise(dimension, count):
    found = list(violations(dimension, count, 11))
    assert not any(found)
    assert len(found) > 50


MUTATIONS = {
    "common": ("has_common_past", lambda specification, p, q: True),
    "common, without the last events": (
        "has_common_past",
        lambda c, p, q: (p.causal_past() & q.causal_past()).overlaps(c.region),
    ),
    "closed": ("is_closed", lambda region: True),
    "C lives in R": ("strays", lambda specification, places: ()),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_without_an_obligation_some_circuit_breaks_the_rule(name, monkeypatch):
    where, mutant = MUTATIONS[name]
    monkeypatch.setattr(common, where, mutant)
    if where == "has_common_past":
        monkeypatch.setattr("lpc.spacetime.causes.has_common_past", mutant)
    assert any(violations(1, 8 * SCENES, 11))


def test_premises_are_d_separated_in_the_graph_of_every_circuit():
    r = random.Random(5)
    tried = 0
    for _ in range(2 * SCENES):
        scene = random_scene(r, 1)
        for premise in common_causes(scene, scene.places):
            circuit = Linear(r, scene)
            graph = circuit.graph.copy()
            for name in premise.x | premise.y:
                graph.add_node(name)
                graph.add_edges_from((s, name) for s in circuit.present(scene.places[name]))
            given = set(circuit.present(premise.region)) & set(graph)
            assert networkx.is_d_separator(graph, set(premise.x), set(premise.y), given)
            tried += 1
    assert tried > 40
