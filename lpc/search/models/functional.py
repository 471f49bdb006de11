"""Models made of response functions over small alphabets: enumerated, then seeded-random.

Few weighted cases are gone through first (`cases`). Then mechanisms are drawn at random: along
the causal graph where there is one, so that they obey its Markov condition by construction,
otherwise along any order. A variable that breaks a premise is drawn again a few times and then
made constant. The same question always meets the same mechanisms.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from lpc.kernel.models import FiniteModel
from lpc.logic import Independence, Monomials, Positivity, Statement
from lpc.logic.effort import Tick
from lpc.search.models import cases, responses
from lpc.search.models.constraints import Check, all_broken_down, is_markov, schedule
from lpc.search.models.problem import Found, Problem, simplified, verified
from lpc.search.models.responses import Response, Rows

SEED = 1990
MAX_MECHANISMS = 1_000
MAX_ROWS = 128
MAX_PARENTS = 3
RETRIES = 8
LATENT_VALUES = (2, 2, 4)
VALUES = (2, 2, 2, 3)


def search(problem: Problem, tick: Tick) -> Generator[Found, None, str]:
    """Enumerated models, then what random mechanisms give. Returns: the bounds in words."""
    bounds = yield from cases.search(problem, tick)
    yield from search_mechanisms(problem, tick)
    return f"{bounds}, {MAX_MECHANISMS} mechanisms"


def search_mechanisms(
    problem: Problem, tick: Tick, count: int = MAX_MECHANISMS
) -> Generator[Found, None, None]:
    """What `count` random mechanisms give."""
    rng = Random(SEED)
    goals = all_broken_down(problem.goals, tick)
    premises = [p for p in all_broken_down(problem.premises, tick) if not is_markov(problem, p)]
    plans: dict[tuple[tuple[str, ...], Statement], _Plan] = {}
    for attempt in range(count if goals else 0):
        goal = goals[attempt % len(goals)]
        order = problem.variables
        if problem.parents is None:
            order = tuple(rng.sample(order, len(order)))
        plan = plans.get((order, goal))
        if plan is None:
            plan = plans[order, goal] = _Plan(
                problem, order, schedule(order, premises, goal, problem.also)
            )
        rows = plan.draw(rng, tick)
        if rows is not None:
            found = verified(problem, plan.model(rows, order), "functional")
            if found is not None:
                yield simplified(problem, found)


@dataclass(frozen=True, slots=True)
class _Plan:
    """An order of the variables, and what to test at each place."""

    problem: Problem
    order: tuple[str, ...]
    checks: Sequence[Sequence[Check]]

    def draw(self, rng: Random, tick: Tick) -> Rows | None:
        """One random joint distribution that passes the tests, or None."""
        rows: Rows = {(): 1}
        for k, name in enumerate(self.order):
            tick()
            grown = self._extended(rng, rows, k, name)
            if grown is None:
                return None
            rows = grown
        return rows

    def model(self, rows: Rows, order: tuple[str, ...]) -> FiniteModel:
        """The rows over the first variables of `order` as a model, in the problem's order."""
        names = tuple(name for name in self.problem.variables if name in order)
        places = [order.index(name) for name in names]
        letters = {n: self.problem.alphabets[n] for n in names if n in self.problem.alphabets}
        total = sum(rows.values())
        weights = [
            (
                tuple(
                    letters[name][values[k]] if name in letters else values[k]
                    for name, k in zip(names, places, strict=True)
                ),
                Fraction(weight, total),
            )
            for values, weight in rows.items()
        ]
        return FiniteModel.create(names, weights, letters)

    def _extended(self, rng: Random, rows: Rows, k: int, name: str) -> Rows | None:
        for attempt in range(RETRIES + 1):
            parents, answer = ((), _constant) if attempt == RETRIES else self._drawn(rng, k, name)
            grown = responses.grown(rows, parents, answer)
            if len(grown) <= MAX_ROWS and all(self._passes(grown, c) for c in self.checks[k]):
                return grown
        return None

    def _drawn(self, rng: Random, k: int, name: str) -> tuple[tuple[int, ...], Response]:
        pool: Sequence[int] = range(k)
        if self.problem.parents is not None:
            pool = [self.order.index(p) for p in self.problem.parents.get(name, ())]
        arity = min(len(pool), rng.choice((0, 1, 1, 2, 2, MAX_PARENTS)))
        parents = tuple(rng.sample(pool, arity))
        alphabet = self.problem.alphabets.get(name)
        sizes = LATENT_VALUES if name in self.problem.latents else VALUES
        size = rng.choice(sizes) if alphabet is None else len(alphabet)
        return parents, responses.response(rng, size, arity)

    def _passes(self, rows: Rows, check: Check) -> bool:
        match check.statement:
            case Independence(x, y, z):
                sides = (tuple(self.order.index(n) for n in side) for side in (x, y, z))
                return responses.is_independent(rows, *sides) is check.wanted
            case Positivity() | Monomials():
                known = self.order[: len(next(iter(rows)))]
                return self.model(rows, known).holds(check.statement) is check.wanted


def _constant(_: tuple[int, ...]) -> tuple[int, ...]:
    return (1,)
