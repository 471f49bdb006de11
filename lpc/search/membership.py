"""Strategies for what has unseen common causes, or an inequality against them, exactly.

Terms
-----
district
    The variables that share unseen causes. What they do is independent of all other districts,
    given what they see.
response
    A variable of a district as a function of its observed parents.
strategy
    A response for each variable of a district. Unseen causes of any kind do no more than choose
    one: which is all that a mixture of strategies says.
table
    What is known of a district: for some of its variables at some values, with their parents at
    some values, how likely these are when the parents are set so. Each is linear in the weights
    of the strategies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from lpc.exact import Number
from lpc.logic.effort import Tick, unlimited
from lpc.search.simplex import scattered

Value = Any
Values = tuple[Value, ...]
Strategy = tuple[Values, ...]
"""For each variable of a district its answer at each value of its parents."""

MAX_STRATEGIES = 4_096
MAX_ENTRIES = 60_000
"""Strategies times rows of a table: the exact program takes long beyond that."""


@dataclass(frozen=True, slots=True)
class Member:
    """A variable of a district, its values, and the values of its parents that occur together."""

    name: str
    values: Values
    parents: tuple[str, ...]
    seen: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """How likely it is that each of some members gives an answer: (member, place, answer).

    Members and places count from 0, in the order of a district and of `Member.seen`.
    """

    wanted: tuple[tuple[int, int, Value], ...]
    chance: Number


@dataclass(frozen=True, slots=True)
class Mixed:
    """Strategies with positive weights whose mean is the table."""

    weights: tuple[tuple[Strategy, Number], ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """A price for each row: no strategy pays more than 0, and the table does."""

    prices: tuple[Fraction, ...]


def count_strategies(members: Sequence[Member]) -> int:
    """How many strategies a district has."""
    return prod(len(m.values) ** len(m.seen) for m in members)


def is_small(members: Sequence[Member], rows: int) -> bool:
    """Whether a table of so many rows is within the limits."""
    count = count_strategies(members)
    return count <= MAX_STRATEGIES and count * rows <= MAX_ENTRIES


def strategies(members: Sequence[Member]) -> Iterator[Strategy]:
    """All strategies of a district."""
    return product(*(product(m.values, repeat=len(m.seen)) for m in members))


def agrees(strategy: Strategy, row: Row) -> bool:
    """Whether a strategy gives the answers of a row."""
    return all(strategy[k][place] == answer for k, place, answer in row.wanted)


def mixed(
    members: Sequence[Member], rows: Sequence[Row], tick: Tick = unlimited
) -> Mixed | Outside:
    """Weights of strategies with the table as their mean, or what tells that there are none.

    Of a mixture that nowhere exceeds the table as little as possible is left over: nothing, just
    when some mixture is the table. If something is, the prices of what is left prove it: no
    strategy pays more than 0, and the table does. Coefficients are 0 and 1, so prices are
    fractions, whatever exact numbers the table holds.

    >>> coin = Member("A", (0, 1), (), ((),))
    >>> half = Fraction(1, 2)
    >>> mixed([coin], [Row(((0, 0, 0),), half), Row(((0, 0, 1),), half)]).weights[0]
    (((0,),), Fraction(1, 2))
    """
    every = tuple(strategies(members))
    # NB: equal columns are one for the program; the first strategy stands for them.
    first: dict[tuple[int, ...], Strategy] = {}
    for strategy in every:
        column = tuple(i for i, row in enumerate(rows) if agrees(strategy, row))
        first.setdefault(column, strategy)
    basis = _Basis(tuple(first), [row.chance for row in rows])
    while basis.step():
        tick(1 + (len(rows) * (len(rows) + len(first))) // 64)
    if basis.is_reached:
        chosen = list(first.values())
        weights = sorted(basis.point())
        return Mixed(tuple((chosen[j], weight) for j, weight in weights))
    return Outside(basis.prices())


class _Basis:
    """The revised simplex method for: as little as possible left of a table after a mixture.

    `inverse`/`scale` is the inverse of the basis, all whole numbers: each pivot divides without
    remainder (Edmonds 1967). What is left of row i is the variable −1−i, a strategy its column's
    place. Ties are broken by a disturbance of the table, as in `lpc.search.simplex`.
    """

    def __init__(self, columns: tuple[tuple[int, ...], ...], table: Sequence[Number]) -> None:
        size = len(table)
        self.columns = columns
        self.basic = [-1 - i for i in range(size)]
        self.inverse = [[int(i == k) for k in range(size)] for i in range(size)]
        self.scale = 1
        self.values: list[Number] = list(table)
        self.disturbed = [scattered(i) for i in range(size)]

    @property
    def is_reached(self) -> bool:
        """Whether nothing is left of the table."""
        pairs = zip(self.basic, self.values, strict=True)
        return not any(k < 0 and value != 0 for k, value in pairs)

    def point(self) -> list[tuple[int, Number]]:
        """The strategies that occur, each with its weight."""
        pairs = zip(self.basic, self.values, strict=True)
        return [(k, value / self.scale) for k, value in pairs if k >= 0 and value != 0]

    def gains(self) -> list[int]:
        """For each row what is gained by one unit less of it, times `scale`."""
        left = [row for k, row in zip(self.basic, self.inverse, strict=True) if k < 0]
        return [sum(column) for column in zip(*left, strict=True)] if left else []

    def prices(self) -> tuple[Fraction, ...]:
        """The gains as fractions."""
        return tuple(Fraction(g, self.scale) for g in self.gains())

    def step(self) -> bool:
        """One pivot; False where nothing is to be gained, or nothing is left."""
        if self.is_reached:
            return False
        gains = self.gains()
        best, entering = 0, 0
        for j, column in enumerate(self.columns):
            gain = sum([gains[i] for i in column])
            if gain > best:
                best, entering = gain, j
        for i, gain in enumerate(gains):
            if gain - self.scale > best:
                best, entering = gain - self.scale, -1 - i
        if not best:
            return False
        column = self.columns[entering] if entering >= 0 else (-1 - entering,)
        self.pivot([sum([row[i] for i in column]) for row in self.inverse], entering)
        return True

    def pivot(self, change: list[int], entering: int) -> None:
        """Put a variable in the place of the one that limits it most."""
        leaving = -1
        for i, part in enumerate(change):
            if part > 0 and (leaving < 0 or self._is_before(i, leaving, change)):
                leaving = i
        unit, row = change[leaving], self.inverse[leaving]
        value, disturbed = self.values[leaving], self.disturbed[leaving]
        for i, part in enumerate(change):
            if i == leaving:
                continue
            old = self.inverse[i]
            if part or unit != self.scale:
                self.inverse[i] = [
                    (x * unit - part * y) // self.scale for x, y in zip(old, row, strict=True)
                ]
                self.values[i] = (self.values[i] * unit - part * value) / self.scale
                self.disturbed[i] = (self.disturbed[i] * unit - part * disturbed) // self.scale
        self.scale = unit
        self.basic[leaving] = entering

    def _is_before(self, i: int, k: int, change: list[int]) -> bool:
        one, two = self.values[i] * change[k], self.values[k] * change[i]
        if one != two:
            return bool(one < two)
        return self.disturbed[i] * change[k] < self.disturbed[k] * change[i]
