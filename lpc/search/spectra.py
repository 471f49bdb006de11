"""The eigenvalues of Hermitian matrices and their projectors, exactly.

Eigenvalues are roots of the characteristic polynomial that can be written down: rational ones,
values that the caller proposes, and square roots for what is left of degree two. That they are
the eigenvalues, and the projectors theirs, is for `Matrix.is_decomposed` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import product
from math import lcm

from lpc.exact import (
    ONE,
    ZERO,
    Matrix,
    Number,
    NumberError,
    Wave,
    square_root,
)

MAX_COEFFICIENT = 1_000_000
"""Rational roots are looked for among the divisors of numbers up to this."""

Polynomial = list[Number]


def spectrum(
    matrix: Matrix, proposed: Iterable[Number] = (), tick: Callable[[], None] = lambda: None
) -> tuple[tuple[Number, Matrix], ...]:
    """The eigenvalues of a Hermitian matrix in ascending order, each with its projector.

    Raises: NumberError where they depend on open angles or cannot be written down.

    >>> from lpc.exact import SIGMA_X
    >>> [(str(value), str(projector)) for value, projector in spectrum(SIGMA_X)]
    [('-1', '[[1/2, -1/2], [-1/2, 1/2]]'), ('1', '[[1/2, 1/2], [1/2, 1/2]]')]
    """
    values = _roots(_characteristic(matrix, tick), proposed)
    found = []
    for value in sorted(values):
        projector = Matrix.identity(matrix.size)
        for other in values:
            if other != value:
                tick()
                projector = projector * (matrix - other) * (ONE / (value - other))
        found.append((value, projector))
    return tuple(found)


def _characteristic(matrix: Matrix, tick: Callable[[], None]) -> Polynomial:
    """det(x − M), lowest coefficient first (Faddeev and LeVerrier).

    M_1 = 1 and c_n = 1; then c_{n−k} = −tr(M M_k)/k and M_{k+1} = M M_k + c_{n−k}.
    """
    coefficients: Polynomial = [ONE]
    power = Matrix.identity(matrix.size)
    for k in range(1, matrix.size + 1):
        tick()
        power = matrix * power
        c = power.trace * Fraction(-1, k)
        if isinstance(c, Wave):
            raise NumberError("its eigenvalues depend on open angles")
        coefficients.insert(0, c)
        power = power + c
    return coefficients


def _roots(polynomial: Polynomial, proposed: Iterable[Number]) -> list[Number]:
    """The distinct real roots, all of them.

    >>> [str(x) for x in sorted(_roots([Fraction(c) for c in (4, 0, -4, 0, 1)], ()))]
    ['-sqrt(2)', 'sqrt(2)']
    """
    rest = _squarefree(polynomial)
    found: list[Number] = []
    candidates = [*proposed, *(_rational_candidates(rest) if len(rest) > 3 else ())]
    for value in dict.fromkeys(candidates):
        if len(rest) > 1 and _at(rest, value) == 0:
            found.append(value)
            rest = _quotient(rest, [-value, ONE])
    if len(rest) == 2:
        found.append(-rest[0] / rest[1])
    elif len(rest) == 3:
        found += _quadratic(rest)
    elif len(rest) > 3:
        raise NumberError("the eigenvalues of this observable are beyond exact arithmetic here")
    return found


def _quadratic(c: Polynomial) -> list[Number]:
    root = square_root(c[1] * c[1] - 4 * c[2] * c[0])
    return [(sign - c[1]) / (2 * c[2]) for sign in (root, -root)]


def _rational_candidates(polynomial: Polynomial) -> list[Fraction]:
    """Quotients of divisors of the lowest and the highest coefficient, and zero."""
    fractions = [c for c in polynomial if isinstance(c, Fraction)]
    if len(fractions) < len(polynomial):
        return []
    scale = lcm(*(c.denominator for c in fractions))
    whole = [abs(int(c * scale)) for c in fractions]
    low = next(c for c in whole if c)
    if max(low, whole[-1]) > MAX_COEFFICIENT:
        return [ZERO]
    sizes = {Fraction(p, q) for p, q in product(_divisors(low), _divisors(whole[-1]))}
    return [ZERO, *sorted(sizes), *sorted(-size for size in sizes)]


def _divisors(n: int) -> list[int]:
    small = [k for k in range(1, int(n**0.5) + 1) if n % k == 0]
    return [*small, *(n // k for k in small)]


def _squarefree(polynomial: Polynomial) -> Polynomial:
    """The polynomial with each of its roots once: f / gcd(f, f′)."""
    slope = [k * c for k, c in enumerate(polynomial)][1:]
    one, other = polynomial, _trimmed(slope)
    while other:
        one, other = other, _remainder(one, other)
    return _quotient(polynomial, one)


def _trimmed(polynomial: Polynomial) -> Polynomial:
    while polynomial and polynomial[-1] == 0:
        polynomial = polynomial[:-1]
    return polynomial


def _remainder(top: Polynomial, bottom: Polynomial) -> Polynomial:
    return _division(top, bottom)[1]


def _quotient(top: Polynomial, bottom: Polynomial) -> Polynomial:
    return _division(top, bottom)[0]


def _division(top: Polynomial, bottom: Polynomial) -> tuple[Polynomial, Polynomial]:
    rest, degree = list(top), len(bottom) - 1
    lead = ONE / bottom[-1]
    quotient: Polynomial = [ZERO] * (len(top) - degree)
    for k in range(len(quotient) - 1, -1, -1):
        factor = rest[k + degree] * lead
        quotient[k] = factor
        for place, c in enumerate(bottom):
            rest[k + place] -= factor * c
    return quotient, _trimmed(rest[:degree])


def _at(polynomial: Polynomial, x: Number) -> Number:
    value: Number = ZERO
    for c in reversed(polynomial):
        value = value * x + c
    return value
