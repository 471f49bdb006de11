"""Linear programs in exact arithmetic: maximise c·x with A x <= b, x >= 0, b >= 0.

The simplex method on sparse rows of fractions. b >= 0 makes x = 0 a starting point. Ties are
broken by an infinitesimal disturbance of b (a second right-hand side that counts only where the
first agrees), so that degenerate programs do not go round in circles; the answer is that of the
undisturbed program. What is returned proves itself: `check` needs only the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lpc.logic import LpcError
from lpc.logic.effort import Tick, unlimited

ZERO = Fraction(0)
Row = dict[int, Fraction]


class ProgramError(LpcError):
    """A linear program without a largest value, or an answer that does not prove itself."""


@dataclass(frozen=True, slots=True)
class Program:
    """Maximise `goal`·x where each row·x is at most its limit, and x >= 0."""

    goal: Mapping[int, Fraction]
    rows: tuple[Mapping[int, Fraction], ...]
    limits: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Optimum:
    """The largest value; where it is reached; and a price for each row that proves it."""

    value: Fraction
    point: Mapping[int, Fraction]
    prices: tuple[Fraction, ...]


def maximise(program: Program, tick: Tick = unlimited) -> Optimum:
    """The largest value of a program, proved by `check`.

    Raises: ProgramError where there is none.

    >>> one = Fraction(1)
    >>> maximise(Program({0: one, 1: one}, ({0: one, 1: 2 * one},), (one,))).value
    Fraction(1, 1)
    """
    optimum = _Tableau(program).solve(tick)
    check(program, optimum)
    return optimum


def check(program: Program, optimum: Optimum) -> None:
    """That the point obeys all rows, and that the prices allow no larger value.

    Raises: ProgramError.
    """
    point, prices = optimum.point, optimum.prices
    obeyed = all(v >= 0 for v in point.values()) and all(
        sum((c * point.get(k, ZERO) for k, c in row.items()), ZERO) <= limit
        for row, limit in zip(program.rows, program.limits, strict=True)
    )
    reached = sum((c * point.get(k, ZERO) for k, c in program.goal.items()), ZERO)
    cost: Row = {}
    for price, row in zip(prices, program.rows, strict=True):
        if price:
            for k, c in row.items():
                cost[k] = cost.get(k, ZERO) + price * c
    covered = all(p >= 0 for p in prices) and all(
        cost.get(k, ZERO) >= program.goal.get(k, ZERO) for k in {*cost, *program.goal}
    )
    paid = sum((p * b for p, b in zip(prices, program.limits, strict=True)), ZERO)
    if not (obeyed and covered and reached == paid == optimum.value):
        raise ProgramError("an answer does not prove itself")


class _Tableau:
    """Rows as basic variable = limit − Σ row; slack of row i is the variable count + i."""

    def __init__(self, program: Program) -> None:
        self.count = 1 + max((k for row in (*program.rows, program.goal) for k in row), default=0)
        self.rows: list[Row] = [
            {k: c for k, c in row.items() if c} | {self.count + i: Fraction(1)}
            for i, row in enumerate(program.rows)
        ]
        self.limits = list(program.limits)
        if any(limit < 0 for limit in self.limits):
            raise ProgramError("limits have to be at least 0")
        self.disturbed = [Fraction(scattered(i)) for i in range(len(self.rows))]
        self.basis = [self.count + i for i in range(len(self.rows))]
        self.goal: Row = {k: c for k, c in program.goal.items() if c}
        self.value = ZERO

    def solve(self, tick: Tick) -> Optimum:
        while True:
            tick(1 + sum(map(len, self.rows)) // 4)
            entering = max(self.goal, key=lambda k: (self.goal[k], -k), default=None)
            if entering is None or self.goal[entering] <= 0:
                break
            self.pivot(self.leaving(entering), entering)
        point = {
            k: limit for k, limit in zip(self.basis, self.limits, strict=True) if k < self.count
        }
        prices = tuple(-self.goal.get(self.count + i, ZERO) for i in range(len(self.rows)))
        return Optimum(self.value, point, prices)

    def leaving(self, entering: int) -> int:
        """The row that limits the entering variable most."""
        best: tuple[tuple[Fraction, Fraction, int], int] | None = None
        for i, row in enumerate(self.rows):
            c = row.get(entering)
            if c is not None and c > 0:
                key = self.limits[i] / c, self.disturbed[i] / c, self.basis[i]
                if best is None or key < best[0]:
                    best = key, i
        if best is None:
            raise ProgramError("there is no largest value")
        return best[1]

    def pivot(self, leaving: int, entering: int) -> None:
        row = self.rows[leaving]
        inverse = 1 / row[entering]
        if inverse != 1:
            row = {k: c * inverse for k, c in row.items()}
            self.limits[leaving] *= inverse
            self.disturbed[leaving] *= inverse
            self.rows[leaving] = row
        for i, other in enumerate(self.rows):
            factor = other.get(entering)
            if factor is None or i == leaving:
                continue
            _subtract(other, row, factor)
            self.limits[i] -= factor * self.limits[leaving]
            self.disturbed[i] -= factor * self.disturbed[leaving]
        gain = self.goal[entering]
        _subtract(self.goal, row, gain)
        self.value += gain * self.limits[leaving]
        self.basis[leaving] = entering


def _subtract(row: Row, other: Row, factor: Fraction) -> None:
    for k, c in other.items():
        left = row.get(k, ZERO) - factor * c
        if left:
            row[k] = left
        else:
            row.pop(k, None)


def scattered(i: int) -> int:
    """A fixed sequence of numbers that look unrelated."""
    return 1 + (2_654_435_761 * (i + 1)) % 1_000_003
