"""Equations between sums that are proved hold in every model of what they were proved from."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from lpc.kernel.models import FiniteModel
from lpc.logic import Conditional
from lpc.logic.sums import Term
from lpc.search.sums import find_sum_proof
from lpc.search.theory import Theory
from tests.property.strategies import marginal, models
from tests.property.test_calculus import all_statements

NAMES = "abcd"
STATEMENTS = all_statements(NAMES, overlapping=False)


def value(model, term: Term, point: dict[str, int]) -> Fraction | None:
    """The sum by plain loops; a product with a zero factor is 0, else it must be defined."""
    bound = sorted(term.bound)
    total = Fraction(0)
    for combination in product((0, 1), repeat=len(bound)):
        at = {**point, **dict(zip(bound, combination, strict=True))}
        result, undefined = term.coefficient, False
        for name in term.values:
            result *= at[name]
        for factor in term.factors:
            below = marginal(model, NAMES, factor.given, at)
            undefined |= not below
            above = marginal(model, NAMES, factor.event | factor.given, at)
            result *= above / below if below else 1
        if undefined and result:
            return None
        total += result
    return total


def random_term(rng: random.Random, bound: set[str]) -> Term:
    factors = []
    for _ in range(rng.randint(1, 3)):
        event = rng.sample(NAMES, rng.randint(1, 2))
        rest = [n for n in NAMES if n not in event and rng.random() < 0.5]
        factors.append(Conditional.create(event, rest))
    return with_factors(tuple(factors), bound, rng)


def with_factors(factors: tuple[Conditional, ...], bound: set[str], rng: random.Random) -> Term:
    names = set().union(*(f.event | f.given for f in factors))
    values = tuple(sorted(n for n in names if rng.random() < 0.15))
    return Term(Fraction(1), frozenset(names & bound), values, factors)


def changed(rng: random.Random, term: Term, bound: set[str]) -> Term:
    """The same with one condition more or less, and the factors in another order."""
    factors = list(term.factors)
    k = rng.randrange(len(factors))
    given_ = set(factors[k].given) ^ {n for n in NAMES if rng.random() < 0.4}
    factors[k] = Conditional.create(factors[k].event, given_ - factors[k].event)
    rng.shuffle(factors)
    names = set().union(*(f.event | f.given for f in factors))
    kept = term.values if set(term.values) <= names else ()
    return Term(term.coefficient, frozenset(names & bound), kept, tuple(factors))


@given(models(NAMES), st.integers(0, 10**9))
@settings(max_examples=60)
def test_proved_sums_are_equal_in_the_model(model, seed):
    rng = random.Random(seed)
    exact = FiniteModel.create(tuple(NAMES), model.items(), dict.fromkeys(NAMES, (0, 1)))
    theory = Theory.create([s for s in STATEMENTS if exact.holds(s)])
    for _ in range(10):
        bound = set(rng.sample(NAMES, rng.randint(1, 3)))
        left = random_term(rng, bound)
        right = changed(rng, left, bound)
        if find_sum_proof(theory, (left,), (right,)) is None:
            continue
        free = sorted(left.free | right.free)
        conditions = [f.given for t in (left, right) for f in t.factors if not f.given & t.bound]
        for combination in product((0, 1), repeat=len(free)):
            point = dict(zip(free, combination, strict=True))
            if all(marginal(model, NAMES, c, point) for c in conditions):
                sides = value(model, left, point), value(model, right, point)
                assert None in sides or sides[0] == sides[1], (left, right, point)
