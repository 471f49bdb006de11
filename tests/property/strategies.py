"""Shared strategies, and an evaluator of models written with plain loops.

A model here is a dictionary from outcomes (one value per variable, in order) to weights. It
shares no code with lpc: the tests hold lpc's answers against it.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import strategies as st

Model = dict[tuple[int, ...], Fraction]


def marginal(model: Model, names: str, wanted: frozenset[str], point: dict[str, int]) -> Fraction:
    """p(wanted = point), summed outcome by outcome."""
    total = Fraction(0)
    for outcome, weight in model.items():
        if all(outcome[names.index(v)] == point[v] for v in wanted):
            total += weight
    return total


def points(model: Model, names: str) -> list[dict[str, int]]:
    """Every joint value of the variables, possible or not."""
    values = [sorted({o[k] for o in model}) for k in range(len(names))]
    return [dict(zip(names, combination, strict=True)) for combination in product(*values)]


def independent(model: Model, names: str, x: frozenset, y: frozenset, z: frozenset) -> bool:
    """p(x,y,z) p(z) = p(x,z) p(y,z) at every point; a shared variable must agree with itself."""
    relevant = "".join(v for v in names if v in x | y | z)
    small: Model = {}
    for outcome, weight in model.items():
        key = tuple(outcome[names.index(v)] for v in relevant)
        small[key] = small.get(key, Fraction(0)) + weight
    if any(not determined(small, relevant, v, z) for v in (x & y) - z):
        return False
    for point in points(small, relevant):
        left = marginal(small, relevant, x | y | z, point) * marginal(small, relevant, z, point)
        right = marginal(small, relevant, x | z, point) * marginal(small, relevant, y | z, point)
        if left != right:
            return False
    return True


def determined(model: Model, names: str, variable: str, by: frozenset) -> bool:
    """One value of `variable` for each value of `by` that occurs."""
    seen: dict[tuple, int] = {}
    for outcome, weight in model.items():
        if weight:
            key = tuple(outcome[names.index(v)] for v in sorted(by))
            if (
                seen.setdefault(key, outcome[names.index(variable)])
                != outcome[names.index(variable)]
            ):
                return False
    return True


def product_value(model: Model, names: str, factors, point) -> Fraction | None:
    """The value of a product of conditionals; None where a condition has probability zero."""
    value = Fraction(1)
    for factor in factors:
        below = marginal(model, names, factor.given, point)
        if not below:
            return None
        value *= marginal(model, names, factor.event | factor.given, point) / below
    return value


def equation_holds(model: Model, names: str, equation) -> bool:
    """Equality at every point where all conditioning events of both sides are possible."""
    for point in points(model, names):
        left = product_value(model, names, equation.left, point)
        right = product_value(model, names, equation.right, point)
        if left is not None and right is not None and left != right:
            return False
    return True


def subsets(names: str):
    """Frozen sets of names."""
    return st.frozensets(st.sampled_from(names)) if names else st.just(frozenset())


@st.composite
def models(draw, names: str) -> Model:
    """Models with structure: mechanisms over few bits, linear forms, or raw weights."""
    kind = draw(st.sampled_from(["mechanism", "linear", "raw"]))
    n = len(names)
    if kind == "raw":
        weights = draw(st.lists(st.integers(0, 3), min_size=2**n, max_size=2**n))
        weights[0] += not any(weights)
        total = sum(weights)
        outcomes = product((0, 1), repeat=n)
        return {o: Fraction(w, total) for o, w in zip(outcomes, weights, strict=True) if w}
    if kind == "linear":
        bits = draw(st.integers(1, 3))
        forms = draw(st.lists(st.integers(0, 2**bits - 1), min_size=n, max_size=n))
        model: Model = {}
        for seed in range(2**bits):
            outcome = tuple((seed & form).bit_count() % 2 for form in forms)
            model[outcome] = model.get(outcome, Fraction(0)) + Fraction(1, 2**bits)
        return model
    model = {(): Fraction(1)}
    for k in range(n):
        parents = draw(st.frozensets(st.integers(0, k - 1), max_size=2)) if k else frozenset()
        rows = {
            key: draw(st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 2), Fraction(1, 3)]))
            for key in product((0, 1), repeat=len(parents))
        }
        grown: Model = {}
        for outcome, weight in model.items():
            p = rows[tuple(outcome[j] for j in sorted(parents))]
            for value, q in ((1, p), (0, 1 - p)):
                if q:
                    grown[(*outcome, value)] = weight * q
        model = grown
    return model
