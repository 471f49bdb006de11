"""Claims about open angles, and another reckoning of their certificates: on the JSON, with floats.

Angles get random values, and probabilities are sums over the support at these values. No verdict
hangs on it: it is there to be compared with what `lpc verify` says.
"""

from __future__ import annotations

import cmath
import math
from fractions import Fraction
from functools import cache
from itertools import product

import lpc
from lpc.certificates.writing import Certificate, certificates

TEXT = """
variables { A, B in {-1, +1} ; a in {0, 1} ; α, β, θ }
define E(x, y) := sum[A, B] A B P(A, B | α = x, β = y)
define Mean(x, y) := sum[a, A] A P(a, A | α = x, θ = y)

quantum pair {
  state singlet
  A := spin(α) on 1
  B := spin(β) on 2
}
quantum tilted {
  state { (0, 0) : cos(θ), (1, 1) : sin(θ) }
  a ~ { 0 : 1/3, 1 : 2/3 }
  A := spin(α + a * pi/3) on 1
  B := spin(β) on 2
}
quantum thirds {
  state { (0, 0) : cos(θ/3), (1, 0) : sin(θ/3) }
  A := spin(pi/5) on 1
  B := sigma_z on 2
}

claim "equal"         : E(α, β) of pair = -cos(α - β)
claim "both sides"    : E(α, β) of pair = -E(β + pi, α)
claim "closed"        : |E(0, pi/4)| of pair = sqrt(2)/2
claim "one angle"     : E(α, α) of pair = -1
claim "left out"      : P(A = 1 | α) of pair = 1/2
claim "far result"    : P(A = 1 | B = 1, α, β) of pair = (1 - cos(α - β))/2
claim "quotient"      : E(α, β) / E(0, pi) of pair = -cos(α - β)
claim "at most"       : E(α, β) of pair <= 1
claim "below"         : E(α, β) of pair < 2
claim "at least"      : 1 + E(α, β) of pair >= 0
claim "square"        : E(α, β) * E(α, β) of pair <= 1
claim "shifted"       : E(α, β) + 1 of pair > E(α, β)
claim "other numbers" : E(α, α) of pair != 1
claim "mean"          : Mean(α, θ) of tilted <= 5/4
claim "turned"        : P(A = 1 | α = -pi/2, θ) of tilted = P(A = 1 | α = 3 pi/2, θ)
claim "one setting"   : P(A = 1 | a = 0, α = 0, θ) of tilted = cos(θ) cos(θ)
claim "not equal"     : E(α, β) of pair = cos(α - β) expect fails
claim "too small"     : E(α, β) of pair <= 1/2 expect fails
claim "reached"       : E(α, β) of pair < 1 expect fails
claim "sometimes 0"   : E(α, β) of pair != 0 expect fails
claim "impossible"    : P(B = 1 | A = -1, a = 0, α = 0, θ = 0, β) of tilted = 1 expect fails
claim "thirds"        : P(A = 1 | θ = pi/2) of thirds = 1/2 + cos(pi/5 - pi/3)/2
claim "above"         : P(A = 1 | θ = 3 θ) of thirds = (1 + cos(2 θ - pi/5))/2
"""


@cache
def claims() -> dict[str, Certificate]:
    """The certificates of the claims above, by name."""
    document = lpc.parse(TEXT)
    report = lpc.check(document)
    names = [item.name for item in report.items]
    assert all(item.as_expected for item in report.items), report
    return dict(zip(names, certificates(document, report, TEXT.encode()), strict=True))


def number(x):
    if isinstance(x, str):
        return float(Fraction(x))
    data = x["cyclotomic"]
    turns = (2 * math.pi * k / data["order"] for k in range(len(data["numerators"])))
    total = sum(c * math.cos(t) for c, t in zip(data["numerators"], turns, strict=True))
    return total / data["denominator"]


def frequency(k, at):
    return sum(float(Fraction(q)) * at[n] for n, q in k.items())


def scalar(x, at):
    """A number or a wave at some angles."""
    if isinstance(x, str) or "waves" not in x:
        return complex(number(x))
    terms = x["waves"]
    return sum(
        complex(number(re), number(im)) * cmath.exp(1j * frequency(k, at)) for k, re, im in terms
    )


class AtAngles:
    """A model with open angles, where the free angles of the claim have the values `at`."""

    def __init__(self, model, at, others):
        self.model, self.at, self.others = model, at, others

    def weight(self, point, angles):
        names = self.model["names"]
        if not set(point) <= set(names):
            raise KeyError("no variable of the model")
        return sum(
            scalar(w, angles)
            for outcome, w, *_ in self.model["support"]
            if all(outcome[names.index(n)] == v for n, v in point.items())
        )

    def chance(self, event, given):
        angles = dict(self.others)
        for n in set(given) & set(angles):
            x = given[n]["angle"]
            angles[n] = 2 * math.pi * x["turns"] / x["order"] + frequency(x["plus"], self.at)
        known = {n: v for n, v in given.items() if n not in angles}
        below = self.weight(known, angles)
        if abs(below) < 1e-9:
            return None
        if any(event.get(n, v) != v for n, v in known.items()):
            return 0
        return self.weight({**known, **event}, angles) / below

    def value(self, tree, total=False):
        ((kind, inside),) = tree.items()
        if kind == "constant":
            return scalar(inside, self.at)
        if kind == "probability":
            return self.chance(*inside)
        parts = [inside] if kind == "absolute" else inside
        values = [self.value(p, total or kind == "total") for p in parts]
        if kind == "times" and total and any(v is not None and abs(v) < 1e-9 for v in values):
            return 0
        if None in values:
            return None
        if kind == "absolute":
            return abs(values[0])
        if kind == "quotient":
            return values[0] / values[1]
        return math.prod(values) if kind == "times" else sum(values)

    def true(self, said):
        left, right = self.value(said["left"]), self.value(said["right"])
        if left is None or right is None:
            return False
        equal, op = abs(left - right) < 1e-7, said["op"]
        if op in ("=", "!="):
            return equal is (op == "=")
        return (
            equal if equal and "=" in op else not equal and (left.real < right.real) is ("<" in op)
        )


def is_true(data, rng):
    """Whether a certificate accepted is right, as far as some angles tell."""
    names = data["model"]["angles"]
    drawn = [{n: rng.uniform(-9, 9) for n in names} for _ in range(10)]
    truths = [truth(data, at, rng) for at in (*drawn, dict.fromkeys(names, 0.0))]
    if None in truths:
        return False
    if data["verdict"] == "holds":
        return all(truths)
    return not all(truths) or any(truth(data, at, rng) is False for at in grid(names))


def truth(data, at, rng):
    """Whether the relation is true at some angles; None where the model or a value is none."""
    model, said = data["model"], data["goal"]["value"]
    weights = [scalar(w, at) for _, w, *_ in model["support"]]
    if abs(sum(weights) - 1) > 1e-9 or any(abs(w.imag) > 1e-9 for w in weights):
        return None
    # NB: what is left out has other values than what is free and has the same name.
    drawn = [{n: rng.uniform(-9, 9) for n in model["angles"]} for _ in range(2)]
    one, two = (AtAngles(model, at, others).true(said) for others in drawn)
    return one if one is two else None


def grid(names):
    """Angles at which a relation may fail though it holds at almost all."""
    steps = [k * math.pi / 12 for k in range(24)]
    few = steps if len(names) < 3 else steps[::4]
    return (dict(zip(names, v, strict=True)) for v in product(few, repeat=len(names)))
