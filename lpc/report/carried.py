"""What a circuit carries, by name: which coins are tossed, and what each node and signal knows.

Terms
-----
column
    The values of something in all runs of a circuit, one for each joint value of its coins and
    seeds.
partition
    A column up to renaming of values: which runs it tells apart. Two things with one partition
    know the same.
part
    Something with a name: a coin, a variable, or a function of them.

Coins are named after variables where just one variable has the values of the coin; where several
have, or none, the coin is a cause of its own and gets a letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from lpc.kernel.models import FiniteModel
from lpc.search.models.mechanism import mechanism
from lpc.spacetime.circuits import Circuit, Reading, runs

Value = Any
Column = tuple[Value, ...]
Partition = tuple[int, ...]

LETTERS = ("r", "s", "u", "w", "q", "k", "m", "n", "p", "v")
MOST_PARTS = 3
MOST_ROWS = 64
LONGEST = 90
"""A formula with more letters than that is told as a table."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something with a name and its values."""

    name: str
    column: Column

    @property
    def partition(self) -> Partition:
        return partition(self.column)


@dataclass(frozen=True, slots=True)
class Draw:
    """Parts that are drawn together, independently of all else: their values with weights."""

    parts: tuple[Part, ...]
    weights: tuple[tuple[tuple[Value, ...], Any], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts)

    @property
    def is_even(self) -> bool:
        """One part, all of whose values are equally likely."""
        return len(self.parts) == 1 and len({weight for _, weight in self.weights}) == 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A variable as a function of parts: a formula, or, where that is long, its cases."""

    name: str
    inputs: tuple[str, ...]
    formula: str
    cases: tuple[tuple[tuple[Value, ...], Value], ...] = ()


def partition(column: Sequence[Value]) -> Partition:
    """Which runs a column tells apart.

    >>> partition(("up", "down", "up"))
    (0, 1, 0)
    """
    seen: dict[Value, int] = {}
    return tuple(seen.setdefault(value, len(seen)) for value in column)


def join(columns: Iterable[Sequence[Value]], count: int) -> Partition:
    """What several columns know together."""
    return partition(tuple(zip(*columns, strict=True)) or ((),) * count)


def knows(finer: Partition, coarser: Partition) -> bool:
    """Whether the first determines the second."""
    return len(set(zip(finer, coarser, strict=True))) == len(set(finer))


class Carried:
    """All that can be named in one circuit.

    `draws` are the draws at each node with a coin and in each seed, `parts(site)` what a node or
    a signal carries, `rules` the variables as functions of what they read.
    """

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        found = tuple(runs(circuit))
        self.count = len(found)
        self.weights = tuple(run.weight for run in found)
        # NB: what is read first names the coins: microstates before settings before results.
        ordered = sorted(circuit.readings, key=lambda r: _moment(circuit, r))
        self.variables = {
            r.variable: Part(r.variable, tuple(run.variables[r.variable] for run in found))
            for r in ordered
        }
        names = (*(n.name for n in circuit.nodes), *(s.name for s in circuit.signals))
        self.sites = {n: partition(tuple(run.sites[n] for run in found)) for n in names}
        self._letters = (letter for letter in _letters() if letter not in self.variables)
        self.draws = {name: self._draws(column) for name, column in self._tossed()}
        self.defined: dict[str, Rule] = {}
        self._parts: dict[Partition, tuple[Part, ...]] = {}
        for name in names:
            self.parts(name)
        self.rules = tuple(filter(None, map(self._rule, circuit.readings)))

    def _tossed(self) -> Iterator[tuple[str, Column]]:
        """The values of each coin and seed, in the order of the runs."""
        spaces = [(n.name, n.coin) for n in self.circuit.nodes if n.coin]
        spaces += [(s.name, s.weights) for s in self.circuit.seeds]
        joint = list(product(*([value for value, _ in weights] for _, weights in spaces)))
        for k, (name, _) in enumerate(spaces):
            yield name, tuple(values[k] for values in joint)

    # Coins.

    def _draws(self, column: Column) -> tuple[Draw, ...]:
        """A coin as independent draws with the names of variables, as far as that goes."""
        whole = partition(column)
        classes: dict[Partition, list[Part]] = {}
        for variable in self.variables.values():
            if len(set(variable.column)) > 1 and knows(whole, variable.partition):
                classes.setdefault(variable.partition, []).append(variable)
        basis: list[list[Part]] = []
        for same in classes.values():
            known = [one[0].column for one in basis]
            if self._independent(same[0].column, join(known, self.count)):
                basis.append(same)
        rest = self._rest(whole, [one[0].column for one in basis])
        if rest is not None:
            coins = [self._named(one) for one in basis]
            coins += [] if len(set(rest)) == 1 else [Part(next(self._letters), rest)]
            return tuple(self._draw((coin,)) for coin in coins)
        together: list[list[Part]] = []
        for same in classes.values():
            known = [one[0].column for one in together]
            if not knows(join(known, self.count), same[0].partition):
                together.append(same)
        if join((one[0].column for one in together), self.count) == whole:
            return (self._draw(tuple(self._named(one) for one in together)),)
        return (self._draw((Part(next(self._letters), column),)),)

    def _named(self, same: list[Part]) -> Part:
        if len(same) == 1:
            return same[0]
        bits = (one.column for one in same if set(one.column) == {0, 1})
        return Part(next(self._letters), next(bits, same[0].column))

    def _draw(self, parts: tuple[Part, ...]) -> Draw:
        weights: dict[tuple[Value, ...], Any] = {}
        for values, weight in zip(
            zip(*(p.column for p in parts), strict=True), self.weights, strict=True
        ):
            weights[values] = weights.get(values, Fraction(0)) + weight
        return Draw(parts, tuple(sorted(weights.items(), key=lambda entry: repr(entry[0]))))

    def _independent(self, one: Sequence[Value], other: Sequence[Value]) -> bool:
        joint, left, right = (
            self._sums(c) for c in (tuple(zip(one, other, strict=True)), one, other)
        )
        return all(
            joint.get((a, b), Fraction(0)) == left[a] * right[b] for a in left for b in right
        )

    def _sums(self, column: Sequence[Value]) -> dict[Value, Any]:
        found: dict[Value, Any] = {}
        for value, weight in zip(column, self.weights, strict=True):
            found[value] = found.get(value, Fraction(0)) + weight
        return found

    def _rest(self, whole: Partition, known: list[Column]) -> Column | None:
        """A coin that, with what is known and independently of it, makes up the whole one."""
        have = join(known, self.count)
        shares = self._sums(tuple(zip(have, whole, strict=True)))
        blocks: dict[int, list[tuple[Any, int]]] = {}
        for (block, value), weight in shares.items():
            blocks.setdefault(block, []).append((weight, value))
        totals = {block: sum((w for w, _ in found), Fraction(0)) for block, found in blocks.items()}
        place: dict[int, int] = {}
        profiles = set()
        for block, found in blocks.items():
            found.sort(key=lambda entry: entry[1])
            profiles.add(tuple(weight / totals[block] for weight, _ in found))
            place |= {value: k for k, (_, value) in enumerate(found)}
        return tuple(place[value] for value in whole) if len(profiles) == 1 else None

    # What is carried.

    def parts(self, site: str) -> tuple[Part, ...]:
        """What a node or a signal carries, in few names; nothing where it is constant."""
        wanted = self.sites[site]
        if wanted not in self._parts:
            self._parts[wanted] = self._found(wanted)
        return self._parts[wanted]

    def _found(self, wanted: Partition) -> tuple[Part, ...]:
        if len(set(wanted)) == 1:
            return ()
        coins = [part for draws in self.draws.values() for d in draws for part in d.parts]
        every = list({p.name: p for p in (*coins, *self.variables.values())}.values())
        known = [p for p in every if len(set(p.column)) > 1 and knows(wanted, p.partition)]
        for size in range(1, MOST_PARTS + 1):
            for chosen in combinations(known, size):
                if join((p.column for p in chosen), self.count) == wanted:
                    return chosen
        for one, two in combinations([p for p in every if set(p.column) == {0, 1}], 2):
            parity = tuple(a ^ b for a, b in zip(one.column, two.column, strict=True))
            if partition(parity) == wanted:
                return (Part(f"({one.name} xor {two.name})", parity),)
        chosen = tuple(_enough(known, wanted, self.count))
        if chosen:
            return chosen
        whole = Part(next(self._letters), wanted)
        causes = _enough(coins, wanted, self.count, exactly=False)
        rule = self.function(whole, tuple(causes))
        self.defined[whole.name] = rule
        return (whole,)

    # Functions.

    def _rule(self, reading: Reading) -> Rule | None:
        """A variable as a function of what it reads, or of the coins where what it reads is itself.

        None where it is a coin or a constant, or where its table is not worth showing.
        """
        variable = self.variables[reading.variable]
        coins = {p.name: p for draws in self.draws.values() for d in draws for p in d.parts}
        inputs = {p.name: p for site in reading.sites for p in self.parts(site)}
        if len(set(variable.column)) == 1 or variable.name in coins:
            return None
        if variable.name not in inputs:
            return self.function(variable, tuple(inputs.values()))
        causes = tuple(
            _enough(tuple(coins.values()), variable.partition, self.count, exactly=False)
        )
        rule = self.function(variable, causes)
        return rule if rule.formula else None

    def function(self, result: Part, inputs: tuple[Part, ...]) -> Rule:
        """The rule for a column that the inputs determine."""
        names = tuple(p.name for p in inputs)
        cases = dict(zip(zip(*(p.column for p in inputs), strict=True), result.column, strict=True))
        if len(cases) <= MOST_ROWS:
            rows = zip(
                zip(*(p.column for p in inputs), result.column, strict=True),
                self.weights,
                strict=True,
            )
            order = (*names, result.name)
            *_, last = mechanism(FiniteModel.create(order, rows), order, {result.name: names})
            if len(last.rule) <= LONGEST:
                return Rule(result.name, last.inputs, last.rule)
        listed = tuple(sorted(cases.items(), key=lambda case: repr(case[0])))
        return Rule(result.name, names, "", listed)


def _enough(
    parts: Sequence[Part], wanted: Partition, count: int, exactly: bool = True
) -> Iterator[Part]:
    """Parts that together know what is wanted, none of them for nothing; none if they do not."""
    kept = list(parts)
    if not knows(join((p.column for p in kept), count), wanted):
        return
    for part in parts[::-1]:
        rest = [p for p in kept if p is not part]
        if knows(join((p.column for p in rest), count), wanted):
            kept = rest
    if not exactly or join((p.column for p in kept), count) == wanted:
        yield from kept


def _moment(circuit: Circuit, reading: Reading) -> Any:
    """When a variable has read all that it reads."""
    ends = {n.name: n.event[0] for n in circuit.nodes}
    ends |= {s.name: s.path[-1][0] for s in circuit.signals}
    return max((ends[site] for site in reading.sites), default=0)


def _letters() -> Iterator[str]:
    yield from LETTERS
    number = 0
    while True:
        number += 1
        yield from (f"{letter}_{number}" for letter in LETTERS)
