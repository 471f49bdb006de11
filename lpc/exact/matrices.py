"""Square matrices of waves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from lpc.exact.algebraic import ONE, ZERO, Number
from lpc.exact.waves import IMAGINARY, AnyAngle, Scalar, conjugate, cosine, sine


@dataclass(frozen=True, slots=True)
class Matrix:
    """A square matrix; in a sum a number stands for its multiple of the identity.

    >>> SIGMA_X * SIGMA_Y == SIGMA_Z * IMAGINARY, SIGMA_Y.adjoint == SIGMA_Y
    (True, True)
    """

    rows: tuple[tuple[Scalar, ...], ...]

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
        return sum((row[k] for k, row in enumerate(self.rows)), ZERO)

    def __add__(self, other: Matrix | Scalar) -> Matrix:
        if not isinstance(other, Matrix):
            other = Matrix.identity(self.size) * other
        pairs = zip(self.rows, other.rows, strict=True)
        return Matrix(
            tuple(tuple(x + y for x, y in zip(one, two, strict=True)) for one, two in pairs)
        )

    def __mul__(self, other: Matrix | Scalar) -> Matrix:
        if not isinstance(other, Matrix):
            return Matrix(tuple(tuple(x * other for x in row) for row in self.rows))
        columns = tuple(zip(*other.rows, strict=True))
        return Matrix(tuple(tuple(inner(row, column) for column in columns) for row in self.rows))

    def __radd__(self, other: Scalar) -> Matrix:
        return self + other

    def __rmul__(self, other: Scalar) -> Matrix:
        return self * other

    def __neg__(self) -> Matrix:
        return self * -ONE

    def __sub__(self, other: Matrix | Scalar) -> Matrix:
        return self + -other

    def is_decomposed(self, pairs: Iterable[tuple[Number, Matrix]]) -> bool:
        """Whether the pairs are eigenvalues λ, each once, with their projectors Π.

        That is Π† = Π = Π² ≠ 0, Σ Π = 1 and Σ λ Π is the matrix itself.
        """
        zero = Matrix.identity(self.size) * ZERO
        one, whole, values = zero, zero, set()
        for value, projector in pairs:
            if value in values or projector == zero:
                return False
            if not projector.adjoint == projector == projector * projector:
                return False
            values.add(value)
            one, whole = one + projector, whole + projector * value
        return one == Matrix.identity(self.size) and whole == self

    def __str__(self) -> str:
        return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in self.rows) + "]"


def inner(one: Iterable[Scalar], other: Iterable[Scalar]) -> Scalar:
    """Σ x y, without conjugation; zeros, which are many in vectors, cost nothing."""
    return sum((x * y for x, y in zip(one, other, strict=True) if x and y), ZERO)


SIGMA_X = Matrix(((ZERO, ONE), (ONE, ZERO)))
SIGMA_Y = Matrix(((ZERO, -IMAGINARY), (IMAGINARY, ZERO)))
SIGMA_Z = Matrix(((ONE, ZERO), (ZERO, -ONE)))


def spin(angle: AnyAngle | Fraction) -> Matrix:
    """Spin, in units of ħ/2, along the direction at an angle from z towards x."""
    return SIGMA_Z * cosine(angle) + SIGMA_X * sine(angle)
