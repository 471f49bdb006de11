"""Matrices of waves, and values of expressions in which matrices and open angles occur."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lpc.kernel.algebraic import Cyclotomic, NumberError, is_small
from lpc.kernel.evaluate import ONE, ZERO, Angle, Env, Evaluator, Value, shown
from lpc.kernel.waves import (
    IMAGINARY,
    AnyAngle,
    OpenAngle,
    Scalar,
    Wave,
    conjugate,
    cosine,
    open_angle,
    plus,
    sine,
    times,
)
from lpc.logic import Span
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError, Fault

Rows = tuple[tuple[Scalar, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A square matrix.

    >>> SIGMA_X @ SIGMA_Y == SIGMA_Z.scaled(IMAGINARY), SIGMA_Y.adjoint == SIGMA_Y
    (True, True)
    """

    rows: Rows

    @classmethod
    def identity(cls, size: int) -> Matrix:
        """The matrix with ones on its diagonal."""
        return cls(tuple(tuple(ONE if i == j else ZERO for j in range(size)) for i in range(size)))

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def adjoint(self) -> Matrix:
        """The transposed matrix of complex conjugates."""
        return Matrix(
            tuple(tuple(map(conjugate, column)) for column in zip(*self.rows, strict=True))
        )

    @property
    def trace(self) -> Scalar:
        return total(row[k] for k, row in enumerate(self.rows))

    def __add__(self, other: Matrix) -> Matrix:
        pairs = zip(self.rows, other.rows, strict=True)
        return Matrix(tuple(tuple(map(plus, one, two)) for one, two in pairs))

    def __matmul__(self, other: Matrix) -> Matrix:
        columns = tuple(zip(*other.rows, strict=True))
        return Matrix(tuple(tuple(inner(row, column) for column in columns) for row in self.rows))

    def scaled(self, factor: Scalar) -> Matrix:
        """Every entry times a number."""
        return Matrix(tuple(tuple(times(x, factor) for x in row) for row in self.rows))

    def shifted(self, number: Scalar) -> Matrix:
        """The matrix plus a multiple of the identity."""
        return self + Matrix.identity(self.size).scaled(number)

    def __str__(self) -> str:
        return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in self.rows) + "]"


def total(terms: Iterable[Scalar]) -> Scalar:
    """The sum of some scalars."""
    found: Scalar = ZERO
    for term in terms:
        found = plus(found, term)
    return found


def inner(one: Iterable[Scalar], other: Iterable[Scalar]) -> Scalar:
    """Σ x y, without conjugation."""
    return total(times(x, y) for x, y in zip(one, other, strict=True))


SIGMA_X = Matrix(((ZERO, ONE), (ONE, ZERO)))
SIGMA_Y = Matrix(((ZERO, -IMAGINARY), (IMAGINARY, ZERO)))
SIGMA_Z = Matrix(((ONE, ZERO), (ZERO, -ONE)))
CONSTANTS: Mapping[str, Any] = dict(
    zip(e.OPERATORS, (SIGMA_X, SIGMA_Y, SIGMA_Z, IMAGINARY), strict=True)
)


def spin(angle: AnyAngle | Fraction) -> Matrix:
    """Spin, in units of ħ/2, along the direction at an angle from z towards x."""
    return SIGMA_Z.scaled(cosine(angle)) + SIGMA_X.scaled(sine(angle))


class Operators(Evaluator):
    """Values of expressions that may also be waves, open angles and matrices."""

    __slots__ = ()

    def scalar(self, node: e.Expression, env: Env) -> Scalar:
        """The value of an expression that is to be a complex number."""
        found: Any = self.value(node, env)
        if isinstance(found, Fraction | Cyclotomic | Wave):
            return found
        raise EvaluationError(Fault.NO_NUMBER, node.span, shown(found))

    def matrix(self, node: e.Expression, env: Env, size: int) -> Matrix:
        """The value of an expression that is to be a square matrix; rows may be tuples.

        Raises: EvaluationError where it is something else, or of another size.
        """
        found: Any = self.value(node, env)
        rows = found.rows if isinstance(found, Matrix) else found
        wanted = f"{size} by {size}"
        if not isinstance(rows, tuple) or not all(isinstance(row, tuple) for row in rows):
            raise EvaluationError(Fault.NO_OBSERVABLE, node.span, shown(found), wanted)
        if len(rows) != size or any(len(row) != size for row in rows):
            said = " and ".join(sorted({str(len(row)) for row in rows}))
            what = f"a matrix of {len(rows)} rows with {said} entries"
            raise EvaluationError(Fault.NO_OBSERVABLE, node.span, what, wanted)
        for x in (x for row in rows for x in row):
            if not isinstance(x, Fraction | Cyclotomic | Wave):
                raise EvaluationError(Fault.NO_NUMBER, node.span, shown(x))
        return Matrix(rows)

    def plus(self, node: e.Plus, terms: list[tuple[str, Value]]) -> Any:
        signed: list[tuple[str, Any]] = list(terms)
        values = [value for _, value in signed]
        if not any(isinstance(v, OpenAngle | Wave | Matrix) for v in values):
            return super().plus(node, terms)
        if any(isinstance(v, Angle | OpenAngle) for v in values):
            return self.angles(node, signed)
        sizes = {v.size for v in values if isinstance(v, Matrix)}
        if len(sizes) > 1:
            raise EvaluationError(Fault.NO_OBSERVABLE, node.span, "a sum of unequal sizes", "equal")
        result: Any = Matrix.identity(min(sizes)).scaled(ZERO) if sizes else ZERO
        for (sign, value), (_, part) in zip(signed, node.terms, strict=True):
            found = _signed(sign, self.entry(value, part.span))
            if isinstance(result, Matrix):  # a number stands for its multiple of the identity
                step = found if isinstance(found, Matrix) else None
                result = result + step if step else self.exact(node, result.shifted, found)
            else:
                result = self.exact(node, plus, result, found)
        return result

    def angles(self, node: e.Plus, terms: list[tuple[str, Any]]) -> Any:
        """A sum of angles, some of them open."""
        ratio, parts = ZERO, []
        for sign, value in terms:
            factor = -ONE if sign == "-" else ONE
            if isinstance(value, Angle | OpenAngle):
                ratio += factor * value.ratio
                inside = value.parts if isinstance(value, OpenAngle) else ()
                parts += [(name, factor * q) for name, q in inside]
            elif value != 0:
                raise EvaluationError(Fault.NO_ANGLE, node.span, "an angle plus a number")
        return open_angle(ratio, parts)

    def entry(self, value: Any, span: Span) -> Any:
        """A number, a wave or a matrix."""
        return value if isinstance(value, Wave | Matrix) else super().number(value, span)

    def number(self, value: Any, span: Span) -> Any:
        """Also lets pass what `combined` can go on with."""
        return value if isinstance(value, OpenAngle) else self.entry(value, span)

    def combined(self, node: e.Times, left: Any, op: str, right: Any, span: Span) -> Any:
        if isinstance(left, OpenAngle) or isinstance(right, OpenAngle):
            return self.stretched(node, left, op, right)
        if not any(isinstance(v, Wave | Matrix) for v in (left, right)):
            return super().combined(node, left, op, right, span)
        one, two = self.entry(left, node.span), self.entry(right, span)
        if op == "mod":
            raise EvaluationError(Fault.BEYOND, node.span, "`mod` is for rational numbers")
        if op == "/":
            return self.exact(node, _product, one, self.inverse(two, span))
        if isinstance(one, Matrix) and isinstance(two, Matrix) and one.size != two.size:
            what = f"a product of sizes {one.size} and {two.size}"
            raise EvaluationError(Fault.NO_OBSERVABLE, node.span, what, "equal")
        return self.exact(node, _product, one, two)

    def stretched(self, node: e.Times, left: Any, op: str, right: Any) -> Any:
        """An open angle times or over a rational number."""
        angle, factor = (left, right) if isinstance(left, OpenAngle) else (right, left)
        divides = op == "/" and angle is left
        if not isinstance(factor, Fraction) or not (op == "*" or (divides and factor != 0)):
            what = f"{shown(left)} {op} {shown(right)} is none"
            raise EvaluationError(Fault.NO_ANGLE, node.span, what)
        q = 1 / factor if divides else factor
        return open_angle(q * angle.ratio, [(name, q * p) for name, p in angle.parts])

    def inverse(self, value: Any, span: Span) -> Scalar:
        """1/x for a complex number x that is not zero and depends on no open angle."""
        if isinstance(value, Matrix):
            raise EvaluationError(Fault.NO_NUMBER, span, "a matrix below the line")
        if value == 0:
            raise EvaluationError(Fault.DIVISION_BY_ZERO, span)
        square = times(value, conjugate(value))
        if isinstance(square, Wave):
            raise EvaluationError(Fault.OPEN, span, f"it divides by {value}")
        found: Scalar = self.exact(
            e.Node(span=span), lambda: times(conjugate(value), _over(square))
        )
        return found

    def exact(self, node: e.Node, do: Callable[..., Any], *numbers: Any) -> Any:
        try:
            found = do(*numbers)
        except NumberError as problem:
            raise EvaluationError(Fault.BEYOND, node.span, problem.reason) from None
        if not all(map(is_small, _numbers(found))):
            raise EvaluationError(Fault.TOO_LARGE, node.span, "a number")
        return found

    def function(self, node: e.Function, name: str, value: Any) -> Any:
        span = node.argument.span
        if name == "spin" or (name in ("cos", "sin") and isinstance(value, OpenAngle)):
            if not isinstance(value, Angle | OpenAngle) and value != 0:
                raise EvaluationError(Fault.NO_ANGLE, span, f"{name} of {shown(value)}")
            do: Callable[[Any], Any] = {"spin": spin, "cos": cosine, "sin": sine}[name]
            return self.exact(node, do, value)
        if isinstance(value, OpenAngle | Wave | Matrix) and name in ("cos", "sin", "sqrt", "abs"):
            raise EvaluationError(Fault.OPEN, span, f"{name} of {shown(value)}")
        return super().function(node, name, value)

    def compare(self, node: e.Compare, left: Any, op: str, right: Any) -> bool:
        """Raises EvaluationError where the answer would depend on an open angle."""
        for value, side in ((left, node.left), (right, node.right)):
            if isinstance(value, OpenAngle | Wave | Matrix):
                raise EvaluationError(Fault.OPEN, side.span, f"it compares {shown(value)}")
        return super().compare(node, left, op, right)


def _signed(sign: str, value: Any) -> Any:
    if sign != "-":
        return value
    return value.scaled(-ONE) if isinstance(value, Matrix) else -value


def _product(one: Any, two: Any) -> Any:
    if isinstance(one, Matrix) and isinstance(two, Matrix):
        return one @ two
    if isinstance(one, Matrix) or isinstance(two, Matrix):
        return one.scaled(two) if isinstance(one, Matrix) else two.scaled(one)
    return times(one, two)


def _over(number: Fraction | Cyclotomic) -> Scalar:
    return 1 / number if isinstance(number, Fraction) else number.reciprocal()


def _numbers(value: Any) -> Iterable[Fraction | Cyclotomic]:
    """The exact numbers that a value is made of."""
    match value:
        case Matrix(rows):
            return [n for row in rows for x in row for n in _numbers(x)]
        case Wave(terms):
            return [n for _, coefficient in terms for n in coefficient]
        case Fraction() | Cyclotomic():
            return [value]
    return []
