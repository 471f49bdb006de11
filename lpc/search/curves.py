"""Exact curves: the largest of some polynomials of degree 2 at most, piece by piece.

A `Share` is no polynomial in M but linear in X = 2 M/(2 + M); `upper` compares such laws in X.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from lpc.exact import ZERO, Number, square_root

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Law:
    """constant + linear · M + square · M².

    >>> print(Law(Fraction(2), Fraction(2), Fraction(-1)))
    2 + 2 M - M^2
    """

    constant: Fraction
    linear: Fraction = ZERO
    square: Fraction = ZERO

    def at(self, m: Number) -> Number:
        """The value at M = m."""
        inner = self.linear + self.square * m
        return self.constant + inner * m

    def steepness(self, m: Number) -> tuple[Number, Number]:
        """First and second derivative."""
        return self.linear + 2 * self.square * m, 2 * self.square

    def minus(self, other: Law) -> Law:
        """The difference."""
        return Law(
            self.constant - other.constant,
            self.linear - other.linear,
            self.square - other.square,
        )

    def zeros(self) -> tuple[Number, ...]:
        """Where it is zero, from the left; nothing for the law that is zero throughout.

        Raises: NumberError.
        """
        c, b, a = self.constant, self.linear, self.square
        if a == 0:
            return () if b == 0 else (-c / b,)
        below = b * b - 4 * a * c
        if below < 0:
            return ()
        root = square_root(below)
        ends = [(-b + r) / (2 * a) for r in (root, -root)]
        return (ends[0], ends[1]) if ends[0] < ends[1] else (ends[1], ends[0])

    def reaches(self, value: Number, start: Number, end: Number) -> Number | None:
        """The first M of an interval where the law has a value.

        Raises: NumberError.
        """
        c, b, a = self.constant - value, self.linear, self.square
        if a == 0:
            found = [] if b == 0 else [-c / b]
        else:
            below = b * b - 4 * a * c
            root = None if below < 0 else square_root(below)
            found = [] if root is None else [(-b + r) / (2 * a) for r in (root, -root)]
        inside = [m for m in found if start <= m <= end]
        if not inside:
            return None
        return min(inside, key=float)

    def __str__(self) -> str:
        text = ""
        for factor, what in ((self.constant, ""), (self.linear, "M"), (self.square, "M^2")):
            if factor == 0:
                continue
            size = abs(factor)
            number = str(size) if size != 1 or not what else ""
            sign = ("-" if factor < 0 else "") if not text else (" - " if factor < 0 else " + ")
            text += sign + " ".join(filter(None, (number, what)))
        return text or "0"


@dataclass(frozen=True, slots=True)
class Share:
    """constant + rest · 2 M/(2 + M).

    >>> print(Share(Fraction(2), Fraction(2)))
    2 + 4 M/(2 + M)
    """

    constant: Fraction
    rest: Fraction

    def at(self, m: Number) -> Number:
        """The value at M = m."""
        return self.constant + self.rest * (2 * m / (2 + m))

    def reaches(self, value: Number, start: Number, end: Number) -> Number | None:
        """The first M of an interval where the law has a value."""
        if self.rest == 0:
            return None
        part = (value - self.constant) / self.rest
        if part == 2:
            return None
        m = 2 * part / (2 - part)
        return m if start <= m <= end else None

    def __str__(self) -> str:
        if self.rest == 0:
            return str(self.constant)
        linear = str(Law(self.constant, 2 * self.rest))
        return f"{linear}/(2 + M)"


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """A law that holds from one M to another, and what comes with it."""

    start: Number
    end: Number
    law: Law | Share
    source: T


def upper(laws: Iterable[tuple[Law, T]], start: Number, end: Number) -> tuple[Piece[T], ...]:
    """The largest of some laws on an interval, piece by piece.

    Raises: NumberError where a corner is beyond exact arithmetic.

    >>> found = upper([(Law(ZERO, Fraction(1)), "a"), (Law(Fraction(1)), "b")], ZERO, Fraction(2))
    >>> [(str(p.start), str(p.end), p.source) for p in found]
    [('0', '1', 'b'), ('1', '2', 'a')]
    """
    unique: dict[Law, T] = {}
    for law, source in laws:
        unique.setdefault(law, source)
    pieces: list[Piece[T]] = []
    here = start
    current = _leading(list(unique), here)
    while True:
        crossings: list[tuple[Number, Law]] = []
        for law in unique:
            gap = law.minus(current)
            for m in gap.zeros():
                if here < m < end and gap.steepness(m) > (ZERO, ZERO):
                    crossings.append((m, law))
                    break
        if not crossings:
            pieces.append(Piece(here, end, current, unique[current]))
            return tuple(pieces)
        there = crossings[0][0]
        for m, _ in crossings:
            there = m if m < there else there
        pieces.append(Piece(here, there, current, unique[current]))
        current = _leading([law for m, law in crossings if m == there], there)
        here = there


def _leading(laws: Sequence[Law], m: Number) -> Law:
    """The law that is largest just after m."""
    best = laws[0]
    for law in laws[1:]:
        if (law.at(m), *law.steepness(m)) > (best.at(m), *best.steepness(m)):
            best = law
    return best
