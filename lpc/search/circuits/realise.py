"""A circuit for a given model, if one is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lpc.kernel.models import FiniteModel
from lpc.logic.effort import Tick, unlimited
from lpc.search.circuits.coins import Sample, chain, families
from lpc.search.circuits.events import EventGraph
from lpc.search.circuits.flow import Bounds, Flow, Limits
from lpc.search.circuits.lattice import lattice
from lpc.search.circuits.partitions import Partition, Partitions
from lpc.search.circuits.placing import INFINITY, Budget, Placing, Wanted, options_of
from lpc.search.circuits.straight import straight
from lpc.search.circuits.tracing import plan_of
from lpc.search.circuits.writing import Variable, circuit_of
from lpc.spacetime.circuits import Circuit, CircuitError, check_circuit
from lpc.spacetime.scene import Scene

Weight = Any
Column = Sequence[Any]

MAX_FLOWS = 400
"""Flows worked out for one model on one graph of events at most."""


@dataclass(slots=True)
class CircuitSearch:
    """Circuits in one scene; what depends on the scene alone is worked out once."""

    scene: Scene
    _graphs: list[EventGraph] = field(default_factory=list)

    def realise(
        self, model: FiniteModel, *, seeds: bool = True, tick: Tick = unlimited
    ) -> Circuit | None:
        """A circuit that has been checked, or None when none was found.

        Args: `model` gives values to every variable with a place and to all that are complete
        somewhere; other variables of it (latents of a drawing, say) are hints at coins and no
        more. `seeds`: whether something may come from past infinity if it does not go without.
        Raises: whatever `tick` raises.
        """
        spoken = spoken_of(self.scene)
        if not set(spoken) <= set(model.names):
            return None
        question = _Question.create(self.scene, model, spoken)
        for with_seeds in (False, True) if seeds else (False,):
            for graph in self.graphs():
                budget = Budget(MAX_FLOWS, tick)
                for circuit in question.circuits(graph, budget, with_seeds):
                    try:
                        check_circuit(circuit, self.scene, model.names, model.support, seeds=seeds)
                    except CircuitError:
                        continue
                    return circuit
        return None

    def graphs(self) -> Iterator[EventGraph]:
        """The events to work with: few first, then more."""
        is_line = self.scene.space.dimension == 1
        for k in range(2):
            if k == len(self._graphs):
                build = lattice if is_line else straight
                self._graphs.append(build(self.scene, more=k > 0))
            yield self._graphs[k]


def spoken_of(scene: Scene) -> tuple[str, ...]:
    """The variables that a circuit speaks of: with a place, or complete somewhere."""
    named = {n for d in scene.complete for n in d.names} - set(scene.places)
    return (*scene.places, *sorted(named))


@dataclass(frozen=True, slots=True)
class _Question:
    """A model as columns of values, one for each variable."""

    scene: Scene
    spoken: tuple[str, ...]
    columns: Mapping[str, Column]
    weights: Sequence[Weight]

    @classmethod
    def create(cls, scene: Scene, model: FiniteModel, spoken: tuple[str, ...]) -> _Question:
        columns = {n: [o[k] for o, _ in model.support] for k, n in enumerate(model.names)}
        return cls(scene, spoken, columns, [w for _, w in model.support])

    def circuits(self, graph: EventGraph, budget: Budget, with_seeds: bool) -> Iterator[Circuit]:
        """Circuits that should pass the check."""
        spaces: dict[tuple[int, ...], _Space] = {}
        for sample in self.samples():
            key = tuple(sample.origin)
            if key not in spaces:
                spaces[key] = _Space.create(self, graph, sample)
                if with_seeds:
                    yield from spaces[key].from_infinity(budget)
            for family in spaces[key].families(sample):
                if budget.left <= 0:
                    return
                yield from spaces[key].circuits(family, budget, with_seeds)

    def samples(self) -> list[Sample]:
        """Coins behind the model, variable after variable in several orders; simple ones first."""
        found: dict[tuple[tuple[int, ...], ...], Sample] = {}
        for order in self.orders():
            sample = chain([self.columns[n] for n in order], self.weights)
            if sample is not None:
                key = tuple(sorted(tuple(c) for c in [*sample.coins, sample.origin]))
                found.setdefault(key, sample)
        return sorted(found.values(), key=lambda s: (len(s.origin), sum(map(max, s.coins))))

    def orders(self) -> Iterator[list[str]]:
        """The model's own order, that of time, backwards too, and with few values first."""
        names = list(self.columns)
        hints = [n for n in names if n not in self.spoken]
        rest = [n for n in names if n in self.spoken]
        yield names
        yield [*rest, *hints]
        late = sorted(rest, key=self._begin)
        yield [*hints, *late]
        yield [*late[::-1], *hints]
        yield [*sorted(rest, key=lambda n: len(set(self.columns[n]))), *hints]

    def _begin(self, name: str) -> tuple[bool, Any]:
        place = self.scene.places.get(name)
        begin = None if place is None else place.earliest
        return begin is not None, begin or 0


@dataclass(frozen=True, slots=True)
class _Space:
    """A sample of a model over a graph of events: what is wanted of a flow in it."""

    scene: Scene
    sample: Sample
    parts: Partitions
    limits: Limits
    bounds: Bounds
    variables: Sequence[Variable]
    wanted: Sequence[Wanted]
    named: Sequence[Partition]
    _options: dict[Partition, list[int]] = field(default_factory=dict)
    _seen: set[frozenset[Partition]] = field(default_factory=set)

    @classmethod
    def create(cls, question: _Question, graph: EventGraph, sample: Sample) -> _Space:
        parts = Partitions(len(sample.origin))
        columns = {n: [c[k] for k in sample.origin] for n, c in question.columns.items()}
        told = {n: parts.of(column) for n, column in columns.items()}
        complete = [
            parts.join_all(told[n] for n in sorted(d.names)) for d in question.scene.complete
        ]
        limits = Limits(parts, complete)
        places = question.scene.places
        number = {n: k for k, n in enumerate(places)}
        variables = [Variable(n, places.get(n), columns[n], told[n]) for n in question.spoken]
        return cls(
            question.scene,
            sample,
            parts,
            limits,
            Bounds.create(graph, parts, limits),
            variables,
            [Wanted(v.partition, number.get(v.name)) for v in variables],
            list(dict.fromkeys(told.values())),
        )

    def families(self, sample: Sample) -> Iterator[tuple[Partition, ...]]:
        """Families of coins that were not met before."""
        coins = [self.parts.of(column) for column in sample.coins]
        for family in families(self.parts, coins, sample.weights, self.named):
            if frozenset(family) not in self._seen:
                self._seen.add(frozenset(family))
                yield family

    def options(self, coin: Partition) -> list[int]:
        """Events at which a coin may be tossed."""
        if coin not in self._options:
            self._options[coin] = options_of(self.bounds, coin)
        return self._options[coin]

    def circuits(
        self, coins: tuple[Partition, ...], budget: Budget, with_seeds: bool
    ) -> Iterator[Circuit]:
        """A circuit with these coins, if a flow with them gives all variables."""
        options = [self.options(coin) for coin in coins]
        if with_seeds:
            options = [[*events, INFINITY] for events in options]
        flow = Placing(self.bounds, coins, options, self.wanted, budget).find()
        if flow is not None:
            yield self.write(flow)

    def from_infinity(self, budget: Budget) -> Iterator[Circuit]:
        """A circuit without coins: everything was so from the beginning."""
        everything = (self.parts.top,)
        flow = Placing(self.bounds, everything, ((INFINITY,),), self.wanted, budget).find()
        if flow is not None:
            yield self.write(flow)

    def write(self, flow: Flow) -> Circuit:
        plan = plan_of(flow, self.wanted)
        return circuit_of(self.scene, flow, self.limits, plan, self.variables, self.sample.weights)
