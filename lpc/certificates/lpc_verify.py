"""Re-check certificates of lpc: `python lpc_verify.py [-v] DIR-or-FILE…`. No lpc is needed.

Trusted: this file, Python, and that the goal and the assumptions of a certificate say what its
source says (-v prints both). Steps of proofs carry no conclusions: they are computed here. Models
are evaluated exactly; uses of local causality are recomputed from the places of the variables, and
where a model is said to obey it in a spacetime its circuit is run, event by event.
Whatever is malformed, takes too long or is not shown is rejected, and so is any exception.
Not re-checked: that minimal sets are minimal; the inequalities beside obligations, which are for
the reader. Rejected: spacetimes of more than one space dimension, slices that are not at constant
times, inequalities at all values of angles that are left open.
"""

from __future__ import annotations

import json
import math
import os
import re
import signal
import sys
import threading
from _thread import interrupt_main
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cached_property, lru_cache, reduce
from itertools import pairwise, product
from typing import Any

MAX_BYTES, MAX_BITS, MAX_ORDER, MAX_SAMPLES, MAX_SECONDS = 4_000_000, 60_000, 2_000, 500_000, 20
MAX_MEMORY, MAX_RUNS, MAX_CODE = 2 << 30, 50_000, 10**9
KINDS = {  # of items, with the verdicts that one may have
    "step": ("identity", "licensed", "refuted", "undecided"),
    "rewrite": ("identity", "licensed", "refuted", "undecided"),
    "claim": ("entailed", "refuted", "holds", "fails", "undecided"),
}
PRINCIPLES = ("local causality", "common causes")
OBLIGATIONS = ("complete", "slice", "place", "outside", "common", "closed")
UNIT = 10**60
TURN = 6283185307179586476925286766559005768394338798750211641949889  # 2π in units, rounded
NAME = r"[^\s#=]([^#=]*[^\s#=])?"
COPY = NAME + "(#[0-9]+)?"
SLOT = COPY + "|" + NAME + " = .+"  # a variable, a copy of it, or the variable held at a value


class Rejected(Exception):
    """The certificate does not show what it says."""


def need(condition: Any, otherwise: str) -> None:
    if not condition:
        raise Rejected(otherwise)


# ---- Reading -------------------------------------------------------------------------------------


class Text(str):
    """A text of the certificate; it is no list of its characters."""

    __iter__ = None  # type: ignore[assignment]


def frozen(data: Any) -> Any:
    if isinstance(data, dict):
        return {Text(k): frozen(x) for k, x in data.items()}
    if isinstance(data, list):
        return tuple(map(frozen, data))
    return Text(data) if isinstance(data, str) else data


def get(data: Any, keys: str) -> Any:
    """What stands under these keys of an object that has no others; a `key?` may be missing."""
    must = {k for k in keys.split() if k[-1] != "?"}
    may = keys.replace("?", "").split()
    need(isinstance(data, dict) and must <= set(data) <= set(may), f"keys expected: {keys}")
    # NB: what may be missing is never null, but for a mixture.
    empty = [k for k in data if data[k] is None and k not in must and k != "mixture"]
    need(not empty, "null where something was expected")
    return [data.get(k) for k in may]


def rows(data: Any, size: int | None = None) -> Any:
    """A list, and no object in its place; of some length, or of any."""
    need(isinstance(data, tuple) and size in (None, len(data)), "a list was expected")
    return data


def plain(data: Any, kind: type = Text) -> Any:
    """A text, or a whole number or truth value where these are asked for."""
    need(type(data) is kind, "a value of another type was expected")
    return data


def maybe(data: Any, read: Any) -> Any:
    return None if data is None else read(data)


def only(data: Any, kinds: str) -> Any:
    """The key and the value of an object with one key."""
    ((kind, body),) = data.items()
    need(kind in kinds.split(), f"one of these expected: {kinds}")
    return kind, body


def distinct(data: Any, pattern: str = NAME) -> Any:
    need(len(set(rows(data))) == len(data), "a list without repeats expected")
    fine = all(isinstance(n, Text) and n.isprintable() and re.fullmatch(pattern, n) for n in data)
    need(
        fine and max(map(len, data), default=0) <= 400,
        "no name, or a slot where a variable is meant",
    )
    return frozenset(data)


def names(data: Any, pattern: str = NAME) -> Any:
    found = distinct(data, pattern)
    need(list(data) == sorted(data), "names are not sorted")
    return found


def variable(slot: str) -> str:
    return re.split("#| = ", slot)[0]


def value(data: Any) -> Any:
    """What a variable may be: a fraction or a word as texts, a multiple of π, a number, a tuple."""
    if isinstance(data, tuple):
        return ("tuple", *map(value, data))
    if isinstance(data, Text):
        fraction(data)
        return data
    kind, body = only(data, "word pi cyclotomic waves")
    need(kind != "word" or not re.match("-?[0-9]", body), "a word that reads as a number")
    if kind in ("word", "pi"):
        need(kind == "word" or fraction(body), "0 that is not written as such")
        return body if kind == "word" else (kind, body)
    found = number(data)
    return found if found.fraction() is None else Text(found.fraction())


def values(data: Any) -> Any:
    found = {n: tuple(map(value, rows(listed))) for n, listed in data.items()}
    need(all(v and len(set(v)) == len(v) for v in found.values()), "values missing or repeated")
    return found


def point(data: Any) -> Any:
    return {n: angle(v) if "angle" in v else value(v) for n, v in data.items()}


def angle(data: Any) -> Any:
    """Of which exp(i angle) is known: turns of the circle, and multiples of open angles."""
    order, turns, plus = get(only(data, "angle")[1], "order turns plus")
    return "angle", ratio(turns, order), wave(plus)


# ---- Numbers -------------------------------------------------------------------------------------


def number(data: Any) -> Number:
    """A fraction, a sum of roots of unity, or waves: such sums times exp(iΣ q·angle)."""
    if isinstance(data, Text):
        return rational(fraction(data))
    kind, body = only(data, "cyclotomic waves")
    if kind == "waves":
        i = Number([((Fraction(Number.order, 4), ()), Fraction(1))])
        return total(
            Number([((0, wave(plus)), Fraction(1))]) * (number(re_) + number(im) * i)
            for plus, re_, im in body
        )
    order, numerators, denominator = get(body, "order numerators denominator")
    turns = [ratio(k * Number.order, order) for k in range(len(numerators))]
    return Number(((k, ()), ratio(c, denominator)) for k, c in zip(turns, numerators))


def fraction(data: Any) -> Fraction:
    fine = re.fullmatch("-?[0-9]+(/[0-9]+)?", data) and str(Fraction(data)) == data
    need(fine, "a fraction in lowest terms expected")
    return Fraction(data)


def ratio(above: Any, below: Any) -> Fraction:
    need(type(above) is int and type(below) is int, "whole numbers expected")
    return Fraction(above, below)


def rational(x: Fraction | int) -> Number:
    return Number([((0, ()), Fraction(x))])


def wave(plus: Any) -> Any:
    """The exponent Σ q·angle; most q are whole numbers, which are fast."""
    found = {n: fraction(q) for n, q in plus.items()}
    return merged((n, q.numerator if q.denominator == 1 else q) for n, q in found.items())


def merged(parts: Any) -> Any:
    sums: dict[str, Any] = {}
    for n, q in parts:
        sums[n] = sums.get(n, 0) + q
    return tuple(sorted(part for part in sums.items() if part[1]))


class Number:
    """Σ c ζ^k exp(iΣ q·angle), where ζ = exp(2πi/order), as pairs of (k, ((angle, q), …)) and c.

    `parts` are as they come; `terms` are the one canonical form. The angles are any real numbers.
    """

    order = 1  # of all numbers of the certificate at hand

    def __init__(self, terms: Any) -> None:
        self.parts: dict[Any, Fraction] = {}
        for (k, wave), c in terms:
            need(k == int(k), "a root of unity of another order")
            key = (int(k) % self.order, wave)
            self.parts[key] = c = c + self.parts[key] if key in self.parts else c
            bits = c.numerator.bit_length() + c.denominator.bit_length()
            need(bits < MAX_BITS, "a number grows too long")

    @cached_property
    def terms(self) -> dict[Any, Fraction]:
        rows: Any = {}
        for (k, wave), c in self.parts.items():
            rows.setdefault(wave, [Fraction(0)] * self.order)[k] = c
        for row, p in product(rows.values(), primes(self.order)):
            step = self.order // p  # Σ_j ζ^(k + j step) = 0 for each k
            means = [sum(row[k::step]) / p for k in range(step)]
            row[:] = [c - means[k % step] for k, c in enumerate(row)]
        return {(k, w): c for w, row in rows.items() for k, c in enumerate(row) if c}

    def shorter(self) -> Any:
        return min(self.parts, self.terms, key=len).items()

    def __add__(self, other: Number) -> Number:
        return total((self, other))

    def __mul__(self, other: Number) -> Number:
        pairs = product(self.shorter(), other.shorter())
        return Number(
            ((j + k, v + w and merged(v + w)), c * d) for ((j, v), c), ((k, w), d) in pairs
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def angles(self) -> set[str]:
        return {n for _, w in self.terms for n, _ in w}

    def image(self, j: int) -> Number:
        """Under ζ -> ζ^j; for j = -1 the complex conjugate."""
        terms = self.shorter()
        return Number(((j * k, tuple((n, j * q) for n, q in w)), c) for (k, w), c in terms)

    def at(self, angles: Any) -> Number:
        """With other angles (kind, turns, wave) for all of those that are open."""
        found = []
        for (k, w), c in self.shorter():
            turns = sum(q * angles[n][1] for n, q in w)
            plus = merged((m, q * r) for n, q in w for m, r in angles[n][2])
            found.append(((k + turns * self.order, plus), c))
        return Number(found)

    def fraction(self) -> Fraction | None:
        """Its value if that is rational."""
        found = self.terms.get((0, ()), Fraction(0)) / rational(1).terms[0, ()]
        return Fraction(found) if self == rational(found) else None

    def inverse(self) -> Number:
        """By the other conjugates, whose product with this number is a fraction."""
        units = (j for j in range(2, self.order) if math.gcd(j, self.order) == 1)
        others = times(map(self.image, units))
        norm = (self * others).fraction()
        need(norm, "a division by 0, or by what depends on angles")
        return others * rational(1 / Fraction(norm or 1))

    def sign(self) -> int:
        need(self == self.image(-1), "a number that is not real")
        need(not self.angles(), "the sign depends on angles")
        near, error = Fraction(0), Fraction(0)
        for (k, _), c in self.terms.items():
            near += c * cosine(k, self.order)
            error += abs(c) / 10**50
        need(abs(near) > error or not self.terms, "a number too close to 0 to tell its sign")
        return int(near > 0) - int(near < 0)


@lru_cache(maxsize=None)
def primes(n: int) -> list[int]:
    return [p for p in range(2, n + 1) if n % p == 0 and all(p % q for q in range(2, p))]


@lru_cache(maxsize=None)
def cosine(k: int, n: int) -> Fraction:
    """cos(2πk/n) for 0 <= k < n with an error below 10^-50: its series, with 60 places."""
    x, term, series = TURN * k // n, UNIT, UNIT
    for j in range(2, 100, 2):
        term = -term * x * x // (UNIT * UNIT * j * (j - 1))
        series += term
    return Fraction(series, UNIT)


def total(numbers: Any) -> Number:
    return Number(t for x in numbers for t in x.shorter())


def times(numbers: Any) -> Number:
    return reduce(lambda x, y: x * y, numbers, rational(1))


# ---- Statements, as tuples in canonical form -----------------------------------------------------
# ("independence", X, Y, Z), X and Y in sorted order and without Z.   ("positive", X)
# ("equation", left, right): two products of factors (event, given), for P(event | given).
# ("sums", left, right): sums of terms (coefficient, bound slots, values, factors).
# ("inequality", strict, pieces): in each piece some form (constant, ((c, event, given)…)) is <= 0.


def independent(x: Any, y: Any, z: Any) -> Any:
    return ("independence", *sorted((x - z, y - z), key=sorted), z)


def trivial(s: Any) -> bool:
    return (s[0] == "independence" and not (s[1] and s[2])) or (s[0] == "equation" and s[1] == s[2])


def statement(data: Any) -> Any:
    kind, body = only(data, "independence positive equation sums inequality")
    if kind == "independence":
        x, y, z = map(names, rows(body, 3))
        need(not (x | y) & z, "a variable of the condition stands on a side")
        return independent(x, y, z)
    if kind == "positive":
        return (kind, names(body))
    if kind == "inequality":
        strict, pieces = get(body, "strict forms")
        forms = [[*map(form, only(p, "least")[1] if "least" in p else (p,))] for p in pieces]
        need(isinstance(strict, bool) and forms and all(forms), "an inequality without forms")
        return (kind, strict, forms)
    left, right = rows(body, 2)
    if kind == "equation":
        return (kind, factored(factors(left)), factored(factors(right)))
    return (kind, tuple(map(term, rows(left))), tuple(map(term, rows(right))))


def plainly(data: Any) -> Any:
    """A statement of the three kinds that assumptions are made of."""
    need({*data} <= {"independence", "positive", "equation"}, "no statement of an assumption")
    return statement(data)


def spoken(s: Any) -> Any:
    """The variables of a statement."""
    return {*map(variable, slots(s[1:]))}


def factors(data: Any, pattern: str = NAME) -> Any:
    return tuple(
        (names(event, pattern), names(given, pattern))
        for event, given in (rows(factor, 2) for factor in rows(data))
    )


def ordered(found: Any) -> Any:
    return tuple(sorted(factored(found), key=lambda f: [*map(sorted, f)]))


def factored(found: Any) -> Any:
    """Factors, each with an event apart from its condition, and no variable twice."""
    fine = all(e and len({*map(variable, e | g)}) == len(e) + len(g) for e, g in found)
    need(fine, "P(event | given) with no event, or with a variable twice")
    return tuple(found)


def term(data: Any) -> Any:
    c, bound, held, inside = get(data, "coefficient bound values factors")
    found = number(c), names(bound, COPY), held, factors(inside, SLOT)
    fine = names((*sorted({*held}),), SLOT) | slots(ordered(found[3])) >= found[1]
    need(fine, "a sum over what does not occur")
    return found


def form(data: Any) -> Any:
    constant, terms = get(data, "constant terms")
    found: Any = [
        (number(c), point(event), point(given))
        for c, event, given in (rows(t, 3) for t in rows(terms))
    ]
    left, right = ({n for term in found for n in term[k]} for k in (1, 2))
    need(all(e for _, e, _ in found) and not left & right, "no probability")
    return number(constant), found


def slots(found: Any) -> Any:
    """All texts in a statement without its kind, or in a part of one."""
    if isinstance(found, str):
        return frozenset({found})
    inside = found if isinstance(found, (tuple, list, frozenset, dict)) else ()
    return frozenset().union(*map(slots, inside))


def put(found: Any, where: Any) -> Any:
    """The same with other slots in the place of some."""
    if isinstance(found, (tuple, frozenset)):
        return type(found)(put(x, where) for x in found)
    return where.get(found, found)


# ---- Proofs: each rule computes its conclusion ---------------------------------------------------


def infer(rule: str, given: Any, sets: Any, goal: Any, signs: Any) -> Any:
    """The conclusion of a rule; its sets stand for random vectors, which may share components."""
    covers = [p[1] for p in given if p[0] == "positive"]
    need(rule == "chain" or goal is None, "a goal for a rule that takes none")
    need(rule in ("reading", "chain") or not signs, "signs for a rule that has no links")
    if rule in ("intersection", "positivity of a part"):
        need(len(covers) == 1, "one positivity is needed, and no more")
        given = [p for p in given if p[0] != "positive"]
    match rule, given, sets:
        case "decomposition", [("independence", a, b, z)], [x, y]:  # sum over what is left out
            need((x <= a and y <= b) or (x <= b and y <= a), "no parts of the sides")
            return independent(x, y, z)
        case "weak union", [("independence", x, y, z)], [w]:  # p(x|y,z) = p(x|z) for every y
            need(w <= x | y, "no part of a side")
            return independent(x, y, z | w)
        case "contraction", [("independence", a, b, z), q], [x, y, w]:  # p(x|y,w,z) = p(x|y,z)
            fine = {a, b} == {x, y} and q == independent(x, w, z | y)
            need(fine, "the premises do not fit")
            return independent(x, y | w, z)
        case "determination", [("independence", x, same, z)], [y]:  # X is a function of Z
            need(x and x == same, "nothing is determined")
            return independent(x, y, z)
        case "intersection", [p, q], [x, y, w, z]:  # p(x|y,w,z) depends on z alone
            fine = (p, q) == (independent(x, y, z | w), independent(x, w, z | y))
            apart = len(x) + len(y) + len(w) + len(z) == len(x | y | w | z)
            fine = fine and apart and any(y | w | z <= m for m in covers)
            need(fine, "the premises do not fit")
            return independent(x, y | w, z)
        case "positivity of a part", [], [x]:  # a marginal is at least any summand
            need(any(x <= m for m in covers), "no part")
            return ("positive", x)
        case "summation", [("equation", left, right)], [v]:
            return summed(left, right, v)
        case "reading", (("equation", *_), *_), [x, y, z]:
            return reading(given, signs, x, y, z)
        case "chain", _, []:
            return chained(given, statement(goal), signs)
    raise Rejected("an unknown rule, or other premises and sets than it has")


def reading(given: Any, signs: Any, x: Any, y: Any, z: Any) -> Any:
    """An equation, then links: a chain from p(x|z) p(y|z) to p(x,y|z), forwards or backwards."""
    goal = independent(x, y, z)
    need(x and y and not (x | y) & z, "sets are empty or overlap")
    for links, turns in ((given, (1, *signs)), (given[::-1], (*(-s for s in signs[::-1]), -1))):
        steps = [step for link, s in zip(links, turns) for step in zip((-1, 1), ends(link)[::s])]
        if vector([(1, ends(goal)[0]), *steps]) == vector([(1, ends(goal)[1])]):
            return chained(links, goal, turns)
    raise Rejected("the equation does not say so")


def summed(left: Any, right: Any, v: Any) -> Any:
    """Each v stands in one event a side, so that the sum distributes: Σ p(e,v|g) = p(e|g)."""
    for old in (left, right):
        once = all(sum(x in e for e, _ in old) == 1 for x in v)
        need(once and not any(v & g for _, g in old), "cannot be summed out")
    sides = [factored([(e - v, g) for e, g in old if e - v]) for old in (left, right)]
    conditions = [frozenset(), *(g for s in sides for _, g in s)]  # Σ p(v|g) = 1 needs p(g) > 0
    dropped = [g for e, g in left + right if not e - v]
    need(all(any(g <= c for c in conditions) for g in dropped), "a condition gets lost")
    return ("equation", *sides)


# A product is the vector Σ e(event ∪ given) - e(given): the exponents of p(…), with p(∅) = 1.
# Where the sets with a negative exponent are *allowed*, known to be possible, it has that value.


def vector(products: Any) -> Any:
    """Of some products to the power of 1 or -1."""
    found = Counter[Any]()
    for power, inside in products:
        for e, g in inside:
            found[e | g] += power
            found[g] -= power
    return {s: c for s, c in found.items() if c and s}


def ends(link: Any) -> Any:
    """The two equal products of a link; X ⊥ Y | Z says that p(x|z) p(y|z) = p(x,y|z)."""
    if link[0] == "equation":
        return link[1:]
    _, x, y, z = link
    need(not x & y, "a link has overlapping sides")
    return ((x, z), (y, z)), ((x | y, z),)


def chained(given: Any, goal: Any, signs: Any) -> Any:
    """Replace equals by equals, link by link, dividing by what is possible where the goal speaks.

    Where p(x,z) or p(y,z) is 0 both sides of a goal X ⊥ Y | Z are.
    """
    links = [p for p in given if p[0] != "positive"]
    left, right = ends(goal)
    cover = [p[1] for p in given if p[0] == "positive"] + [g for _, g in left + right]
    if goal[0] == "independence":
        cover += [goal[1] | goal[3], goal[2] | goal[3]]
    done: Any = [(1, left)]

    def allow(found: Any) -> None:
        fine = all(not s or any(s <= big for big in cover) for s in found)
        need(fine, "a division by what may be impossible")

    def negative() -> Any:
        return [s for s, c in vector(done).items() if c < 0]

    need(len(links) == len(signs) and {*signs} <= {1, -1}, "one sign, 1 or -1, a link")
    for link, sign in zip(links, signs):
        source, target = ends(link)[::sign]
        done.append((-1, source))
        if link[0] == "equation":
            allow([*negative(), *(g for _, g in source + target)])
        done.append((1, target))
        allow(negative())
    need(vector(done) == vector([(1, right)]), "the chain ends elsewhere")
    return goal


def replayed(data: Any, allowed: Any, log: Any) -> Any:
    """The conclusion of a proof from some of the statements that are allowed."""
    hypotheses, steps, proves = get(data, "hypotheses steps proves")
    entries = [*map(plainly, rows(hypotheses))]
    need(all(h in allowed for h in entries), "a hypothesis is no assumption in scope")
    for step in rows(steps):
        rule, back, sets, goal, signs = get(step, "rule from sets? goal? signs?")
        need(all(type(i) is int and i >= 0 for i in rows(back)), "a step back to nowhere")
        sets = [*map(names, rows(sets or ()))]
        fine = all(-1 <= plain(sign, int) <= 1 for sign in rows(signs or ()))
        need(fine and (goal is None or plainly(goal)[0] == "equation"), "no goal or sign")
        entries.append(infer(rule, [entries[i] for i in back], sets, goal, signs or ()))
        log.append(f"rule: {rule}")
    need(entries and entries[-1] == plainly(proves), "the proof ends elsewhere")
    return entries[-1]


# ---- Sums of products: total probability, then term by term --------------------------------------
# Under Σ a product with a zero factor is 0, else it is undefined if a condition is impossible.
# An equation speaks where both sides are defined and all conditions over free slots possible.


class Summation:
    """Moves on both sides of an equation; then the terms are equal in pairs."""

    def __init__(self, goal: Any, hypotheses: Any, values: Any, log: Any) -> None:
        self.sides, self.hypotheses, self.values, self.log = goal[1:], hypotheses, values, log
        every = goal[1] + goal[2]
        self.free = frozenset().union(*(slots(t[2:]) - t[1] for t in every))
        self.conditions = [g for t in every for _, g in t[3] if not g & t[1]]
        self.positive = [h[1] for h in hypotheses if h[0] == "positive"]
        for slot in slots([t[1:] for t in every]):
            known = values.get(variable(slot), ())
            fine = " = " not in slot or not known or slot.partition(" = ")[2] in known
            need(fine, "a variable is held at no value of it")
        need(not any(self.free & t[1] for t in every), "a variable is bound and free")

    def check(self, data: Any) -> None:
        *moves, pairs = map(rows, get(data, "left right pairs"))
        sides = [self.collected(terms, m) for terms, m in zip(self.sides, moves)]
        pairs = [get(pair, "left right renaming row") for pair in pairs]
        met = [sorted(pair[k] for pair in pairs) == [*range(len(sides[k]))] for k in (0, 1)]
        need(all(met), "a term is left over")
        for i, j, new, row in pairs:
            (c, bound, held, now), two = sides[0][i], sides[1][j]
            fits = {*new} <= bound and len(put(bound, new)) == len(bound) and same_variables(new)
            taken = self.free | (slots((held, now)) - bound)
            need(fits and not put(bound, new) & taken, "no renaming of bound slots")
            need((c, put(bound, new), tuple(sorted(put(held, new)))) == two[:3], "terms differ")
            need(self.rewritten(ordered(put(now, new)), row) == two[3], "two terms are not equal")

    def possible(self, event: Any, factors: Any) -> bool:
        """The event may be taken to occur: else one of the factors is 0 or undefined."""
        sure = any({*map(variable, event)} <= p for p in self.positive) or not event
        return sure or any(event <= s for s in (*self.conditions, *(e | g for e, g in factors)))

    def collected(self, terms: Any, moves: Any) -> Any:
        """The terms after the moves; those that differ in their coefficients alone are added."""
        terms, sums = list(terms), defaultdict(list)
        for move in moves:
            kind, i, v, j, given = get(move, "kind term variable factor? given?")
            j = 0 if j is None else j
            need(all(type(k) is int and k >= 0 for k in (i, j)), "no place of a term or factor")
            need(v not in self.free, "a variable is bound and free")
            new = self.moved(terms[i], kind, v, j, names(given or (), SLOT))
            for changed in new:
                ordered(changed[3])  # no variable twice
            terms[i : i + 1] = new
        for c, bound, held, inside in terms:
            sums[bound, tuple(sorted(held)), ordered(inside)].append(c)
        return [t for t in ((total(cs), *rest) for rest, cs in sums.items()) if t[0].terms]

    def moved(self, old: Any, kind: str, v: str, j: int, given: Any) -> Any:
        """The terms that one becomes: the value stays, and the sum is defined where it was."""
        c, bound, held, factors = old
        if kind == "spell out":  # Σ_v T(v) = T(v = x) + T(v = y) + …
            need(v in bound, "no sum")
            rest, power = tuple(s for s in held if s != v), held.count(v)
            every = {x: f"{variable(v)} = {spelt(x)}" for x in self.values[variable(v)]}
            factor = {x: times([c] + [number(x)] * power) for x in every}
            return [(factor[x], bound - {v}, rest, put(factors, {v: every[x]})) for x in every]
        if kind == "normalise":  # 1 = Σ_v P(v | Y); where p(Y) = 0 the term was 0 or undefined
            covers = [*self.conditions, *(e | g for e, g in factors)]
            need(not given or any(given <= s for s in covers), "not normalised")
            factors, j = (*factors, (frozenset(), given)), len(factors)
        event, given = factors[j]
        before, after = factors[:j], factors[j + 1 :]
        if kind == "sum out":  # Σ_v P(X, v | Y) = P(X | Y); where p(Y) = 0 the rest was 0
            alone = v not in slots((before, after, held, given))
            need(v in bound and v in event and alone, "the variable stands elsewhere")
            new = [(event - {v}, given)] if event - {v} else []
            return [(c, bound - {v}, held, (*before, *new, *after))]
        fine = kind in ("insert", "normalise") and v not in slots((bound, held, factors))
        need(fine, "the variable is mentioned already")  # P(X | Y) = Σ_v P(X, v | Y)
        return [(c, bound | names((v,), COPY), held, (*before, (event | {v}, given), *after))]

    def rewritten(self, now: Any, row: Any) -> Any:
        """A product after steps by instances of what is proved, which holds at all values."""
        for step in rows(row):
            rest, more = list(now), []
            for proof, where in (get(part, "proof slots") for part in rows(step)):
                kind, left, right = put(replayed(proof, self.hypotheses, self.log), where)
                need(kind == "equation" and same_variables(where), "no instance of an equation")
                for factor in left:
                    need(factor in rest, "a theorem does not fit a term")
                    rest.remove(factor)
                more += right
            end, alone = ordered((*rest, *more)), len(row) == 1
            fine = self.covered(now, end, alone) and self.covered(end, now, alone)
            need(fine, "a condition may be impossible")
            now = end
        return now

    def covered(self, one: Any, other: Any, alone: bool) -> bool:
        """Where a condition of `one` is impossible, `other` is 0 or undefined, counted as 0.

        alone: both sides are defined, so `one` then has a factor P(X | Y) = 0 with p(Y) > 0.
        """
        zeros = {g: [e | h for e, h in one if not g <= h] for _, g in one}
        return all(
            self.possible(g, other) or (alone and all(self.possible(s, other) for s in zeros[g]))
            for g in zeros
        )


def spelt(x: Any) -> str:
    need(isinstance(x, Text), "a value that no slot can hold")
    return str(x)


def same_variables(where: Any) -> bool:
    return all(variable(k) == variable(s) for k, s in where.items())


# ---- Bounds: averages over hidden variables of products of responses -----------------------------


def bounded(goal: Any, weights: Any, mixture: Any, proved: Any, values: Any) -> None:
    """In each piece a mean of the forms, which is at least the least, is at most 0."""
    _, strict, pieces = goal
    weights = [[*map(number, w)] for w in weights or [[Text("1")] * len(forms) for forms in pieces]]
    need(pieces and [*map(len, weights)] == [*map(len, pieces)], "a weight for each form expected")
    for forms, shares in zip(pieces, weights):
        fine = total(shares) == rational(1) and all(w.sign() >= 0 for w in shares)
        need(fine, "no weights of a mean")
        terms = [(w * c, e, g) for w, f in zip(shares, forms) for c, e, g in f[1]]
        most = [largest(t, values) for t in tables(terms, mixture, proved, values)]
        worst = total([*most, *(w * f[0] for w, f in zip(shares, forms))]).sign()
        need(worst < 0 or (worst == 0 and not strict), "a vertex exceeds the bound")


def tables(terms: Any, mixture: Any, proved: Any, values: Any) -> Any:
    """Tables of (coefficient, {response: outcome}), whose largest values add up.

    Without a mixture P(· | y) is a distribution at each y, where its best outcome counts. With
    one, Λ ⊥ Y | K and P(X | Y,K,Λ) = Π P(X_i | S_i,K,Λ), where K are the settings with one value
    throughout, make every P(x | y,k) the average of Π P(x_i | s_i,k,λ) over P(Λ | K). That is
    linear in each response P(X_i | s_i,k,λ), a distribution: so it is largest where each outcome
    is a function of its S_i.
    """
    hidden, owner = get(mixture, "hidden owner") if mixture else ((), {})
    hidden, found = names(hidden), defaultdict(list)
    settings = [frozenset(given.items()) for _, _, given in terms]
    k = frozenset(dict(frozenset.intersection(*settings[:1], *settings))) if terms else frozenset()
    for (c, event, given), setting in zip(terms, settings):
        x, y = frozenset(event), frozenset(given) - k
        own = {n: frozenset((s, given[s]) for s in y if owner.get(s) == n) for n in x}
        if mixture:
            need(not hidden & (x | y | k), "a hidden variable is an outcome or a setting")
            need(x <= {*values}, "an outcome declares no values")
            parts = [(frozenset({n}), k | hidden | {*dict(own[n])}) for n in sorted(x)]
            whole = ordered([(x, y | k | hidden)])
            goals = [independent(hidden, y, k), ("equation", whole, tuple(parts))]
            need(all(trivial(g) or g in proved for g in goals), "no mixture: a proof is missing")
        row = {(n, own[n]): v for n, v in event.items()}
        found[None if mixture else setting].append((c, row))
    return found.values()


def largest(table: Any, values: Any) -> Number:
    """The largest Σ c Π [response = value]; an undeclared variable may have some other value.

    NB: with a mixture lpc asks for declared values; `tables` sees to that.
    """
    seen: Any = {}
    for _, row in table:
        for response, v in row.items():
            seen.setdefault(response, {None: 0})[v] = 0
    options = [values.get(response[0], list(seen[response])) for response in seen]

    def at(choice: Any) -> Number:
        taken = dict(zip(seen, choice))
        return total(c for c, row in table if all(taken[r] == v for r, v in row.items()))

    minus = rational(-1)
    every = map(at, product(*options))
    return reduce(lambda x, y: y if (y + x * minus).sign() > 0 else x, every)


# ---- Models --------------------------------------------------------------------------------------


class Model:
    """A finite distribution: points with weights that sum to 1 at all values of open angles."""

    def __init__(self, data: Any, declared: Any) -> None:
        found = get(data, "names values support latents graph angles? circuit?")
        self.names, every, support, latents, graph, angles, circuit = found
        self.graph: Any = maybe(graph, drawn)
        self.circuit = maybe(circuit, Circuit)
        alone = circuit is None or not (graph or latents or angles)
        need(alone, "a circuit has nothing of this beside it")
        self.values, self.latents, self.angles = values(every), names(latents), names(angles or ())
        self.tables: Any = {}
        self.points = {tuple(map(value, p)): weight(w, *more) for p, w, *more in rows(support)}
        sizes = {len(p) for p in self.points} | {len(self.values)}
        own = distinct(self.names) - self.angles
        fits = self.latents <= own == {*self.values} and sizes == {len(self.names)}
        need(fits and len(self.points) == len(support), "names, values and points do not fit")
        need(not self.latents & {*declared}, "a latent has declared values")
        need(self.angles or not any(w.angles() for w in self.points.values()), "open angles")
        need(total(self.points.values()) == rational(1), "the weights do not sum to 1")
        for n, column in zip(self.names, map(set, zip(*self.points))):
            fits = self.values[n] == declared[n] if n in declared else {*self.values[n]} == column
            need(fits and column <= {*self.values[n]}, "other values are declared")

    def table(self, wanted: Any) -> Any:
        """The probability of each joint value of some names."""
        if wanted not in self.tables:
            need(wanted <= {*self.names}, "the model has no value for a name")
            rows = defaultdict(list)
            for p, weight in self.points.items():
                rows[frozenset(i for i in zip(self.names, p) if i[0] in wanted)].append(weight)
            self.tables[wanted] = {at: total(w) for at, w in rows.items()}
        return self.tables[wanted]

    def weight(self, at: Any) -> Number:
        """Of pairs (name, value); 0 when a name has two values."""
        found: Number = self.table(frozenset(n for n, _ in at)).get(at, rational(0))
        return found

    def chance(self, event: Any, given: Any) -> Any:
        """P(event | given), None where the condition is impossible."""
        below, both = self.weight(frozenset(given)), frozenset(event) | frozenset(given)
        return self.weight(both) * below.inverse() if below.terms else None

    def joint(self, wanted: Any) -> Any:
        """All joint values of some slots over their alphabets."""
        options = []
        for slot in sorted(wanted):
            every, held = self.values[variable(slot)], slot.partition(" = ")[2]
            options.append([v for v in every if v == held] if held else every)
        need(all(options), "a slot is held at no value of the model")
        return (dict(zip(sorted(wanted), choice)) for choice in product(*options))

    def holds(self, s: Any) -> bool:
        kind, *parts = s
        if kind == "independence":
            return trivial(s) or self.separate(*parts)
        if kind == "positive":
            return len(self.table(parts[0])) == math.prod(len(self.values[n]) for n in parts[0])
        if kind == "inequality":
            lows = [min([self.low(f) for f in forms]) for forms in parts[1]]
            return bool(max(lows) < 1 - parts[0])
        if kind == "equation":
            parts = [((rational(1), frozenset(), (), inside),) for inside in parts]
        left, right = parts
        free = frozenset().union(*(slots(t[2:]) - t[1] for t in left + right))
        return all(self.agree(left, right, at) for at in self.joint(free))

    def separate(self, x: Any, y: Any, z: Any) -> bool:
        xyz, xz, yz, z_ = map(self.table, (x | y | z, x | z, y | z, z))
        rows = defaultdict(list)
        for b in yz:
            rows[frozenset(i for i in b if i[0] in z)].append(b)
        return all(
            xyz.get(a | b, rational(0)) * z_[c] == xz[a] * yz[b]
            for a in xz
            for c in [frozenset(i for i in a if i[0] in z)]
            for b in rows[c]
        )

    def low(self, found: Any) -> int:
        """The sign of a form of an inequality; an error where a condition is impossible."""
        parts = [(c, self.chance(e.items(), g.items())) for c, e, g in found[1]]
        need(all(p is not None for _, p in parts), "a condition of the inequality is impossible")
        return total((found[0], *(c * p for c, p in parts))).sign()

    def agree(self, left: Any, right: Any, at: Any) -> bool:
        conditions = [g for t in left + right for _, g in t[3] if not g & t[1]]
        if not all(self.weight(pick(g, at)).terms for g in conditions):
            return True
        one, two = self.side(left, at), self.side(right, at)
        return one is None or two is None or bool(one == two)

    def side(self, terms: Any, at: Any) -> Any:
        found = []
        for c, bound, held, inside in terms:
            for more in self.joint(bound):
                here = {**at, **more}
                parts = [self.chance(pick(e, here), pick(g, here)) for e, g in inside]
                found.append(multiplied([c, *(number(here[s]) for s in held), *parts], True))
        return None if None in found else total(found)

    def quantity(self, data: Any, inside: bool = False) -> Any:
        """The value of an expression, None if undefined; inside a `total` 0 · undefined is 0."""
        kind, body = only(data, "constant probability plus times total quotient absolute")
        if kind == "constant":
            found = value(body)
            return number(body) if isinstance(body, Text) else found
        if kind == "probability":
            return self.leaf(*map(point, body))
        inside = inside or kind == "total"
        parts = [self.quantity(q, inside) for q in ((body,) if kind == "absolute" else body)]
        if kind == "times":
            return multiplied(parts, inside)
        if None in parts:
            return None
        if kind == "absolute":
            return parts[0] * rational(parts[0].sign())
        if kind == "quotient":
            above, below = parts
            return above * below.inverse()
        return total(parts)

    def leaf(self, event: Any, given: Any) -> Any:
        """P(event | given) at the angles in given; it must not depend on any that is left out."""
        if not self.angles:
            return self.chance(event.items(), given.items())
        left_out = {n: ("angle", 0, ((f"#{n}", 1),)) for n in self.angles - {*given}}
        known = frozenset((n, v) for n, v in given.items() if n not in self.angles)
        angles = {n: given[n] for n in given if n in self.angles} | left_out
        need(all(a[0] == "angle" for a in angles.values()), "an angle expected")
        below, both = (self.weight(x).at(angles) for x in (known, known | {*event.items()}))
        found = both * below.inverse() if below.terms else None
        fine = not found or not any(n[0] == "#" for n in found.angles())
        need(fine, "the probability depends on an angle that is not given")
        return found

    def relation(self, data: Any) -> bool:
        left, op, right = get(data, "left op right")
        one, two = self.quantity(left), self.quantity(right)
        need(op in ("=", "!=", "<", "<=", ">", ">="), "an unknown relation")
        if one is None or two is None:
            return False
        if op == "=" or not (isinstance(one, Number) and isinstance(two, Number)):
            need(op in ("=", "!="), "an order of what are no numbers")
            return bool((one == two) == (op == "="))
        sign = (one + two * rational(-1)).sign()
        return sign in {"!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[op]


def weight(data: Any, *squares: Any) -> Number:
    """Positive; or nowhere negative, as the sum of squares Σ p |a|² that stands beside it."""
    found = number(data)
    if not found.angles():
        need(found.sign() > 0 and not squares, "a weight is not positive")
        return found
    need(squares, "a weight may be negative")
    terms = [(number(p), number(a)) for p, amplitudes in squares[0] for a in amplitudes]
    fine = all(p.sign() > 0 for p, _ in terms) and len(squares) == 1
    need(fine and found == total(p * a * a.image(-1) for p, a in terms), "a weight may be negative")
    return found


def pick(some: Any, at: Any) -> Any:
    return frozenset((variable(s), at[s]) for s in some)


def multiplied(parts: Any, lenient: bool) -> Any:
    """None if a part is undefined; but 0 · undefined may be 0."""
    if None in parts:
        return rational(0) if lenient and rational(0) in parts else None
    return times(parts)


# ---- Geometry of 1+1 spacetime, exact ------------------------------------------------------------
# A region is the set of those sample points (t - x, t + x, 2t) that lie in it. All bounds are lines
# where one of the three is constant, and every cell that they make of the plane holds a sample. So
# relations between regions are as those between these sets.

FORMS = ("t - x", "t + x", "t")


def bounds(zone: Any) -> Any:
    """Its bounds, as tight as they can be: (k, 1, c, closed) for p[k] >= c, or > c when not closed;
    (k, -1, c, closed) for p[k] <= c; p[2] = 2t.
    """
    need({*zone} == {*FORMS}, "only places in 1+1 dimensions are re-checked")
    given: Any = {}
    for k, form_ in enumerate(FORMS):
        for sign, bound in zip((1, -1), rows(zone[form_], 2)):
            if bound is not None:
                c, closed = rows(bound, 2)
                need(len(plain(c)) <= 200 and type(closed) is bool, "no bound")
                given[k, sign] = sign * fraction(c) * max(1, k), not closed

    def added(*two: Any) -> Any:
        """A lower bound on a sum, from those on its parts; upper bounds are those on the minus."""
        if all(key in given for key in two):
            yield sum(given[key][0] for key in two), any(given[key][1] for key in two)

    tight: dict[Any, Any] = {}
    for sign in (1, -1):  # 2t = (t - x) + (t + x)
        for k, parts in enumerate((((2, sign), (1, -sign)), ((2, sign), (0, -sign)))):
            tight[k, sign] = max((*added((k, sign)), *added(*parts)), default=None)
        tight[2, sign] = max((*added((2, sign)), *added((0, sign), (1, sign))), default=None)
    for k in range(3):
        low, high = tight[k, 1], tight[k, -1]
        fine = low is None or high is None or low[0] + high[0] < 0
        need(fine or (low[0] + high[0] == 0 and not (low[1] or high[1])), "an empty piece")
    return [
        (k, sign, sign * bound[0], not bound[1])
        for (k, sign), bound in sorted(tight.items())
        if bound is not None
    ]


def spread(cuts: Any) -> list[int]:
    """The cuts, which are even, and numbers between and beyond them."""
    every = sorted({0, *cuts})
    return [every[0] - 2, *every, *((a + b) // 2 for a, b in pairwise(every)), every[-1] + 2]


class Spacetime:
    """Where variables are and what is complete where: what local causality says of it."""

    def __init__(self, data: Any, shields: Any, states: Any = (), common: Any = ()) -> None:
        dimension, places, complete = get(data, "dimension places complete")
        need(plain(dimension, int) == 1, "only 1+1 spacetimes are re-checked")
        complete = [get(one, "names region") for one in rows(complete)]
        uses = [get(one, "declarations slice x y obligations") for one in rows(shields)]
        distinct((*places,))
        self.zones = {n: [*map(bounds, rows(place))] for n, place in places.items()}
        self.declared = [(names(c), [*map(bounds, rows(r))]) for c, r in complete]
        taken = {*self.zones}.union(*(c for c, _ in self.declared))
        need(not taken & {*states}, "the name of a state is that of a variable")
        # The complete state on all of space at a moment: every circuit has it.
        whole = {n: [[(2, 1, when, True), (2, -1, when, True)]] for n, when in dict(states).items()}
        every = {**self.zones, **whole}
        declared = [*self.declared, *((frozenset({n}), zones) for n, zones in whole.items())]
        slices = [[*map(bounds, rows(use[1] or ()))] for use in uses]
        regions = [*every.values(), *(r for _, r in declared), *slices]
        lines = [line for region in regions for zone in region for line in zone]
        self.unit = 4  # so many small steps are 1, so that all is in whole numbers
        for _, _, c, _ in lines:
            self.unit = math.lcm(self.unit, 4 * c.denominator)
            need(self.unit < UNIT, "bounds without a small common denominator")
        us, vs, ss = ({int(c * self.unit) for i, _, c, _ in lines if i == k} for k in range(3))
        count = (len(us) + len(ss) * len(vs)) * (len(vs) + len(ss))
        need(4 * count < MAX_SAMPLES, "too many different bounds")
        self.samples = [
            (u, v, u + v)
            for u in spread(us | {s - v for s in ss for v in vs})
            for v in spread(vs | {s - u for s in ss})
        ]
        located = ((n, self.region(zones)) for n, zones in every.items())
        self.places = {n: region for n, region in located if region}
        self.complete = [(c, self.region(zones)) for c, zones in declared]
        self.statements = [self.shielded(zones, *use) for use, zones in zip(uses, slices)]
        self.pasts = {n: self.region(map(past, every[n])) for n in self.places}
        self.below = [self.region(map(past, zones)) for _, zones in declared]
        self.statements += [
            self.caused(*get(one, "declarations x y obligations")) for one in common
        ]

    def region(self, zones: Any) -> Any:
        def inside(p: Any, zone: Any) -> bool:
            return all(s * (p[k] - c) > 0 or (closed and p[k] == c) for k, s, c, closed in zone)

        whole = [[(k, s, int(c * self.unit), closed) for k, s, c, closed in z] for z in zones]
        return {p for zone in whole for p in self.samples if inside(p, zone)}

    def shielded(self, zones: Any, chosen: Any, slice_: Any, x: Any, y: Any, told: Any) -> Any:
        """C is complete on R ⊇ σ, X lives in D⁺(σ), Y outside J⁺(σ) or in R: then X ⊥ Y∖C | C.

        What happens in D⁺(σ) depends on the state on σ and chance there alone; Y knows of neither,
        but for what it says of R, which C says too.
        """
        c, r = self.chosen(chosen)
        x, y = names(x), names(y)
        need(x | y | c <= {*self.places}, "a variable has no place")
        parts = [("complete", None)]
        if slice_ is None:
            fine = x and x == y and not x & c and self.inside(x, r)
            need(fine, "place: not where C is complete")
            obligations(told, parts + [("place", n) for n in sorted(x)])
            return independent(x, x, c)
        sigma, up = self.region(zones), self.region(map(future, zones))
        inner = self.region([(*line[:3], False) for line in future(zone)] for zone in zones)
        later = self.region(map(shadow, zones))
        need(sigma and sigma <= r, "complete: the slice is not where C is complete")
        need(not sigma & inner, "slice: it is not achronal")
        need(self.inside(x, later), "slice: it does not cut the whole past")
        need(not any((self.places[n] - r) & up for n in y), "outside: not outside the future")
        for place in (self.places[n] for n in c):
            need(place & up <= later, "place: C mixes in the future")
            need(not (place - r) & up or place - r <= later, "place: C mixes early and late")
        for kind, some in (("slice", x), ("place", c), ("outside", y)):
            parts += [(kind, n) for n in sorted(some)]
        obligations(told, parts)
        return independent(x, y - c, c)

    def caused(self, chosen: Any, x: Any, y: Any, told: Any) -> Any:
        """C is complete on R ⊇ J⁻(R) and J⁻(X) ∩ J⁻(Y), and lives in R: then X ⊥ Y | C.

        Without seeds C knows coins in R alone, and X and Y besides coins of their own.
        """
        c, r = self.chosen(chosen)
        x, y = names(x), names(y)
        need(x and y and x | y | c <= {*self.places}, "a variable has no place")
        need(set().union(*(self.below[i] for i in chosen)) <= r, "closed: R lacks its own past")
        need(self.inside(c, r), "place: a variable of C lives elsewhere")
        common = (self.pasts[a] & self.pasts[b] for a in x for b in y)
        need(all(past_ <= r for past_ in common), "common: R lacks some of the common past")
        parts = [("complete", None), ("closed", None), *(("place", n) for n in sorted(c))]
        obligations(told, parts + [("common", n) for n in sorted(x)])
        return independent(x, y, c)

    def chosen(self, chosen: Any) -> Any:
        fine = all(plain(i, int) >= 0 for i in rows(chosen)) and [*chosen] == sorted({*chosen})
        need(fine and chosen, "declarations are not sorted, each once")
        return self.together([self.complete[i] for i in chosen])

    def together(self, some: Any) -> Any:
        return frozenset().union(*(c for c, _ in some)), set().union(*(r for _, r in some))

    def inside(self, some: Any, where: Any) -> bool:
        return all(self.places[n] <= where for n in some)


def obligations(told: Any, parts: Any) -> None:
    """That just these are listed, each with some words for the reader."""
    listed = []
    for kind, n, because in (get(one, "obligation variable because") for one in rows(told)):
        plain(because)
        listed.append((plain(kind), maybe(n, plain)))
    need(listed == parts, "the obligations are not those of these regions")


def future(zone: Any) -> Any:
    """J⁺ of a zone: what lies above its lower bounds."""
    return [line for line in zone if line[1] > 0]


def past(zone: Any) -> Any:
    """J⁻ of a zone: what lies below its upper bounds."""
    return [line for line in zone if line[1] < 0]


def shadow(zone: Any) -> Any:
    """D⁺ of a piece of a slice at one time, whose ends bound t - x and t + x alike."""
    first, *rest = {c for k, _, c, closed in zone if k == 2 and closed}
    turned = {(1, -s, first - c, closed) for k, s, c, closed in zone if k == 0}
    at_once = not rest and {(2, 1, first, True), (2, -1, first, True)} <= {*zone}
    need(at_once and turned == {b for b in zone if b[0] == 1}, "a slice that is not at one time")
    return [(k, s, c, closed) for k, s, c, closed in zone if (k == 2) == (s > 0)]


# ---- Circuits: complete locally causal theories in miniature -------------------------------------
# Nodes happen at events; each value is a function of what arrives and of a coin of its own. Signals
# carry values along legs that are causal and lead to the future, some from past infinity (seeds).
# Variables are functions of values that are present where they live. What is present where C is
# complete is a function of C. Nothing else happens, so local causality holds on every slice.


def label(data: Any) -> Any:
    need(0 < len(plain(data)) <= 200 and data.isprintable(), "no name of a node or signal")
    return data


def code(data: Any) -> Any:
    need(abs(plain(data, int)) <= MAX_CODE, "no value of a node or signal")
    return data


def table(data: Any, key: Any, read: Any) -> Any:
    pairs = [(key(k), read(v)) for k, v in (rows(pair, 2) for pair in rows(data))]
    need(len(dict(pairs)) == len(pairs), "a table says two things of one case")
    return dict(pairs)


def case(data: Any) -> Any:
    coin, arriving = rows(data, 2)
    return maybe(coin, code), tuple(map(code, rows(arriving)))


def chances(data: Any) -> Any:
    """A coin or seed: positive weights that sum to 1."""
    found = table(data, code, number)
    fine = all(not w.angles() and w.sign() > 0 for w in found.values())
    need(fine and total(found.values()) == rational(1), "weights that are no distribution")
    return found


def event(data: Any) -> Any:
    """As (t - x, t + x, 2t)."""
    t, place = rows(data, 2)
    (x,) = rows(place)
    need(max(len(plain(t)), len(plain(x))) <= 200, "a coordinate with too many digits")
    t, x = fraction(t), fraction(x)
    return t - x, t + x, 2 * t


def step(start: Any, end: Any) -> Any:
    return tuple(b - a for a, b in zip(start, end))


def causal(direction: Any) -> bool:
    """Towards the future, and not faster than light: neither t - x nor t + x falls."""
    u, v, s = direction
    return bool(u >= 0 and v >= 0 and s > 0)


def meets(zone: Any, start: Any, way: Any, first: Any, last: Any) -> bool:
    """Whether start + r way lies in the zone for some first <= r <= last; first may be None."""
    lows, highs = [] if first is None else [(Fraction(first), 0)], [(Fraction(last), 1)]
    for k, sign, c, closed in zone:  # sign (start + r way - c) >= 0, or > 0 when not closed
        above, slope = sign * (start[k] - c), sign * way[k]
        if not slope:
            if above < 0 or (above == 0 and not closed):
                return False
        elif slope > 0:
            lows.append((-above / Fraction(slope), int(not closed)))
        else:
            highs.append((-above / Fraction(slope), int(closed)))
    (high, to), (low, beyond) = min(highs), max(lows, default=(None, 0))
    return low is None or low < high or (low == high and to == 1 and beyond == 0)


class Circuit:
    """Nodes, signals, seeds and what the variables read."""

    def __init__(self, data: Any) -> None:
        *lists, readings = map(rows, get(data, "nodes signals seeds readings"))
        nodes = [get(one, "name event coin inputs table") for one in lists[0]]
        signals = [get(one, "name path carries source target seed ray") for one in lists[1]]
        seeds = [get(one, "name weights") for one in lists[2]]
        read = [get(one, "variable sites table") for one in readings]
        called = [label(one[0]) for one in (*nodes, *signals, *seeds)]
        need(len({*called}) == len(called), "two parts of the circuit have one name")
        self.events = {n: event(e) for n, e, *_ in nodes}
        self.chances = {n: chances(w) for n, _, w, *_ in nodes if rows(w)}
        self.chances |= {n: chances(w) for n, w in seeds}
        self.seeds = [n for n, _ in seeds]
        self.nodes = {
            n: ([*map(label, rows(inputs))], table(tab, case, code))
            for n, _, _, inputs, tab in sorted(nodes, key=lambda one: self.events[one[0]][2])
        }
        self.paths, self.rays, self.leaving, ends = {}, {}, defaultdict(list), defaultdict(list)
        for n, path, carries, source, target, seed, ray in signals:
            self.paths[n] = path = [*map(event, rows(path))]
            source, target, seed = (maybe(x, label) for x in (source, target, seed))
            self.rays[n] = ray = maybe(ray, event)
            need(path and all(causal(step(p, q)) for p, q in pairwise(path)), "a leg is not causal")
            if source is None:
                fine = seed in self.seeds and ray is not None and causal(ray)
            else:
                fine = seed is None and ray is None and self.events[source] == path[0]
            need(fine, "a signal comes from nowhere")
            self.leaving[seed if source is None else source].append((n, table(carries, code, code)))
            if target is not None:
                fine = self.events[target] == path[-1] and (source is None or len(path) > 1)
                need(fine, "a signal does not end at its target, or takes no time")
                ends[target].append(n)
        fine = all(sorted(inputs) == sorted(ends[n]) for n, (inputs, _) in self.nodes.items())
        need(fine, "a node uses other signals than those that end there")
        distinct(tuple(n for n, *_ in read))
        self.readings = {
            n: (
                [*map(label, rows(sites))],
                table(tab, lambda key: tuple(map(code, rows(key))), value),
            )
            for n, sites, tab in read
        }

    def present(self, site: str, zones: Any) -> bool:
        """Whether a node, or some point of a signal, lies in a region."""
        still = (0, 0, 0)
        path = [self.events[site]] if site in self.events else self.paths[site]
        ways: list[Any] = [(p, still, 0, 0) for p in path]
        ways += [(p, step(p, q), 0, 1) for p, q in pairwise(path)]
        if self.rays.get(site):
            ways.append((path[0], self.rays[site], None, 0))
        return any(meets(zone, *way) for zone in zones for way in ways)

    def runs(self) -> Any:
        """For all values of coins and seeds: the weight, the values of sites and of variables."""
        need(math.prod(map(len, self.chances.values())) <= MAX_RUNS, "too many values of coins")
        for chosen in product(*(chance.items() for chance in self.chances.values())):
            tossed = {n: v for n, (v, _) in zip(self.chances, chosen)}
            sites: dict[str, int] = {}
            for n in self.seeds:
                sites |= {s: carries[tossed[n]] for s, carries in self.leaving[n]}
            for n, (inputs, happens) in self.nodes.items():  # in order of time
                sites[n] = happens[tossed.get(n), tuple(sites[i] for i in inputs)]
                sites |= {s: carries[sites[n]] for s, carries in self.leaving[n]}
            of = {n: tab[tuple(sites[i] for i in at)] for n, (at, tab) in self.readings.items()}
            yield times(w for _, (_, w) in zip(self.chances, chosen)), sites, of

    def check(self, places: Any, complete: Any, model: Model, seeds: bool) -> None:
        """It obeys local causality with these places and declarations, and is the model."""
        need(seeds or not self.seeds, "common causes, and something from past infinity")
        need(
            {*places}.union(*(c for c, _ in complete)) <= {*self.readings}, "a variable is missing"
        )
        every = [*self.events, *self.paths]
        for n, (sites, _) in self.readings.items():
            need({*sites} <= {*every}, "what is read is not there")
            here = n not in places or all(self.present(site, places[n]) for site in sites)
            need(here, "a variable reads what is not present in its place")
        found, sums = [*self.runs()], defaultdict(list)
        for c, zones in complete:
            known: Any = {}
            inside = [site for site in every if self.present(site, zones)]
            for _, sites, of in found:
                now = [sites[site] for site in inside]
                fine = known.setdefault(tuple(of[n] for n in sorted(c)), now) == now
                need(fine, "what is present is no function of what should be complete there")
        for weight, _, of in found:
            sums[frozenset(of.items())].append(weight)
        joint = {at: total(weights) for at, weights in sums.items()}
        need(joint == model.table(frozenset(self.readings)), "another distribution than the model")


# ---- Local causality -----------------------------------------------------------------------------


def drawn(data: Any) -> Any:
    """A graph: its nodes in order, the latents among them, and arrows."""
    nodes, latents, edges = get(data, "nodes latents edges")
    edges = tuple(rows(edge, 2) for edge in rows(edges))
    fine = len({*nodes, *edges}) == len(nodes) + len(edges)
    need(fine and names(latents) | slots(edges) <= distinct(nodes), "no graph")
    return nodes, latents, edges


def markov(nodes: Any, latents: Any, edges: Any) -> Any:
    """The local Markov statements: each node ⊥ the earlier ones | its parents."""
    parents = {n: frozenset(a for a, b in edges if b == n) for n in nodes}
    found: dict[str, Any] = {}
    while len(found) < len(nodes):
        ready = [n for n in nodes if n not in found and parents[n] <= {*found}]
        need(ready, "the graph has a cycle")
        node = ready[0]
        found[node] = independent(frozenset({node}), frozenset(found), parents[node])
    return [s for s in found.values() if not trivial(s)]


class Locality:
    """What local causality says: its statements, and which models obey it."""

    def __init__(self, data: Any) -> None:
        keys = "graph" if "graph" in data else "spacetime shields states? common?"
        self.graph, shields, states, common = [*get(data, keys), None, None, None][:4]
        self.common, self.states, self.spacetime = common is not None, {}, None
        if keys == "graph":
            self.graph, self.place = drawn(self.graph), None
            self.statements = markov(*self.graph)
            self.hidden = names(self.graph[1])
            self.variables = {*self.graph[0]}
            return
        self.graph, self.place = None, self.graph
        pairs = [
            (n, event((t, (Text("0"),)))[2]) for n, t in (rows(p, 2) for p in rows(states or ()))
        ]
        self.hidden = distinct(tuple(n for n, _ in pairs))
        self.states = {n: (json.dumps(self.place), when) for n, when in pairs}
        self.spacetime = Spacetime(self.place, shields, dict(pairs), rows(common or ()))
        self.statements = self.spacetime.statements
        self.variables = {*self.spacetime.zones}.union(*(c for c, _ in self.spacetime.declared))

    def gives(self, other: Any) -> bool:
        """Whoever obeys this principle obeys the other, which is of the same file."""
        same = (self.graph, self.place) == (other.graph, other.place)
        return same and (self.common or not other.common)

    def obeyed(self, model: Model) -> bool:
        """A circuit shows it; or values for all nodes of the graph, with its Markov condition."""
        if not all(map(model.holds, self.statements)):
            return False
        if self.spacetime:
            need(model.circuit, "the model has no circuit")
            where = self.spacetime.zones, self.spacetime.declared
            model.circuit.check(*where, model, not self.common)
            return True
        need(model.graph, "the model has no causal graph")
        return [*map(set, model.graph)] == [*map(set, self.graph)]


@lru_cache(maxsize=16)
def local_causality(text: str) -> Locality:
    """From JSON; it takes time, and the certificates of one file share it."""
    return Locality(frozen(json.loads(text)))


# ---- Certificates --------------------------------------------------------------------------------


class Certificate:
    """One item of a source file, its verdict, and what shows it."""

    def __init__(self, data: Any) -> None:
        keys = "schema source item verdict atoms values composites assumptions scope goal evidence"
        found = get(data, keys + " model notes")
        _, source, item, self.verdict, atoms, declared, composites, assumed, *found = found
        self.scope, goal, self.evidence, self.model, notes = found
        self.atoms, self.values, self.known = names(atoms), values(declared), dict[str, Any]()
        self.log, self.states = list[str](), dict[str, Any]()
        self.source = get(source, "file sha256 line text")
        self.formalities(item, composites, notes)
        for one in rows(assumed):
            name, text, listed, local = get(one, "name text statements locality?")
            need(name not in self.known, "an assumption stands twice")
            self.known[name] = self.named(name, text, listed, local)
        need(distinct(self.scope) <= {*self.known}, "an unknown name is in scope")
        need(goal is not None or self.verdict == "undecided", "a goal is missing")
        self.goal = maybe(goal, self.asked)

    def formalities(self, item: Any, composites: Any, notes: Any) -> None:
        file, digest, line, text = self.source
        kind, name, index, label_ = get(item, "kind name index label")
        for one in (file, text, *rows(notes), *(x for x in (name, label_) if x is not None)):
            plain(one)
        need(re.fullmatch("[0-9a-f]{64}", plain(digest)), "no hash of a file")
        fine = 1 <= plain(line, int) <= 10**9 and 1 <= plain(index, int) <= 10**6
        need(fine and self.verdict in KINDS[kind], "no such item, or a verdict it cannot have")
        need({*self.values} <= self.atoms, "values of what is no atom")
        distinct((*composites,))
        for parts in composites.values():
            need(names(parts) <= self.atoms, "a part that is no atom")

    def named(self, name: Any, words: Any, listed: Any, local: Any) -> Any:
        """What a name says; words that say local causality stand for just that."""
        distinct((name,))
        found, local = self.said(listed, local)
        need(found or local, "a name or goal that says nothing")
        cited = [self.known[n][1] for n in re.findall(r"\w+", plain(words)) if n in self.known]
        fine = local or not (any(cited) or any(p in words for p in PRINCIPLES))
        need(fine, "its locality is missing")
        if local:
            alone = words in PRINCIPLES or words.startswith("local in ")
            need(not alone or len(found) == len(local.statements), "it says more than its words")
            fine = words not in PRINCIPLES or not local.spacetime
            fine = fine or local.common == (words == PRINCIPLES[1])
            need(fine, "seeds from past infinity: its words say otherwise")
        return found, local

    def said(self, listed: Any, local: Any) -> Any:
        """The statements, those of local causality first: these may speak of states."""
        found = [*map(plainly, rows(listed))]
        local = None if local is None else local_causality(json.dumps(local))
        count = len(local.statements) if local else 0
        need(not local or found[:count] == local.statements, "not all of local causality")
        self.aware(*found[count:])
        if local:
            need(local.variables <= self.atoms, "a variable that is no atom")
            for n, meaning in local.states.items():
                need(n not in self.atoms, "the name of a state is that of a variable")
                need(self.states.setdefault(n, meaning) == meaning, "a state of two slices")
        return found, local

    def aware(self, *statements: Any) -> None:
        need(all(spoken(s) <= self.atoms for s in statements), "a variable that is no atom")

    def asked(self, data: Any) -> Any:
        """The goal: ("value", relation), ("each", entries, wanted) or ("all", goals, locality)."""
        if "value" in data:
            relation = get(data, "value")[0]
            get(relation, "left op right")
            return "value", relation
        if "each" in data:
            each, wanted = get(data, "each wanted")
            each = [get(entry, "name text all locality?") for entry in rows(each)]
            entries = [(entry[0], *self.named(*entry)) for entry in each]
            need(entries and distinct(tuple(e[0] for e in entries)), "nothing is claimed")
            return "each", entries, plain(wanted, bool)
        listed, local = get(data, "all locality?")
        need(listed or local is not None, "nothing is said")
        if any({*s} & {"sums", "inequality"} for s in rows(listed)):
            need(len(listed) == 1 and local is None, "a sum or bound stands alone")
            found = [statement(listed[0])]
            self.aware(*found)
            return "all", found, None
        return "all", *self.said(listed, local)

    def check(self) -> None:
        shown = rows(self.evidence)
        if self.verdict == "undecided":
            need(not shown and self.model is None, "undecided, with evidence")
            return
        kind, *goal = self.goal
        if self.verdict in ("identity", "licensed", "entailed"):
            need(kind == "all" and shown and self.model is None, "nothing shows it")
            for one in shown:
                self.proved(one, *goal)
            return
        model, holds = Model(self.model, self.values), self.verdict == "holds"
        need({*model.names} <= self.atoms, "the model has a variable that is no atom")
        need(kind == "value" or not model.angles, "angles are left open")
        if self.verdict == "refuted":
            need(kind == "all" and (not shown or goal[1]), "a model was expected to show it alone")
            for n in self.scope:
                need(self.obeys(model, *self.known[n]), f"the model breaks {n}")
            broken = self.against(model, [("", *goal)], shown)
            need(broken[""], "the model does not break it")
        elif kind == "value":
            need(not shown and model.relation(goal[0]) == holds, "the relation is otherwise")
        else:
            need(kind == "each", "a claim on a model was expected")
            entries, wanted = goal
            against = self.against(model, entries, shown)
            if holds:
                fine = all(self.entry(model, e, against, wanted) for e in entries)
            else:
                fine = any(self.entry(model, e, against, not wanted, True) for e in entries)
            need(fine, "the model does not show it")

    def proved(self, evidence: Any, goals: Any, local: Any) -> None:
        keys = "names proofs sum? mixture? weights?"
        cited, proofs, sums, mixture, weights = get(evidence, keys)
        need(distinct(cited) <= {*self.scope}, "what is cited is not in scope")
        need(not cited or self.verdict != "identity", "an identity needs no assumption")
        principles = [self.known[n][1] for n in cited if self.known[n][1]]
        need(not local or not local.states, "a goal speaks of what the file does not name")
        cites = not local or any(one.gives(local) for one in principles)
        need(cites, "local causality is not cited")
        kinds = {g[0] for g in goals}
        fine = ("sum" in evidence) == ("sums" in kinds)
        fine = fine and ("mixture" in evidence) == ("inequality" in kinds)
        need(fine, "evidence of another kind than the goal needs")
        hypotheses = [s for n in cited for s in self.known[n][0]]
        found = [replayed(p, hypotheses, self.log) for p in rows(proofs)]
        for goal in goals:
            if goal[0] == "sums":
                Summation(goal, hypotheses, self.values, self.log).check(sums)
            elif goal[0] == "inequality":
                bounded(goal, weights, mixture, found, self.values)
            else:
                empty = goal[0] == "independence" and trivial(goal)
                need(empty or goal in found, "a goal is not proved")

    def obeys(self, model: Model, statements: Any, local: Any) -> bool:
        return all(map(model.holds, statements)) and (not local or local.obeyed(model))

    def against(self, model: Model, entries: Any, shown: Any) -> Any:
        """Whether the model breaks something that an entry says, or that follows from it.

        Together with what holds in the model, and so whatever values latents and states have.
        """
        said = {n: (statements, local) for n, statements, local in entries}
        own = {
            n: {*model.names} - model.latents - (local.hidden if local else set())
            for n, (_, local) in said.items()
        }
        known = {n: [*statements] for n, (statements, _) in said.items()}
        for one in shown:
            keys = "names proofs holds? inequality? mixture? weights?"
            cited, proofs, true, inequality, mixture, weights = get(one, keys)
            need(len(rows(cited)) <= 1, "one name is meant")
            (n,) = cited or ("",)
            true = [*map(plainly, rows(true or ()))]
            self.aware(*true)
            fine = all(spoken(s) <= own[n] and model.holds(s) for s in true)
            need(fine, "what is said to hold in the model does not")
            found = [replayed(p, (*said[n][0], *true), self.log) for p in rows(proofs)]
            need(("inequality" in one) == ("mixture" in one), "a bound without its mixture")
            if inequality is not None:
                goal = statement({Text("inequality"): inequality})
                bounded(goal, weights, mixture, found, self.values)
                found = [*found, goal]
            known[n] += found
        return {
            n: any(spoken(s) <= own[n] and not model.holds(s) for s in every)
            for n, every in known.items()
        }

    def entry(
        self, model: Model, entry: Any, against: Any, true: bool, lenient: bool = False
    ) -> bool:
        """Whether the model shows that the statements of a name hold (that one of them fails)."""
        name, *said = entry
        try:
            return self.obeys(model, *said) if true else bool(against[name])
        except Rejected:
            if lenient:
                return False  # another entry may show it
            raise


def unique(pairs: Any) -> Any:
    need(len(dict(pairs)) == len(pairs), "a key stands twice")
    return dict(pairs)


def refuse(_: str) -> Any:
    raise Rejected("a number that is not exact")


def load(path: str) -> Any:
    """The JSON text of a file, with every limit that can be checked before it is used."""
    need(os.path.isfile(path), "no regular file")
    with open(path, "rb") as file:
        text = file.read(MAX_BYTES + 1).decode()
    need(len(text) <= MAX_BYTES, "the file is too large")
    need(max(map(len, re.findall("[0-9]+", text)), default=0) <= 4000, "too many digits")
    orders = {*map(int, re.findall(r'"order"\s*:\s*([0-9]{1,4})', text)), 1 + 3 * ("waves" in text)}
    Number.order = math.lcm(*orders)  # `phase` asks again
    need(0 < Number.order <= MAX_ORDER, "roots of unity of too many orders")
    data = json.loads(text, object_pairs_hook=unique, parse_float=refuse, parse_constant=refuse)
    need(data["schema"] == "lpc.certificate/1", "not of the schema lpc.certificate/1")
    return frozen(data)


def verify(path: str) -> tuple[int, list[str]]:
    """0 verified, 1 rejected, 2 unreadable; with what is to be said."""
    status, timer = 2, threading.Timer(MAX_SECONDS, interrupt_main)
    # NB: a job in the background ignores interrupts, and would know no limit.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        timer.start()
        data, status = load(path), 1
        certificate = Certificate(data)
        certificate.check()
        return 0, report(certificate, data)
    except (Rejected, OSError) as error:
        reason = str(error)
    except KeyboardInterrupt:
        reason = "it takes too long to re-check"
    except Exception as error:  # malformed in a way that no check foresaw: it shows nothing
        reason = f"malformed ({type(error).__name__}: {error})"
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
    return status, [f"{'rejected' if status == 1 else 'unreadable'}: {reason[:300]}"]


def words(data: Any) -> str:
    """A statement as one writes it, or as data."""
    ((kind, body),) = data.items()
    if kind == "independence":
        return "{} ⊥ {} | {}".format(*(", ".join(part) or "∅" for part in body))
    if kind != "equation":
        return json.dumps(data, ensure_ascii=False)
    bars = [[" | ".join(", ".join(part) for part in f if part) for f in side] for side in body]
    return " = ".join(" ".join(f"P({bar})" for bar in side) or "1" for side in bars)


def report(c: Certificate, data: Any) -> list[str]:
    file, _, line, text = c.source
    lines, goal = [f"{file}:{line}: {text}", f"is {c.verdict}"], data["goal"] or {}
    claimed = [json.dumps(goal, ensure_ascii=False)]
    lines += [f"goal: {text}" for text in [*map(words, goal.get("all", ()))] or claimed]
    for one in data["assumptions"]:
        if one["name"] in c.scope:
            lines += [f"assuming {one['name']}: {words(s)}" for s in one["statements"]]
    return list(dict.fromkeys(lines + c.log))


def limit_memory() -> None:
    """What would take more memory is an error like any other, where the system can do that."""
    try:
        import resource
    except ImportError:
        return
    now = resource.getrlimit(resource.RLIMIT_AS)
    least = min(x for x in (MAX_MEMORY, *now) if x != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (least, now[1]))


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
    limit_memory()
    sys.exit(main(sys.argv[1:]))
