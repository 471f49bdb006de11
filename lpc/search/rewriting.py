"""Rewriting one product of conditional probabilities into another, step by step.

Moves on a product: split a factor by the product rule, merge two factors by the same rule,
drop variables from a condition or add some. Dropping and adding need an independence; the
caller says at what price each is to be had. Only sets that occur in the two products, with
their unions and intersections, are tried.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from lpc.kernel.vectors import added, monomial_vector
from lpc.logic import Conditional, Independence, Monomials
from lpc.logic.effort import Tick, unlimited
from lpc.search.chains import lattice

Atoms = frozenset[str]
State = tuple[Conditional, ...]

MAX_EXPANDED = 4000


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a rewriting: what it is, the product it leads to, and what it changed.

    `rule` is "product rule", "bayes", "removal" or "insertion"; for the last two, `factor` is
    the factor with the longer condition, `kept` the shorter condition, and `needs` the
    independence that the move rests on.
    """

    rule: str
    result: State
    factor: Conditional | None = None
    kept: Atoms = frozenset()
    needs: Independence | None = None


Price = Callable[[Independence], int | None]


def find_rewriting(
    equation: Monomials, price: Price, tick: Tick = unlimited
) -> tuple[Move, ...] | None:
    """The cheapest way from the left product to the right one, or None within the bounds.

    `price` gives the cost of a removal that rests on an independence, None if it is not to
    be had; a use of the product rule costs 1.

    >>> joint = Conditional.create("AB", "c")
    >>> one, two = Conditional.create("A", "Bc"), Conditional.create("B", "c")
    >>> [m.rule for m in find_rewriting(Monomials((joint,), (one, two)), lambda s: None)]
    ['product rule']
    """
    factors = (*equation.left, *equation.right)
    sets = lattice(s for f in factors for s in (f.event | f.given, f.given))
    return _Search(equation, sets, price, tick).run()


class _Search:
    def __init__(
        self, equation: Monomials, sets: tuple[Atoms, ...], price: Price, tick: Tick
    ) -> None:
        self.tick = tick
        self.start = _canonical(equation.left)
        self.goal = _canonical(equation.right)
        self.sets = (frozenset(), *sets)
        self.known = frozenset(self.sets)
        self.price = price
        self.target = monomial_vector(self.goal)
        self.prices: dict[Independence, int | None] = {}

    def run(self) -> tuple[Move, ...] | None:
        number = count()
        queue: list[tuple[int, int, int, State]] = [
            (self.estimate(self.start), next(number), 0, self.start)
        ]
        cost = {self.start: 0}
        before: dict[State, tuple[State, Move]] = {}
        for _ in range(MAX_EXPANDED):
            if not queue:
                return None
            self.tick(20)
            _, _, spent, state = heapq.heappop(queue)
            if state == self.goal:
                return _path(before, state)
            if spent > cost[state]:
                continue
            for price, move in self.moves(state):
                total = spent + price
                if total < cost.get(move.result, total + 1):
                    cost[move.result] = total
                    before[move.result] = (state, move)
                    rank = total + self.estimate(move.result)
                    heapq.heappush(queue, (rank, next(number), total, move.result))
        return None

    def estimate(self, state: State) -> int:
        """Removals still needed at least: each changes the vector by at most four units."""
        difference = added(monomial_vector(state), self.target, -1)
        return -(-sum(map(abs, difference.values())) // 4)

    def moves(self, state: State) -> Iterator[tuple[int, Move]]:
        for k, factor in enumerate(state):
            rest = state[:k] + state[k + 1 :]
            whole = factor.event | factor.given
            yield from self.conditions(factor, rest)
            # NB: reversed, so that of two equally good orders P(A | B …) P(B | …) comes first.
            for middle in reversed(self.sets):
                if factor.given < middle < whole:
                    outer = Conditional(whole - middle, middle)
                    inner = Conditional(middle - factor.given, factor.given)
                    yield 1, Move("product rule", _canonical((*rest, outer, inner)))
            for j, inner in enumerate(state):
                if j != k and factor.given == inner.event | inner.given:
                    merged = Conditional(factor.event | inner.event, inner.given)
                    others = tuple(f for i, f in enumerate(state) if i not in (j, k))
                    yield 1, Move("product rule", _canonical((*others, merged)))

    def conditions(self, factor: Conditional, rest: State) -> Iterator[tuple[int, Move]]:
        """The same factor with another condition, wherever an independence allows it."""
        for given in self.sets:
            if not (given < factor.given or factor.given < given):
                continue
            if given & factor.event or given | factor.event not in self.known:
                continue
            longer, shorter = sorted((given, factor.given), key=len, reverse=True)
            needs = Independence.create(factor.event, longer - shorter, shorter)
            if needs not in self.prices:
                self.prices[needs] = self.price(needs)
            price = self.prices[needs]
            if price is not None:
                rule = "removal" if given is shorter else "insertion"
                result = _canonical((*rest, Conditional(factor.event, given)))
                yield (
                    price,
                    Move(rule, result, Conditional(factor.event, longer), shorter, needs),
                )


def _canonical(factors: State) -> State:
    return tuple(sorted(factors, key=lambda f: (sorted(f.event), sorted(f.given))))


def _path(before: dict[State, tuple[State, Move]], state: State) -> tuple[Move, ...]:
    moves: list[Move] = []
    while state in before:
        state, move = before[state]
        moves.append(move)
    return _with_bayes(tuple(reversed(moves)))


def _with_bayes(moves: tuple[Move, ...]) -> tuple[Move, ...]:
    """Join a merge that is split again at once into one use of Bayes' rule."""
    joined: list[Move] = []
    for k, move in enumerate(moves):
        merged = joined and joined[-1].rule == move.rule == "product rule"
        if merged and k >= 1 and len(joined[-1].result) < len(move.result):
            joined[-1] = Move("bayes", move.result)
        else:
            joined.append(move)
    return tuple(joined)
