"""Random inequalities against random exact models: nothing entailed fails, nothing refuted holds.

Models, assumptions and quantities are evaluated here by definitions written with plain loops;
nothing of lpc's arithmetic, readings or model evaluation is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random

import pytest

import lpc

NAMES = ("a", "b", "λ", "A", "B")
Outcome = tuple[object, ...]
Model = dict[Outcome, Fraction]

HEAD = """
variables { A, B in {-1, +1} ; a, b in {0, 1} ; λ }
assume SI   : λ ⊥ a, b
assume SI_a : λ ⊥ a | b
assume Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
assume PI   : P(A | a, b, λ) = P(A | a, λ) and P(B | a, b, λ) = P(B | b, λ)
assume OI   : A ⊥ B | a, b, λ
assume Det  : A determined by a, λ
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
define p(x, y) := P(A = 1, B = 1 | a = x, b = y)
"""


def chance(model: Model, event: dict, given: dict) -> Fraction | None:
    """P(event | given), None where it is not defined."""
    below = above = Fraction(0)
    for outcome, weight in model.items():
        at = dict(zip(NAMES, outcome, strict=True))
        if all(at[n] == v for n, v in given.items()):
            below += weight
            if all(at[n] == v for n, v in event.items()):
                above += weight
    return above / below if below else None


def free(model: Model, x: str, y: str, z: str) -> bool:
    """P(x | y, z) = P(x | z) at every point that occurs; names as letters."""
    seen = [dict(zip(NAMES, outcome, strict=True)) for outcome in model]
    for one, other in product(seen, seen):
        if all(one[n] == other[n] for n in z):
            event = {n: one[n] for n in x}
            near, far = {n: other[n] for n in z}, {n: other[n] for n in y + z}
            if chance(model, event, far) != chance(model, event, near):
                return False
    return True


HOLDS: dict[str, Callable[[Model], bool]] = {
    "SI": lambda m: free(m, "λ", "ab", ""),
    "SI_a": lambda m: free(m, "λ", "a", "b"),
    "Fact": lambda m: free(m, "A", "Bb", "aλ") and free(m, "B", "Aa", "bλ"),
    "PI": lambda m: free(m, "A", "b", "aλ") and free(m, "B", "a", "bλ"),
    "OI": lambda m: free(m, "A", "B", "abλ"),
    "Det": lambda m: len({(o[0], o[2], o[3]) for o in m}) == len({(o[0], o[2]) for o in m}),
}


# ---- random models -----------------------------------------------------------------------------


def responses(random: Random, keys: list, sharp: bool) -> dict:
    """P(+1) for each key."""
    tops = (0, 4) if sharp else (0, 1, 2, 4)
    return {key: Fraction(random.choice(tops), 4) for key in keys}


def random_model(random: Random) -> Model:
    """Local or not, with λ free of the settings or not."""
    states = range(random.choice((1, 2, 4)))
    pairs = list(product((0, 1), repeat=2))
    style = random.choice(("free", "far", "near", "told"))
    weights = {
        (s, pair): Fraction(1 if style == "free" else random.randint(0, 3))
        for s in states
        for pair in pairs
    }
    if style == "near":
        weights = {(s, pair): Fraction(1 + (s + pair[1]) % 2) for s, pair in weights}
    if style == "told":
        states, weights = range(4), {(2 * x + y, (x, y)): Fraction(1) for x, y in pairs}
    joint = random.choice(("local", "local", "signals", "box"))
    sharp = random.random() < 0.6
    alice = responses(random, list(product((0, 1), (0, 1), states)), sharp)
    bob = responses(random, list(product((0, 1), (0, 1), states)), sharp)
    model: Model = {}
    for (s, (x, y)), weight in weights.items():
        for r, t in product((-1, 1), repeat=2):
            if joint == "box":
                share = Fraction(int((r != t) == (x == y == 1)), 2)
            else:
                one = alice[x, y if joint == "signals" else 0, s]
                two = bob[y, x if joint == "signals" else 0, s]
                share = (one if r == 1 else 1 - one) * (two if t == 1 else 1 - two)
            if weight * share:
                model[x, y, s, r, t] = weight * share
    total = sum(model.values())
    return {o: w / total for o, w in model.items()} if total else random_model(random)


class Averages:
    """A model's averages, each computed once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.known: dict[tuple[str, int, int], Fraction | None] = {}

    def __call__(self, kind: str, x: int, y: int) -> Fraction | None:
        if (kind, x, y) not in self.known:
            self.known[kind, x, y] = average(self.model, kind, x, y)
        return self.known[kind, x, y]


def average(model: Model, kind: str, x: int, y: int) -> Fraction | None:
    """E(x, y), P(A = 1, B = 1 | x, y) or P(A = 1 | x)."""
    given = {"a": x, "b": y}
    if kind == "p":
        return chance(model, {"A": 1, "B": 1}, given)
    if kind == "P":
        return chance(model, {"A": 1}, {"a": x})
    signs = list(product((-1, 1), repeat=2))
    values = [chance(model, {"A": r, "B": t}, given) for r, t in signs]
    if values[0] is None:
        return None
    return sum((r * t * v for (r, t), v in zip(signs, values, strict=True)), Fraction(0))


# ---- random inequalities -------------------------------------------------------------------------


@dataclass(frozen=True)
class Quantity:
    """A text, and its value in a model by plain loops."""

    text: str
    parts: tuple[tuple[int, bool, tuple[tuple[int, str, int, int], ...]], ...]

    def value(self, averages: Averages) -> Fraction | None:
        total = Fraction(0)
        for sign, absolute, terms in self.parts:
            inside = Fraction(0)
            for factor, kind, x, y in terms:
                one = averages(kind, x, y)
                if one is None:
                    return None
                inside += factor * one
            total += sign * (abs(inside) if absolute else inside)
        return total


def random_quantity(random: Random) -> Quantity:
    if random.random() < 0.4:  # CHSH with the minus sign somewhere
        odd = random.randrange(4)
        terms = tuple((-1 if k == odd else 1, "E", k // 2, k % 2) for k in range(4))
        parts = [(random.choice((1, 1, -1)), random.random() < 0.6, terms)]
    else:
        parts = []
        for _ in range(random.choice((1, 1, 2))):
            terms = tuple(
                (random.choice((1, 1, -1, 2)), random.choice("EEpP"), *random.choices((0, 1), k=2))
                for _ in range(random.randint(1, 3))
            )
            parts.append((random.choice((1, 1, -1)), random.random() < 0.4, terms))
    return Quantity(" ".join(map(written, parts)).removeprefix("+ "), tuple(parts))


def written(part: tuple) -> str:
    sign, absolute, terms = part
    inside = " ".join(
        f"{'+' if factor > 0 else '-'} {abs(factor)} * "
        + (f"P(A = 1 | a = {x})" if kind == "P" else f"{kind}({x}, {y})")
        for factor, kind, x, y in terms
    ).removeprefix("+ ")
    return f"{'+' if sign > 0 else '-'} {f'|{inside}|' if absolute else f'({inside})'}"


def local_extreme(quantity: Quantity) -> Fraction:
    """The largest value over deterministic local strategies, one model each."""
    return max(v for v in map(quantity.value, DETERMINISTIC) if v is not None)


DETERMINISTIC = [
    Averages({(x, y, 0, f[x], g[y]): Fraction(1, 4) for x, y in product((0, 1), repeat=2)})
    for f, g in product(product((-1, 1), repeat=2), repeat=2)
]


SCOPES = (
    ("Fact", "SI"),
    ("Fact", "SI"),
    ("PI", "OI", "SI"),
    ("Fact", "SI", "Det"),
    ("PI", "Det", "SI"),
    ("Fact", "SI_a"),
    ("Fact",),
    ("PI", "SI"),
    ("SI",),
    ("OI", "SI"),
    (),
)


def claims(random: Random, count: int) -> list[tuple[tuple[str, ...], Quantity, Fraction]]:
    found = []
    for _ in range(count):
        quantity = random_quantity(random)
        slack = random.choice((0, 0, 0, 1, 2, Fraction(-1, 10), -1))
        found.append((random.choice(SCOPES), quantity, local_extreme(quantity) + slack))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_nothing_entailed_is_violated_and_nothing_refuted_obeys(seed):
    random = Random(seed)
    models = [Averages(random_model(random)) for _ in range(80)]
    obeyed = [frozenset(n for n, holds in HOLDS.items() if holds(m.model)) for m in models]
    assert all(sum(n in one for one in obeyed) > 5 for n in HOLDS)
    entailed = refuted = checked = 0
    undecided = []
    while entailed < 250:
        some = claims(random, 50)
        lines = [
            f"claim : {', '.join(scope)} entail {q.text} <= {bound}" for scope, q, bound in some
        ]
        items = lpc.check(lpc.parse(HEAD + "\n".join(lines))).items
        for (scope, quantity, bound), item in zip(some, items, strict=True):
            if item.verdict.value == "entailed":
                entailed += 1
                for model, names in zip(models, obeyed, strict=True):
                    if any(names.issuperset(needs) for needs in item.needs):
                        value = quantity.value(model)
                        checked += value is not None
                        assert value is None or value <= bound, (item.statement, model.model)
            elif item.verdict.value == "refuted":
                refuted += 1
                model = read_back(item.model.model)
                assert all(HOLDS[name](model) for name in scope), item.statement
                value = quantity.value(Averages(model))
                assert value is not None
                assert value > bound, item.statement
            else:
                undecided.append((scope, item.statement))
    assert refuted > 60
    assert checked > 4_000
    # Where Fact and SI are assumed every such inequality is decided.
    assert not [text for scope, text in undecided if {"Fact", "SI"} <= set(scope)]


def read_back(found) -> Model:
    """A countermodel in the order of variables used here; what it leaves out is constant."""
    model: Model = {}
    for outcome, weight in found.support:
        at = dict(zip(found.names, outcome, strict=True))
        key = tuple(at.get(n, 0) for n in NAMES)
        model[key] = model.get(key, Fraction(0)) + weight
    return model
