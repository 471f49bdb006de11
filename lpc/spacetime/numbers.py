"""Exact coordinates and the bounds made of them.

Whole numbers are kept as `int`, everything else as `Fraction`: both are exact and compare
with each other, and integers are many times quicker.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from lpc.spacetime.errors import GeometryError

Number = int | Fraction
# An upper bound (value, closed?) on a linear form; None means no bound.
Bound = tuple[Number, bool] | None


def exact(value: object) -> Number:
    """The exact number behind an int, a Fraction or a decimal string.

    Raises: GeometryError for floats and anything else that is not exact.

    >>> exact("1/2"), exact(Fraction(4, 2))
    (Fraction(1, 2), 2)
    """
    if type(value) is int:
        return value
    if isinstance(value, bool) or not isinstance(value, int | Fraction | str):
        raise GeometryError(f"{value!r} is not an exact number")
    try:
        number = Fraction(value)
    except (ValueError, ZeroDivisionError):
        raise GeometryError(f"{value!r} is not an exact number") from None
    return number.numerator if number.denominator == 1 else number


def half(value: Number) -> Number:
    """Half of an exact number."""
    if type(value) is int and not value & 1:
        return value >> 1
    return exact(Fraction(value, 2))


def least(a: Bound, b: Bound) -> Bound:
    """The tighter of two upper bounds: `< c` is tighter than `<= c`."""
    if a is None:
        return b
    if b is None:
        return a
    return a if a <= b else b


def total(a: Bound, b: Bound) -> Bound:
    """The upper bound on a sum, given upper bounds on its terms."""
    if a is None or b is None:
        return None
    return a[0] + b[0], a[1] and b[1]


def clash(a: Bound, b: Bound) -> bool:
    """True when f <= a and -f <= b cannot both hold.

    >>> clash((1, True), (-1, True)), clash((1, False), (-1, True))
    (False, True)
    """
    both = total(a, b)
    return both is not None and both < (0, True)


def complement(bound: tuple[Number, bool]) -> tuple[Number, bool]:
    """The bound on -f that says `not f <= bound`."""
    return -bound[0], not bound[1]


def root_above(square: Number) -> Number:
    """A rational at or above the square root, at most 1/64 too large, exact for squares."""
    value = Fraction(square)
    num, den = isqrt(value.numerator), isqrt(value.denominator)
    if num * num == value.numerator and den * den == value.denominator:
        return exact(Fraction(num, den))
    return exact(Fraction(isqrt(value.numerator * 4096 // value.denominator) + 1, 64))
