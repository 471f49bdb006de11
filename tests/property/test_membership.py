"""Random tables of two parties with two settings and two results, against Fine's theorem.

No signalling and the eight CHSH inequalities say whether such a table is a mixture of
deterministic strategies; where some pair of settings never occurs, every table without signalling
is one. Both are written here anew, without the checker's programs and forms.

Source: A. Fine, Phys. Rev. Lett. 48, 291 (1982).
"""

from fractions import Fraction
from itertools import product
from random import Random

import pytest

import lpc
from lpc.checker.context import Context
from lpc.checker.locality import judge
from lpc.kernel.models import FiniteModel
from lpc.language.document import Inequality
from lpc.spacetime import markov_premises

TEXT = """
variables { A, B in {-1, 1} ; x, y in {0, 1} }
causal { latent s ; s, x -> A ; s, y -> B }
assume LC : local causality
"""
PAIRS = tuple(product((0, 1), repeat=2))
RESULTS = tuple(product((-1, 1), repeat=2))
STRATEGIES = tuple({(x, y): (a[x], b[y]) for x, y in PAIRS} for a in RESULTS for b in RESULTS)


def point(strategy):
    return {xy: {strategy[xy]: Fraction(1)} for xy in PAIRS}


def box(i, j, k):
    """The PR box in which results differ where (x + i)(y + j) = 1, or agree there if k = 1."""
    half = Fraction(1, 2)
    found = {}
    for x, y in PAIRS:
        sign = -1 if ((x ^ i) & (y ^ j)) ^ k else 1
        found[x, y] = {(1, sign): half, (-1, -sign): half}
    return found


def mixture(parts):
    total = {xy: dict.fromkeys(RESULTS, Fraction(0)) for xy in PAIRS}
    for weight, table in parts:
        for xy, row in table.items():
            for result, chance in row.items():
                total[xy][result] += weight * chance
    return total


def random_table(random):
    """A mixture of strategies and boxes: inside, outside, or on the boundary of a CHSH facet."""
    kind = random.choice(["inside", "box", "boundary", "any"])
    corner = box(*(random.randrange(2) for _ in range(3)))
    some = [point(random.choice(STRATEGIES)) for _ in range(random.randint(1, 4))]
    if kind == "box":
        return mixture(_weighted(random, [corner, *some]))
    if kind == "boundary":
        # The strategies on the facet below a box agree with it at three pairs of settings.
        return mixture(_weighted(random, [s for s in map(point, STRATEGIES) if _agree(s, corner)]))
    if kind == "inside":
        return mixture(_weighted(random, some))
    return mixture(_weighted(random, [corner, box(0, 0, 0), *some]))


def _agree(table, corner):
    return sum(any(r in corner[xy] for r in table[xy]) for xy in PAIRS) == 3


def _weighted(random, tables):
    weights = [random.randint(1, 6) for _ in tables]
    return [(Fraction(w, sum(weights)), t) for w, t in zip(weights, tables, strict=True)]


def random_settings(random):
    """How often each pair of settings occurs; in a third of the tables some never do."""
    if random.randrange(3):
        return {xy: Fraction(1, 4) for xy in PAIRS}
    p, q = (Fraction(random.choice([0, 1, 2]), 2) for _ in range(2))
    return {(x, y): (p if x else 1 - p) * (q if y else 1 - q) for x, y in PAIRS}


def is_local(table, settings):
    """Fine's theorem; the table does not signal."""
    if any(settings[xy] == 0 for xy in PAIRS):
        return True
    mean = {xy: sum(a * b * w for (a, b), w in table[xy].items()) for xy in PAIRS}
    total = sum(mean.values())
    return all(abs(total - 2 * mean[xy]) <= 2 for xy in PAIRS)


def model_of(table, settings):
    rows = [
        ((*result, *xy), settings[xy] * chance)
        for xy in PAIRS
        for result, chance in table[xy].items()
    ]
    results, bits = (Fraction(-1), Fraction(1)), (Fraction(0), Fraction(1))
    alphabets = {"A": results, "B": results, "x": bits, "y": bits}
    return FiniteModel.create(("A", "B", "x", "y"), rows, alphabets)


def value(form, chance):
    """A linear form, where `chance` gives P(event | given)."""
    return form.constant + sum(c * chance(dict(e), dict(g)) for c, (e, g) in form.terms)


def of_strategy(strategy):
    def chance(event, given):
        answers = {"A": None, "B": None}
        for x, y in PAIRS:
            if given.get("x", x) == x and given.get("y", y) == y:
                a, b = strategy[x, y]
                answers |= {"A": a} if "x" in given else {}
                answers |= {"B": b} if "y" in given else {}
        return int(all(answers[name] == v for name, v in event.items()))

    return chance


def of_model(model):
    def chance(event, given):
        return model.probability({**event, **given}, frozenset((*event, *given))) / (
            model.probability(given, frozenset(given)) if given else 1
        )

    return chance


@pytest.mark.parametrize("seed", range(120))
def test_inside_exactly_when_fine_says_so(seed):
    random = Random(seed)
    table, settings = random_table(random), random_settings(random)
    document = lpc.parse(TEXT)
    model = model_of(table, settings)
    found = judge(Context(document), model)
    assert found.truth is is_local(table, settings)
    if found.truth:
        names, weights = found.extension.table(frozenset(model.names))
        assert (names, weights) == (model.names, dict(model.support))
        assert all(map(found.extension.holds, markov_premises(document.graph)))
        return
    violation = found.violation
    assert isinstance(violation.goal, Inequality)
    (form,) = (bound.form for bound in violation.bounds)
    assert all(value(form, of_strategy(s)) <= 0 for s in STRATEGIES)
    assert value(form, of_model(model)) > 0


def test_tables_are_of_every_kind():
    kinds = set()
    for seed in range(120):
        random = Random(seed)
        table, settings = random_table(random), random_settings(random)
        possible = all(settings.values())
        mean = {xy: sum(a * b * w for (a, b), w in table[xy].items()) for xy in PAIRS}
        most = max(abs(sum(mean.values()) - 2 * mean[xy]) for xy in PAIRS)
        kinds.add((possible, (most > 2) - (most < 2)))
    assert len(kinds) == 6


@pytest.mark.parametrize("seed", range(20))
def test_signalling_is_never_inside(seed):
    random = Random(seed)
    half, eighth = Fraction(1, 2), Fraction(random.randint(1, 3), 8)
    table = {xy: {(1, 1): half, (-1, -1): half} for xy in PAIRS}
    table[random.choice(PAIRS)] = {(1, 1): half + eighth, (-1, -1): half - eighth}
    found = judge(Context(lpc.parse(TEXT)), model_of(table, {xy: Fraction(1, 4) for xy in PAIRS}))
    assert found.truth is False
