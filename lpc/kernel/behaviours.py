"""Quantities read as linear expressions in P(results | settings), exactly.

Terms
-----
behaviour
    The numbers P(results | settings), one for each point.
form
    A linear expression in these numbers, with a constant.
reading
    A quantity as the largest of several forms: |S| is the larger of S and -S.

A variable that is summed over and not otherwise used is summed out by total probability, so
that it needs no declared values: sum[λ] P(A | a, λ) P(λ | a) is P(A | a).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from lpc.kernel.algebraic import Cyclotomic, add, multiply
from lpc.kernel.evaluate import ONE, ZERO, Evaluator, Number, names_in
from lpc.logic import Composites, LpcError
from lpc.logic import expressions as e

MAX_FORMS = 64

Point = tuple[tuple[str, Any], ...]
"""Names with their values, sorted by name."""


class ReadingError(LpcError):
    """A quantity that is not linear in P(results | settings); the message says why."""


@dataclass(frozen=True, slots=True)
class Free:
    """The value of a variable that is being summed out."""

    name: str


@dataclass(frozen=True, slots=True)
class Chance:
    """P(event | given) at one point, with nothing on both sides.

    >>> print(Chance((("A", ONE),), (("a", ZERO), ("b", ONE))))
    P(A = 1 | a = 0, b = 1)
    """

    event: Point
    given: Point

    def __str__(self) -> str:
        bar = f" | {_shown(self.given)}" if self.given else ""
        return f"P({_shown(self.event)}{bar})"


Monomial = tuple[Chance, ...]
Terms = dict[Monomial, Number]


@dataclass(frozen=True, slots=True)
class Form:
    """constant + the sum of coefficient · P(event | given)."""

    constant: Number
    terms: tuple[tuple[Chance, Number], ...]


def read(
    name: str,
    quantities: Mapping[str, e.Quantity],
    alphabets: Mapping[str, tuple[Any, ...]],
    composites: Composites | None = None,
) -> tuple[Form, ...]:
    """The forms whose maximum is the quantity.

    Raises: ReadingError, EvaluationError.
    """
    quantity = quantities[name]
    if quantity.parameters:
        listed = ", ".join(quantity.parameters)
        raise ReadingError(f"{name} depends on {listed}: name a quantity without parameters")
    reader = _Reader(quantities, alphabets, Evaluator(composites or Composites()))
    return tuple(_linear(terms) for terms in reader.read(quantity.body, {}))


def divide(one: Number, two: Number) -> Number:
    """The quotient of exact numbers."""
    return multiply(one, 1 / two if isinstance(two, Fraction) else two.reciprocal())


def _linear(terms: Terms) -> Form:
    constant: Number = ZERO
    found: dict[Chance, Number] = {}
    for monomial, factor in terms.items():
        merged = merge(monomial)
        if not merged:
            constant = add(constant, factor)
        elif len(merged) > 1:
            raise ReadingError(
                f"{' '.join(map(str, merged))} is not linear in the probabilities of results "
                "given settings"
            )
        else:
            found[merged[0]] = add(found.get(merged[0], ZERO), factor)
    return Form(constant, tuple((chance, c) for chance, c in found.items() if c != 0))


def merge(monomial: Monomial) -> Monomial:
    """The product rule as long as it applies: P(X | Y, Z) P(Y | Z) is P(X, Y | Z)."""
    left = list(monomial)
    again = True
    while again:
        again = False
        for one, other in product(left, left):
            if one is other or set(one.given) != {*other.event, *other.given}:
                continue
            left.remove(one)
            left.remove(other)
            left.append(Chance(_sorted((*one.event, *other.event)), other.given))
            again = True
            break
    return tuple(sorted(left, key=str))


def _sorted(point: Iterable[tuple[str, Any]]) -> Point:
    return tuple(sorted(dict(point).items(), key=lambda item: item[0]))


def _shown(point: Point) -> str:
    return ", ".join(n if isinstance(v, Free) else f"{n} = {v}" for n, v in point)


Env = dict[str, Any]


@dataclass(slots=True)
class _Reader:
    quantities: Mapping[str, e.Quantity]
    alphabets: Mapping[str, tuple[Any, ...]]
    evaluator: Evaluator
    _known: dict[tuple[str, tuple[Any, ...]], list[Terms]] = field(default_factory=dict)

    def read(self, node: e.Expression, env: Env) -> list[Terms]:
        """The expression as the largest of several polynomials in conditional probabilities."""
        match node:
            case e.Chance():
                return [self.chance(node, env)]
            case e.SumOver(names, body):
                return self.sum(self.atoms(names), body, env)
            case e.Named(name, arguments):
                return self.named(name, tuple(self.constant(a, env) for a in arguments), node)
            case e.Plus(terms):
                found: list[Terms] = [{}]
                for sign, term in terms:
                    more = self.read(term, env)
                    found = _added(found, _scaled(more, -ONE) if sign == "-" else more)
                return found
            case e.Times(first, rest) if _has_chance(node):
                return self.times(first, rest, env)
            case e.Function("abs", argument) if _has_chance(node):
                inner = self.read(argument, env)
                if len(inner) > 1:
                    raise ReadingError("an absolute value inside another cannot be read")
                return [inner[0], *_scaled(inner, -ONE)]
        if _has_chance(node):
            raise ReadingError("only sums, multiples and absolute values of probabilities are read")
        value = self.constant(node, env)
        if not isinstance(value, Fraction | Cyclotomic):
            raise ReadingError(f"{value} is no number")
        return [{(): value}] if value != 0 else [{}]

    def constant(self, node: e.Expression, env: Env) -> Any:
        free = [name for name in names_in(node) if isinstance(env.get(name), Free)]
        if free:
            raise ReadingError(f"{free[0]} is summed over: declare its values")
        return self.evaluator.value(node, env)

    def times(
        self, first: e.Expression, rest: tuple[tuple[str, e.Expression], ...], env: Env
    ) -> list[Terms]:
        found = self.read(first, env)
        for op, part in rest:
            more = self.read(part, env)
            number = more[0].get((), ZERO)
            is_number = len(more) == 1 and set(more[0]) <= {()}
            if op != "*":
                if op != "/" or not is_number or number == 0:
                    raise ReadingError("a probability may be divided by a number only")
                found = _scaled(found, divide(ONE, number))
            elif len(found) == len(more) == 1:
                found = [_multiplied(found[0], more[0])]
            elif is_number:
                found = _scaled(found, number)
            elif len(found) == 1 and set(found[0]) <= {()}:
                found = _scaled(more, found[0].get((), ZERO))
            else:
                raise ReadingError("a product with an absolute value is not linear")
        return found

    def named(self, name: str, values: tuple[Any, ...], node: e.Named) -> list[Terms]:
        key = name, values
        if key not in self._known:
            quantity = self.quantities[name]
            env: Env = {}
            for parameter, value in zip(quantity.parameters, values, strict=True):
                env |= self.evaluator.spread(parameter, value, node.span)
            self._known[key] = self.read(quantity.body, env)
        return self._known[key]

    def atoms(self, names: Iterable[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in names:
            parts = self.evaluator.composites.parts.get(name)
            found.update(dict.fromkeys((name,) if parts is None else self.atoms(parts)))
        return tuple(found)

    def sum(self, atoms: tuple[str, ...], body: e.Expression, env: Env) -> list[Terms]:
        """One variable after the other, by total probability where that will do."""
        if not atoms:
            return self.read(body, env)
        name, rest = atoms[0], atoms[1:]
        values = self.alphabets.get(name)
        if name not in names_in(body):
            inner = self.sum(rest, body, env | {name: Free(name)})
            out = [_summed_out(terms, name) for terms in inner]
            if len(inner) == 1 and out[0] is not None:
                return [out[0]]
        if values is None:
            raise ReadingError(f"the sum over {name} is no total probability: declare its values")
        found: list[Terms] = [{}]
        for value in values:
            found = _added(found, self.sum(rest, body, env | {name: value}))
        return found

    def chance(self, node: e.Chance, env: Env) -> Terms:
        given, event = self.point(node.given, env), self.point(node.event, env)
        if any(event.get(name, value) != value for name, value in given.items()):
            return {}
        left = {name: value for name, value in event.items() if name not in given}
        if not left:
            return {(): ONE}
        return {(Chance(_sorted(left.items()), _sorted(given.items())),): ONE}

    def point(self, events: tuple[e.Event, ...], env: Env) -> Env:
        found: Env = {}
        for event in events:
            atoms = self.atoms((event.name,))
            if event.value is None:
                unbound = [atom for atom in atoms if atom not in env]
                if unbound:
                    raise ReadingError(f"{unbound[0]} has no value in P(…)")
                found |= {atom: env[atom] for atom in atoms}
            else:
                value = self.constant(event.value, env)
                found |= self.evaluator.spread(event.name, value, event.span)
        for name, value in found.items():
            known = self.alphabets.get(name)
            if known is not None and not isinstance(value, Free) and value not in known:
                raise ReadingError(f"{name} is not declared to take the value {value}")
        return found


def _has_chance(node: Any) -> bool:
    if isinstance(node, e.Chance | e.SumOver | e.Named):
        return True
    if isinstance(node, tuple):
        return any(map(_has_chance, node))
    if not isinstance(node, e.Node):
        return False
    return any(_has_chance(getattr(node, f)) for f in node.__dataclass_fields__)


def _added(one: list[Terms], other: list[Terms]) -> list[Terms]:
    """The largest of some plus the largest of others is the largest of all sums."""
    if len(one) * len(other) > MAX_FORMS:
        raise ReadingError("too many absolute values")
    found = []
    for left, right in product(one, other):
        terms = dict(left)
        for monomial, factor in right.items():
            terms[monomial] = add(terms.get(monomial, ZERO), factor)
        found.append({m: c for m, c in terms.items() if c != 0})
    return found


def _scaled(forms: list[Terms], number: Number) -> list[Terms]:
    if len(forms) > 1 and number < 0:
        raise ReadingError("minus an absolute value has no maximum over vertices")
    return [{m: multiply(c, number) for m, c in terms.items() if number != 0} for terms in forms]


def _multiplied(one: Terms, other: Terms) -> Terms:
    found: Terms = {}
    for (left, c), (right, d) in product(one.items(), other.items()):
        monomial = tuple(sorted((*left, *right), key=str))
        found[monomial] = add(found.get(monomial, ZERO), multiply(c, d))
    return found


def _summed_out(terms: Terms, name: str) -> Terms | None:
    """The sum over all values of a variable; None where it is no total probability."""
    found: Terms = {}
    for monomial, factor in terms.items():
        kept = []
        times = 0
        for chance in merge(monomial):
            if any(n == name for n, _ in chance.given):
                return None
            event = tuple(pair for pair in chance.event if pair[0] != name)
            times += len(event) < len(chance.event)
            if event:
                kept.append(Chance(event, chance.given))
        if times != 1:
            return None
        found[tuple(kept)] = add(found.get(tuple(kept), ZERO), factor)
    return found
