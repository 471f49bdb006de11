"""The last resort: models of few fair coins at a few events, each realised by a circuit.

Coins are placed first. Then every variable is made a function of what can be read in its place:
a constant, a copy, a sum or a conjunction of coins, or several of them. Variables that are
complete somewhere come first, since what they say decides what may be present there; whenever
one is chosen the flow is worked out again, so that what is found can be realised.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, product
from math import prod

from lpc.kernel.models import FiniteModel
from lpc.logic import Independence, Statement
from lpc.logic.effort import Tick
from lpc.search.circuits.events import EventGraph
from lpc.search.circuits.flow import Bounds, Flow, Limits, readable
from lpc.search.circuits.partitions import Partition, Partitions
from lpc.search.circuits.placing import options_of
from lpc.search.circuits.realise import CircuitSearch
from lpc.search.models.constraints import Budget, Check, all_broken_down, schedule
from lpc.search.models.problem import Found, Problem, atoms_of, verified
from lpc.spacetime.scene import Scene

MAX_COINS = 3
EVENTS = {1: 10, 2: 8, 3: 4}
"""How many events are tried for coins, by the number of coins."""
MAX_TRIALS = 8_000
FLOW = 8
"""So many trials is the price of a flow."""
MAX_FOUND = 20
"""Models with the same number of coins, at most."""


@dataclass(frozen=True, slots=True)
class DirectSearch:
    """An engine for models in a spacetime that have circuits."""

    circuits: CircuitSearch

    def search(self, problem: Problem, tick: Tick) -> Generator[Found, None, str]:
        """Verified models, those of few coins first. Returns: the bounds in words."""
        premises = [p for p in problem.premises if not atoms_of(p) & problem.latents]
        known = [n for n in problem.variables if n not in problem.latents]
        # NB: what the engines drew from the spacetime says less than the circuits here.
        own = replace(problem, variables=tuple(known), premises=tuple(premises))
        graph = next(self.circuits.graphs())
        for count in range(1, MAX_COINS + 1):
            budget = Budget(MAX_TRIALS, tick)
            stage = _Stage.create(self.circuits.scene, graph, own, count, tick)
            found = 0
            for model in stage.models(budget):
                one = verified(own, model, "direct")
                if one is not None:
                    found += 1
                    yield one
                if found >= MAX_FOUND:
                    break
        return f"circuits of up to {MAX_COINS} fair coins at a few events"


@dataclass(frozen=True, slots=True)
class _Stage:
    """So many coins in a scene, before they are placed.

    `order` is that in which the variables are chosen; `checks` is what can be tested after each,
    for each goal that is to be broken.
    """

    scene: Scene
    graph: EventGraph
    problem: Problem
    parts: Partitions
    coins: tuple[Partition, ...]
    menu: tuple[Partition, ...]
    order: tuple[str, ...]
    checks: Sequence[Sequence[Sequence[Check]]]
    _known: dict[tuple[Partition, Partition, Partition], bool] = field(default_factory=dict)

    @classmethod
    def create(
        cls, scene: Scene, graph: EventGraph, problem: Problem, count: int, tick: Tick
    ) -> _Stage:
        rows = list(product((0, 1), repeat=count))
        parts = Partitions(len(rows))
        coins = tuple(parts.of(column) for column in zip(*rows, strict=True))
        named = {n for d in scene.complete for n in d.names}
        order = sorted(problem.variables, key=lambda n: n not in named)
        premises = all_broken_down(problem.premises, tick)
        checks = [
            schedule(order, premises, goal, problem.also)
            for goal in all_broken_down(problem.goals, tick) or (None,)
        ]
        menu = tuple(_menu(parts, coins))
        return cls(scene, graph, problem, parts, coins, menu, tuple(order), checks)

    def models(self, budget: Budget) -> Iterator[FiniteModel]:
        """Models that obey the premises and can be realised, for each way to place the coins."""
        for places in combinations_with_replacement(self._events(), len(self.coins)):
            for checks in self.checks:
                if budget.is_spent:
                    return
                yield from _Tree(self, places, checks, budget).choose({})

    def _events(self) -> list[int]:
        """Where coins may be tossed: as far as they are heard where nothing is complete, and
        where nothing passes what is complete."""
        parts, whole = self.parts, self.parts.top
        count = len(self.scene.complete)
        found: dict[int, None] = {}
        for say in (parts.top, parts.bottom):
            limits = Limits(parts, [say] * count)
            found |= dict.fromkeys(options_of(Bounds.create(self.graph, parts, limits), whole))
        return list(found)[: EVENTS[len(self.coins)]]

    def told(
        self, places: tuple[int, ...], chosen: Mapping[str, Partition]
    ) -> dict[str, Partition]:
        """What each variable could say at most, with the coins there and these choices."""
        flow = self._flow(places, chosen)
        number = {n: k for k, n in enumerate(self.scene.places)}
        return {n: readable(flow, number.get(n)) for n in self.order}

    def is_settled(self, chosen: Mapping[str, Partition]) -> bool:
        """Whether all variables that are complete somewhere are chosen."""
        return all(n in chosen or n not in self.order for d in self.scene.complete for n in d.names)

    def options(self, name: str, told: Partition) -> Iterator[Partition]:
        """What a variable may be."""
        most = len(self.problem.alphabets.get(name, ())) or self.parts.size
        for partition in self.menu:
            if self.parts.count(partition) <= most and self.parts.is_known(partition, told):
                yield partition

    def _flow(self, places: Sequence[int], chosen: Mapping[str, Partition]) -> Flow:
        """The greatest flow; a variable that is not chosen yet may say everything."""
        parts = self.parts
        rest = {n: parts.top if n in self.order else parts.bottom for n in self.scene.places}
        said = {**rest, **chosen}
        complete = [
            parts.join_all(said.get(n, parts.bottom) for n in sorted(d.names))
            for d in self.scene.complete
        ]
        tossed: dict[int, tuple[Partition, ...]] = {}
        for coin, event in zip(self.coins, places, strict=True):
            tossed[event] = (*tossed.get(event, ()), coin)
        bounds = Bounds.create(self.graph, parts, Limits(parts, complete))
        return bounds.flow(tossed, parts.bottom)

    def holds(self, statement: Statement, chosen: Mapping[str, Partition]) -> bool:
        """Whether a statement about chosen variables holds."""
        if not isinstance(statement, Independence):
            atoms = atoms_of(statement)
            return self.model({n: p for n, p in chosen.items() if n in atoms}).holds(statement)
        join = self.parts.join_all
        given = join(chosen[n] for n in sorted(statement.z))
        x, y = (join([given, *(chosen[n] for n in sorted(s))]) for s in (statement.x, statement.y))
        return self._is_independent(x, y, given)

    def _is_independent(self, x: Partition, y: Partition, given: Partition) -> bool:
        """Whether x ⊥ y | given for equally likely rows; x and y contain `given`."""
        key = x, y, given
        if key not in self._known:
            columns = [self.parts.labels(p) for p in (self.parts.join(x, y), given, x, y)]
            counts = [Counter(column) for column in columns]
            self._known[key] = all(
                counts[0][both] * counts[1][z] == counts[2][a] * counts[3][b]
                for both, z, a, b in zip(*columns, strict=True)
            )
        return self._known[key]

    def model(self, chosen: Mapping[str, Partition]) -> FiniteModel:
        """The joint distribution of the chosen variables."""
        names = tuple(n for n in self.problem.variables if n in chosen)
        known = {n: v for n, v in self.problem.alphabets.items() if n in names}
        labels = [self.parts.labels(chosen[n]) for n in names]
        columns = [
            [known[n][k] for k in column] if n in known else column
            for n, column in zip(names, labels, strict=True)
        ]
        share = Fraction(1, self.parts.size)
        rows = zip(*columns, strict=True) if columns else [()] * self.parts.size
        return FiniteModel.create(names, ((row, share) for row in rows), known)


@dataclass(frozen=True, slots=True)
class _Tree:
    """All choices for the variables with coins at given events, depth first."""

    stage: _Stage
    places: tuple[int, ...]
    checks: Sequence[Sequence[Check]]
    budget: Budget

    def choose(self, chosen: dict[str, Partition]) -> Iterator[FiniteModel]:
        """Models with these choices; the flow is worked out again after each."""
        for _ in range(FLOW):
            self.budget.spend()
        told = self.stage.told(self.places, chosen)
        if not all(self.stage.parts.is_known(p, told[n]) for n, p in chosen.items()):
            return
        if self.stage.is_settled(chosen):
            yield from self._finish(told, chosen)
            return
        for more in self._extended(told, chosen):
            yield from self.choose(more)

    def _finish(
        self, told: Mapping[str, Partition], chosen: dict[str, Partition]
    ) -> Iterator[FiniteModel]:
        """The same once the flow is settled: the rest is read, and changes nothing."""
        if len(chosen) == len(self.stage.order):
            yield self.stage.model(chosen)
            return
        for more in self._extended(told, chosen):
            yield from self._finish(told, more)

    def _extended(
        self, told: Mapping[str, Partition], chosen: dict[str, Partition]
    ) -> Iterator[dict[str, Partition]]:
        """One more variable chosen, in every way that passes what can be tested."""
        name = self.stage.order[len(chosen)]
        for partition in self.stage.options(name, told[name]):
            if not self.budget.spend():
                return
            more = {**chosen, name: partition}
            if all(
                self.stage.holds(c.statement, more) is c.wanted for c in self.checks[len(chosen)]
            ):
                yield more


def _menu(parts: Partitions, coins: Sequence[Partition]) -> Iterator[Partition]:
    """What a variable may say of the coins, the simplest first."""
    columns = [parts.labels(coin) for coin in coins]
    sums: list[Partition] = []
    for size in range(1, len(coins) + 1):
        for some in combinations(columns, size):
            sums.append(parts.of([sum(row) % 2 for row in zip(*some, strict=True)]))
    tuples = [
        parts.join_all(some)
        for size in range(2, len(coins) + 1)
        for some in combinations(sums, size)
    ]
    both = [
        parts.of([prod(row) for row in zip(*some, strict=True)])
        for some in combinations(columns, 2)
    ]
    yield from dict.fromkeys([parts.bottom, *sums, *tuples, *both])
