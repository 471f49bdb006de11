"""Random circuits obey whatever the rules say of their scene.

In a random scene a random network of nodes and signals is laid out, or a cellular automaton. What
is complete on a region is then made to tell everything present there, and every other variable is
a function of what is present in its place. So the network is a circuit by construction, and each
premise that the checker draws from the scene must hold in it, to the last digit.

LPC_FUZZ_SCENES says how many scenes are gone through, 2,000 unless told otherwise.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest

from lpc.spacetime import Complete, Region, Scene, local_causality
from lpc.spacetime.causes import common_causes
from lpc.spacetime.circuits import (
    Circuit,
    CircuitError,
    Node,
    Reading,
    Seed,
    Signal,
    check_circuit,
    is_present,
)
from lpc.spacetime.lines import leg_meets, ray_meets
from lpc.spacetime.rule import determined, shield
from lpc.spacetime.scene import specifications
from tests.property.scenes import (
    LINE,
    Layout,
    Named,
    Network,
    Way,
    a_cut,
    a_layout,
    a_network,
    a_past_named,
    a_place,
    a_staircase,
    an_attack,
    an_automaton,
    choices,
    point,
    point_at,
    segment,
    worlds,
)

SCENES = int(os.environ.get("LPC_FUZZ_SCENES", "2000"))
PARTS = 8
NETWORKS = 2
"""Different networks in each scene."""

F = Fraction
World = tuple[int, dict[str, object]]


class Theory:
    """A network in a scene with what its variables are."""

    def __init__(self, rng: Random, layout: Layout, made: Network) -> None:
        self.layout, self.made, self.runs = layout, made, worlds(made)
        self.told: dict[str, list[int]] = {}
        """What a variable tells one by one."""
        self.mixed: dict[str, list[int]] = {}
        """What it tells the parity of."""
        everywhere = list(range(len(made.events) + len(made.ways)))
        for name in atoms(layout):
            place = layout.scene.places.get(name)
            sites = everywhere if place is None else present(made, place)
            known = layout.full.get(name)
            told = set() if known is None else set(present(made, known))
            if rng.random() < 0.5:
                told |= {s for s in sites if rng.random() < 0.8}
            self.told[name] = sorted(told)
            some = rng.random() < 0.5
            self.mixed[name] = [s for s in sites if s not in told and (some or rng.random() < 0.6)]

    @property
    def reads(self) -> dict[str, list[int]]:
        return {name: [*self.told[name], *self.mixed[name]] for name in self.told}

    def values(self, nodes: list[int], ways: list[int], name: str) -> object:
        """The value of a variable in one world."""
        sites = [*nodes, *ways]
        return tuple(sites[s] for s in self.told[name]), sum(sites[s] for s in self.mixed[name]) % 2

    def worlds(self) -> list[World]:
        return [
            (weight, {name: self.values(nodes, ways, name) for name in self.told})
            for weight, nodes, ways in self.runs
        ]


def atoms(layout: Layout) -> list[str]:
    """All variables, those without a place included."""
    return sorted({*layout.places, *(n for d in layout.scene.complete for n in d.names)})


def present(made: Network, region: Region) -> list[int]:
    """Numbers of the nodes, then of the signals, that are present in a region."""
    nodes = [k for k, (t, x) in enumerate(made.events) if region.contains(t, [x])]
    first = len(made.events)
    return nodes + [first + n for n, way in enumerate(made.ways) if passes(way, region)]


def passes(way: Way, region: Region) -> bool:
    path = [(t, (x,)) for t, x in way.path]
    if any(region.contains(t, [x]) for t, x in way.path):
        return True
    if any(leg_meets(region, p, q) for p, q in pairwise(path)):
        return True
    return way.ray is not None and ray_meets(region, path[0], (way.ray[0], (way.ray[1],)))


def independent(
    runs: Iterable[World], x: Iterable[str], y: Iterable[str], z: Iterable[str]
) -> bool:
    """p(x, y, z) p(z) = p(x, z) p(y, z) for all values, by counting."""
    xs, ys, zs = sorted(x), sorted(y), sorted(z)
    counts: list[Counter[object]] = [Counter() for _ in range(4)]
    for weight, values in runs:
        a, b, c = (tuple(values[n] for n in names) for names in (xs, ys, zs))
        for count, key in zip(counts, ((a, b, c), (a, c), (b, c), c), strict=True):
            count[key] += weight
    both, left, right, given = counts
    met: dict[object, tuple[set[object], set[object]]] = {c: (set(), set()) for c in given}
    for a, c in left:
        met[c][0].add(a)
    for b, c in right:
        met[c][1].add(b)
    return all(
        both[a, b, c] * given[c] == left[a, c] * right[b, c]
        for c, (as_, bs) in met.items()
        for a in as_
        for b in bs
    )


def a_theory(rng: Random, layout: Layout, seeds: bool) -> Theory:
    kind = rng.random()
    if kind < 0.5:
        made = an_attack(rng, layout.scene)
    elif kind < 0.8:
        made = a_network(rng, layout.scene, seeds)
    else:
        made = an_automaton(rng)
    return Theory(rng, layout, made)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_circuit_obeys_every_premise_of_local_causality(part: int) -> None:
    told = 0
    for number in range(part, SCENES, PARTS):
        rng = Random(f"premises {number}")
        layout = a_layout(rng, most=2 if number % 10 else 3)
        premises = local_causality(layout.scene, atoms(layout))
        if not premises:
            continue
        for _ in range(NETWORKS):
            runs = a_theory(rng, layout, seeds=rng.random() < 0.4).worlds()
            for premise in premises:
                said = premise.independence
                assert independent(runs, said.x, said.y, said.z), (number, str(said))
                told += 1
    assert told > SCENES // PARTS // 16


@pytest.mark.parametrize("part", range(PARTS))
def test_a_circuit_obeys_the_rule_on_any_slice_that_it_accepts(part: int) -> None:
    """Slices at random, also at several times, not those that the search would try."""
    told = 0
    for number in range(part, SCENES, PARTS):
        rng = Random(f"slices {number}")
        layout = a_staircase(rng) if number % 3 == 0 else a_layout(rng)
        scene = layout.scene
        found = []
        for specification in specifications(scene):
            for _ in range(4):
                cut = some_slice(rng, specification.region)
                separated = shield(specification, cut, scene.places)
                if separated is not None:
                    c = specification.names
                    found.append((separated.covered - c, separated.outside - c, c))
            fixed = determined(specification, scene.places)
            found.append((fixed, fixed, specification.names))
        found = [s for s in dict.fromkeys(found) if s[0] and s[1]]
        if not found:
            continue
        for _ in range(NETWORKS):
            runs = a_theory(rng, layout, seeds=rng.random() < 0.4).worlds()
            for x, y, c in found:
                assert independent(runs, x, y, c), (number, x, y, c)
                told += 1
    assert told > SCENES // PARTS // 16


@pytest.mark.parametrize("part", range(PARTS))
def test_a_circuit_without_seeds_obeys_common_causes(part: int) -> None:
    told = 0
    for number in range(part, SCENES, PARTS):
        rng = Random(f"common {number}")
        layout = a_past_named(rng)
        premises = common_causes(layout.scene, atoms(layout))
        if not premises:
            continue
        for _ in range(NETWORKS):
            runs = a_theory(rng, layout, seeds=False).worlds()
            for premise in premises:
                said = premise.independence
                assert independent(runs, said.x, said.y, said.z), (number, str(said))
                told += 1
    assert told > SCENES // PARTS // 16


def some_slice(rng: Random, region: Region) -> Region:
    """Some of the region at one or two moments; it may not be achronal."""
    times = sorted(region.slice_times) or [Fraction(0)]
    cut = None
    for _ in range(rng.choice([1, 1, 2, 2])):
        if region.slice_times and rng.random() < 0.8:
            one = region.at(rng.choice(times))
        else:
            one = region & a_cut(rng).region
        if rng.random() < 0.4:
            one = one & a_place(rng).region.causal_past()
        cut = one if cut is None else cut | one
    if rng.random() < 0.1:
        return a_cut(rng).region  # perhaps not all of it is in the region
    assert cut is not None
    return cut


# ---- what each condition of the rule is for ------------------------------------------------------

LOWER = segment(F(0), F(-2), F(2))
NEWS, OUTSIDE = (F(-1, 4), F(5)), point(-5, 5)  # a coin, and where it is heard, at t = 0, x = 5
CASES = {
    # An upper part of the slice tells the sum of a coin between the two and of news from outside.
    "achronal": (
        LOWER | segment(F(1), F(3, 2), F(4)),
        {"X": point_at(F(6, 5), F(4, 5)), "Y": point_at(F(0), F(14, 5))},
        ("s",),
        ((F(1, 2), F(7, 5)), (F(-1, 4), F(14, 5)), (F(15, 16), F(9, 5)), (F(1), F(9, 5))),
    ),
    # So does a later part of what is complete, which the slice does not cover: (a).
    "misplaced in R": (
        LOWER | segment(F(3), F(2), F(4)),
        {"X": point_at(F(1), F(0)), "Y": OUTSIDE},
        ("s",),
        ((F(1, 2), F(1, 2)), NEWS, (F(11, 4), F(5, 2)), (F(3), F(5, 2))),
    ),
    # So does another variable that is given, off R, on both sides: (b).
    "mixed off R": (
        LOWER,
        {"X": point_at(F(1), F(1, 2)), "Y": OUTSIDE, "v": point_at(F(1), F(0)) | OUTSIDE},
        ("s", "v"),
        ((F(1, 2), F(1, 4)), NEWS, None, (F(1), F(0))),
    ),
    # And one that lives nowhere may tell anything.
    "without a place": (
        LOWER,
        {"X": point_at(F(1), F(1, 2)), "Y": OUTSIDE},
        ("s", "v"),
        ((F(1, 2), F(1, 4)), NEWS, None, (F(1), F(0))),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_without_this_condition_the_rule_would_be_wrong(name: str) -> None:
    region, places, names, (coin, news, mixer, end) = CASES[name]
    places = {**places, "s": region}
    declared = Complete(frozenset(names), region.region)
    scene = Scene(LINE, {}, {n: p.region for n, p in places.items()}, (declared,))
    made = Network([coin, news], [(1, 1), (1, 1)], [0, 0])
    for k, variable in enumerate("XY"):
        made.ways.append(Way(k, None, (made.events[k], here(places[variable])), None, 0))
    if mixer is None:
        made.ways.append(Way(0, None, (coin, end), None, 0))
    else:
        made.events.append(mixer)
        made.coins.append(())
        made.keeps.append(1)
        made.ways += [Way(k, None, (made.events[k], mixer), 2, 0) for k in (0, 1)]
        made.ways.append(Way(2, None, (mixer, end), None, 0))
    layout = Layout(scene, places, ((frozenset(names), region),), {"s": region.region})
    theory = Theory(Random(0), layout, made)
    for n in atoms(layout):  # all is told, but by v, which tells the parity
        sites = present(made, scene.places[n]) if n in scene.places else [2, 3]
        theory.told[n] = [] if n == "v" else sites
        theory.mixed[n] = sites if n == "v" else []
    circuit, variables, support = as_circuit(theory)
    check_circuit(circuit, scene, variables, support)
    assert not independent(theory.worlds(), "X", "Y", names)
    (specification,) = specifications(scene)
    for cut in (region.region, LOWER.region):
        separated = shield(specification, cut, scene.places)
        assert separated is None or not ("X" in separated.covered and "Y" in separated.outside)


def here(place: Named) -> tuple[F, F]:
    """The event of a point."""
    (piece,) = place.region.pieces
    u, v = F(piece.hu[0]), F(piece.hv[0])
    return (u + v) / 2, (v - u) / 2


# ---- the same networks as circuits ---------------------------------------------------------------


def as_circuit(
    theory: Theory,
) -> tuple[Circuit, list[str], list[tuple[tuple[object, ...], Fraction]]]:
    """The theory as the data that the checker reads, with its variables and their distribution."""
    made, runs = theory.made, theory.runs
    codes: dict[object, int] = {}

    def code(value: object) -> int:
        return codes.setdefault(value, len(codes))

    nodes, ways, first = [], [], len(made.seeds)
    for k, (t, x) in enumerate(made.events):
        inputs = [n for n, way in enumerate(made.ways) if way.target == k]
        # With full histories a coin can be read off; here every run is asked again instead.
        table = {}
        for chosen, (_, values, signals) in zip(choices(made), runs, strict=True):
            coin = chosen[first + k] if made.coins[k] else None
            table[coin, tuple(code(signals[n]) for n in inputs)] = code(values[k])
        total = sum(made.coins[k])
        coin_ = tuple((n, Fraction(w, total)) for n, w in enumerate(made.coins[k]))
        nodes.append(
            Node(f"n{k}", (t, (x,)), coin_, tuple(f"w{n}" for n in inputs), tuple(table.items()))
        )
    for n, way in enumerate(made.ways):
        carries = {}
        for chosen, (_, values, signals) in zip(choices(made), runs, strict=True):
            origin = chosen[way.seed] if way.seed is not None else code(values[way.source or 0])
            carries[origin] = code(signals[n])
        ways.append(
            Signal(
                f"w{n}",
                tuple((t, (x,)) for t, x in way.path),
                tuple(carries.items()),
                None if way.source is None else f"n{way.source}",
                None if way.target is None else f"n{way.target}",
                None if way.seed is None else f"seed{way.seed}",
                None if way.ray is None else (way.ray[0], (way.ray[1],)),
            )
        )
    seeds = tuple(
        Seed(f"seed{k}", tuple((n, Fraction(w, sum(weights))) for n, w in enumerate(weights)))
        for k, weights in enumerate(made.seeds)
    )
    sites = [f"n{k}" for k in range(len(made.events))] + [f"w{k}" for k in range(len(made.ways))]
    names = sorted(theory.told)
    support: dict[tuple[object, ...], int] = {}
    readings: dict[str, dict[tuple[int, ...], object]] = {name: {} for name in names}
    for weight, values, signals in runs:
        both = [*values, *signals]
        outcome = []
        for name in names:
            value = theory.values(values, signals, name)
            readings[name][tuple(code(both[s]) for s in theory.reads[name])] = value
            outcome.append(value)
        key = tuple(outcome)
        support[key] = support.get(key, 0) + weight
    total = sum(support.values())
    read = tuple(
        Reading(name, tuple(sites[s] for s in theory.reads[name]), tuple(readings[name].items()))
        for name in names
    )
    circuit = Circuit(tuple(nodes), tuple(ways), read, seeds)
    return circuit, names, [(key, Fraction(w, total)) for key, w in support.items()]


def touched(way: Way, region: Region) -> bool:
    """Whether a signal meets a region, by asking at every moment at which that may change."""
    legs = [(p, (q[0] - p[0], q[1] - p[1]), True) for p, q in pairwise(way.path)]
    if way.ray is not None:
        legs.append((way.path[0], (-way.ray[0], -way.ray[1]), False))
    if any(region.contains(t, [x]) for t, x in way.path):
        return True
    for (t, x), (dt, dx), ends in legs:
        times = {Fraction(0), Fraction(1)}
        for piece in region.data():
            for form, value, slope in (
                ("t", t, dt),
                ("t - x", t - x, dt - dx),
                ("t + x", t + x, dt + dx),
            ):
                for bound in piece[form]:
                    if bound is not None and slope:
                        times.add((bound[0] - value) / slope)
        times = {s for s in times if s >= 0 and (s <= 1 or not ends)}
        ordered = sorted(times)
        ordered += [(a + b) / 2 for a, b in pairwise(ordered)]
        if not ends:
            ordered.append(max(ordered) + 1)
        if any(region.contains(t + s * dt, [x + s * dx]) for s in ordered):
            return True
    return False


@pytest.mark.parametrize("part", range(PARTS))
def test_the_checker_accepts_such_circuits_and_sees_the_same_presence(part: int) -> None:
    for number in range(part, SCENES // 10, PARTS):
        rng = Random(f"circuits {number}")
        layout = a_layout(rng)
        theory = a_theory(rng, layout, seeds=rng.random() < 0.4)
        circuit, names, support = as_circuit(theory)
        check_circuit(circuit, layout.scene, names, support)
        regions = [*layout.scene.places.values(), *(d.region for d in layout.scene.complete)]
        for region in regions:
            for n, way in enumerate(theory.made.ways):
                assert is_present(circuit, f"w{n}", region) == touched(way, region), number
        if circuit.seeds:
            with pytest.raises(CircuitError, match="past infinity"):
                check_circuit(circuit, layout.scene, names, support, seeds=False)
