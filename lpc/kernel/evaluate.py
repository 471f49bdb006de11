"""Exact values of expressions: numbers, multiples of π, words and tuples of these.

Truth is the numbers 0 and 1. Nothing of a user's text is ever handed to Python's own `eval`:
an expression is a tree of `lpc.logic.expressions`, and this module walks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from operator import add, mod, mul, truediv
from typing import Any

from lpc.exact import (
    ONE,
    ZERO,
    Angle,
    Cyclotomic,
    Number,
    NumberError,
    cos_pi,
    is_small,
    sin_pi,
    square_root,
)
from lpc.logic import Composites, Span
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError, Fault

Env = Mapping[str, "Value"]

MAX_LEAVES = 200
"""A tuple holds so many values at most, tuples inside it included."""


@dataclass(frozen=True, slots=True)
class Undefined:
    """No value: an event that is conditioned on has probability zero."""

    event: str


Value = Fraction | int | Cyclotomic | Angle | str | tuple[Any, ...] | Undefined


def shown(value: Any) -> str:
    """A value as the language writes it.

    >>> shown((Fraction(1, 2), ("up", Fraction(0))))
    '(1/2, (up, 0))'
    """
    if isinstance(value, tuple):
        return "(" + ", ".join(map(shown, value)) + ")"
    return str(value)


def names_in(node: e.Node) -> frozenset[str]:
    """The variables that an expression or distribution mentions."""
    found: set[str] = set()
    waiting: list[Any] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, e.Variable):
            found.add(item.name)
        elif isinstance(item, e.Node):
            waiting.extend(getattr(item, f.name) for f in fields(item))
        elif isinstance(item, tuple):
            waiting.extend(item)
    return frozenset(found)


def forever() -> None:
    """A clock that never ends anything."""


@dataclass(slots=True)
class Evaluator:
    """Values of expressions whose names have values; P(…) and sums need a model.

    `tick` is called now and then and may raise to end a long evaluation.
    """

    composites: Composites = field(default_factory=Composites)
    tick: Callable[[], None] = forever

    def value(self, node: e.Expression, env: Env, in_sum: bool = False) -> Value:
        """The value of an expression.

        Args: `in_sum` is true under `sum[…]`, where a zero factor makes a product 0 even if
        another factor is undefined (DESIGN 5).
        Raises: EvaluationError.
        """
        match node:
            case e.Number(value):
                return value
            case e.Pi():
                return Angle(ONE)
            case e.Word(text):
                return text
            case e.Variable(name):
                return self.lookup(name, env)
            case e.TupleOf(parts):
                values = [self.value(part, env, in_sum) for part in parts]
                return _undefined(values) or self.together(node, values)
            case e.Plus(terms):
                return self.plus(node, [(sign, self.value(t, env, in_sum)) for sign, t in terms])
            case e.Times():
                return self.times(node, env, in_sum)
            case e.Function(name, argument):
                inner = self.value(argument, env, in_sum)
                return inner if isinstance(inner, Undefined) else self.function(node, name, inner)
            case e.Compare(left, op, right):
                sides = [self.value(side, env, in_sum) for side in (left, right)]
                return _undefined(sides) or _truth(self.compare(node, sides[0], op, sides[1]))
            case e.Junction(op, parts):
                return self.junction(op, parts, env, in_sum)
            case e.Choice(condition, then, otherwise):
                found = self.truth(condition, env, in_sum)
                if isinstance(found, Undefined):
                    return found
                return self.value(then if found else otherwise, env, in_sum)
            case e.Chance() | e.SumOver() | e.Named():
                return self.probabilistic(node, env, in_sum)

    def probabilistic(self, node: e.Chance | e.SumOver | e.Named, env: Env, in_sum: bool) -> Value:
        """The value of what only a model gives a value."""
        raise TypeError(f"{type(node).__name__} in a program")

    def lookup(self, name: str, env: Env) -> Value:
        """The value of a variable; that of a composite is the tuple of its parts' values."""
        if name not in env and name in self.composites.parts:
            return tuple(self.lookup(part, env) for part in self.composites.parts[name])
        return env[name]

    def spread(self, name: str, value: Value, span: Span) -> dict[str, Value]:
        """The values of the atoms of a variable: those of a composite come as a tuple."""
        parts = self.composites.parts.get(name)
        if parts is None:
            return {name: value}
        if not isinstance(value, tuple) or len(value) != len(parts):
            raise EvaluationError(Fault.NO_TUPLE, span, name, shown(value), str(len(parts)))
        found: dict[str, Value] = {}
        for part, inside in zip(parts, value, strict=True):
            found |= self.spread(part, inside, span)
        return found

    def join(self, found: dict[str, Any], more: Mapping[str, Any], span: Span) -> None:
        """Add the values of some atoms to those of one probability.

        Raises: EvaluationError for an atom at two values, which no order of writing may settle.
        """
        for name, value in more.items():
            if found.setdefault(name, value) != value:
                one, two = shown(found[name]), shown(value)
                raise EvaluationError(Fault.TWO_VALUES, span, name, one, two)

    # Arithmetic.

    def plus(self, node: e.Plus, terms: list[tuple[str, Value]]) -> Value:
        if (missing := _undefined(value for _, value in terms)) is not None:
            return missing
        ratio, number = ZERO, ZERO
        total: Number = number
        some_number = False
        for (sign, value), (_, part) in zip(terms, node.terms, strict=True):
            if isinstance(value, Angle):
                ratio += -value.ratio if sign == "-" else value.ratio
            else:
                found = self.number(value, part.span)
                some_number = some_number or found != 0
                total = self.exact(node, add, total, -found if sign == "-" else found)
        if not any(isinstance(value, Angle) for _, value in terms):
            return total
        if some_number:
            raise EvaluationError(Fault.NO_ANGLE, node.span, "a multiple of pi plus a number")
        return _angle(ratio)

    def times(self, node: e.Times, env: Env, in_sum: bool) -> Value:
        pairs = (("*", node.first), *node.rest)
        values = [(op, self.value(part, env, in_sum), part.span) for op, part in pairs]
        if in_sum and any(op == "*" and value == 0 for op, value, _ in values):
            return ZERO
        if (missing := _undefined(value for _, value, _ in values)) is not None:
            return missing
        result: Value = values[0][1]
        if len(values) == 1:
            return result
        if not isinstance(result, Angle):
            result = self.number(result, values[0][2])
        for op, value, span in values[1:]:
            result = self.combined(node, result, op, value, span)
        return result

    def combined(self, node: e.Times, left: Value, op: str, right: Value, span: Span) -> Value:
        """One factor more, where at most one of the two is a multiple of π."""
        if isinstance(left, Angle) or isinstance(right, Angle):
            return self.angular(node, left, op, right, span)
        one, two = self.number(left, node.span), self.number(right, span)
        if op == "*":
            return self.exact(node, mul, one, two)
        if two == 0:
            raise EvaluationError(Fault.DIVISION_BY_ZERO, span)
        if op == "/":
            return self.exact(node, truediv, one, two)
        if isinstance(one, Cyclotomic) or isinstance(two, Cyclotomic):
            raise EvaluationError(Fault.BEYOND, node.span, "`mod` is for rational numbers")
        return self.exact(node, mod, one, two)

    def angular(self, node: e.Times, left: Value, op: str, right: Value, span: Span) -> Value:
        if isinstance(left, Angle) and isinstance(right, Angle) and op in ("/", "mod"):
            one, two = left.ratio, right.ratio
            return one / two if op == "/" else _angle(one % two)
        if isinstance(left, Angle) and isinstance(right, Fraction) and op in ("*", "/"):
            if op == "/" and right == 0:
                raise EvaluationError(Fault.DIVISION_BY_ZERO, span)
            return _angle(left.ratio * right if op == "*" else left.ratio / right)
        if isinstance(left, Fraction) and isinstance(right, Angle) and op == "*":
            return _angle(left * right.ratio)
        if left == 0 and op == "/":
            return ZERO
        for value, where in ((left, node.span), (right, span)):
            if not isinstance(value, Angle):
                self.number(value, where)
        raise EvaluationError(
            Fault.NO_ANGLE, node.span, f"{shown(left)} {op} {shown(right)} is none"
        )

    def exact(self, node: e.Node, do: Callable[..., Number], *numbers: Number) -> Number:
        """A number computed from others, which must stay within the limits."""
        try:
            found = do(*numbers)
        except NumberError as problem:
            raise EvaluationError(Fault.BEYOND, node.span, problem.reason) from None
        if not is_small(found):
            raise EvaluationError(Fault.TOO_LARGE, node.span, "a number")
        return found

    def number(self, value: Value, span: Span) -> Number:
        if isinstance(value, Number):
            return value
        if isinstance(value, int):  # values of models that were not read from a text
            return Fraction(value)
        raise EvaluationError(Fault.NO_NUMBER, span, shown(value))

    def function(self, node: e.Function, name: str, value: Value) -> Value:
        span = node.argument.span
        if name in ("first", "second"):
            if not isinstance(value, tuple) or len(value) != 2:
                raise EvaluationError(Fault.NO_PAIR, span, name, shown(value))
            part: Value = value[0 if name == "first" else 1]
            return part
        if name in ("cos", "sin"):
            if value == 0:
                value = Angle(ZERO)
            if not isinstance(value, Angle):
                raise EvaluationError(Fault.NO_ANGLE, span, f"{name} of {shown(value)}")
            ratio = value.ratio
            return self.exact(node, lambda: cos_pi(ratio) if name == "cos" else sin_pi(ratio))
        if name == "not":
            return _truth(not self.as_truth(value, span))
        if name == "abs" and isinstance(value, Angle):
            return Angle(abs(value.ratio))
        number = self.number(value, span)
        if name == "abs":
            return -number if number < 0 else number
        return self.exact(node, square_root, number)

    def together(self, node: e.TupleOf, values: list[Value]) -> Value:
        found = tuple(values)
        if _leaves(found) > MAX_LEAVES:
            raise EvaluationError(Fault.TOO_LARGE, node.span, "a tuple")
        return found

    # Truth.

    def compare(self, node: e.Compare, left: Value, op: str, right: Value) -> bool:
        if op in ("=", "!="):
            return (left == right) is (op == "=")
        if isinstance(left, Angle) and isinstance(right, Angle):
            one: Number = left.ratio
            two: Number = right.ratio
        else:
            one, two = self.number(left, node.left.span), self.number(right, node.right.span)
        try:
            return {"<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[op]
        except NumberError as problem:
            raise EvaluationError(Fault.BEYOND, node.span, problem.reason) from None

    def junction(self, op: str, parts: tuple[e.Expression, ...], env: Env, in_sum: bool) -> Value:
        """`and` and `or` stop as soon as they are decided; `xor` needs all its parts."""
        parity = False
        for part in parts:
            found = self.truth(part, env, in_sum)
            if isinstance(found, Undefined):
                return found
            if op == "xor":
                parity = parity is not found
            elif found is (op == "or"):
                return _truth(found)
        return _truth(parity if op == "xor" else op == "and")

    def truth(self, node: e.Expression, env: Env, in_sum: bool = False) -> bool | Undefined:
        value = self.value(node, env, in_sum)
        return value if isinstance(value, Undefined) else self.as_truth(value, node.span)

    def as_truth(self, value: Value, span: Span) -> bool:
        if value == 0 or value == 1:
            return value == 1
        raise EvaluationError(Fault.NO_TRUTH, span, shown(value))


def _truth(found: bool) -> Fraction:
    return ONE if found else ZERO


def _angle(ratio: Fraction) -> Value:
    return Angle(ratio) if ratio else ZERO


def _undefined(values: Iterable[Value]) -> Undefined | None:
    return next((v for v in values if isinstance(v, Undefined)), None)


def _leaves(value: Value) -> int:
    return sum(map(_leaves, value)) if isinstance(value, tuple) else 1
