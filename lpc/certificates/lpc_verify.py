"""Re-check certificates of lpc: `python lpc_verify.py [-v] DIR-or-FILE…`. No lpc is needed.

Trusted: this file, Python, and that the goal and the assumptions of a certificate say what its
source says (-v prints both). Steps of proofs carry no conclusions: they are computed here. Models
are evaluated exactly; uses of local causality are recomputed from the places of the variables.
Whatever is malformed, too large or not shown is rejected; any exception is a rejection.
Not re-checked: that minimal sets are minimal, the arrows of a causal graph drawn from a spacetime.
Rejected: spacetimes of more than one space dimension, slices that are not at constant times.
"""

from __future__ import annotations

import json
import math
import operator
import os
import re
import sys
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key, lru_cache, reduce
from itertools import combinations, product, zip_longest
from typing import Any

MAX_BYTES, MAX_BITS, MAX_ORDER, MAX_WORK = 4_000_000, 60_000, 2_000, 3_000_000
state = {"work": 0, "order": 1}  # of the certificate at hand


class Rejected(Exception):
    """The certificate does not show what it says."""


def need(condition: Any, otherwise: str) -> None:
    if not condition:
        raise Rejected(otherwise)


def spend(steps: int) -> None:
    state["work"] -= steps
    need(state["work"] >= 0, "too much work to re-check")


# ---- Shapes: a certificate is read by this table; what follows meets data of the right types -----
# S* a list of S; S,T a list of just these two; {S} an object with names as keys; k:S l?:T an object
# with these keys, of which l may be missing; |k:S |l:T an object with one of them, read as (k, S).

TABLE = """
certificate = schema:text source:source item:item verdict:text atoms:names values:{value*} \
    composites:{names} assumptions:entry* scope:names goal?:goal evidence:evidence* \
    model?:model notes:text*
source = file:text sha256:text line:index text:text
item = kind:text name?:text index:index label?:text
goal = all?:statement* locality?:locality each?:claim* wanted?:bool value?:relation
entry = name:name text:text statements:statement* locality?:locality
claim = name:name text:text all:statement* locality?:locality
STATEMENT = |independence:names,names,names |equation:factor*,factor* |positive:names \
    |sums:term*,term* |inequality:inequality
factor = names,names
TERM = coefficient:number bound:names values:name* factors:factor*
FORM = constant:number terms:monomial*
monomial = number,{value},{value}
evidence = names:names proofs:proof* sum?:sum mixture?:mixture weights?:number**
proof = hypotheses:statement* steps:step* proves:statement
step = rule:text from:index* sets?:names* goal?:statement signs?:int*
sum = left:move* right:move* pairs:pair*
move = kind:text term:index variable:name factor?:index given?:names
pair = left:index right:index renaming:{name} row:instance**
instance = proof:proof slots:{name}
mixture = hidden:names owner:{name}
model = names:name* values:{value*} support:point* latents:names graph?:graph
point = value*,number
graph = nodes:name* latents:names edges:edge*
edge = name,name
locality = graph?:graph spacetime?:spacetime shields?:shield*
spacetime = dimension:int places:{region} complete:declaration*
declaration = names:names region:region
shield = declarations:index* slice?:region x:names y:names obligations:any
relation = left:quantity op:text right:quantity
quantity = |constant:value |probability:{value},{value} |plus:quantity* |times:quantity* \
    |total:quantity* |quotient:quantity,quantity |absolute:quantity
cyclotomic = order:index numerators:int* denominator:index
inequality = strict:bool forms:piece*
"""
SHAPES = dict(line.split(" = ") for line in TABLE.strip().splitlines())


def typed(data: Any, kind: type) -> Any:
    need(type(data) is kind, f"{kind.__name__} expected, not {type(data).__name__}")
    return data


def read(shape: str, data: Any) -> Any:
    """The data, which must have the shape: lists become tuples, leaves what `LEAVES` makes."""
    if shape in LEAVES:
        return LEAVES[shape](data)
    shape = SHAPES.get(shape, shape)
    if ":" in shape:
        return fields(dict(part.split(":") for part in shape.split()), typed(data, dict))
    if "," in shape:
        need(len(typed(data, list)) == shape.count(",") + 1, f"{shape} expected")
        return tuple(map(read, shape.split(","), data))
    if shape[0] == "{":
        return {name(k): read(shape[1:-1], x) for k, x in typed(data, dict).items()}
    return tuple([read(shape[:-1], x) for x in typed(data, list)])


def fields(shape: Any, data: Any) -> Any:
    keys = set(data)
    if len(data) == 1 and "|" + min(keys) in shape:
        return min(keys), read(shape["|" + min(keys)], data[min(keys)])
    fits = {k for k in shape if k[-1] != "?"} <= keys <= {k.strip("?") for k in shape}
    need(fits, f"keys expected: {' '.join(shape)}")
    given = {k for k in shape if k in data or data.get(k[:-1]) is not None}
    return {k.strip("?"): read(shape[k], data[k.strip("?")]) if k in given else None for k in shape}


def name(data: Any) -> str:
    need(0 < len(typed(data, str)) <= 400 and data.isprintable(), "no name, or too long a one")
    return str(data)


def names(data: Any) -> frozenset[str]:
    found = frozenset(map(name, typed(data, list)))
    need(len(found) == len(data), "a name stands twice in a set")
    return found


def index(data: Any) -> int:
    need(typed(data, int) >= 0, "an index is negative")
    return int(data)


# ---- Numbers: fractions, and sums of roots of unity ----------------------------------------------


def divide(p: Any, q: Any) -> Any:
    """Quotient and remainder of polynomials, lowest power first; q ends in 1."""
    p, found = list(p), []
    while len(p) >= len(q):
        found.append(p.pop())
        for i in range(1, len(q) if found[-1] else 0):
            p[-i] -= found[-1] * q[-1 - i]
    return found[::-1], p


@lru_cache(maxsize=None)
def cyclotomic(n: int) -> Any:
    """Φ_n: what is left of x^n - 1 without Φ_d for the proper divisors d of n."""
    below = [d for d in range(1, n) if n % d == 0]
    return reduce(lambda p, d: divide(p, cyclotomic(d))[0], below, [-1] + [0] * (n - 1) + [1])


def algebraic(powers: Any) -> Any:
    """Σ powers[k] ζ^k, ζ = exp(2πi/order), in its one form modulo Φ; a Fraction if rational."""
    poly = cyclotomic(state["order"])
    spend(len(poly) * max(1, len(powers) - len(poly)))
    parts = divide(powers, poly)[1]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return Irrational(tuple(parts)) if len(parts) > 1 else parts[0]


@dataclass(frozen=True)
class Irrational:
    """A number Σ parts[k] ζ^k that `algebraic` made."""

    parts: tuple[Fraction, ...]

    def __add__(self, other: Any) -> Any:
        pairs = zip_longest(self.parts, parts_of(other), fillvalue=Fraction(0))
        return algebraic([a + b for a, b in pairs])

    def __mul__(self, other: Any) -> Any:
        found = [Fraction(0)] * (len(self.parts) + len(parts_of(other)))
        spend(len(found) ** 2)
        for (i, a), (j, b) in product(enumerate(self.parts), enumerate(parts_of(other))):
            found[i + j] += a * b
        return algebraic(found)

    __radd__, __rmul__ = __add__, __mul__

    def image(self, k: int) -> Any:
        """Under the automorphism ζ -> ζ^k of the field."""
        found = [Fraction(0)] * state["order"]
        for i, c in enumerate(self.parts):
            found[i * k % state["order"]] += c
        return algebraic(found)


def parts_of(x: Any) -> Any:
    return x.parts if isinstance(x, Irrational) else (x,)


def combine(operation: Any, start: Any, numbers: Any) -> Any:
    for x in numbers:
        need(isinstance(x, (Fraction, Irrational)), "arithmetic with what is no number")
        start = operation(start, x)
        bits = [c.numerator.bit_length() + c.denominator.bit_length() for c in parts_of(start)]
        need(max(bits) < MAX_BITS, "numbers grow too large")
    return start


def total(numbers: Any) -> Any:
    return combine(operator.add, Fraction(0), numbers)


def times(*numbers: Any) -> Any:
    return combine(operator.mul, Fraction(1), numbers)


def ratio(one: Any, two: Any) -> Any:
    """The images of a number other than itself, times it, are its norm: rational and not 0."""
    need(two, "a division by zero")
    units = [k for k in range(2, state["order"]) if math.gcd(k, state["order"]) == 1]
    others = times(*(two.image(k) for k in units if isinstance(two, Irrational)))
    return times(one, others, 1 / times(two, others))


def sign(x: Any) -> int:
    """Of a real number; enclosures of what is irrational are refined until they exclude 0."""
    if isinstance(x, Fraction):
        return (x > 0) - (x < 0)
    need(x == x.image(-1), "a number is not real")
    for bits in (40, 160, 640, 2560):
        spend(bits * len(x.parts))
        cosines = [cosine(Fraction(k, state["order"]), bits) for k in range(len(x.parts))]
        middle = sum(map(operator.mul, x.parts, cosines))
        if abs(middle) > sum(map(abs, x.parts)) / 2**bits:
            return 1 if middle > 0 else -1
    raise Rejected("a number is too close to 0 to tell its sign")


@lru_cache(maxsize=None)
def cosine(turns: Fraction, bits: int) -> Fraction:
    """cos(2π·turns), 0 <= turns < 1, with an error below 2^-bits: series with bounded tails."""
    one = 1 << (bits + 24)  # fixed point with 24 bits in reserve for rounding
    odd = range(1, bits + 25, 2)
    inverse_tangents = [sum((-1) ** (k // 2) * (one // q**k // k) for k in odd) for q in (5, 239)]
    angle = 32 * inverse_tangents[0] - 8 * inverse_tangents[1]  # 2π, by Machin
    x, series, term = angle * turns.numerator // turns.denominator, one, one
    for k in range(2, bits + 60, 2):  # x < 7, so what is left out is less than a unit
        term = -term * x * x // (one * one * k * (k - 1))
        series += term
    return Fraction(series, one)


def number(data: Any) -> Any:
    """A fraction "3/4" in lowest terms, or {"cyclotomic": …}."""
    if isinstance(data, str):
        fine = re.fullmatch("-?[0-9]{1,4000}(/[0-9]{1,4000})?", data)
        need(fine and str(Fraction(data)) == data, "a fraction in lowest terms was expected")
        return Fraction(data)
    body = read("cyclotomic:cyclotomic", data)["cyclotomic"]
    found = [Fraction(0)] * state["order"]  # a multiple of every order: see `load`
    need(state["order"] % body["order"] == 0, "an order out of bounds")
    for k, n in enumerate(body["numerators"]):
        place = k * (state["order"] // body["order"]) % state["order"]
        found[place] += Fraction(n, body["denominator"])
    return algebraic(found)


def value(data: Any) -> Any:
    """What a variable may be: a number, a word, a multiple of π, a tuple of values."""
    if isinstance(data, list):
        return tuple(map(value, data))
    if isinstance(data, str) or "cyclotomic" in typed(data, dict):
        return number(data)
    kind, body = read("|word:text |pi:number", data)
    need(kind == "pi" or not re.match("-?[0-9]", body), "a word that reads as a number")
    return (kind, body)


# ---- Statements, as tuples in canonical form -----------------------------------------------------
# ("independence", X, Y, Z): p(x,y,z) p(z) = p(x,z) p(y,z), X and Y in sorted order and without Z.
# ("equation", left, right): two products of factors (event, given), for P(event | given).
# ("positive", X)   ("sums", left, right): sums of terms (coefficient, bound, values, factors).
# ("inequality", strict, pieces): in each piece some form (constant, ((c, event, given)…)) is <= 0.
# The names in a term are slots: a variable A, a copy of it A#2, or A held at a value, A = 1.


def independent(x: Any, y: Any, z: Any) -> Any:
    return ("independence", *sorted((x - z, y - z), key=sorted), z)


def trivial(s: Any) -> bool:
    return (s[0] == "independence" and not (s[1] and s[2])) or (s[0] == "equation" and s[1] == s[2])


def side(factors: Any) -> Any:
    need(all(e and not e & g for e, g in factors), "an event is empty or meets its condition")
    return tuple(sorted(factors, key=lambda f: [sorted(part) for part in f]))


def statement(data: Any) -> Any:
    kind, body = read("STATEMENT", data)
    plain = kind == "sums" or all(variable(n) == n for n in slots(body))
    need(plain, "a slot where a variable is meant")
    if kind == "independence":
        return independent(*body)
    if kind == "positive":
        return (kind, body)
    if kind == "inequality":
        return (kind, *body.values())
    return (kind, *(map(side, body) if kind == "equation" else body))


def piece(data: Any) -> Any:
    forms = typed(data, dict).get("least", [data])
    found = tuple(tuple(read("FORM", form).values()) for form in typed(forms, list))
    fine = all(e and not set(e) & set(g) for _, terms in found for _, e, g in terms)
    need(found and fine, "an event is empty or meets its condition")
    return found


def slots(found: Any) -> Any:
    """All slots (or names) in a statement without its kind, or in a part of one."""
    if isinstance(found, str):
        return frozenset({found})
    inside = found if isinstance(found, (tuple, list, frozenset, dict)) else ()
    return frozenset().union(*map(slots, inside))


def variable(slot: str) -> str:
    found = slot.partition(" = ")[0].partition("#")[0]
    need("=" not in found and found == found.strip(), "no name of a variable")
    return found


def put(found: Any, where: Any) -> Any:
    """The same with other slots in the place of some."""
    if isinstance(found, (tuple, frozenset)):
        return type(found)(put(x, where) for x in found)
    return where.get(found, found)


def term(c: Any, bound: Any, values: Any, factors: Any) -> Any:
    once = all(len({*map(variable, e | g)}) == len(e) + len(g) for e, g in side(factors))
    need(once, "a factor has a variable twice")
    need(bound <= slots((values, factors)), "a sum over what does not occur")
    need(not any(" = " in s for s in bound), "a sum over a value")
    return (c, bound, tuple(sorted(values)), factors)


LEAVES: dict[str, Any] = {
    "any": lambda data: data,
    "text": lambda data: typed(data, str),
    "int": lambda data: typed(data, int),
    "bool": lambda data: typed(data, bool),
    "term": lambda data: term(*read("TERM", data).values()),
    "region": lambda data: region(data),
    **{f.__name__: f for f in (name, names, index, number, value, statement, piece)},
}


# ---- Rules: each computes its conclusion, or is false --------------------------------------------

RULES: dict[str, Any] = {  # premises, what the rule does to them and to the sets of the step
    # Sum p(x,y|z) = p(x|z) p(y|z) over what is left out.
    "decomposition": lambda p, x, y: (
        ((x <= p[1] and y <= p[2]) or (x <= p[2] and y <= p[1])) and independent(x, y, p[3])
    ),
    # p(x|y,z) = p(x|z) for every y, hence also when part of y is fixed.
    "weak union": lambda p, w: w <= p[1] | p[2] and independent(p[1] - w, p[2] - w, p[3] | w),
    # p(x|y,w,z) = p(x|y,z) = p(x|z).
    "contraction": lambda p, q, x, y, w: (
        {p[1], p[2]} == {x, y} and q == independent(x, w, p[3] | y) and independent(x, y | w, p[3])
    ),
    # X ⊥ X | Z makes p(x|z) 0 or 1: X is a function of Z.
    "determination": lambda p, y: p[1] and p[1] == p[2] and independent(p[1], y, p[3]),
    # p(x|y,w,z) = p(x|w,z) = p(x|y,z) at all y, w: it depends on z alone.
    "intersection": lambda p, q, m, x, y, w, z: (
        len(x) + len(y) + len(w) + len(z) == len(x | y | w | z)
        and (p, q) == (independent(x, y, z | w), independent(x, w, z | y))
        and y | w | z <= m[1]
        and independent(x, y | w, z)
    ),
    # A marginal is at least any of its summands.
    "positivity of a part": lambda m, x: x <= m[1] and ("positive", x),
    "summation": lambda p, v: summed(p[1], p[2], v),
}
PREMISES = {
    "contraction": "independence independence",
    "intersection": "independence independence positive",
    "positivity of a part": "positive",
    "summation": "equation",
}


def infer(rule: str, given: Any, sets: Any, goal: Any, signs: Any) -> Any:
    """The conclusion of a rule; its sets stand for random vectors, which may share components."""
    if rule in ("reading", "chain"):
        need(set(signs) <= {1, -1}, "a sign is 1 or -1")
        return reading(given, sets, signs) if rule == "reading" else chained(given, goal, signs)
    given = sorted(given, key=lambda p: bool(p[0] == "positive"))
    kinds = PREMISES.get(rule, "independence").split()
    need(rule in RULES and [p[0] for p in given] == kinds, "an unknown rule, or other premises")
    found = RULES[rule](*given, *sets)
    need(found, "the premises do not fit the rule")
    return found


def summed(left: Any, right: Any, v: Any) -> Any:
    """Each v stands in one event a side, so that the sum distributes: Σ p(e,v|g) = p(e|g)."""
    for old in (left, right):
        once = all(sum(x in e for e, _ in old) == 1 for x in v)
        need(once and not any(v & g for _, g in old), "cannot be summed out")
    sides = [side([(e - v, g) for e, g in old if e - v]) for old in (left, right)]
    conditions = [frozenset(), *(g for s in sides for _, g in s)]  # Σ p(v|g) = 1 needs p(g) > 0
    dropped = [g for e, g in left + right if not e - v]
    need(all(any(g <= c for c in conditions) for g in dropped), "a condition gets lost")
    return ("equation", *sides)


# A product is the vector Σ e(event ∪ given) - e(given): the exponents of p(…), with p(∅) = 1.
# Where the sets with a negative exponent are *allowed*, known to be possible, it has that value.


def add(one: Any, two: Any, times: int = 1) -> Any:
    found = {s: one.get(s, 0) + times * two.get(s, 0) for s in {**one, **two}}
    return {s: c for s, c in found.items() if c and s}


def vector(factors: Any) -> Any:
    return reduce(lambda v, f: add(add(v, {f[0] | f[1]: 1}), {f[1]: 1}, -1), factors, {})


def allow(found: Any, cover: Any) -> None:
    spend(len(found) * len(cover))
    fine = all(not s or any(s <= big for big in cover) for s in found)
    need(fine, "a division by what may be impossible")


def linked(start: Any, links: Any, signs: Any, cover: Any) -> Any:
    """Replace equals by equals in a product, link by link, dividing by allowed sets only."""
    need(len(links) == len(signs), "one sign a link")
    for link, sign_ in zip(links, signs):
        source, target = ends(link)[::sign_]
        start = add(start, vector(source), -1)
        if link[0] == "equation":
            allow([s for s, c in start.items() if c < 0], cover)
            allow([g for _, g in source + target], cover)
        start = add(start, vector(target))
        allow([s for s, c in start.items() if c < 0], cover)
    return start


def ends(link: Any) -> Any:
    """The two equal products of a link; X ⊥ Y | Z says that p(x|z) p(y|z) = p(x,y|z)."""
    if link[0] == "equation":
        return link[1:]
    _, x, y, z = link
    need(not x & y, "a link has overlapping sides")
    return ((x, z), (y, z)), ((x | y, z),)


def chained(given: Any, goal: Any, signs: Any) -> Any:
    cover = [p[1] for p in given if p[0] == "positive"] + [g for s in goal[1:] for _, g in s]
    links = [p for p in given if p[0] != "positive"]
    end = linked(vector(goal[1]), links, signs, cover)
    need(goal[0] == "equation" and end == vector(goal[2]), "the chain ends elsewhere")
    return goal


def reading(given: Any, sets: Any, signs: Any) -> Any:
    """Where p(x,z) or p(y,z) is 0 both sides of X ⊥ Y | Z are; elsewhere its parts are possible."""
    ((kind, old, new), *links), (x, y, z) = given, sets
    need(kind == "equation" and x and y and not (x | y) & z, "sets are empty or overlap")
    cover, left, (apart, joint) = (x | z, y | z), vector(old), ends(independent(x, y, z))
    target, right = add(vector(joint), vector(apart), -1), linked(vector(new), links, signs, cover)
    for s, bigger in ((1, left), (-1, right)):  # bigger = rest · p(x,y,z) p(z), the other one is
        if add(right, target, s) == left:  # rest · p(x,z) p(y,z), where rest is not 0
            rest = add(bigger, {c: 1 for c in target if target[c] > 0}, -1)
            allow([*rest, *(g for _, g in old + new)], cover)
            return independent(x, y, z)
    raise Rejected("the equation does not say so")


def replayed(proof: Any, hypotheses: Any, log: Any) -> Any:
    """The conclusion of a proof from some of the hypotheses."""
    entries = list(proof["hypotheses"])
    spend(len(entries) * len(hypotheses))
    need(all(h in hypotheses for h in entries), "a hypothesis is no assumption in scope")
    log += [f"axiom: {words(h)}" for h in entries]
    for step in proof["steps"]:
        rule, back, sets, goal, signs = step.values()
        spend(20 + len(back))
        entries.append(infer(rule, [entries[i] for i in back], sets or (), goal, signs or ()))
        log.append(f"rule: {rule}")
    need(entries[-1:] == [proof["proves"]], "the proof ends elsewhere")
    return entries[-1]


# ---- Sums of products: total probability, then term by term --------------------------------------
# Under Σ a product with a zero factor is 0, else it is undefined if a condition is impossible.
# An equation speaks where both sides are defined and all conditions over free slots possible.


def possible(event: Any, known: Any, factors: Any) -> bool:
    """The event may be taken to occur: else one of the factors is 0 or undefined.

    known: what is declared positive, names of variables; conditions over free slots.
    """
    sure = any({*map(variable, event)} <= p for p in known[0]) or not event
    return sure or any(event <= s for s in (*known[1], *(e | g for e, g in factors)))


def moved(old: Any, move: Any, known: Any, values: Any) -> Any:
    """The terms that a move makes of one: the value stays, and the sum is defined where it was."""
    kind, _, v, j, given = move.values()
    c, bound, held, factors = old
    if kind == "spell out":  # Σ_v T(v) = T(v = x) + T(v = y) + …
        need(v in bound, "no sum")
        rest, count = tuple(s for s in held if s != v), held.count(v)
        texts = {x: f"{variable(v)} = {spelt(x)}" for x in values[variable(v)]}
        spelt_out = [(times(c, *[x] * count), put(factors, {v: texts[x]})) for x in texts]
        return [term(d, bound - {v}, rest, inside) for d, inside in spelt_out]
    event, given = (frozenset(), given or frozenset()) if kind == "normalise" else factors[j or 0]
    before, after = factors[: j or 0], factors[(j or 0) + 1 :]
    if kind == "sum out":  # Σ_v P(X, v | Y) = P(X | Y): where p(Y) = 0 the rest, without v, was 0
        alone = v not in slots((before, after, held, given))
        need(v in bound and v in event and alone, "the variable stands elsewhere")
        new = [(event - {v}, given)] if event - {v} else []
        return [term(c, bound - {v}, held, (*before, *new, *after))]
    need(v not in slots(old[1:]), "the variable is mentioned already")
    if kind == "normalise":  # 1 = Σ_v P(v | Y); where p(Y) = 0 the term is 0 or undefined already
        need(possible(given, known, factors), "not normalised")
        before, after = factors, ()
    need(kind in ("insert", "normalise"), "unknown move")  # P(X | Y) = Σ_v P(X, v | Y)
    return [term(c, bound | {v}, held, (*before, (event | {v}, given), *after))]


def covered(one: Any, other: Any, known: Any, alone: bool) -> bool:
    """Where a condition of `one` is impossible, `other` is 0 or undefined (or that cannot be).

    alone: both sides are defined, so `one` then has a factor P(X | Y) = 0 with p(Y) > 0.
    """
    zeros = {g: [e | h for e, h in one if not g <= h] for _, g in one}
    return all(
        possible(g, known, other) or (alone and all(possible(s, known, other) for s in zeros[g]))
        for g in zeros
    )


def summation(goal: Any, data: Any, hypotheses: Any, values: Any, log: Any) -> None:
    """Moves on both sides; then the terms are equal in pairs, undefined products counted as 0."""
    every = goal[1] + goal[2]
    conditions = [g for t in every for _, g in t[3] if not g & t[1]]
    known = [h[1] for h in hypotheses if h[0] == "positive"], conditions
    free = frozenset().union(*(slots(t[2:]) - t[1] for t in every))
    need(not any(free & t[1] for t in every), "a variable is bound and free")
    one, two = (
        collected(goal[k], data[key], free, known, values) for k, key in ((1, "left"), (2, "right"))
    )
    met = [sorted(pair[key] for pair in data["pairs"]) for key in ("left", "right")]
    need(met == [[*range(len(one))], [*range(len(two))]], "a term is left over")
    for pair in data["pairs"]:
        paired(one[pair["left"]], two[pair["right"]], pair, free, known, hypotheses, log)


def collected(terms: Any, moves: Any, free: Any, known: Any, values: Any) -> Any:
    """The terms after the moves; those that differ in their coefficients alone are added."""
    terms, added = list(terms), dict[Any, Any]()
    for move in moves:
        i = move["term"]
        spend(50 + sum(len(t[3]) for t in terms))
        need(move["variable"] not in free, "a variable is bound and free")
        terms[i : i + 1] = moved(terms[i], move, known, values)
    for c, bound, held, inside in terms:
        key = (bound, held, side(inside))
        added[key] = total([added.get(key, Fraction(0)), c])
    return [(c, *key) for key, c in added.items() if c]


def paired(one: Any, two: Any, pair: Any, free: Any, known: Any, hypotheses: Any, log: Any) -> None:
    """The terms are equal, by instances of what is proved: it holds at all values of variables."""
    new, row = pair["renaming"], pair["row"]
    bound = put(one[1], new)
    fits = set(new) <= one[1] and len(bound) == len(one[1]) and not bound & free
    need(fits and same_variables(new), "no renaming of bound slots")
    c, bound, held, now = term(one[0], bound, put(one[2], new), side(put(one[3], new)))
    need((c, bound, held) == two[:3], "two paired terms differ")
    for step in row:
        rest, more = list(now), []
        for instance in step:
            found, where = replayed(instance["proof"], hypotheses, log), instance["slots"]
            need(found[0] == "equation" and same_variables(where), "no instance of an equation")
            for factor in put(found[1], where):
                need(factor in rest, "a theorem does not fit a term")
                rest.remove(factor)
            more += put(found[2], where)
        end = side(term(c, frozenset(), held, (*rest, *more))[3])
        spend((1 + len(now)) * (1 + len(end)) * (2 + len(known[0]) + len(known[1])))
        good = [covered(a, b, known, len(row) == 1) for a, b in ((now, end), (end, now))]
        need(all(good), "a condition may be impossible")
        now = end
    need(now == two[3], "two paired terms are not equal")


def same_variables(where: Any) -> bool:
    return all(variable(k) == variable(s) for k, s in where.items())


# ---- Bounds: averages over hidden variables of products of responses -----------------------------


def bounded(goal: Any, evidence: Any, proved: Any, values: Any) -> None:
    """In each piece a mean of the forms, which is at least the least, is at most 0."""
    _, strict, pieces = goal
    weights = evidence["weights"] or [[Fraction(1)]] * len(pieces)
    fits = pieces and [*map(len, weights)] == [*map(len, pieces)]
    need(fits, "a weight for each form is needed")
    for forms, shares in zip(pieces, weights):
        need(total(shares) == 1 and all(sign(w) >= 0 for w in shares), "no weights of a mean")
        terms = [(times(w, c), e, g) for w, f in zip(shares, forms) for c, e, g in f[1]]
        tables = tabled(terms, evidence["mixture"], proved)
        constants = [times(w, f[0]) for w, f in zip(shares, forms)]
        worst = sign(total(constants + [largest(table, values) for table in tables]))
        need(worst < 0 or (worst == 0 and not strict), "a vertex exceeds the bound")


def tabled(terms: Any, mixture: Any, proved: Any) -> Any:
    """Tables of (coefficient, {response: outcome}), whose largest values add up.

    Without a mixture: P(· | y) is a distribution at each y, where its best outcome counts.
    """
    if mixture:
        return [averaged(terms, proved, **mixture)]
    tables: dict[Any, Any] = {}
    for c, event, given in terms:
        row: Any = {(n, frozenset()): v for n, v in event.items()}
        tables.setdefault(frozenset(given.items()), []).append((c, row))
    return tables.values()


def averaged(terms: Any, proved: Any, hidden: Any, owner: Any) -> Any:
    """The form is an average over P(Λ | K), K the settings with one value throughout.

    Λ ⊥ Y | K and P(X | Y,K,Λ) = Π P(X_i | S_i,K,Λ) make every P(x | y,k) the average of
    Π P(x_i | s_i,k,λ). That is linear in each response P(X_i | s_i,k,λ), a distribution:
    so it is largest where each outcome is a function of its S_i.
    """
    table, settings = [], [frozenset(g.items()) for _, _, g in terms]
    k = frozenset(dict(frozenset.intersection(*settings[:1], *settings))) if terms else frozenset()
    for c, event, given in terms:
        x, y = frozenset(event), frozenset(given) - k
        need(not hidden & (x | y | k), "a hidden variable is an outcome or a setting")
        own = {a: frozenset((s, given[s]) for s in y if owner.get(s) == a) for a in x}
        whole = side([(x, y | k | hidden)])
        parts = side([(frozenset({a}), k | hidden | {s for s, _ in own[a]}) for a in x])
        goals = [independent(hidden, y, k), ("equation", whole, parts)]
        need(all(trivial(g) or g in proved for g in goals), "no mixture: a proof is missing")
        table.append((c, {(a, own[a]): v for a, v in event.items()}))
    return table


def largest(table: Any, values: Any) -> Any:
    """The largest Σ c Π [response = value]; an undeclared variable may have some other value."""
    seen: Any = {}
    for _, row in table:
        for spot, v in row.items():
            seen.setdefault(spot, {None: 0})[v] = 0
    options, found = [values.get(spot[0], list(seen[spot])) for spot in seen], []
    spend(len(table) * math.prod(map(len, options)))
    for choice in product(*options):
        at = dict(zip(seen, choice))
        found.append(total(c for c, row in table if all(at[r] == v for r, v in row.items())))
    return max(found, key=cmp_to_key(lambda x, y: sign(total([x, times(y, Fraction(-1))]))))


# ---- Models --------------------------------------------------------------------------------------


class Model:
    """A finite distribution: points with positive weights that sum to 1."""

    def __init__(self, data: Any, declared: Any) -> None:
        self.names, self.values, support, latents, self.graph = data.values()
        self.points, self.tables = dict(support), dict[Any, Any]()
        sizes = {len(p) for p in self.points} | {len(set(self.names)), len(self.values)}
        fits = latents <= set(self.names) == set(self.values) and sizes == {len(self.names)}
        need(fits and distinct(self.values), "names, values and points do not fit")
        need(len(self.points) == len(support), "a point stands twice")
        need(all(sign(w) > 0 for _, w in support), "a weight is not positive")
        need(total(w for _, w in support) == 1, "the weights do not sum to 1")
        for n, column in zip(self.names, zip(*self.points)):
            fits = set(column) <= set(self.values[n]) == set(declared.get(n, column))
            need(fits, "other values are declared")

    def table(self, wanted: Any) -> Any:
        """The probabilities of the joint values of some names (in that order, repeats allowed)."""
        if wanted not in self.tables:
            need(set(wanted) <= set(self.names), "the model has no value for a name")
            spots: Any = [self.names.index(n) for n in wanted]
            found = self.tables[wanted] = {}
            spend(len(self.points) * (1 + len(spots)))
            for point, weight in self.points.items():
                key = tuple([point[i] for i in spots])
                found[key] = total([found[key], weight]) if key in found else weight
        return self.tables[wanted]

    def weight(self, at: Any) -> Any:
        spend(8)
        return self.table(tuple(at)).get(tuple(at.values()), Fraction(0))

    def chance(self, event: Any, given: Any) -> Any:
        """P(event | given), of values of names; None where the condition is impossible."""
        below = self.weight(given)
        clash = any(given.get(n, v) != v for n, v in event.items())
        above = Fraction(0) if clash else self.weight({**event, **given})
        return ratio(above, below) if below else None

    def joint(self, wanted: Any) -> Any:
        """All joint values of some slots over their alphabets."""
        options = []
        for slot in wanted:
            every, held = self.values[variable(slot)], slot.partition(" = ")[2]
            options.append([v for v in every if spelt(v) == held] if held else every)
        need(all(options), "a slot is held at no value of the model")
        spend(math.prod(map(len, options)))
        return (dict(zip(wanted, point)) for point in product(*options))

    def holds(self, s: Any) -> Any:
        """True or False; for an inequality None where a condition is impossible."""
        kind, *parts = s
        if kind == "independence":
            return self.separate(*(tuple(sorted(part)) for part in parts))
        if kind == "positive":
            count = math.prod(len(self.values[n]) for n in parts[0])
            return len(self.table(tuple(parts[0]))) == count
        if kind == "inequality":
            lows = [self.low(forms) for forms in parts[1]]
            return None if None in lows else max(lows) < (0 if parts[0] else 1)
        if kind == "equation":
            parts = [[(Fraction(1), frozenset(), (), factors)] for factors in parts]
        free = frozenset().union(*(slots(t[2:]) - t[1] for t in (*parts[0], *parts[1])))
        return all(self.agree(parts[0], parts[1], at) for at in self.joint(sorted(free)))

    def separate(self, x: Any, y: Any, z: Any) -> bool:
        xyz, xz, yz, z_ = map(self.table, (x + y + z, x + z, y + z, z))
        rows: Any = {c: [b for b in yz if b[len(y) :] == c] for c in z_}
        spend(len(z_) * len(yz) + len(xz) * len(yz))
        return all(
            times(xyz.get(a[: len(x)] + b, Fraction(0)), z_[a[len(x) :]]) == times(xz[a], yz[b])
            for a in xz
            for b in rows[a[len(x) :]]
        )

    def low(self, forms: Any) -> Any:
        """The least sign of some forms."""
        every = [[(c, self.chance(e, g)) for c, e, g in f[1]] for f in forms]
        if any(p is None for terms in every for _, p in terms):
            return None
        sums = (total([f[0], *(times(*t) for t in terms)]) for f, terms in zip(forms, every))
        return min(map(sign, sums))

    def agree(self, left: Any, right: Any, at: Any) -> bool:
        conditions = [g for t in (*left, *right) for _, g in t[3] if not g & t[1]]
        if not all(self.weight(pick(g, at)) for g in conditions):
            return True
        one, two = self.side(left, at), self.side(right, at)
        return one is None or two is None or bool(one == two)

    def side(self, terms: Any, at: Any) -> Any:
        found = []
        for c, bound, held, inside in terms:
            for more in self.joint(sorted(bound)):
                here = {**at, **more}
                parts = [here[s] for s in held]
                parts += [self.chance(pick(e, here), pick(g, here)) for e, g in inside]
                if None in parts and 0 not in parts:
                    return None
                found += [] if 0 in parts else [times(c, *parts)]
        return total(found)

    def quantity(self, data: Any, inside: bool = False) -> Any:
        """The value of an expression, None if undefined; inside a `total` 0 · undefined is 0."""
        spend(1)
        kind, body = data
        if kind in ("constant", "probability"):
            return body if kind == "constant" else self.chance(*body)
        inside = inside or kind == "total"
        parts = [self.quantity(q, inside) for q in ([body] if kind == "absolute" else body)]
        if None in parts:
            return Fraction(0) if kind == "times" and inside and 0 in parts else None
        if kind == "absolute":
            return times(*parts, Fraction(sign(times(*parts))))
        if kind == "quotient":
            return ratio(*parts)
        return times(*parts) if kind == "times" else total(parts)

    def relation(self, left: Any, op: str, right: Any) -> bool:
        one, two = self.quantity(left), self.quantity(right)
        if one is None or two is None or op in ("=", "!="):
            return None not in (one, two) and (one == two) == (op == "=")
        signs = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[op]
        return sign(total([one, times(two, Fraction(-1))])) in signs


def distinct(values: Any) -> bool:
    return all(v and len(set(v)) == len(v) for v in values.values())


def spelt(x: Any) -> str:
    """A value as it stands in a slot."""
    need(isinstance(x, Fraction) or x[0] == "word", "a value that no slot can hold")
    return x[1] if isinstance(x, tuple) else str(x)


def pick(some: Any, at: Any) -> Any:
    return {variable(s): at[s] for s in some}


# ---- Geometry of 1+1 spacetime, exact ------------------------------------------------------------
# A zone bounds u = t - x, v = t + x and s = 2t = u + v, each by an interval of two cuts: a cut lies
# at -∞ (-1,), at ∞ (1,), just before a value (0, value, 0) or just after it (0, value, 1).

ALL: Any = ((-1,), (1,))


def interval(data: Any, scale: int) -> Any:
    cuts = list(ALL)
    for end, bound in enumerate(data):
        if bound is not None:
            where, closed = read("number,bool", bound)
            cuts[end] = (0, scale * typed(where, Fraction), int(closed == end))
    return tuple(cuts)


def region(data: Any) -> Any:
    """The list of its zones that are not empty."""
    found = []
    for zone in typed(data, list):
        need(set(zone) == {"t", "t - x", "t + x"}, "only places in 1+1 dimensions are re-checked")
        u, v, t = (read("any,any", zone[k]) for k in ("t - x", "t + x", "t"))
        found.append((interval(u, 1), interval(v, 1), interval(t, 2)))
    return meet(found, [(ALL, ALL, ALL)])


def common(p: Any, q: Any) -> Any:
    return max(p[0], q[0]), min(p[1], q[1])


def plus(p: Any, q: Any) -> Any:
    """The sums of values of two intervals: an end is closed only if both are."""
    ends = zip(p, q, (operator.or_, operator.and_))
    return tuple(
        a if a[0] else b if b[0] else (0, a[1] + b[1], op(a[2], b[2])) for a, b, op in ends
    )


def minus(p: Any) -> Any:
    return tuple((-c[0],) if c[0] else (0, -c[1], 1 - c[2]) for c in reversed(p))


def meet(p: Any, q: Any) -> Any:
    """The zones of p ∩ q that are not empty, with bounds as tight as they can be."""
    spend(5 * len(p) * len(q))
    found = []
    for u, v, s in ([common(i, j) for i, j in zip(a, b)] for a in p for b in q):
        tight = common(u, plus(s, minus(v))), common(v, plus(s, minus(u))), common(s, plus(u, v))
        found += [tight] if all(low < high for low, high in (u, v, s, *tight)) else []
    return found


def less(p: Any, q: Any) -> Any:
    """p without q: in turn, what lies below or above each bound of a zone of q."""
    for zone in q:
        rest: Any = []
        for k, (low, high) in enumerate(zone):
            for part in ((ALL[0], low), (high, ALL[1]), (low, high)):
                cut = meet(p, [[part if i == k else ALL for i in range(3)]])
                rest += cut if part != (low, high) else []
            p = cut
        p = rest
    return p


def future(p: Any, strict: int = 0) -> Any:
    """J⁺: what lies above the lowest u, v and t of a zone, which is convex; strict: I⁺."""
    lows = ([low if low[0] else (*low[:2], low[2] | strict) for low, _ in zone] for zone in p)
    return [[(low, ALL[1]) for low in zone] for zone in lows]


def later(p: Any) -> Any:
    """D⁺ of pieces at constant times: after such a time, off the future of the rest of it."""
    found = []
    for s in {s for _, _, s in p}:
        need(s[0][:2] == s[1][:2] and not s[0][0], "a slice that is not at one time")
        found += less([(ALL, ALL, (s[0], ALL[1]))], future(less([(ALL, ALL, s)], p)))
    return found


class Spacetime:
    """Where variables are and what is complete where: what local causality says of it."""

    def __init__(self, data: Any) -> None:
        need(data["dimension"] == 1, "only 1+1 spacetimes are re-checked")
        self.places = {n: place for n, place in data["places"].items() if place}
        self.complete = [(d["names"], d["region"]) for d in data["complete"]]

    def shielded(self, shield: Any) -> Any:
        """C is complete on R ⊇ σ, X lives in D⁺(σ), Y outside J⁺(σ): then X ⊥ Y∖C | C.

        What happens in D⁺(σ) depends on the state on σ and chance there alone; Y knows of neither.
        """
        chosen, sigma, x, y, _ = shield.values()
        c, r = self.together([self.complete[i] for i in chosen])
        need(x | y | c <= set(self.places), "a variable has no place")
        if sigma is None:
            need(x == y and not x & c and self.inside(x, r), "place: not where C is complete")
            return independent(x, x, c)
        after, up = later(sigma), future(sigma)
        need(sigma and not less(sigma, r), "complete: the slice is not where C is complete")
        need(not meet(sigma, future(sigma, 1)), "slice: it is not achronal")
        need(self.inside(x, after), "slice: it does not cut the whole past")
        need(not any(meet(self.places[n], up) for n in y), "outside: not outside the future")
        for place in (self.places[n] for n in c):
            off = less(place, r)
            need(not less(meet(place, up), after), "place: C mixes in the future")
            need(not meet(off, up) or not less(off, after), "place: C mixes early and late")
        return independent(x, y - c, c)

    def together(self, some: Any) -> Any:
        return frozenset().union(*(c for c, _ in some)), [z for _, r in some for z in r]

    def inside(self, some: Any, where: Any) -> bool:
        return not any(less(self.places[n], where) for n in some)

    def functions(self) -> Any:
        """A variable whose place is completely specified is a function of the specification."""
        for k in range(1, len(self.complete) + 1):
            for c, r in map(self.together, combinations(self.complete, k)):
                spend(1 + len(self.places))
                for n in set(self.places) - c:
                    if self.inside({n}, r):
                        yield independent(frozenset({n}), frozenset({n}), c)


# ---- Local causality -----------------------------------------------------------------------------


def markov(graph: Any) -> Any:
    """The local Markov statements: each node ⊥ the earlier ones | its parents."""
    nodes, latents, edges = graph.values()
    once = len({*nodes, *edges}) == len(nodes) + len(edges)
    need(once and latents | slots(edges) <= set(nodes), "no graph: twice the same, or no node")
    found: dict[str, Any] = {}
    while len(found) < len(nodes):
        spend(len(nodes) * (1 + len(edges)))
        parents = {n: frozenset(a for a, b in edges if b == n) for n in nodes if n not in found}
        ready = [n for n, above in parents.items() if above <= set(found)]
        need(ready, "the graph has a cycle")
        earlier = frozenset(found)
        found[ready[0]] = independent(frozenset(ready[:1]), earlier, parents[ready[0]])
    return [s for s in found.values() if not trivial(s)]


class Locality:
    """What local causality says: its statements, and which models obey it."""

    def __init__(self, data: Any, log: Any) -> None:
        self.data, (self.graph, spacetime, shields) = data, data.values()
        need((self.graph is None) != (spacetime is None), "a graph or a spacetime was expected")
        self.spacetime = None if self.graph else Spacetime(spacetime)
        self.latents = self.graph["latents"] if self.graph else frozenset()
        if self.spacetime:
            self.statements = [self.spacetime.shielded(s) for s in shields or ()]
            log.append(f"{len(self.statements)} uses of local causality recomputed")
        else:
            self.statements = markov(self.graph)

    def obeyed(self, model: Model, log: Any) -> bool:
        """The model has values for all nodes of its causal graph and obeys the Markov condition."""
        need(model.graph, "the model has no causal graph")
        if self.spacetime:
            need(set(self.spacetime.places) <= set(model.graph["nodes"]), "a node is missing")
            log.append("taken as given: the arrows of the causal graph drawn from the spacetime")
        same = [[set(g[k]) for k in g] for g in (model.graph, self.graph or model.graph)]
        more = self.spacetime.functions() if self.spacetime else ()
        return same[0] == same[1] and all(map(model.holds, (*markov(model.graph), *more)))


# ---- Certificates --------------------------------------------------------------------------------


class Certificate:
    """One item of a source file, its verdict, and what shows it."""

    def __init__(self, data: Any) -> None:
        data = read("certificate", data)
        self.verdict, self.goal, self.model = data["verdict"], data["goal"], data["model"]
        self.source, self.scope, self.evidence = data["source"], data["scope"], data["evidence"]
        self.values, self.log, self.known = data["values"], list[str](), dict[str, Any]()
        need(distinct(self.values), "values are missing or repeated")
        need(all(variable(a) == a for a in data["atoms"]), "no name holds # or =")
        for a in data["assumptions"]:
            need(a["name"] not in self.known, "an assumption stands twice")
            cited = [self.known[n][1] for n in re.findall(r"\w+", a["text"]) if n in self.known]
            self.known[a["name"]] = self.said(a["statements"], a["locality"])
            fine = a["locality"] or not (any(cited) or "local causality" in a["text"])
            need(fine, "its locality is missing")
        need(self.scope <= set(self.known), "an unknown name is in scope")

    def said(self, statements: Any, locality: Any) -> Any:
        """The statements of an assumption or goal, of which the first are its local causality."""
        need(statements or locality, "a name or goal that says nothing")
        local = Locality(locality, self.log) if locality else None
        first = list(statements[: len(local.statements)] if local else ())
        need(not local or first == local.statements, "not what local causality says")
        return statements, local

    def check(self) -> None:
        shown, goal, model = self.evidence, self.goal or {}, self.model
        if self.verdict == "undecided":
            need(not shown and model is None, "undecided, with evidence")
            return
        kinds = [k for k in ("all", "each", "value") if goal.get(k) is not None]
        need(len(kinds) == 1, "one goal is needed")
        if self.verdict in ("identity", "licensed", "entailed"):
            need(kinds == ["all"] and shown and model is None, "nothing shows it")
            for evidence in shown:
                self.proved(evidence, *self.said(goal["all"], goal["locality"]))
            return
        need(self.verdict in ("refuted", "holds", "fails") and model, "no verdict on a model")
        model, holds = Model(model, self.values), self.verdict == "holds"
        if self.verdict == "refuted":
            need(kinds == ["all"] and not shown, "a model was expected to show it alone")
            self.refuted(model, *self.said(goal["all"], goal["locality"]))
        elif kinds == ["value"]:
            need(model.relation(*goal["value"].values()) == holds, "the relation is otherwise")
        else:
            fine = kinds == ["each"] and goal["each"] and goal["wanted"] is not None
            need(fine, "a claim on a model was expected")
            found = [self.entry(model, e, goal["wanted"] == holds) for e in goal["each"]]
            need(all(found) if holds else any(found), "the model does not show it")

    def proved(self, evidence: Any, goals: Any, local: Any) -> None:
        cited = evidence["names"]
        need(cited <= self.scope, "what is cited is not in scope")
        need(not cited or self.verdict != "identity", "an identity needs no assumption")
        from_ = [self.known[n][1].data for n in cited if self.known[n][1]]
        need(not local or local.data in from_, "local causality is not cited")
        hypotheses = [s for n in cited for s in self.known[n][0]]
        found = [replayed(p, hypotheses, self.log) for p in evidence["proofs"]]
        spend(len(goals) * len(found))
        for goal in goals:
            if goal[0] == "sums":
                need(evidence["sum"], "moves are missing")
                summation(goal, evidence["sum"], hypotheses, self.values, self.log)
            elif goal[0] == "inequality":
                bounded(goal, evidence, found, self.values)
            else:
                empty = goal[0] == "independence" and trivial(goal)
                need(empty or goal in found, "a goal is not proved")

    def refuted(self, model: Model, goals: Any, local: Any) -> None:
        """Every assumption in scope holds in the model and some statement of the goal does not."""
        for n in self.scope:
            need(self.obeys(model, *self.known[n]), f"the model breaks {n}")
        need(any(self.fails(model, g, local) for g in goals), "the model does not break the goal")

    def obeys(self, model: Model, statements: Any, local: Any) -> bool:
        fine = all(model.holds(s) is True for s in statements)
        return fine and (not local or local.obeyed(model, self.log))

    def fails(self, model: Model, s: Any, local: Any) -> bool:
        """A statement fails, and does not speak of latents, which could be given other values."""
        known = set(model.names) - (local.latents if local else set())
        return {*map(variable, slots(s[1:]))} <= known and model.holds(s) is False

    def entry(self, model: Model, entry: Any, true: bool) -> bool:
        """Whether the model shows that the statements of a name hold (that one of them fails)."""
        statements, local = self.said(entry["all"], entry["locality"])
        if true:
            return self.obeys(model, statements, local)
        proofs = [p for e in self.evidence if e["names"] == {entry["name"]} for p in e["proofs"]]
        more = [replayed(p, statements, self.log) for p in proofs]
        return any(self.fails(model, s, local) for s in (*statements, *more))


def unique(pairs: Any) -> Any:
    need(len(dict(pairs)) == len(pairs), "a key stands twice")
    return dict(pairs)


def load(path: str) -> Any:
    """The JSON text of a file, with every limit that can be checked before it is used."""
    need(os.path.isfile(path), "no regular file")
    with open(path, "rb") as file:
        text = file.read(MAX_BYTES + 1).decode()
    need(len(text) <= MAX_BYTES, "the file is too large")
    need(not re.search("[0-9]{4001}", text), "a number has too many digits")
    orders = map(int, re.findall(r'"order"\s*:\s*([0-9]{1,4})', text))  # `number` asks again
    state.update(work=MAX_WORK, order=math.lcm(*set(orders)))
    need(0 < state["order"] <= MAX_ORDER, "roots of unity of too many orders")
    data = json.loads(text, object_pairs_hook=unique, parse_float=index, parse_constant=index)
    need(data["schema"] == "lpc.certificate/1", "not of the schema lpc.certificate/1")
    return data


def verify(path: str) -> tuple[int, list[str]]:
    """0 verified, 1 rejected, 2 unreadable; with what is to be said."""
    status = 2
    try:
        data, status = load(path), 1
        certificate = Certificate(data)
        certificate.check()
        return 0, report(certificate, data["goal"])
    except (Rejected, OSError) as error:
        reason = str(error)
    except Exception as error:  # malformed in a way that no check foresaw: it shows nothing
        reason = f"malformed ({type(error).__name__}: {error})"
    return status, [f"{'rejected' if status == 1 else 'unreadable'}: {reason[:300]}"]


def words(s: Any) -> str:
    """A statement as one writes it."""
    sets = [", ".join(sorted(slots(part))) or "∅" for part in s[1:]]
    if s[0] == "independence":
        return f"{sets[0]} ⊥ {sets[1]} | {sets[2]}"
    if s[0] != "equation":
        return f"{s[0]} over {', '.join(sorted(slots(s[1:])))}"
    bars = [[(sorted(e), sorted(g)) for e, g in factors] for factors in s[1:]]
    texts = [[f"P({', '.join(e)}{' | ' * bool(g)}{', '.join(g)})" for e, g in b] for b in bars]
    return " = ".join(" ".join(text) or "1" for text in texts)


def report(c: Certificate, goal: Any) -> list[str]:
    lines = ["{file}:{line}: {text}".format(**c.source), f"is {c.verdict}"]
    said = (c.goal or {}).get("all") or [("sums",)]
    brief = not any(s[0] in ("sums", "inequality") for s in said)
    lines += [f"goal: {words(s) if brief else json.dumps(goal, ensure_ascii=False)}" for s in said]
    lines += [f"assuming {n}: {words(s)}" for n in sorted(c.scope) for s in c.known[n][0]]
    lines += [f"shown from: {', '.join(sorted(e['names'])) or 'the calculus'}" for e in c.evidence]
    return list(dict.fromkeys(lines + c.log))


def main(arguments: list[str]) -> int:
    paths = []
    for root in [a for a in arguments if a != "-v"]:
        inside = [os.path.join(d, f) for d, _, fs in os.walk(root) for f in fs]
        paths += sorted(f for f in inside if f.endswith(".json")) if os.path.isdir(root) else [root]
    found = [(path, *verify(path)) for path in paths]
    good, bad, unread = (sum(status == s for _, status, _ in found) for s in range(3))
    lines = [f"{len(found)} certificates: {good} verified, {bad} rejected"]
    lines[0] += f", {unread} unreadable" if unread else ""
    for path, status, said in found:
        lines += [path, *("  " + s for s in said)] if status or "-v" in arguments else []
    for line in lines:
        text = "".join(c if c.isprintable() else "?" for c in line[:2000])
        sys.stdout.buffer.write(text.encode(errors="replace") + b"\n")
    return 2 if unread or not paths else 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
