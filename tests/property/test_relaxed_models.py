"""No model exceeds the maximum of its family: M and S of random models, from their raw tables."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import product
from math import ceil
from random import Random

import pytest

from lpc.search.bounds import Party
from lpc.search.correlated import CorrelatedProblem, _memberships
from lpc.search.relaxed import MicrostateProblem, SettingsProblem, pieces_of

COUNT = 2000
SETTINGS = list(product((0, 1), repeat=2))
SIGNS = {(0, 0): 1, (0, 1): 1, (1, 0): 1, (1, 1): -1}
PARTIES = tuple(
    Party(r, s, (Fraction(-1), Fraction(1)), (Fraction(0), Fraction(1))) for r, s in ("Aa", "Bb")
)
SPARSE = (0, 0, 0, 0, 1, 1, 3, 9)


def chsh(extra=None):
    """The table of E(0,0) + E(0,1) + E(1,0) - E(1,1), with more on P(A = 1 | …) where asked."""
    table = {}
    for (x, y), sign in SIGNS.items():
        for s, t in product((-1, 1), repeat=2):
            key = (Fraction(s), Fraction(t)), (Fraction(x), Fraction(y))
            table[key] = Fraction(sign * s * t)
        if extra:
            of_a, of_b = extra[x, y]
            table[(Fraction(1), None), (Fraction(x), Fraction(y))] = 2 * of_a
            table[(None, Fraction(1)), (Fraction(x), Fraction(y))] = 2 * of_b
    return table


def at(pieces, m):
    return next(p.law.at(m) for p in pieces if p.start <= m <= p.end)


# Random models: {(a, b): {(λ, λ_a, λ_b, A, B): probability}}.


def drawn(random, outcomes):
    """A distribution in which much is impossible or rare."""
    weights = [random.choice(SPARSE) for _ in outcomes]
    weights[random.randrange(len(weights))] += random.choice((1, 30))
    total = sum(weights)
    return {o: Fraction(w, total) for o, w in zip(outcomes, weights, strict=True) if w}


def answers(random, size):
    """P(result = 1) by setting, λ and microstate: mostly by the microstate alone."""
    copied = random.random() < 0.7
    chances = [Fraction(0), Fraction(1), Fraction(1), Fraction(1, 2), Fraction(1, 5)]
    return {
        (x, h, k): Fraction(k % 2) if copied and size > 1 else random.choice(chances)
        for x, h, k in product((0, 1), (0, 1), range(size))
    }


def finished(hidden, of_a, of_b):
    """The joint table when the results are drawn given what is in their past."""
    model = {}
    for (x, y), table in hidden.items():
        joint = defaultdict(Fraction)
        for (h, k, n), p in table.items():
            for s, t in product((-1, 1), repeat=2):
                one, two = of_a[x, h, k], of_b[y, h, n]
                p_s, p_t = (one if s > 0 else 1 - one), (two if t > 0 else 1 - two)
                joint[h, k, n, s, t] += p * p_s * p_t
        model[x, y] = {o: p for o, p in joint.items() if p}
    return model


def settings_model(random):
    states = list(product((0, 1), range(1), range(1)))
    hidden = {c: drawn(random, states) for c in SETTINGS}
    return finished(hidden, answers(random, 1), answers(random, 1))


def one_sided_model(random):
    pair = drawn(random, [0, 1])
    far = {(y, h): drawn(random, [0, 1]) for y, h in SETTINGS}
    near = {(x, y, h): drawn(random, [0, 1, 2]) for x, y, h in product((0, 1), repeat=3)}
    hidden = {
        (x, y): {
            (h, k, n): pair[h] * near[x, y, h][k] * far[y, h][n]
            for h in pair
            for k in near[x, y, h]
            for n in far[y, h]
        }
        for x, y in SETTINGS
    }
    return finished(hidden, answers(random, 3), answers(random, 2))


def two_sided_model(random):
    """Half of them close to a strategy that agrees but where it should not."""
    states = list(product((0, 1, 2), repeat=2))
    pair = drawn(random, [0, 1])
    shared = random.random() < 0.5
    hidden = {}
    for x, y in SETTINGS:
        hidden[x, y] = {}
        for h in pair:
            near = drawn(random, states)
            if shared and (x, y) != (1, 1):
                near = {(1, 1): Fraction(1)}
            elif shared:
                k, n = random.randint(0, 9), random.randint(0, 9)
                near = {(1, 1): Fraction(20 - k - n, 20), (0, 1): Fraction(k, 20)}
                near[1, 0] = Fraction(n, 20)
            for (k, n), p in near.items():
                if p:
                    hidden[x, y][h, k, n] = pair[h] * p
    return finished(hidden, answers(random, 3), answers(random, 3))


# Measured from the joint tables alone.


def value_of(model, extra=None):
    total = Fraction(0)
    for c, table in model.items():
        for (*_, s, t), p in table.items():
            total += p * SIGNS[c] * s * t
            if extra:
                total += p * ((1 + s) * extra[c][0] + (1 + t) * extra[c][1])
    return total


def spread(distributions):
    """The largest L1 distance of two of some unnormalised distributions."""
    shares = []
    for weights in distributions:
        total = sum(weights.values())
        shares.append({k: w / total for k, w in weights.items()})
    return max(
        (
            sum(abs(p.get(k, Fraction(0)) - q.get(k, Fraction(0))) for k in p.keys() | q.keys())
            for p in shares
            for q in shares
        ),
        default=Fraction(0),
    )


def pair_distance(model):
    tables = []
    for table in model.values():
        weights = defaultdict(Fraction)
        for (h, *_), p in table.items():
            weights[h] += p
        tables.append(weights)
    return spread(tables)


def microstate_distance(model, side):
    """Over λ and the own setting: p(λ_a | a, λ, b, B) for all (b, B) that occur."""
    groups = defaultdict(lambda: defaultdict(lambda: defaultdict(Fraction)))
    for c, table in model.items():
        for (h, *micro, s, t), p in table.items():
            far = c[1 - side], (s, t)[1 - side]
            groups[h, c[side]][far][micro[side]] += p
    return max(spread(inside.values()) for inside in groups.values())


# No model exceeds the maximum.


def test_settings():
    random = Random(1)
    curve = pieces_of(SettingsProblem(chsh(), PARTIES, (0, 1)).corners(), Fraction(0))
    broken = 0
    for _ in range(COUNT):
        model = settings_model(random)
        found, m = value_of(model), pair_distance(model)
        assert found <= at(curve, m)
        broken += found > 2
    assert broken > 20, "the models should be good enough to break the inequality"


def test_microstates_on_one_side():
    random = Random(2)
    curve = MicrostateProblem.create(chsh(), PARTIES, (True, False)).curve()
    broken = 0
    for _ in range(COUNT):
        model = one_sided_model(random)
        assert microstate_distance(model, 1) == 0
        found, m = value_of(model), microstate_distance(model, 0)
        assert found <= at(curve, m)
        broken += found > 2
    assert broken > 20


def test_microstates_on_both_sides():
    """Models that are better than independent microstates allow are among them."""
    random = Random(3)
    law = CorrelatedProblem(
        MicrostateProblem.create(chsh(), PARTIES, (True, True)).coefficients
    ).law()
    separate = MicrostateProblem.create(chsh(), PARTIES, (True, True)).curve()
    broken = better = 0
    for _ in range(COUNT):
        model = two_sided_model(random)
        m = max(microstate_distance(model, 0), microstate_distance(model, 1))
        found = value_of(model)
        assert found <= law.at(2 * m / (2 + m))
        broken += found > 2
        better += found > at(separate, m)
    assert broken > 20
    assert better > 5


@pytest.mark.parametrize("seed", [4, 5])
def test_terms_in_one_result_alone(seed):
    """There both bounds need not meet; no model exceeds the upper one at an M not below its own."""
    random = Random(seed)
    extra = {
        c: (Fraction(random.randint(-2, 2), 2), Fraction(random.randint(-2, 2), 2))
        for c in SETTINGS
    }
    problem = CorrelatedProblem(
        MicrostateProblem.create(chsh(extra), PARTIES, (True, True)).coefficients
    )
    known = {}
    for _ in range(COUNT // 4):
        model = two_sided_model(random)
        m = max(microstate_distance(model, 0), microstate_distance(model, 1))
        more = Fraction(ceil(6 * m), 6)
        if more not in known:
            known[more] = problem.bracket(more)
        assert known[more].low <= known[more].high
        assert value_of(model, extra) <= known[more].high
    ends = problem.bracket(Fraction(0)), problem.bracket(Fraction(2))
    assert all(b.low == b.high for b in ends)


# The bound, and that what reaches it belongs to the family.


def test_the_inequality_behind_the_bound_is_an_identity():
    random = Random(6)
    for _ in range(200):
        x, y, z, w, h, u, m = (
            Fraction(random.randint(-9, 9), random.randint(1, 9)) for _ in "1234567"
        )
        low, up = 1 - m - h, 1 - m - u
        left = (1 - m * m) * (x + y) - (h * up + u * low) * (x + y + z + w)
        right = up * (x - h * (x + w)) + h * (x - up * (x + z))
        right += low * (y - u * (y + w)) + u * (y - low * (y + z))
        right += m * ((low + u) * x + (h + up) * y)
        assert left == right


def test_memberships_hold_of_members():
    """What the linear program takes for granted, at random tables and their own intervals."""
    random = Random(8)
    cells = list(product((1, -1), repeat=2))
    for _ in range(300):
        weights = [random.randint(1, 9) for _ in cells]
        p = {c: Fraction(w, sum(weights)) for c, w in zip(cells, weights, strict=True)}
        chances = [
            [
                p[c] / (p[c] + p[c[0] - 2 * (k == 0), c[1] - 2 * (k == 1)])
                for c in cells
                if c[k] == 1
            ]
            for k in (0, 1)
        ]
        m = max(max(both) - min(both) for both in chances)
        starts = [min(*both, 1 - m) for both in chances]
        shares = [{1: start, -1: 1 - m - start} for start in starts]
        for row in _memberships(1 / (1 - m)):
            total = sum(
                factor * shares[0][s] * shares[1][t] * p[cell]
                for ((s, t), cell), factor in row.items()
            )
            assert total >= 0


@pytest.mark.parametrize("m", [Fraction(k, 5) for k in range(11)])
def test_what_reaches_the_bound_is_in_the_family(m):
    random = Random(7)
    for _ in range(20):
        factors = {
            (i, j): tuple(Fraction(random.randint(-3, 3)) for _ in range(4)) for i, j in SETTINGS
        }
        found = CorrelatedProblem(factors).bracket(m)
        model = {
            c: {(0, s, t, s, t): p for (s, t), p in cells.items() if p}
            for c, cells in found.behaviour.items()
        }
        assert all(sum(table.values()) == 1 for table in model.values())
        assert microstate_distance(model, 0) <= m
        assert microstate_distance(model, 1) <= m
        value = sum(
            p * (k + of_a * s + of_b * t + of_both * s * t)
            for c, (k, of_a, of_b, of_both) in factors.items()
            for (*_, s, t), p in model[c].items()
        )
        assert value == found.low <= found.high
