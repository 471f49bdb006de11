"""Behaviours with a large value of a linear form, by exact linear programming.

A behaviour is P(outcomes | settings). With the settings uniform and independent and all other
variables constant, an independence of outcomes from settings given settings is linear in it: no
signalling, for one. So the largest value of a form over the behaviours that obey all such premises
is that of a linear program. What the program leaves out, such as independence of two outcomes, is
for whoever verifies the model to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm, prod
from typing import Any

from lpc.kernel.forms import Labels, LinearForm, Piece
from lpc.logic import Independence
from lpc.logic.effort import Tick
from lpc.search.models.boxes import MAX_ROWS, Box, box_of
from lpc.search.simplex import Program, maximise

Value = Any
Values = tuple[Value, ...]
Alphabets = Mapping[str, tuple[Value, ...]]
Row = dict[int, Fraction]
Table = dict[Values, dict[Values, Fraction]]

MAX_UNKNOWNS = 400
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(slots=True)
class Behaviours:
    """All P(outcomes | settings) for given values of both, one unknown for each number in it.

    The last outcome at each point has no unknown: its probability is what is left of 1.
    """

    outcomes: tuple[str, ...]
    settings: tuple[str, ...]
    results: tuple[Values, ...]
    points: tuple[Values, ...]

    @classmethod
    def of(cls, form: LinearForm, values: Alphabets, alphabets: Alphabets) -> Behaviours:
        """The behaviours that a form speaks of. Args: `values`, those of the settings."""
        settings = tuple(values)
        return cls(
            form.outcomes,
            settings,
            tuple(product(*(alphabets[n] for n in form.outcomes))),
            tuple(product(*(values[n] for n in settings))),
        )

    @property
    def unknowns(self) -> int:
        """How many numbers a behaviour has."""
        return len(self.points) * (len(self.results) - 1)

    def mean(self, event: Mapping[str, Value], given: Mapping[str, Value]) -> tuple[Fraction, Row]:
        """P(event | given), over settings left open uniformly: a number plus unknowns."""
        places = [k for k, p in enumerate(self.points) if _matches(self.settings, p, given)]
        chosen = [k for k, r in enumerate(self.results) if _matches(self.outcomes, r, event)]
        last, width = len(self.results) - 1, len(self.results) - 1
        row: Row = {}
        constant = ZERO
        for k in places:
            share = Fraction(1, len(places))
            for j in chosen:
                if j < last:
                    row[k * width + j] = row.get(k * width + j, ZERO) + share
            if last in chosen:
                constant += share
                for j in range(width):
                    row[k * width + j] = row.get(k * width + j, ZERO) - share
        return constant, {k: c for k, c in row.items() if c}

    def value(self, form: LinearForm) -> tuple[Fraction, Row] | None:
        """A form as a number plus unknowns, None where a coefficient is irrational."""
        total, row = ZERO, Row()
        for coefficient, (event, given) in form.terms:
            if not isinstance(coefficient, Fraction):
                return None
            constant, part = self.mean(dict(event), self._known(given))
            total += coefficient * constant
            row = _plus(row, part, coefficient)
        # NB: where only the constant is irrational the same behaviour is the best.
        return (total + form.constant if isinstance(form.constant, Fraction) else total), row

    def _known(self, given: Labels) -> dict[str, Value]:
        return {n: v for n, v in given if n in self.settings}

    def rows(self, facts: Iterable[Independence]) -> tuple[Row, ...]:
        """What is 0 by the facts, as far as they are linear."""
        found: list[Row] = []
        for x, y, z in dict.fromkeys(self._linear(facts)):
            for given in self._values(z):
                for event in self._values(x):
                    _, mean = self.mean(event, given)
                    rows = [self.mean(event, {**given, **one})[1] for one in self._values(y)]
                    found += [row for one in rows if (row := _plus(one, mean, -ONE))]
        return tuple(found)

    def _linear(
        self, facts: Iterable[Independence]
    ) -> Iterable[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
        settings, outcomes = set(self.settings), set(self.outcomes)
        for fact in facts:
            for x, y in ((fact.x, fact.y), (fact.y, fact.x)):
                if fact.z & outcomes:
                    continue
                z = (fact.z | x) & settings
                side = tuple(sorted(x & outcomes)), tuple(sorted((y & settings) - z))
                if side[0] and side[1]:
                    yield (*side, tuple(sorted(z)))

    def _values(self, names: Sequence[str]) -> list[dict[str, Value]]:
        found: dict[Values, None] = {}
        rows = self.points if set(names) <= set(self.settings) else self.results
        order = self.settings if rows is self.points else self.outcomes
        for row in rows:
            found[tuple(row[order.index(n)] for n in names)] = None
        return [dict(zip(names, one, strict=True)) for one in found]

    def table(self, solution: Mapping[int, Fraction]) -> Table:
        """The behaviour that values of the unknowns stand for."""
        width = len(self.results) - 1
        table: Table = {}
        for k, point in enumerate(self.points):
            weights = [solution.get(k * width + j, ZERO) for j in range(width)]
            weights.append(1 - sum(weights, ZERO))
            table[point] = {r: w for r, w in zip(self.results, weights, strict=True) if w}
        return table


def largest_box(
    piece: Piece,
    values: Alphabets,
    alphabets: Alphabets,
    facts: Iterable[Independence],
    tick: Tick,
) -> Box | None:
    """The behaviour with the largest value of the smallest form of a piece, as a box.

    None where there is nothing to gain or the program or the box is too large.
    """
    if any(name not in alphabets for name in piece[0].outcomes):
        return None
    outcomes = prod(len(alphabets[n]) for n in piece[0].outcomes)
    if (outcomes - 1) * prod(len(v) for v in values.values()) > MAX_UNKNOWNS:
        return None
    behaviours = Behaviours.of(piece[0], values, alphabets)
    goals = [behaviours.value(form) for form in piece]
    known = [goal for goal in goals if goal is not None]
    if len(known) < len(goals):
        return None
    solution = _solved(behaviours, known, behaviours.rows(facts), tick)
    table = behaviours.table(solution)
    size = lcm(*(w.denominator for row in table.values() for w in row.values()))
    if size * len(table) > MAX_ROWS:
        return None
    rows = [
        (dict(zip(behaviours.settings, point, strict=True)), outcome, k)
        for point, row in table.items()
        for k, outcome in enumerate(
            dict(zip(behaviours.outcomes, r, strict=True))
            for r, w in row.items()
            for _ in range(int(w * size))
        )
    ]
    return box_of(piece[0], alphabets, rows)


def _solved(
    behaviours: Behaviours, goals: list[tuple[Fraction, Row]], zero: tuple[Row, ...], tick: Tick
) -> Mapping[int, Fraction]:
    """The unknowns for which the smallest goal is largest."""
    width, n = len(behaviours.results) - 1, behaviours.unknowns
    rows: list[Row] = [
        {k * width + j: ONE for j in range(width)} for k in range(len(behaviours.points))
    ]
    limits = [ONE] * len(rows)
    for row in zero:
        rows += [row, {k: -c for k, c in row.items()}]
        limits += [ZERO, ZERO]
    if len(goals) == 1:
        goal = goals[0][1]
    else:
        # The smallest goal is unknown n, raised so that it starts at 0 or more.
        low = min(constant - sum(map(abs, row.values()), ZERO) for constant, row in goals)
        for constant, row in goals:
            rows.append({n: ONE, **{k: -c for k, c in row.items()}})
            limits.append(constant - low)
        goal = {n: ONE}
    point = maximise(Program(goal, tuple(rows), tuple(limits)), tick).point
    return {k: v for k, v in point.items() if k < n}


def _matches(names: Sequence[str], values: Values, wanted: Mapping[str, Value]) -> bool:
    return all(wanted.get(n, v) == v for n, v in zip(names, values, strict=True))


def _plus(one: Row, two: Row, factor: Fraction) -> Row:
    total = dict(one)
    for k, c in two.items():
        total[k] = total.get(k, ZERO) + factor * c
    return {k: c for k, c in total.items() if c}
