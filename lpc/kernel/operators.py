"""Values of expressions in which matrices and open angles occur."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import add, mul, sub
from typing import Any

from lpc.exact import (
    IMAGINARY,
    ONE,
    SIGMA_X,
    SIGMA_Y,
    SIGMA_Z,
    ZERO,
    Angle,
    Matrix,
    NumberError,
    OpenAngle,
    Scalar,
    Wave,
    conjugate,
    cosine,
    is_small,
    open_angle,
    sine,
    spin,
)
from lpc.kernel.evaluate import Env, Evaluator, Value, shown
from lpc.logic import Span
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError, Fault

CONSTANTS: Mapping[str, Any] = dict(
    zip(e.OPERATORS, (SIGMA_X, SIGMA_Y, SIGMA_Z, IMAGINARY), strict=True)
)


class Operators(Evaluator):
    """Values of expressions that may also be waves, open angles and matrices."""

    __slots__ = ()

    def scalar(self, node: e.Expression, env: Env) -> Scalar:
        """The value of an expression that is to be a complex number."""
        found: Any = self.value(node, env)
        if isinstance(found, Scalar):
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
            if not isinstance(x, Scalar):
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
        result: Any = Matrix.identity(min(sizes)) * ZERO if sizes else ZERO
        for (sign, value), (_, part) in zip(signed, node.terms, strict=True):
            found = self.entry(value, part.span)
            result = self.exact(node, sub if sign == "-" else add, result, found)
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
            return self.exact(node, mul, one, self.inverse(two, span))
        if isinstance(one, Matrix) and isinstance(two, Matrix) and one.size != two.size:
            what = f"a product of sizes {one.size} and {two.size}"
            raise EvaluationError(Fault.NO_OBSERVABLE, node.span, what, "equal")
        return self.exact(node, mul, one, two)

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
        square = value * conjugate(value)
        if isinstance(square, Wave):
            raise EvaluationError(Fault.OPEN, span, f"it divides by {value}")
        found: Scalar = self.exact(e.Node(span=span), lambda: conjugate(value) / square)
        return found

    def exact(self, node: e.Node, do: Callable[..., Any], *numbers: Any) -> Any:
        try:
            found = do(*numbers)
        except NumberError as problem:
            raise EvaluationError(Fault.BEYOND, node.span, problem.reason) from None
        rows = found.rows if isinstance(found, Matrix) else ((found,),)
        if not all(is_small(x) for row in rows for x in row if isinstance(x, Scalar)):
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
