"""Random circuits in random scenes: is what they bring about realised, and rightly so?

The circuits here are made apart from the search, by tossing coins at random events and sending
what is known on at random. Variables that are complete somewhere are named after all that is
present there, so that the circuit obeys its declarations by construction. What the search returns
for their distribution is judged by `check_circuit`, and by a second, coarser look: points are
sampled along its signals, and its distribution is worked out by another recursion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from random import Random
from typing import Any

import pytest

from lpc.kernel.models import FiniteModel
from lpc.search.circuits import CircuitSearch
from lpc.spacetime import Region, Scene, Space
from lpc.spacetime.circuits import Circuit, Node, Signal, check_circuit, is_present, runs
from lpc.spacetime.lines import Event
from lpc.spacetime.scene import Complete

HALF = Fraction(1, 2)
COINS = (
    ((0, HALF), (1, HALF)),
    ((0, HALF), (1, HALF)),
    ((0, Fraction(1, 4)), (1, Fraction(3, 4))),
    ((0, Fraction(1, 3)), (1, Fraction(1, 3)), (2, Fraction(1, 3))),
)


@dataclass(frozen=True)
class Case:
    """A scene, a distribution that some circuit in it has, and that circuit."""

    scene: Scene
    model: FiniteModel
    circuit: Circuit


def random_case(rng: Random) -> Case | None:
    """None where the circuit knows too much to be told by a model of decent size."""
    space = Space(1)
    nodes, signals = _random_circuit(rng)
    circuit = Circuit(tuple(nodes), tuple(signals), ())
    found = list(runs(circuit))
    every = [*(n.name for n in nodes), *(s.name for s in signals)]
    places: dict[str, Region] = {}
    columns: dict[str, list[Any]] = {}
    complete: list[Complete] = []
    for k in range(rng.choice((0, 1, 1, 2, 2))):
        region = _random_region(rng, space)
        if region.is_empty:
            continue
        name = f"C{k}"
        here = [s for s in every if is_present(circuit, s, region)]
        places[name] = region
        columns[name] = _numbered([tuple(run.sites[s] for s in here) for run in found])
        complete.append(Complete(frozenset({name}), region))
    ends = [n.event for n in nodes] + [s.path[-1] for s in signals]
    for k, event in enumerate(rng.sample(ends, min(len(ends), rng.choice((2, 3, 4))))):
        place = space.point(event[0], event[1])
        here = [s for s in every if is_present(circuit, s, place)]
        here = rng.sample(here, min(len(here), 2))
        places[f"X{k}"] = place
        columns[f"X{k}"] = _random_function(rng, [tuple(r.sites[s] for s in here) for r in found])
    outcomes = [
        (values, run.weight)
        for values, run in zip(zip(*columns.values(), strict=True), found, strict=True)
    ]
    model = FiniteModel.create(tuple(columns), outcomes)
    if len(model.support) > 40:
        return None
    return Case(Scene(space, {}, places, tuple(complete)), model, circuit)


def _random_circuit(rng: Random) -> tuple[list[Node], list[Signal]]:
    events = sorted(
        {(rng.randrange(-4, 5), (rng.randrange(-5, 6),)) for _ in range(rng.choice((2, 3, 4)))}
    )
    nodes: list[Node] = []
    signals: list[Signal] = []
    values: dict[str, list[int]] = {}
    for k, event in enumerate(events):
        name, coin = f"n{k}", rng.choice((*COINS, ()))
        coming: list[str] = []
        for source in nodes:
            if _is_before(source.event, event) and rng.random() < 0.5:
                coming.append(f"m{len(signals)}")
                signals.append(_signal(rng, coming[-1], source, values, event, name))
        own = [value for value, _ in coin] or [None]
        keys = list(product(own, product(*(values[s] for s in coming))))
        if rng.random() < 0.5:
            table = {key: ((key[0] or 0) + sum(key[1])) % 2 for key in keys}
        else:
            table = {key: n for n, key in enumerate(keys)}
        values[name] = sorted(set(table.values()))
        nodes.append(Node(name, event, coin, tuple(coming), tuple(table.items())))
        for _ in range(rng.choice((0, 1, 2))):
            t, (x,) = event
            dt = rng.randrange(1, 6)
            end = (t + dt, (x + rng.randrange(-dt, dt + 1),))
            signals.append(_signal(rng, f"m{len(signals)}", nodes[-1], values, end, None))
    return nodes, signals


def _signal(
    rng: Random,
    name: str,
    source: Node,
    values: dict[str, list[int]],
    end: Event,
    target: str | None,
) -> Signal:
    keep = rng.random() < 0.7
    carries = {v: v if keep else v % 2 for v in values[source.name]}
    values[name] = sorted(set(carries.values()))
    return Signal(name, (source.event, end), tuple(carries.items()), source.name, target)


def _is_before(p: Event, q: Event) -> bool:
    return q[0] > p[0] and abs(q[1][0] - p[1][0]) <= q[0] - p[0]


def _random_region(rng: Random, space: Space) -> Region:
    """Parts of slices, whole slices, diamonds, pasts, and two of these together."""
    t, x, r = rng.randrange(-4, 5), rng.randrange(-5, 6), rng.randrange(1, 5)
    kind = rng.choice(("segment", "slice", "cut", "diamond", "past", "two"))
    point = space.point(t, [x])
    if kind == "segment":
        return space.segment(t, x, x + r)
    if kind == "slice":
        return space.slice(t)
    if kind == "cut":
        return space.past(space.point(t + r, [x])) & space.slice(t)
    if kind == "diamond":
        return space.diamond(point, space.point(t + r, [x + rng.randrange(-r, r + 1)]))
    if kind == "past":
        return space.past(point)
    return _random_region(rng, space) | _random_region(rng, space)


def _random_function(rng: Random, keys: list[tuple[int, ...]]) -> list[int]:
    table: dict[tuple[int, ...], int] = {}
    if rng.random() < 0.5:
        return [sum(key) % 2 for key in keys]
    for key in keys:
        table.setdefault(key, len(table))
    return [table[key] for key in keys]


def _numbered(keys: list[tuple[int, ...]]) -> list[int]:
    table: dict[tuple[int, ...], int] = {}
    return [table.setdefault(key, len(table)) for key in keys]


def cases(seed: int, count: int) -> Iterator[Case]:
    """So many random cases."""
    rng = Random(seed)
    while count:
        case = random_case(rng)
        if case is not None:
            count -= 1
            yield case


# ---- a second look -------------------------------------------------------------------------------


def looks_wrong(circuit: Circuit, scene: Scene, model: FiniteModel) -> str | None:
    """What is wrong, as far as sampled points and another recursion show it."""
    joint: dict[tuple[Any, ...], Fraction] = {}
    order = [n for n in model.names if n in {r.variable for r in circuit.readings}]
    rows = list(_all_runs(circuit))
    for weight, known in rows:
        told = {
            r.variable: dict(r.table)[tuple(known[s] for s in r.sites)] for r in circuit.readings
        }
        known.update({f"variable {n}": v for n, v in told.items()})
        key = tuple(told[n] for n in order)
        joint[key] = joint.get(key, Fraction(0)) + weight
    if joint != model.table(frozenset(order))[1]:
        return "another distribution"
    for declaration in scene.complete:
        names = sorted(declaration.names)
        for site, points in _sampled(circuit).items():
            if any(declaration.region.contains(*p) for p in points):
                seen: dict[tuple[Any, ...], int] = {}
                for _, known in rows:
                    key = tuple(known[f"variable {n}"] for n in names)
                    if seen.setdefault(key, known[site]) != known[site]:
                        return f"{site} is present where {names} should be complete"
    return None


def _all_runs(circuit: Circuit) -> Iterator[tuple[Fraction, dict[str, Any]]]:
    spaces = [*((n.name, n.coin) for n in circuit.nodes if n.coin)]
    spaces += [(s.name, s.weights) for s in circuit.seeds]
    nodes = {n.name: n for n in circuit.nodes}
    signals = {s.name: s for s in circuit.signals}

    def value(name: str, chance: dict[str, int]) -> Any:
        if name in signals:
            signal = signals[name]
            origin = signal.source if signal.source is not None else signal.seed
            assert origin is not None
            return dict(signal.carries)[
                chance[origin] if signal.source is None else value(origin, chance)
            ]
        node = nodes[name]
        key = chance.get(name), tuple(value(s, chance) for s in node.inputs)
        return dict(node.table)[key]

    for chosen in product(*(weights for _, weights in spaces)):
        weight = Fraction(1)
        for _, share in chosen:
            weight *= share
        chance = {name: v for (name, _), (v, _) in zip(spaces, chosen, strict=True)}
        yield weight, {name: value(name, chance) for name in (*nodes, *signals)}


def _sampled(circuit: Circuit) -> dict[str, list[Event]]:
    found = {n.name: [n.event] for n in circuit.nodes}
    for signal in circuit.signals:
        points = [signal.path[-1]]
        for (t, x), (t1, x1) in pairwise(signal.path):
            points += [
                (
                    t + (t1 - t) * Fraction(k, 24),
                    tuple(a + (b - a) * Fraction(k, 24) for a, b in zip(x, x1, strict=True)),
                )
                for k in range(24)
            ]
        if signal.ray is not None:
            (t, x), (dt, dx) = signal.path[0], signal.ray
            points += [
                (t - dt * k, tuple(a - b * k for a, b in zip(x, dx, strict=True)))
                for k in (Fraction(1, 4), 1, 2, 5, 20, 100)
            ]
        found[signal.name] = points
    return found


@pytest.mark.parametrize("seed", range(4))
def test_most_of_what_circuits_bring_about_is_realised(seed: int) -> None:
    count, found = 50, 0
    for case in cases(seed, count):
        circuit = CircuitSearch(case.scene).realise(case.model, seeds=False)
        if circuit is not None:
            found += 1
            check_circuit(circuit, case.scene, case.model.names, case.model.support, seeds=False)
            assert looks_wrong(circuit, case.scene, case.model) is None
    assert found >= 0.8 * count


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_returned_is_right(seed: int) -> None:
    """Distributions that mostly no circuit has: one variable is another function of the rows."""
    rng = Random(seed)
    found = refused = 0
    for case in cases(100 + seed, 25):
        names, support = case.model.names, case.model.support
        k = rng.randrange(len(names))
        table = {row: rng.randrange(2) for row, _ in support}
        changed = [((*row[:k], table[row], *row[k + 1 :]), weight) for row, weight in support]
        model = FiniteModel.create(names, changed)
        circuit = CircuitSearch(case.scene).realise(model)
        refused += circuit is None
        if circuit is not None:
            found += 1
            check_circuit(circuit, case.scene, model.names, model.support)
            assert looks_wrong(circuit, case.scene, model) is None
    assert found
    assert refused
