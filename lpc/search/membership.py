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
from typing import Any, cast

from lpc.kernel.evaluate import ONE, ZERO, Number
from lpc.search.limits import Tick, unlimited
from lpc.search.simplex import Program, maximise

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

    The largest sum of all rows of a mixture that nowhere exceeds the table is that of the table
    just when some mixture is the table. If it is less, the prices y >= 0 that prove it have
    (1 − y)·strategy <= 0 for every strategy and (1 − y)·table > 0. Coefficients are 0 and 1, so
    prices are fractions, whatever exact numbers the table holds.

    >>> coin = Member("A", (0, 1), (), ((),))
    >>> half = Fraction(1, 2)
    >>> mixed([coin], [Row(((0, 0, 0),), half), Row(((0, 0, 1),), half)]).weights[0]
    (((0,),), Fraction(1, 2))
    """
    every = tuple(strategies(members))
    columns = [[i for i, row in enumerate(rows) if agrees(s, row)] for s in every]
    # NB: equal columns are one for the program; the first strategy stands for them.
    first: dict[tuple[int, ...], int] = {}
    for k, column in enumerate(columns):
        first.setdefault(tuple(column), k)
    table: list[dict[int, Fraction]] = [{} for _ in rows]
    goal: dict[int, Fraction] = {}
    for j, column_of in enumerate(first):
        for i in column_of:
            table[i][j] = ONE
        goal[j] = Fraction(len(column_of))
    limits = cast(tuple[Fraction, ...], tuple(row.chance for row in rows))
    best = maximise(Program(goal, tuple(table), limits), tick)
    if best.value == sum(limits, ZERO):
        chosen = list(first.values())
        found = ((every[chosen[j]], weight) for j, weight in sorted(best.point.items()) if weight)
        return Mixed(tuple(found))
    return Outside(tuple(ONE - price for price in best.prices))
