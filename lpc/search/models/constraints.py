"""When each statement can be tested while variables get their values one after another.

Whatever gives variables their meaning in turn (subspaces, partitions, mechanisms) leaves a
branch as soon as a premise about the variables known so far fails. A premise X ⊥ Y | Z may be
tested on the known parts of X and Y once Z is known, by decomposition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heapify, heappop, heappush

from lpc.logic import Independence, Monomials, Positivity, Statement
from lpc.logic.effort import Counted, Tick, unlimited
from lpc.search.models.problem import Atoms, Problem, atoms_of
from lpc.search.reading import is_equivalent, read_equation


@dataclass(frozen=True, slots=True)
class Check:
    """A statement about known variables only, and whether it is to hold or to fail."""

    statement: Statement
    wanted: bool = True


@dataclass(slots=True)
class Budget:
    """A number of trials, counted as work.

    >>> budget = Budget(2, unlimited)
    >>> [budget.spend() for _ in range(3)]
    [True, True, False]
    """

    left: int
    tick: Tick

    def spend(self) -> bool:
        """Take one; False when there was none left. Raises: LimitReached."""
        if self.left % 64 == 0:
            self.tick(64)
        self.left -= 1
        return self.left >= 0

    @property
    def is_spent(self) -> bool:
        """True when more trials were asked for than there were."""
        return self.left < 0


MAX_KNOWN = 1024
_KNOWN: dict[Monomials, tuple[tuple[Statement, ...], int]] = {}


def broken_down(statement: Statement, tick: Tick = unlimited) -> tuple[Statement, ...]:
    """An equation as independences where it can be read so, followed by itself if they say less.

    The equation implies each of them, and together they imply the equation. `tick` is told the same
    work whether or not the equation was read before.

    >>> from lpc.logic import Conditional
    >>> both, one = Conditional.create("A", "ab"), Conditional.create("A", "a")
    >>> [str(s) for s in broken_down(Monomials((both,), (one,)))]
    ['A ⊥ b | a']
    """
    if not isinstance(statement, Monomials):
        return (statement,)
    if statement in _KNOWN:
        found, units = _KNOWN[statement]
        tick(units)
        return found
    counted = Counted(tick)
    readings = read_equation(statement, counted)
    said = tuple(fact.statement for fact in readings)
    found = said if is_equivalent(statement, readings, counted) else (*said, statement)
    while len(_KNOWN) >= MAX_KNOWN:
        del _KNOWN[next(iter(_KNOWN))]
    _KNOWN[statement] = found, counted.units
    return found


def all_broken_down(
    statements: Iterable[Statement], tick: Tick = unlimited
) -> tuple[Statement, ...]:
    """What to test for all of some statements, each thing once and nothing trivial."""
    every = dict.fromkeys(s for statement in statements for s in broken_down(statement, tick))
    return tuple(s for s in every if not (isinstance(s, Independence) and s.is_trivial))


@lru_cache(maxsize=256)
def order_of_choice(
    variables: tuple[str, ...], premises: tuple[Statement, ...], goal: Statement
) -> tuple[str, ...]:
    """The goal's variables first, then whatever completes most premises soonest."""
    choice = _Choice(variables, [atoms_of(p) for p in premises])
    wanted = atoms_of(goal)
    first = choice.taken(v for v in variables if v in wanted)
    return (*first, *choice.taken(v for v in variables if v not in wanted))


class _Choice:
    """Which variable completes most sets with those taken so far, kept up to date."""

    def __init__(self, variables: Sequence[str], sets: Sequence[Atoms]) -> None:
        self.place = {name: k for k, name in enumerate(variables)}
        self.sets = sets
        self.holding: dict[str, list[int]] = {name: [] for name in variables}
        self.completes = dict.fromkeys(variables, 0)
        self.missing = [set(s) for s in sets]
        for k, one in enumerate(sets):
            for name in one & self.place.keys():
                self.holding[name].append(k)
            self._look(k)

    def taken(self, names: Iterable[str]) -> Iterator[str]:
        """Some of the variables, each time the best one; among equals the first."""
        rest = set(names)
        queue = [self._rank(name) for name in rest]
        heapify(queue)
        while queue:
            entry = heappop(queue)
            name = entry[-1]
            if name not in rest or entry != self._rank(name):
                continue
            rest.remove(name)
            yield name
            for k in self.holding[name]:
                self.missing[k].remove(name)
                last = self._look(k)
                if last in rest:
                    heappush(queue, self._rank(last))

    def _rank(self, name: str) -> tuple[int, int, int, str]:
        return -self.completes[name], -len(self.holding[name]), self.place[name], name

    def _look(self, k: int) -> str:
        """The variable that alone is missing from a set, counted for it."""
        if len(self.missing[k]) != 1:
            return ""
        (last,) = self.missing[k]
        if last in self.completes:
            self.completes[last] += 1
        return last


def schedule(
    order: Sequence[str],
    premises: Iterable[Statement],
    goal: Statement | None,
    also: Iterable[Statement] = (),
) -> tuple[tuple[Check, ...], ...]:
    """For each place in the order, what can be tested there for the first time, equations last."""
    places: list[dict[Check, None]] = [{} for _ in order]
    where = {name: k for k, name in enumerate(order)}
    for premise in premises:
        atoms = sorted(atoms_of(premise), key=where.__getitem__)
        for count, name in enumerate(atoms, 1):
            part = _part(premise, frozenset(atoms[:count]))
            if part is not None:
                places[where[name]][Check(part)] = None
    for broken in (goal, *also):
        if broken is not None:
            last = max(map(where.__getitem__, atoms_of(broken)))
            places[last][Check(broken, wanted=False)] = None
    return tuple(
        tuple(sorted(here, key=lambda check: isinstance(check.statement, Monomials)))
        for here in places
    )


def _part(premise: Statement, known: Atoms) -> Statement | None:
    """What a premise says of the known variables, None when that is nothing new."""
    match premise:
        case Independence(x, y, z):
            part = Independence.create(x & known, y & known, z)
            return part if z <= known and not part.is_trivial else None
        case Positivity(atoms):
            return Positivity(atoms & known)
        case Monomials():
            return premise if atoms_of(premise) <= known else None


def is_markov(problem: Problem, premise: Statement) -> bool:
    """True for what every mechanism along `parents` obeys: v ⊥ earlier variables | its parents."""
    if problem.parents is None or not isinstance(premise, Independence):
        return False
    where = {name: k for k, name in enumerate(problem.variables)}
    return any(
        len(one) == 1
        and premise.z == frozenset(problem.parents.get(v := min(one), ()))
        and all(where[other] < where[v] for other in others)
        for one, others in ((premise.x, premise.y), (premise.y, premise.x))
    )
