"""Re-check certificates of lpc: `python lpc_verify.py [-v] DIR-or-FILE…`. No lpc is needed.

What is trusted: this file, Python, and that the assumptions and the goal of a certificate say what
its source says (-v prints both). A proof's steps carry no conclusions: they are computed here. The
statements about a model are evaluated in exact arithmetic; uses of local causality are recomputed
from the places of the variables. Whatever is malformed, too large or not shown is rejected.
Not re-checked: that minimal sets are minimal, the arrows of a causal graph drawn from a spacetime.
Rejected: spacetimes of more than one space dimension, slices that are not at constant times.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, product
from typing import Any

MAX_BYTES, MAX_BITS, MAX_ORDER, MAX_WORK = 4_000_000, 60_000, 2_000, 1_000_000
state = {"work": 0, "order": 1}  # of the certificate at hand


class Rejected(Exception):
    """The certificate does not show what it says."""


def need(condition: Any, otherwise: str) -> None:
    if not condition:
        raise Rejected(otherwise)


def spend(steps: int) -> None:
    state["work"] -= steps
    need(state["work"] >= 0, "too much work to re-check")


# ---- Data: every shape is checked where it is read ----------------------------------------------


def typed(data: Any, kind: type, length: int | None = None) -> Any:
    need(type(data) is kind, f"{kind.__name__} expected, not {type(data).__name__}")
    need(length in (None, len(data) if length else None), f"{length} entries expected")
    return data


def fields(data: Any, required: str, optional: str = "") -> list[Any]:
    keys, more = required.split(), optional.split()
    found = set(typed(data, dict))
    need(set(keys) <= found <= {*keys, *more}, f"keys expected: {required}; allowed: {optional}")
    return [data.get(key) for key in keys + more]


def single(data: Any) -> tuple[str, Any]:
    [(key, body)] = typed(data, dict, 1).items()
    return key, body


def listed(data: Any) -> list[str]:
    for name in typed(data, list):
        need(0 < len(typed(name, str)) <= 200 and name.isprintable(), "no name, or too long a one")
    return list(data)


def names(data: Any) -> frozenset[str]:
    need(len(set(listed(data))) == len(data), "a name stands twice in a set")
    return frozenset(data)


# ---- Numbers: fractions, and sums of roots of unity ---------------------------------------------


@lru_cache(maxsize=None)
def cyclotomic_polynomial(n: int) -> list[int]:
    """Φ_n, lowest power first: the product over square-free s | n of (x^(n/s) - 1)^μ(s)."""
    primes = [p for p in range(2, n + 1) if n % p == 0 and all(p % q for q in range(2, p))]
    poly = [1]
    for odd in (0, 1):  # the factors with μ = 1 first, so that each division leaves no remainder
        for s in (s for k in range(odd, len(primes) + 1, 2) for s in combinations(primes, k)):
            d = n // math.prod(s)
            if odd:
                for i in range(len(poly)):
                    poly[i] = (poly[i - d] if i >= d else 0) - poly[i]
                del poly[-d:]
            else:
                poly = [a - b for a, b in zip([0] * d + poly, poly + [0] * d)]
    return poly


def algebraic(coefficients: Iterable[Fraction]) -> Any:
    """Σ coefficients[k] ζ^k, reduced modulo Φ; a Fraction if that is all (Φ is irreducible)."""
    order, poly = state["order"], cyclotomic_polynomial(state["order"])
    spend(order)
    found, degree = [Fraction(0)] * order, len(poly) - 1
    for k, c in enumerate(coefficients):
        found[k % order] += c
    for k in range(order - 1, degree - 1, -1):
        if found[k]:
            spend(degree)
            for i in range(degree):
                found[k - degree + i] -= found[k] * poly[i]
    return Cyclotomic(found[:degree]) if any(found[1:degree]) else found[0]


class Cyclotomic:
    """An irrational number Σ parts[k] ζ^k, ζ = exp(2πi/order), in the one reduced form."""

    def __init__(self, parts: list[Fraction]) -> None:
        self.parts = tuple(map(small, parts))

    def __add__(self, other: Any) -> Any:
        more = other.parts if isinstance(other, Cyclotomic) else [other]
        return algebraic([*self.parts, *[Fraction(0)] * (state["order"] - len(self.parts)), *more])

    def __mul__(self, other: Any) -> Any:
        found = [Fraction(0)] * 2 * state["order"]
        for i, a in enumerate(self.parts):
            spend(len(self.parts))
            for j, b in enumerate(other.parts if isinstance(other, Cyclotomic) else [other]):
                found[i + j] += a * b
        return algebraic(found)

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other: Any) -> Any:
        return self + other * Fraction(-1)

    def __rsub__(self, other: Any) -> Any:
        return self * Fraction(-1) + other

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Cyclotomic) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def conjugate(self, k: int) -> Any:
        """The image under the automorphism ζ -> ζ^k of the field."""
        found = [Fraction(0)] * state["order"]
        for i, c in enumerate(self.parts):
            found[i * k % state["order"]] += c
        return algebraic(found)

    def inverse(self) -> Any:
        """The product of the other conjugates over the norm, which is rational and not 0."""
        others: Any = Fraction(1)
        for k in range(2, state["order"]):
            if math.gcd(k, state["order"]) == 1:
                others = others * self.conjugate(k)
        return others * (1 / (self * others))

    def sign(self) -> int:
        """Of a real number other than 0: enclosures are refined until they exclude 0."""
        need(self == self.conjugate(-1), "a number is not real")
        for bits in (40, 160, 640, 2560):
            middle, error = Fraction(0), Fraction(0)
            for k, c in enumerate(self.parts):
                spend(bits)
                cos = cosine(Fraction(k, state["order"]), bits)
                middle, error = middle + c * cos, error + abs(c) / 2**bits
            if abs(middle) > error:
                return 1 if middle > 0 else -1
        raise Rejected("a number is too close to 0 to tell its sign")


@lru_cache(maxsize=None)
def cosine(turns: Fraction, bits: int) -> Fraction:
    """cos(2π·turns), 0 <= turns < 1, with an error below 2^-bits: series with bounded tails."""
    one, angle = 1 << (bits + 24), 0  # fixed point with 24 bits in reserve for rounding
    for q, weight in ((5, 32), (239, -8)):  # Machin: 2π = 32 atan(1/5) - 8 atan(1/239)
        power, k = one // q, 0
        while power:
            angle += weight * (-1) ** k * (power // (2 * k + 1))
            power, k = power // (q * q), k + 1
    x, total, term = angle * turns.numerator // turns.denominator, one, one
    for k in range(2, bits + 60, 2):  # x < 7, so what is left out is less than a unit
        term = -term * x * x // (one * one * k * (k - 1))
        total += term
    return Fraction(total, one)


def small(x: Any) -> Any:
    if isinstance(x, Fraction):
        bits = x.numerator.bit_length() + x.denominator.bit_length()
        need(bits < MAX_BITS, "numbers grow too large")
    return x


def times(numbers: Iterable[Any]) -> Any:
    found: Any = Fraction(1)
    for x in numbers:
        need(isinstance(x, (Fraction, Cyclotomic)), "arithmetic with what is no number")
        found = small(found * x)
    return found


def divided(one: Any, two: Any) -> Any:
    need(two, "a division by zero")
    return times((one, two.inverse() if isinstance(two, Cyclotomic) else 1 / two))


def sign(x: Any) -> int:
    return x.sign() if isinstance(x, Cyclotomic) else (x > 0) - (x < 0)


def number(data: Any) -> Any:
    """A fraction "3/4" in lowest terms, or {"cyclotomic": …}."""
    if isinstance(data, str):
        need(re.fullmatch("-?[0-9]{1,4000}(/[0-9]{1,4000})?", data), "a number was expected")
        need(not re.search("/0*$", data), "a denominator is zero")
        need(str(Fraction(data)) == data, "a fraction is not in lowest terms")
        return Fraction(data)
    kind, body = single(data)
    order, numerators, denominator = fields(body, "order numerators denominator")
    need(kind == "cyclotomic" and typed(denominator, int) > 0, "a number was expected")
    found = [Fraction(0)] * state["order"]  # a multiple of every order: see `load`
    for k, n in enumerate(typed(numerators, list)):
        place = k * (state["order"] // order) % state["order"]
        found[place] += Fraction(typed(n, int), denominator)
    return algebraic(found)


def rational(data: Any) -> Fraction:
    return typed(number(data), Fraction)  # type: ignore[no-any-return]


def value(data: Any) -> Any:
    """What a variable may be: a number, a word, a multiple of π, a tuple of values."""
    if isinstance(data, list):
        return tuple(map(value, data))
    if isinstance(data, dict) and set(data) <= {"word", "pi"}:
        kind, body = single(data)
        return (kind, typed(body, str) if kind == "word" else str(rational(body)))
    return number(data)


def alphabets(data: Any) -> dict[str, list[Any]]:
    found = {n: [value(v) for v in typed(vs, list)] for n, vs in typed(data, dict).items()}
    spend(sum(len(v) ** 2 for v in found.values()))
    need(all(v and len(set(v)) == len(v) for v in found.values()), "values missing or repeated")
    return found


# ---- Statements, as tuples in canonical form ----------------------------------------------------
# ("independence", X, Y, Z): p(x,y,z) p(z) = p(x,z) p(y,z), X and Y in sorted order and without Z.
# ("equation", left, right): two products of factors (event, given), for P(event | given).
# ("positive", X)   ("sums", left, right): sums of terms (coefficient, bound, values, factors).
# ("inequality", strict, forms): a form (constant, [(coefficient, event, given)…]) is at most 0.


def independent(x: Any, y: Any, z: Any) -> Any:
    return ("independence", *sorted((x - z, y - z), key=sorted), z)


def factors(data: Any) -> Any:
    found = [(names(e), names(g)) for e, g in (typed(f, list, 2) for f in typed(data, list))]
    need(all(e and not e & g for e, g in found), "an event is empty or meets its condition")
    return tuple(found)


def side(product_: Any) -> Any:
    return tuple(sorted(product_, key=lambda f: (sorted(f[0]), sorted(f[1]))))


def term(data: Any) -> Any:
    c, bound, values, inside = fields(data, "coefficient bound values factors")
    found = (number(c), names(bound), tuple(sorted(listed(values))), factors(inside))
    need(found[1] <= mentioned(found[2:]), "a sum over what does not occur")
    return found


def form(data: Any) -> Any:
    constant, terms = fields(data, "constant terms")
    found = []
    for c, *events in (typed(t, list, 3) for t in typed(terms, list)):
        event, given = ({n: value(typed(e, dict)[n]) for n in listed(list(e))} for e in events)
        need(event and not set(event) & set(given), "an event is empty or meets its condition")
        found.append((number(c), event, given))
    return number(constant), found


def statement(data: Any) -> Any:
    kind, body = single(data)
    if kind == "independence":
        return independent(*map(names, typed(body, list, 3)))
    if kind == "equation":
        return (kind, *(side(factors(s)) for s in typed(body, list, 2)))
    if kind == "positive":
        return (kind, names(body))
    if kind == "sums":
        return (kind, *([term(t) for t in typed(s, list)] for s in typed(body, list, 2)))
    strict, forms = fields(body, "strict forms")
    need(kind == "inequality", "unknown kind of statement")
    return (kind, typed(strict, bool), [form(f) for f in typed(forms, list)])


def mentioned(found: Any) -> Any:
    """All names in a statement or a part of one (its kind left out)."""
    if isinstance(found, str):
        return {found}
    inside = found if isinstance(found, (tuple, list, frozenset, dict)) else ()
    return frozenset().union(*map(mentioned, inside))


# ---- Rules: each computes its conclusion ---------------------------------------------------------


def infer(rule: str, given: Any, sets: Any, goal: Any, signs: Any) -> Any:
    """The conclusion of a rule; X, Y, Z stand for random vectors, which may share components."""
    if rule == "decomposition":  # sum p(x,y|z) = p(x|z) p(y|z) over what is left out
        ((_, a, b, z),), (x, y) = given, sets
        need((x <= a and y <= b) or (x <= b and y <= a), "no parts of the two sides")
        return independent(x, y, z)
    if rule == "weak union":  # p(x|y,z) = p(x|z) for every y, hence also when part of y is fixed
        ((_, a, b, z),), (w,) = given, sets
        need(w <= a | b, "no part of the sides")
        return independent(a - w, b - w, z | w)
    if rule == "contraction":  # p(x|y,w,z) = p(x|y,z) = p(x|z)
        (p, q), (x, y, w) = given, sets
        need({p[1], p[2]} == {x, y} and q == independent(x, w, p[3] | y), "premises do not join")
        return independent(x, y | w, p[3])
    if rule == "determination":  # X ⊥ X | Z makes p(x|z) 0 or 1: X is a function of Z
        ((_, a, b, z),), (y,) = given, sets
        need(a == b and a, "no function")
        return independent(a, y, z)
    if rule == "intersection":  # p(x|y,w,z) = p(x|w,z) = p(x|y,z) at all y, w: depends on z alone
        (p, q), (x, y, w, z) = [m for m in given if m[0] != "positive"], sets
        need(len(x) + len(y) + len(w) + len(z) == len(x | y | w | z), "sets are not disjoint")
        need(p == independent(x, y, z | w) and q == independent(x, w, z | y), "premises do not fit")
        need(any(m[0] == "positive" and y | w | z <= m[1] for m in given), "positivity is missing")
        return independent(x, y | w, z)
    if rule == "positivity of a part":  # a marginal is at least any of its summands
        need(
            any(p[0] == "positive" and sets[0] <= p[1] for p in given), "no part of a positive set"
        )
        return ("positive", sets[0])
    if rule == "summation":
        ((_, left, right),), (v,) = given, sets
        return summed(left, right, v)
    need(rule in ("reading", "chain"), "an unknown rule")
    need(all(type(s) is int and s in (1, -1) for s in signs), "a sign is 1 or -1")
    return read(given, sets, signs) if rule == "reading" else chained(given, goal, signs)


def summed(left: Any, right: Any, v: Any) -> Any:
    """Each v stands in one event a side, so that the sum distributes: Σ p(e,v|g) = p(e|g)."""
    sides = []
    for old in (left, right):
        count = [sum(x in e for e, _ in old) for x in v]
        need(set(count) <= {1} and not any(v & g for _, g in old), "cannot be summed out")
        sides.append(side((e - v, g) for e, g in old if e - v))
    conditions = [g for s in sides for _, g in s]  # Σ p(v|g) = 1 needs p(g) > 0
    dropped = [g for old in (left, right) for e, g in old if not e - v]
    need(all(not g or any(g <= c for c in conditions) for g in dropped), "a condition gets lost")
    return ("equation", *sides)


# A product is the vector Σ e(event ∪ given) - e(given): the exponents of p(…), with p(∅) = 1.
# Where the sets with a negative exponent are *allowed*, known to be possible, it has that value.


def add(one: Any, two: Any, times: int = 1) -> dict[Any, int]:
    total = {s: one.get(s, 0) + times * two.get(s, 0) for s in {**one, **two}}
    return {s: c for s, c in total.items() if c and s}


def vector(product_: Any) -> dict[Any, int]:
    total: dict[Any, int] = {}
    for event, given in product_:
        total = add(add(total, {event | given: 1}), {given: 1}, -1)
    return total


def cross(x: Any, y: Any, z: Any) -> dict[Any, int]:
    """The vector of p(x,y,z) p(z) / (p(x,z) p(y,z)), which X ⊥ Y | Z says is 1."""
    need(not x & y, "a link has overlapping sides")
    return add(add({x | y | z: 1}, {z: 1}), add({x | z: 1}, {y | z: 1}), -1) if x and y else {}


def linked(start: Any, links: Any, signs: Any, cover: Any) -> dict[Any, int]:
    """Replace equals by equals in a product, link by link, dividing by allowed sets only."""
    need(len(links) == len(signs), "one sign a link")
    for link, s in zip(links, signs):
        if link[0] == "independence":
            start = add(start, cross(*link[1:]), s)
        else:
            need(link[0] == "equation", "no link")
            source, target = link[1:][::s]
            start = add(start, vector(source), -1)
            allow(start, cover)
            allow({g: -1 for _, g in source + target}, cover)
            start = add(start, vector(target))
        allow(start, cover)
    return start  # type: ignore[no-any-return]


def allow(found: Any, cover: Any) -> None:
    spend(len(found) + len(cover))
    bad = [s for s, c in found.items() if c < 0 and s and not any(s <= big for big in cover)]
    need(not bad, "a division by what may be impossible")


def chained(given: Any, goal: Any, signs: Any) -> Any:
    goal = statement(goal)
    need(goal[0] == "equation", "a chain ends in an equation")
    cover = [p[1] for p in given if p[0] == "positive"] + [g for s in goal[1:] for _, g in s]
    links = [p for p in given if p[0] != "positive"]
    end = linked(vector(goal[1]), links, signs, cover)
    need(end == vector(goal[2]), "the chain ends elsewhere")
    return goal


def read(given: Any, sets: Any, signs: Any) -> Any:
    """Where p(x,z) or p(y,z) is 0 both sides of X ⊥ Y | Z are; elsewhere its parts are possible."""
    ((_, old, new), *links), (x, y, z) = given, sets
    need(x and y and not x & z and not y & z, "sets are empty or overlap")
    cover, left, target = (x | z, y | z), vector(old), cross(x, y, z)
    right = linked(vector(new), links, signs, cover)
    for s, bigger in ((1, left), (-1, right)):  # bigger = rest · p(x,y,z) p(z), the other one is
        if add(right, target, s) == left:  # rest · p(x,z) p(y,z), where rest is not 0
            rest = add(bigger, {c: 1 for c in target if target[c] > 0}, -1)
            allow({**dict.fromkeys(rest, -1), **{g: -1 for _, g in old + new}}, cover)
            return independent(x, y, z)
    raise Rejected("the equation does not say so")


def replayed(data: Any, hypotheses: Any, log: Any) -> Any:
    """The conclusion of a proof from some of the hypotheses."""
    given, steps, proves = fields(data, "hypotheses steps proves")
    entries = [statement(h) for h in typed(given, list)]
    spend(len(entries) * len(hypotheses))
    need(all(h in hypotheses for h in entries), "a hypothesis is no assumption in scope")
    log.append((list(entries), []))
    for step in typed(steps, list):
        rule, back, sets, goal, signs = fields(step, "rule", "from sets goal signs")
        spend(20 + len(typed(back, list)))
        known = all(typed(i, int) in range(len(entries)) for i in back)
        need(known, "a step refers to no earlier entry")
        some = [entries[i] for i in back], [names(s) for s in sets or ()]
        entries.append(infer(rule, *some, goal, signs or ()))
        log[-1][1].append(rule)
    need(entries and entries[-1] == statement(proves), "the proof ends elsewhere")
    return entries[-1]


# ---- Sums of products: total probability, then term by term -------------------------------------
# Under Σ a product with a zero factor is 0, else it is undefined if a condition is impossible.
# An equation speaks where both sides are defined and all conditions over free variables possible.


def moved(terms: Any, move: Any, positive: Any, sure: Any) -> None:
    """One move on a list of terms; each keeps the value, and the side defined where it was."""
    kind, i, v, j, given = fields(move, "kind term variable", "factor given")
    spots = range(len(terms)), range(len(terms[i][3]) if typed(i, int) in range(len(terms)) else 0)
    need(i in spots[0] and listed([v]) and (j is None or typed(j, int) in spots[1]), "no such term")
    c, bound, values, inside = terms[i]
    event, old = inside[j] if j is not None else ({v}, names(given))
    if kind == "sum out":  # Σ_v P(X, v | Y) = P(X | Y): where p(Y) = 0 the rest, without v, was 0
        others = [inside[:j], inside[j + 1 :], values, old]
        need(v in bound and v in event and v not in mentioned(others), "v stands elsewhere")
        new = [(event - {v}, old)] if event - {v} else []
        terms[i] = (c, bound - {v}, values, (*inside[:j], *new, *inside[j + 1 :]))
        return
    need(v not in mentioned(terms[i][1:]), "v is mentioned already")
    if kind == "insert":  # P(X | Y) = Σ_v P(X, v | Y)
        new = [*inside[:j], (event | {v}, old), *inside[j + 1 :]]
    else:  # normalise: 1 = Σ_v P(v | Y); where p(Y) = 0 the term is 0 or undefined already
        known = [*positive, *(e | g for e, g in inside), *([] if old & bound else sure)]
        need(kind == "normalise" and v not in old, "unknown move")
        need(not old or any(old <= s for s in known), "the condition may be impossible")
        new = [*inside, (frozenset({v}), old)]
    terms[i] = (c, bound | {v}, values, tuple(new))


def collected(terms: Any) -> Any:
    total: dict[Any, Any] = {}
    for c, bound, values, inside in terms:
        key = (bound, values, side(inside))
        total[key] = total.get(key, 0) + c
    return [(c, *key) for key, c in total.items() if c]


def covered(one: Any, other: Any, known: Any, alone: bool) -> bool:
    """Where a condition of `one` is impossible, `other` is 0 or undefined (or that cannot be).

    alone: both sides are defined, so `one` then has a factor P(X | Y) = 0 with p(Y) > 0.
    """

    def safe(s: Any) -> bool:
        return not s or any(s <= big for big in (*known, *(e | g for e, g in other)))

    return all(
        safe(g) or (alone and all(safe(e | h) for e, h in one if not g <= h)) for _, g in one
    )


def summation(goal: Any, data: Any, hypotheses: Any, log: Any) -> None:
    """Moves on both sides; then the terms are equal in pairs, undefined products counted as 0."""
    _, *sides = goal
    terms = [t for s in sides for t in s]
    positive = [h[1] for h in hypotheses if h[0] == "positive"]
    sure = [g for t in terms for _, g in t[3] if not g & t[1]]
    bound = frozenset().union(*(t[1] for t in terms))
    free = frozenset().union(*(mentioned(t[2:]) - t[1] for t in terms))
    need(not bound & free, "a variable is bound and free")
    left, right, pairs = fields(data, "left right pairs")
    for s, moves in zip(sides, (left, right)):
        for move in typed(moves, list):
            spend(20 + len(s) + len(sure) + sum(len(t[3]) for t in s))
            moved(s, move, positive, sure)
    one, two = map(collected, sides)
    need(sorted(p[0] for p in pairs) == [*range(len(one))], "a term on the left is left over")
    need(sorted(p[1] for p in pairs) == [*range(len(two))], "a term on the right is left over")
    for i, j, proofs in pairs:
        spend((1 + len(one[i][3]) ** 2) * (len(sure) + len(positive) + len(two[j][3])))
        (c, *same, now), (d, *too, end) = one[i], two[j]
        need(proofs and c == d and same == too, "two paired terms differ")
        known = [*positive, *(g for g in sure if not g & same[0])]
        for proof in typed(proofs, list):
            found = replayed(proof, hypotheses, log)
            need(found[0] == "equation" and now in found[1:], "a theorem does not fit a term")
            new = found[2] if found[1] == now else found[1]
            good = [covered(a, b, known, len(proofs) == 1) for a, b in ((now, new), (new, now))]
            need(all(good), "a condition may be impossible")
            now = new
        need(now == end, "two paired terms are not equal")


# ---- Bounds: averages over hidden variables of products of responses ----------------------------


def bounded(goal: Any, mixture: Any, proved: Any, values: Any) -> None:
    """Each form is at most 0: its average over P(Λ | K) is at most its largest vertex.

    K are the settings with one value throughout. Λ ⊥ Y | K and P(X | Y,K,Λ) = Π P(X_i | S_i,K,Λ)
    make every P(x | y,k) the average of Π P(x_i | s_i,k,λ). That is linear in each response
    P(X_i | s_i,k,λ), a distribution: so it is largest where each outcome is a function of its S_i.
    """
    hidden, owner = fields(mixture, "hidden owner")
    hidden = names(hidden)
    for constant, terms in goal[2]:
        first, *others = [t[2] for t in terms] or [{}]
        k = frozenset(n for n, v in first.items() if all(n in o and o[n] == v for o in others))
        table = []
        for c, event, given in terms:
            spend(20 + len(proved))
            y, x = frozenset(given) - k, frozenset(event)
            need(not hidden & (x | y | k), "a hidden variable is an outcome or a setting")
            own = {a: {s: given[s] for s in y if owner.get(s) == a} for a in x}
            parts = [(frozenset({a}), k | hidden | frozenset(own[a])) for a in x]
            wanted = [independent(hidden, y, k)]
            if (whole := side([(x, y | k | hidden)])) != (parts := side(parts)):
                wanted.append(("equation", whole, parts))
            need(all(trivial(w) or w in proved for w in wanted), "no mixture: a proof is missing")
            table.append((c, {(a, frozenset(own[a].items())): event[a] for a in x}))
        need(all(a in values for _, r in table for a, _ in r), "an outcome declares no values")
        worst = sign(constant + largest(table, values))
        need(worst < 0 or (worst == 0 and not goal[1]), "a vertex exceeds the bound")


def largest(table: Any, values: Any) -> Any:
    """The largest Σ c Π [response = value] over functions; the last outcome is chosen greedily."""
    slots = sorted({r for _, rs in table for r in rs}, key=lambda r: r[0])
    last = [r for r in slots if r[0] == slots[-1][0]] if slots else []
    rest, best = [r for r in slots if r not in last], None
    for choice in product(*(values[a] for a, _ in rest)):
        spend(len(table) + sum(len(values[a]) for a, _ in last))
        chosen, total = dict(zip(rest, choice)), Fraction(0)
        scores: dict[Any, Any] = {r: {} for r in last}
        for c, wanted in table:
            if all(chosen.get(r, v) == v for r, v in wanted.items()):
                at = next((r for r in last if r in wanted), None)
                if at is None:
                    total = total + c
                else:
                    scores[at][wanted[at]] = scores[at].get(wanted[at], 0) + c
        for at in last:
            total = total + greatest(scores[at].get(v, Fraction(0)) for v in values[at[0]])
        best = total if best is None else greatest((best, total))
    return best


def greatest(numbers: Any) -> Any:
    best, *more = numbers
    for x in more:
        best = x if sign(x - best) > 0 else best
    return best


def trivial(s: Any) -> bool:
    return s[0] == "independence" and not (s[1] and s[2])


# ---- Models -------------------------------------------------------------------------------------


class Model:
    """A finite distribution: points with positive weights that sum to 1."""

    def __init__(self, data: Any, declared: Any) -> None:
        found, values, support, latents, self.graph = fields(
            data, "names values support latents graph"
        )
        need(names(latents) <= names(found) == set(typed(values, dict)), "names do not fit")
        self.names, self.values = {n: i for i, n in enumerate(found)}, alphabets(values)
        one = {
            v: v for vs in self.values.values() for v in vs
        }  # equal values made identical: quick
        self.values = {n: [one[v] for v in vs] for n, vs in self.values.items()}
        points = [(value(typed(p, list)), number(w)) for p, w in support]
        self.points = [(tuple(one.get(v, v) for v in p), w) for p, w in points]
        need(all(len(p) == len(self.names) for p, _ in self.points), "a point has a wrong length")
        occurring = {n: {p[i] for p, _ in self.points} for n, i in self.names.items()}
        need(len({p for p, _ in self.points}) == len(self.points), "a point stands twice")
        need(all(sign(w) > 0 for _, w in self.points), "a weight is not positive")
        for n in self.names:
            need(occurring[n] <= set(self.values[n]), "a value is not declared")
            need(set(self.values[n]) == set(declared.get(n, occurring[n])), "other values declared")
        self.tables: dict[Any, Any] = {}
        need(self.table(())[()] == 1, "the weights do not sum to 1")

    def table(self, wanted: Any) -> Any:
        """The probabilities of the joint values of some names (in that order, repeats allowed)."""
        if wanted not in self.tables:
            need(set(wanted) <= set(self.names), "the model has no value for a name")
            spots: Any = [self.names[n] for n in wanted]
            found: dict[Any, Any] = {}
            spend(len(self.points) * (1 + len(spots)))
            for point, weight in self.points:
                key = tuple(point[i] for i in spots)
                found[key] = weight if key not in found else small(found[key] + weight)
            self.tables[wanted] = found
        return self.tables[wanted]

    def chance(self, event: Any, given: Any, at: Any) -> Any:
        """P(event | given) at the values `at`; None where the condition is impossible."""
        e, g = tuple(sorted(event | given)), tuple(sorted(given))
        spend(8 + 4 * len(e))
        below = self.table(g).get(tuple(at[n] for n in g), 0)
        above = self.table(e).get(tuple(at[n] for n in e), Fraction(0))
        return divided(above, below) if below else None

    def joint(self, wanted: Any) -> Any:
        """All joint values of some names over their alphabets."""
        order = sorted(wanted)
        need(set(order) <= set(self.names), "the model has no value for a name")
        for point in product(*(self.values[n] for n in order)):
            spend(1)
            yield dict(zip(order, point))

    def holds(self, s: Any) -> Any:
        """True or False; for an inequality None where a condition is impossible."""
        kind, *parts = s
        if kind == "independence":
            x, y, z = (tuple(sorted(p)) for p in parts)
            xyz, xz, yz = self.table(x + y + z), self.table(x + z), self.table(y + z)
            pz, n, m = self.table(z), len(x), len(y)
            same: dict[Any, Any] = {}
            for b, q in yz.items():
                same.setdefault(b[m:], []).append((b[:m], q))
            spend(sum(len(same[a[n:]]) for a in xz))
            return all(
                bool(xyz.get(a[:n] + b + a[n:], 0) * pz[a[n:]] == p * q)
                for a, p in xz.items()
                for b, q in same[a[n:]]
            )
        if kind == "positive":
            return len(self.table(tuple(sorted(parts[0])))) == math.prod(
                len(self.values[n]) for n in parts[0]
            )
        if kind == "equation":
            parts = [[(Fraction(1), frozenset(), (), p)] for p in parts]
        if kind in ("equation", "sums"):
            return all(self.agree(parts, at) for at in self.joint(free(parts)))
        signs = []
        for constant, terms in parts[1]:
            for c, event, given in terms:
                p = self.chance(event.keys() | {}, given.keys() | {}, {**event, **given})
                if p is None:
                    return None
                constant = small(constant + c * p)
            signs.append(sign(constant))
        return all(x < 0 or (x == 0 and not parts[0]) for x in signs)

    def agree(self, sides: Any, at: Any) -> bool:
        for _, bound, _, inside in sides[0] + sides[1]:
            if any(self.chance(frozenset(), g, at) is None for _, g in inside if not g & bound):
                return True
        one, two = (self.total(s, at) for s in sides)
        return one is None or two is None or bool(one == two)

    def total(self, terms: Any, at: Any) -> Any:
        found = Fraction(0)
        for c, bound, values, inside in terms:
            for more in self.joint(bound):
                here = {**at, **more}
                parts = [here[n] for n in values] + [self.chance(e, g, here) for e, g in inside]
                if any(p == 0 for p in parts):
                    continue
                if None in parts:
                    return None
                found = found + times([c, *parts])
        return found

    def quantity(self, data: Any, inside: bool = False) -> Any:
        """The value of an expression, None if undefined; inside a `total` 0 · undefined is 0."""
        spend(1)
        kind, body = single(data)
        if kind == "constant":
            return value(body)
        if kind == "probability":
            event, given = ({n: value(v) for n, v in e.items()} for e in typed(body, list, 2))
            p = self.chance(frozenset({**event, **given}), frozenset(given), {**event, **given})
            clash = any(given[n] != event[n] for n in set(event) & set(given))
            return p and Fraction(0) if clash else p
        below = inside or kind == "total"
        bodies = [body] if kind == "absolute" else typed(body, list)
        parts = [self.quantity(b, below) for b in bodies]
        if kind == "times" and inside and any(p == 0 for p in parts):
            return Fraction(0)
        if None in parts:
            return None
        if kind in ("plus", "total"):
            found = Fraction(0)
            for p in parts:
                found = small(found + times([p]))
            return found
        need(kind in ("times", "quotient", "absolute"), "unknown operation")
        if kind == "quotient":
            return divided(*parts)
        return times(parts + [Fraction(sign(times(parts)))] * (kind == "absolute"))

    def compare(self, data: Any) -> bool:
        left, op, right = fields(data, "left op right")
        one, two = self.quantity(left), self.quantity(right)
        if one is None or two is None:
            return False
        if op in ("=", "!="):
            return bool((one == two) == (op == "="))
        signs = {"<": [-1], "<=": [-1, 0], ">": [1], ">=": [0, 1]}
        need(op in signs, "unknown relation")
        return sign(times([one]) + times([two, Fraction(-1)])) in signs[op]


def free(sides: Any) -> Any:
    return frozenset().union(*(mentioned(t[2:]) - t[1] for s in sides for t in s))


# ---- Geometry of 1+1 spacetime, exact -----------------------------------------------------------
# A zone bounds u = t - x, v = t + x and s = 2t = u + v. A cut (∞, value, after) lies at -∞ (-1),
# at +∞ (1), or just before (after = 0) or just after (1) a value; an interval is two cuts.

BELOW, ABOVE = (-1, Fraction(0), 0), (1, Fraction(0), 0)


def interval(data: Any, scale: int = 1) -> Any:
    cuts = []
    for end, (bound, infinite) in enumerate(zip(typed(data, list, 2), (BELOW, ABOVE))):
        if bound is None:
            cuts.append(infinite)
        else:
            closed = typed(typed(bound, list, 2)[1], bool)
            cuts.append((0, scale * rational(bound[0]), int(closed == end)))
    return tuple(cuts)


def plus(one: Any, two: Any, end: int) -> Any:
    """The lower (end 0) or upper cut of a sum: closed only if both are."""
    infinite = one[0] or two[0]
    return (infinite, one[1] + two[1], (one[2] & two[2]) if end else (one[2] | two[2]))


def minus(cut: Any) -> Any:
    return (-cut[0], -cut[1], 1 - cut[2])


class Zones:
    """Regions as lists of zones."""

    def __init__(self, dimension: Any) -> None:
        need(dimension == 1, "only 1+1 spacetimes are re-checked")

    def region(self, data: Any) -> Any:
        found = []
        for piece in typed(data, list):
            plain = {key.replace(" ", ""): bounds for key, bounds in typed(piece, dict).items()}
            t, u, v = fields(plain, "t t-x t+x")
            found.append((interval(u), interval(v), interval(t, 2)))
        return [self.tight(z) for z in found if not self.empty(z)]

    def empty(self, z: Any) -> bool:
        u, v, s = z
        low, high = plus(u[0], v[0], 0), plus(u[1], v[1], 1)
        return any(a >= b for a, b in (u, v, s)) or max(low, s[0]) >= min(high, s[1])

    def tight(self, z: Any) -> Any:
        (a, b), (c, d), (e, f) = z
        low, high = max(e, plus(a, c, 0)), min(f, plus(b, d, 1))
        u = max(a, plus(e, minus(d), 0)), min(b, plus(f, minus(c), 1))
        v = max(c, plus(e, minus(b), 0)), min(d, plus(f, minus(a), 1))
        return u, v, (low, high)

    def meet(self, p: Any, q: Any) -> Any:
        spend(len(p) * len(q))
        pairs = ([(max(a, c), min(b, d)) for (a, b), (c, d) in zip(y, z)] for y in p for z in q)
        return [self.tight(z) for z in pairs if not self.empty(z)]

    def less(self, p: Any, q: Any) -> Any:
        """p without q: in turn, what lies below or above each bound of a zone of q."""
        for z in q:
            rest = []
            for k in range(3):
                all_ = [(BELOW, ABOVE)] * 3
                for part in ((BELOW, z[k][0]), (z[k][1], ABOVE)):
                    rest += self.meet(p, [(*all_[:k], part, *all_[k + 1 :])])
                p = self.meet(p, [(*all_[:k], z[k], *all_[k + 1 :])])
            p = rest
        return p

    def future(self, p: Any, strict: int = 0) -> Any:
        """J⁺: what lies above the lowest u, v and t of a zone, which is convex; strict: I⁺."""
        return [tuple(((b[0][0], b[0][1], b[0][2] | strict), ABOVE) for b in z) for z in p]

    def later(self, p: Any) -> Any:
        """D⁺ of pieces at constant times, moment by moment: whose past at a moment lies inside."""
        runs: list[Any] = []
        for _, (low, high), s in sorted(p, key=lambda z: (z[2], z[1])):
            need(s[0][:2] == s[1][:2] and s[0][0] == 0, "a slice that is not at one time")
            if runs and runs[-1][0] == s and low <= runs[-1][2]:
                runs[-1][2] = max(high, runs[-1][2])
            else:
                runs.append([s, low, high])
        top = [(plus((0, s[0][1], 1), minus(low), 1), high, s[0]) for s, low, high in runs]
        return [((BELOW, u), (BELOW, v), (s, ABOVE)) for u, v, s in top]


class Places:
    """Where variables are and what is complete where: what local causality says of it."""

    def __init__(self, data: Any) -> None:
        dimension, places, complete = fields(data, "dimension places complete")
        self.zones = Zones(dimension)
        self.places = {n: self.zones.region(r) for n, r in typed(places, dict).items()}
        pairs = (fields(d, "names region") for d in typed(complete, list))
        self.complete = [(names(c), self.zones.region(r)) for c, r in pairs]

    def shielded(self, data: Any) -> Any:
        """C is complete on R ⊇ σ, X lives in D⁺(σ), Y outside J⁺(σ): then X ⊥ Y∖C | C.

        What happens in D⁺(σ) depends on the state on σ and chance there alone; Y knows of neither.
        """
        chosen, slice_, x, y, _ = fields(data, "declarations slice x y", "obligations")
        some = [self.complete[i] for i in chosen if typed(i, int) >= 0]
        c = frozenset().union(*(n for n, _ in some))
        r = [z for _, region in some for z in region]
        x, y, g = names(x), names(y), self.zones
        need(all(self.places.get(n) for n in x | y | c), "a variable has no place")
        if slice_ is None:
            need(x == y and not x & c and self.inside(x, r), "place: not where C is complete")
            return independent(x, x, c)
        sigma = g.region(slice_)
        later, future = g.later(sigma), g.future(sigma)
        need(sigma and not g.less(sigma, r), "complete: the slice is not where C is complete")
        need(not g.meet(sigma, g.future(sigma, 1)), "slice: it is not achronal")
        need(self.inside(x, later), "slice: it does not cut the whole past")
        need(not any(g.meet(self.places[n], future) for n in y), "outside: not outside the future")
        for n in c:
            place = self.places[n]
            off = g.less(place, r)
            need(not g.less(g.meet(place, future), later), "place: C mixes in the future")
            need(not g.meet(off, future) or not g.less(off, later), "place: C mixes early and late")
        return independent(x, y - c, c)

    def inside(self, some: Any, region: Any) -> bool:
        return not any(self.zones.less(self.places[n], region) for n in some)

    def functions(self) -> Any:
        """A variable whose place is completely specified is a function of the specification."""
        for k in range(1, len(self.complete) + 1):
            for some in combinations(self.complete, k):
                spend(1 + len(self.places))
                c = frozenset().union(*(n for n, _ in some))
                region = [z for _, r in some for z in r]
                for n in sorted(self.places):
                    if n not in c and self.places[n] and self.inside({n}, region):
                        yield independent(frozenset({n}), frozenset({n}), c)


# ---- Local causality ----------------------------------------------------------------------------


def graph(data: Any) -> Any:
    nodes, latents, edges = fields(data, "nodes latents edges")
    pairs = frozenset((a, b) for a, b in (listed(e) for e in edges))
    need(names(latents) | mentioned(pairs) <= names(nodes), "the graph speaks of what is no node")
    return nodes, frozenset(latents), pairs


def markov(data: Any) -> Any:
    """The local Markov statements: each node ⊥ the earlier ones | its parents."""
    nodes, _, edges = graph(data)
    done: list[str] = []
    found = []
    while len(done) < len(nodes):
        spend(len(nodes) * len(edges))
        parents = {n: frozenset(a for a, b in edges if b == n) for n in nodes if n not in done}
        ready = [n for n, p in parents.items() if p <= set(done)]
        need(ready, "the graph has a cycle")
        n = ready[0]
        found.append(independent(frozenset({n}), frozenset(done), parents[n]))
        done.append(n)
    return [s for s in found if not trivial(s)]


class Locality:
    """What local causality says: its statements, and which models obey it."""

    def __init__(self, data: Any, log: Any) -> None:
        body, spacetime, shields = fields(data, "", "graph spacetime shields")
        need((body is None) != (spacetime is None), "a graph or a spacetime was expected")
        self.kind = "graph" if spacetime is None else "spacetime"
        if self.kind == "graph":
            self.graph, self.latents, self.statements = graph(body), graph(body)[1], markov(body)
        else:
            self.latents, self.places = frozenset(), Places(spacetime)
            self.statements = [self.places.shielded(s) for s in shields]
            log.append(f"{len(shields)} uses of local causality recomputed")

    def obeyed(self, model: Any, log: Any) -> bool:
        """The model has values for all nodes of its causal graph and obeys the Markov condition."""
        nodes, latents, edges = graph(model.graph)
        if self.kind == "graph":
            if (set(nodes), latents, edges) != (set(self.graph[0]), *self.graph[1:]):
                return False
        else:
            need(all(n in nodes for n, r in self.places.places.items() if r), "a node is missing")
            if not all(model.holds(s) for s in self.places.functions()):
                return False
            log.append("taken as given: the arrows of the causal graph drawn from the spacetime")
        return all(model.holds(s) for s in markov(model.graph))


# ---- Certificates -------------------------------------------------------------------------------


class Certificate:
    """One item of a source file, its verdict, and what shows it."""

    def __init__(self, data: Any) -> None:
        head, tail = "schema source item atoms composites", "scope goal evidence model"
        *_, self.verdict, values, assumptions, scope, self.goal, self.evidence, self.model, _ = (
            fields(data, f"{head} verdict values assumptions {tail}", "notes")
        )
        self.source = typed(data["source"], dict)
        self.log: list[Any] = []
        self.values = alphabets(values)
        self.known: dict[str, Any] = {}
        for entry in typed(assumptions, list):
            name, text, *_ = fields(entry, "name text statements", "locality")
            need(name not in self.known, "an assumption stands twice")
            self.known[name] = self.said(entry, "statements")
            inside = [self.known[n][1] for n in re.findall(r"\w+", text) if n in self.known]
            local = "local causality" in text or any(inside)
            need(not local or self.known[name][1], "its locality is missing")
        self.scope = listed(scope)
        need(set(self.scope) <= set(self.known), "an unknown name is in scope")

    def said(self, entry: Any, key: str) -> Any:
        """The statements of an assumption or goal, and its local causality: read, and as data."""
        found, data = [statement(s) for s in typed(entry[key], list)], entry.get("locality")
        local = Locality(data, self.log) if data is not None else None
        if local:
            same = found[: len(local.statements)] == local.statements
            need(same, "not what local causality says")
        return found, local, data

    def check(self) -> None:
        if self.verdict == "undecided":
            need(not self.evidence and self.model is None, "undecided, with evidence")
        elif self.verdict in ("identity", "licensed", "entailed"):
            need(self.evidence and self.model is None, "nothing shows it")
            for evidence in self.evidence:
                self.proved(evidence)
        else:
            need(self.verdict in ("refuted", "holds", "fails"), "unknown verdict")
            model = Model(self.model, self.values)
            self.refuted(model) if self.verdict == "refuted" else self.claimed(model)

    def proved(self, evidence: Any) -> None:
        cited, proofs, moves, mixture = fields(evidence, "names proofs", "sum mixture")
        need(names(cited) <= set(self.scope), "what is cited is not in scope")
        need(not cited or self.verdict != "identity", "an identity needs no assumption")
        fields(self.goal, "all", "locality")
        goals, local, data = self.said(self.goal, "all")
        need(goals or local, "there is no goal")
        need(not local or data in [self.known[n][2] for n in cited], "local causality is not cited")
        hypotheses = [s for n in cited for s in self.known[n][0]]
        found = [replayed(p, hypotheses, self.log) for p in typed(proofs, list)]
        spend(len(goals) * len(found))
        for goal in goals:
            if goal[0] == "sums":
                summation(goal, moves, hypotheses, self.log)
            elif goal[0] == "inequality":
                bounded(goal, mixture, found, self.values)
            else:
                need(trivial(goal) or goal in found, "a goal is not proved")

    def refuted(self, model: Model) -> None:
        """Every assumption in scope holds in the model and some statement of the goal does not."""
        for name in self.scope:
            statements, local, _ = self.known[name]
            need(all(model.holds(s) for s in statements), f"the model breaks {name}")
            need(not local or local.obeyed(model, self.log), f"the model breaks {name}")
        fields(self.goal, "all", "locality")
        goals, local, _ = self.said(self.goal, "all")
        need(any(self.fails(model, g, local) for g in goals), "the model does not break the goal")

    def fails(self, model: Model, s: Any, local: Any) -> bool:
        """A statement fails, and does not speak of latents, which could be given other values."""
        known = set(model.names) - (local.latents if local else set())
        return mentioned(s[1:]) <= known and model.holds(s) is False

    def claimed(self, model: Model) -> None:
        value, each, wanted = fields(self.goal, "", "value each wanted")
        if value is not None:
            need(model.compare(value) == (self.verdict == "holds"), "the relation is otherwise")
            return
        need(each and self.evidence is not None, "there is no goal")
        true = typed(wanted, bool) == (self.verdict == "holds")
        shown = [self.entry(model, e, true) for e in each]
        need(all(shown) if self.verdict == "holds" else any(shown), "the model does not show it")

    def entry(self, model: Model, entry: Any, true: bool) -> bool:
        """Whether the model shows that the statements of a name hold (that one of them fails)."""
        name, *_ = fields(entry, "name all", "text locality")
        statements, local, _ = self.said(entry, "all")
        need(statements or local, "a name that says nothing")
        if true:
            fine = not local or local.obeyed(model, self.log)
            return fine and all(model.holds(s) is True for s in statements)
        proofs = [p for e in self.evidence if e["names"] == [name] for p in e["proofs"]]
        consequences = [replayed(p, statements, self.log) for p in proofs]
        return any(self.fails(model, s, local) for s in statements + consequences)


def load(path: str) -> Any:
    """The JSON text of a file, with every limit that can be checked before it is used."""
    need(os.path.isfile(path), "no regular file")
    with open(path, "rb") as file:
        text = file.read(MAX_BYTES + 1)
    need(len(text) <= MAX_BYTES, "the file is too large")
    orders = [1]

    def no(found: str) -> Any:
        raise Rejected("a number with a point, or none at all")

    def whole(found: str) -> int:
        need(len(found) <= 4001, "an integer has too many digits")
        return int(found)

    def record(pairs: Any) -> Any:
        found = dict(pairs)
        need(len(found) == len(pairs), "a key stands twice")
        if set(found) == {"order", "numerators", "denominator"}:
            need(0 < typed(found["order"], int) <= MAX_ORDER, "an order is out of bounds")
            orders.append(found["order"])
        return found

    data = json.loads(
        text.decode(), parse_float=no, parse_constant=no, parse_int=whole, object_pairs_hook=record
    )
    need(data["schema"] == "lpc.certificate/1", "not of the schema lpc.certificate/1")
    state.update(work=MAX_WORK, order=math.lcm(*set(orders)))
    need(state["order"] <= MAX_ORDER, "roots of unity of too many orders")
    return data


def verify(path: str) -> tuple[int, list[str]]:
    """0 verified, 1 rejected, 2 unreadable; with what is to be said."""
    status = 2
    try:
        data = load(path)
        status = 1
        certificate = Certificate(data)
        certificate.check()
        return 0, report(certificate)
    except Rejected as error:
        reason = str(error)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        reason = str(error)
    except RecursionError:
        reason = "nested too deeply"
    except Exception as error:  # malformed in a way that no check foresaw: it shows nothing
        reason = f"malformed ({type(error).__name__}: {error})"
    return status, [f"{'rejected' if status == 1 else 'unreadable'}: {reason[:300]}"]


def words(s: Any) -> str:
    """A statement as one writes it."""
    kind, *parts = s

    def listing(found: Any) -> str:
        return ", ".join(sorted(found)) or "∅"

    def written(factors_: Any) -> str:
        bars = ((listing(e), " | " + listing(g) if g else "") for e, g in factors_)
        return " ".join(f"P({e}{g})" for e, g in bars) or "1"

    if kind == "independence" and parts[0] == parts[1]:
        return f"{listing(parts[0])} determined by {listing(parts[2])}"
    if kind == "independence":
        return f"{listing(parts[0])} ⊥ {listing(parts[1])} | {listing(parts[2])}"
    if kind == "equation":
        return " = ".join(map(written, parts))
    if kind == "positive":
        return f"positive {listing(parts[0])}"
    return f"{'equation between sums' if kind == 'sums' else kind} over {listing(mentioned(parts))}"


def report(c: Certificate) -> list[str]:
    source = c.source
    lines = [f"{source.get('file')}:{source.get('line')}: {source.get('text')}", f"is {c.verdict}"]
    lines += [f"goal: {words(statement(s))}" for s in (c.goal or {}).get("all", ())]
    lines += [f"assuming {n}: {words(s)}" for n in c.scope for s in c.known[n][0]]
    lines += [f"shown from: {', '.join(e['names']) or 'the calculus'}" for e in c.evidence]
    for entry in c.log:
        if isinstance(entry, str):
            lines.append(entry)
        else:
            lines += [f"axiom: {words(s)}" for s in entry[0]]
            lines.append(f"rules: {', '.join(entry[1]) or 'none'}")
    return list(dict.fromkeys(lines))


def main(arguments: list[str]) -> int:
    paths = []
    for root in [a for a in arguments if a != "-v"]:
        inside = (os.path.join(d, f) for d, _, fs in os.walk(root) for f in fs)
        inside = (f for f in inside if f.endswith(".json"))
        paths += sorted(inside) if os.path.isdir(root) else [root]
    found = [(path, *verify(path)) for path in paths]
    count = [sum(status == s for _, status, _ in found) for s in range(3)]
    lines = [f"{len(found)} certificates: {count[0]} verified, {count[1]} rejected"]
    lines[0] += f", {count[2]} unreadable" if count[2] else ""
    for path, status, said in found:
        if status or "-v" in arguments:
            lines += [path, *("  " + s for s in said)]
    for line in lines:
        text = "".join(c if c.isprintable() else "?" for c in line[:2000])
        sys.stdout.buffer.write(text.encode(errors="replace") + b"\n")
    return 2 if count[2] or not paths else 1 if count[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
