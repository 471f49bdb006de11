"""Circuits: complete locally causal theories in miniature, and the check that one realises a model.

Terms
-----
node
    An event with an optional finite coin of its own. Its value is a function of the coin and of
    the values that arrive there. All coins are independent.
signal
    A value on its way: a polyline whose legs are causal and towards the future, from a node, or
    along a causal ray from past infinity (a *seed*). It carries a function of the value of its
    source, and ends at a node, which may use it, or just ends.
seed
    What comes from past infinity: one joint distribution for all signals that carry parts of it,
    independent of all coins. Eq. 7 allows seeds; common causes do not.
present in R
    A node whose event lies in R; a signal of which at least one point, ends and ray included, lies
    in R. R is the set it is, open or closed: an end point or a lightlike edge that is touched
    counts. The same notion serves reading and completeness.

A circuit *realises* the distribution of some variables in a scene when

1. every leg and every ray is causal and towards the future, every signal starts at the event of
   its source and ends at that of its target, and every coin and seed is a distribution;
2. every variable with a place is a function of values that are present in its place;
3. for every declaration `complete C on R`, each value present in R is, on the support, a
   function of C;
4. the joint distribution of the variables is the given one.

Nothing else happens anywhere, so Eq. 7 holds for every complete specification of every slice,
named or not: docs/local-causality.md has the theorem and its proof.

Values of nodes, signals and seeds are whole numbers; those of variables are the model's own.
This module is trusted: it computes all of this again and believes nothing.

Source: DESIGN 1.2, "A model obeys LC in a spacetime only as a circuit"; paper, Eq. 7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Any

from lpc.logic.diagnostics import LpcError
from lpc.spacetime.lines import Event, is_causal, leg_meets, ray_meets
from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Scene

Code = int
Value = Any
Weight = Any
"""An exact number that knows +, ·, == and its sign."""
Outcome = tuple[Value, ...]

MAX_RUNS = 50_000
"""Joint values of all coins and seeds that are gone through at most."""


class CircuitError(LpcError):
    """What is wrong with a circuit; the message is meant for the user."""


@dataclass(frozen=True, slots=True)
class Node:
    """What happens at one event.

    `coin` pairs values with positive weights that sum to one; empty without a coin. `inputs` are
    the signals that arrive, `table` the value for each coin value (None without a coin) and each
    tuple of arriving values that occur.
    """

    name: str
    event: Event
    coin: tuple[tuple[Code, Weight], ...] = ()
    inputs: tuple[str, ...] = ()
    table: tuple[tuple[tuple[Code | None, tuple[Code, ...]], Code], ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """A value on its way along `path`, from its first event to its last.

    Exactly one of `source` (a node) and `seed` is set. A signal from a seed comes along `ray`, a
    causal direction (dt, dx) towards the future, up to the first event of the path. `carries` is
    the value on the way for each value of the source.
    """

    name: str
    path: tuple[Event, ...]
    carries: tuple[tuple[Code, Code], ...]
    source: str | None = None
    target: str | None = None
    seed: str | None = None
    ray: Event | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """Something from past infinity: values with positive weights that sum to one."""

    name: str
    weights: tuple[tuple[Code, Weight], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A variable as a function of values of nodes and signals that are present in its place."""

    variable: str
    sites: tuple[str, ...]
    table: tuple[tuple[tuple[Code, ...], Value], ...]


@dataclass(frozen=True, slots=True)
class Circuit:
    """Nodes, signals, seeds and what the variables read."""

    nodes: tuple[Node, ...]
    signals: tuple[Signal, ...]
    readings: tuple[Reading, ...]
    seeds: tuple[Seed, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One joint value of all coins and seeds: its weight, the values of all sites, and of what
    the variables read."""

    weight: Weight
    sites: Mapping[str, Code]
    variables: Mapping[str, Value]


def check_circuit(
    circuit: Circuit,
    scene: Scene,
    names: Sequence[str],
    support: Sequence[tuple[Outcome, Weight]],
    *,
    seeds: bool = True,
) -> None:
    """That the circuit realises the distribution of some variables in the scene.

    Args: `names`, the n variables of the distribution, all of those with a place or complete
    somewhere among them; `support`, its outcomes (n values each) with positive weights.
    `seeds`: whether anything may come from past infinity; not where common causes are assumed.
    Raises: CircuitError that says which condition is not met.

    >>> from lpc.spacetime import Scene, Space
    >>> space, half = Space(1), Fraction(1, 2)
    >>> scene = Scene(space, {}, {"A": space.point(1, [-1]), "B": space.point(1, [1])})
    >>> coin = Node("n", (0, (0,)), ((0, half), (1, half)), (), (((0, ()), 0), ((1, ()), 1)))
    >>> same = ((0, 0), (1, 1))
    >>> ways = [Signal("s", ((0, (0,)), (1, (-1,))), same, "n")]
    >>> ways += [Signal("t", ((0, (0,)), (1, (1,))), same, "n")]
    >>> reads = [Reading(v, (s,), (((0,), 0), ((1,), 1))) for v, s in (("A", "s"), ("B", "t"))]
    >>> check_circuit(Circuit((coin,), tuple(ways), tuple(reads)), scene, "AB",
    ...     [((0, 0), half), ((1, 1), half)])
    >>> check_circuit(Circuit((coin,), tuple(ways), tuple(reads)), scene, "AB", [((0, 0), 1)])
    Traceback (most recent call last):
    ...
    lpc.spacetime.circuits.CircuitError: the circuit has another distribution than the model
    """
    if circuit.seeds and not seeds:
        raise CircuitError("something comes from past infinity, which common causes forbid")
    _check_shape(circuit, scene.space.dimension)
    _check_presence(circuit, scene)
    found = tuple(runs(circuit))
    _check_complete(circuit, scene, found)
    _check_distribution(circuit, scene, names, support, found)


def is_present(circuit: Circuit, name: str, region: Region) -> bool:
    """Whether a node or a signal is present in a region."""
    for node in circuit.nodes:
        if node.name == name:
            return region.contains(*node.event)
    signal = next(s for s in circuit.signals if s.name == name)
    if any(region.contains(*event) for event in signal.path):
        return True
    if any(leg_meets(region, p, q) for p, q in pairwise(signal.path)):
        return True
    return signal.ray is not None and ray_meets(region, signal.path[0], signal.ray)


def runs(circuit: Circuit) -> Iterator[Run]:
    """Every joint value of coins and seeds with what it brings about.

    Raises: CircuitError where there are too many, or where a table does not say what happens.
    """
    coins = [(n.name, n.coin) for n in circuit.nodes if n.coin]
    spaces = [*coins, *((s.name, s.weights) for s in circuit.seeds)]
    count = prod(len(weights) for _, weights in spaces)
    if count > MAX_RUNS:
        raise CircuitError(f"{count} joint values of the coins are too many to go through")
    plan = _Plan.create(circuit)
    for chosen in product(*(weights for _, weights in spaces)):
        weight: Weight = Fraction(1)
        tossed: dict[str, Code] = {}
        for (name, _), (value, share) in zip(spaces, chosen, strict=True):
            weight = weight * share
            tossed[name] = value
        yield plan.run(weight, tossed)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A circuit with its tables as mappings and its nodes in the order of time."""

    nodes: tuple[tuple[Node, Mapping[Any, Code]], ...]
    leaving: Mapping[str, tuple[tuple[str, Mapping[Code, Code]], ...]]
    readings: tuple[tuple[Reading, Mapping[Any, Value]], ...]
    seeds: tuple[str, ...]

    @classmethod
    def create(cls, circuit: Circuit) -> _Plan:
        ordered = sorted(circuit.nodes, key=lambda n: n.event[0])
        leaving: dict[str, tuple[tuple[str, Mapping[Code, Code]], ...]] = {}
        for s in circuit.signals:
            origin = s.source if s.source is not None else s.seed
            if origin is not None:
                leaving[origin] = (*leaving.get(origin, ()), (s.name, dict(s.carries)))
        return cls(
            tuple((n, dict(n.table)) for n in ordered),
            leaving,
            tuple((r, dict(r.table)) for r in circuit.readings),
            tuple(s.name for s in circuit.seeds),
        )

    def run(self, weight: Weight, tossed: Mapping[str, Code]) -> Run:
        sites: dict[str, Code] = {}
        for seed in self.seeds:
            self._send(seed, tossed[seed], sites)
        for node, table in self.nodes:
            key = tossed.get(node.name), tuple(sites[i] for i in node.inputs)
            sites[node.name] = _entry(table, key, node.name)
            self._send(node.name, sites[node.name], sites)
        variables = {
            r.variable: _entry(table, tuple(sites[s] for s in r.sites), r.variable)
            for r, table in self.readings
        }
        return Run(weight, sites, variables)

    def _send(self, origin: str, value: Code, sites: dict[str, Code]) -> None:
        for name, carries in self.leaving.get(origin, ()):
            sites[name] = _entry(carries, value, name)


def _entry(table: Mapping[Any, Any], key: object, name: str) -> Any:
    if key not in table:
        raise CircuitError(f"the table of {name} does not say what happens")
    return table[key]


# ---- conditions ----------------------------------------------------------------------------------


def _check_shape(circuit: Circuit, dimension: int) -> None:
    """Condition 1."""
    nodes = {n.name: n for n in circuit.nodes}
    signals = {s.name: s for s in circuit.signals}
    seeds = {s.name for s in circuit.seeds}
    count = len(circuit.nodes) + len(circuit.signals) + len(circuit.seeds)
    if len({*nodes, *signals, *seeds}) < count:
        raise CircuitError("two parts of the circuit have one name")
    for node in circuit.nodes:
        _check_event(node.event, dimension, node.name)
        if node.coin:
            _check_weights(node.coin, node.name)
        arriving = [s.name for s in circuit.signals if s.target == node.name]
        if sorted(node.inputs) != sorted(arriving):
            raise CircuitError(f"{node.name} uses other signals than those that end there")
        _check_table(node.table, node.name)
    for seed in circuit.seeds:
        _check_weights(seed.weights, seed.name)
    for signal in circuit.signals:
        _check_signal(signal, nodes, seeds, dimension)
        _check_table(signal.carries, signal.name)
    for reading in circuit.readings:
        stray = set(reading.sites) - {*nodes, *signals}
        if stray:
            raise CircuitError(f"{reading.variable} reads {min(stray)}, which is not there")
        _check_table(reading.table, reading.variable)


def _check_signal(
    signal: Signal, nodes: Mapping[str, Node], seeds: set[str], dimension: int
) -> None:
    name, path = signal.name, signal.path
    if not path:
        raise CircuitError(f"{name} is nowhere")
    for event in path:
        _check_event(event, dimension, name)
    for start, end in pairwise(path):
        if not is_causal(start, end):
            raise CircuitError(f"{name} is faster than light or runs into the past")
    if signal.seed is not None:
        if signal.source is not None or signal.seed not in seeds or signal.ray is None:
            raise CircuitError(f"{name} comes from nowhere")
        _check_event(signal.ray, dimension, name)
        if not is_causal((0, (0,) * dimension), signal.ray):
            raise CircuitError(f"{name} comes from past infinity faster than light")
    elif signal.source is None or signal.source not in nodes or signal.ray is not None:
        raise CircuitError(f"{name} comes from nowhere")
    elif path[0] != nodes[signal.source].event:
        raise CircuitError(f"{name} does not start at {signal.source}")
    if signal.target is None:
        return
    if signal.target not in nodes or path[-1] != nodes[signal.target].event:
        raise CircuitError(f"{name} does not end at {signal.target}")
    if signal.source is not None and len(path) < 2:
        raise CircuitError(f"{name} takes no time from one node to another")


def _check_event(event: Event, dimension: int, name: str) -> None:
    numbers = (event[0], *event[1])
    if len(event[1]) != dimension or any(type(x) not in (int, Fraction) for x in numbers):
        raise CircuitError(f"{name} has no exact place in this spacetime")


def _check_weights(weights: Sequence[tuple[Code, Weight]], name: str) -> None:
    _check_table(weights, name)
    total: Weight = Fraction(0)
    for _, weight in weights:
        if not weight > 0:
            raise CircuitError(f"a weight of {name} is not positive")
        total = total + weight
    if total != 1:
        raise CircuitError(f"the weights of {name} do not sum to one")


def _check_table(table: Sequence[tuple[Any, Any]], name: str) -> None:
    if len({key for key, _ in table}) < len(table):
        raise CircuitError(f"the table of {name} says two things of one case")


def _check_presence(circuit: Circuit, scene: Scene) -> None:
    """Condition 2. A variable without a place may be a function of anything."""
    for reading in circuit.readings:
        place = scene.places.get(reading.variable)
        for site in reading.sites:
            if place is not None and not is_present(circuit, site, place):
                raise CircuitError(
                    f"{reading.variable} reads {site}, which is not present in its place"
                )


def _check_complete(circuit: Circuit, scene: Scene, found: Sequence[Run]) -> None:
    """Condition 3."""
    read = {r.variable for r in circuit.readings}
    sites = [*(n.name for n in circuit.nodes), *(s.name for s in circuit.signals)]
    for declaration in scene.complete:
        order = sorted(declaration.names)
        if not read.issuperset(order):
            missing = min(set(order) - read)
            raise CircuitError(f"the circuit does not say what {missing} is")
        for site in sites:
            if not is_present(circuit, site, declaration.region):
                continue
            known: dict[Outcome, Code] = {}
            for run in found:
                key = tuple(run.variables[n] for n in order)
                if known.setdefault(key, run.sites[site]) != run.sites[site]:
                    raise CircuitError(
                        f"{site} is present where {', '.join(order)} should be complete, and is "
                        "no function of it"
                    )


def _check_distribution(
    circuit: Circuit,
    scene: Scene,
    names: Sequence[str],
    support: Sequence[tuple[Outcome, Weight]],
    found: Sequence[Run],
) -> None:
    """Condition 4, for all variables with a place and all that are complete somewhere."""
    read = [r.variable for r in circuit.readings]
    if len(set(read)) < len(read):
        raise CircuitError("a variable is read twice")
    if len(set(names)) < len(names):
        raise CircuitError("the model names a variable twice")
    spoken = set(scene.places).union(*(d.names for d in scene.complete))
    if not set(names) >= set(read) or not set(read) >= spoken:
        raise CircuitError("the circuit is about other variables than the model")
    places = [list(names).index(v) for v in read]
    wanted: dict[Outcome, Weight] = {}
    for outcome, weight in support:
        key = tuple(outcome[k] for k in places)
        wanted[key] = wanted.get(key, Fraction(0)) + weight
    joint: dict[Outcome, Weight] = {}
    for run in found:
        key = tuple(run.variables[v] for v in read)
        joint[key] = joint.get(key, Fraction(0)) + run.weight
    if joint != wanted:
        raise CircuitError("the circuit has another distribution than the model")
