"""Microstates on both sides that may know of each other: how large a form can be, exactly.

Terms
-----
correlated family
    Two parties with two-valued results and any P(A, B | a, b), at fixed λ, such that for each a
    the numbers P(A = 1 | a, b, B), for all b and B that can occur, lie in an interval of length
    m = M/2, and for each b so do the numbers P(B = 1 | b, a, A). These are the results of all
    models with local causality whose microstates fail to be independent of the far setting and
    result by at most M: a result shows no more than its microstate, and all of it for λ_a = A.
favourite
    For each own setting the result at whose side the interval is put: its probability is then
    1 - m at least, whatever the far side does.

The bound. Let [l, l + m] be the interval for A = 1 and [u, u + m] the one for B = 1 at some
settings, l' = 1 - m - l and u' = 1 - m - u, and x, y, z, w the probabilities of (1, -1), (-1, 1),
(1, 1), (-1, -1) there. Membership says x >= l (x + w), x >= u' (x + z), y >= u (y + w) and
y >= l' (y + z), so that all terms on the right of the identity

    (1 - m²) (x + y) - (l u' + u l') (x + y + z + w)
        = u' (x - l (x + w)) + l (x - u' (x + z)) + l' (y - u (y + w)) + u (y - l' (y + z))
          + m ((l' + u) x + (l + u') y)

are at least 0: P(A ≠ B) >= (l u' + u l')/(1 - m²). In the same way P(A = B) has the lower bound
(l u + l' u')/(1 - m²). So a form without terms in A or B alone is bounded by a function linear in
each l and each u, which is largest where all are 0 or 1 - m: at favourites. There it is reached:
where the favourites are as the form wants, always by them, and else by the first and the second
result changed, not both, with probability m/(1 + m) each.

With other terms a linear program looks for such an identity at one M: that what the form may
exceed the interpolation between its favourites by, at one pair of settings, is at most a `gap`.
Its multipliers are those of the memberships by l, l', u, u'. Mostly the gap is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from lpc.kernel.behaviours import ReadingError
from lpc.logic.effort import Tick, unlimited
from lpc.search.curves import Law
from lpc.search.relaxed import ONE, TWO, ZERO, Coefficients
from lpc.search.simplex import Program, maximise

MAX_FAVOURITES = 4096

Signs = tuple[int, ...]
Cells = Mapping[tuple[int, int], Any]
"""P(A = s, B = t) by signs (s, t), with 1 for the second value of a result."""

Behaviour = Mapping[tuple[int, int], Cells]
"""The cells by pair of setting numbers."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """At one M: `low` is reached by the behaviour, `high` is never exceeded."""

    m: Any
    low: Any
    high: Any
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class CorrelatedProblem:
    """A form over the correlated family, with the factors of 1, t_A, t_B and t_A t_B."""

    coefficients: Coefficients
    tick: Tick = unlimited

    @property
    def is_tight(self) -> bool:
        """Whether the bounds meet: the form has no terms in one result alone."""
        return all(s == t == 0 for _, s, t, _ in self.coefficients.values())

    def law(self) -> Law:
        """The maximum of a tight form in terms of X = 2 M/(2 + M).

        local + (algebraic - local) X, since the favourites that disagree least are those of the
        best local strategy.
        """
        local = self.bracket(ZERO).low
        most = sum((c + abs(st) for c, _, _, st in self.coefficients.values()), ZERO)
        return Law(local, most - local)

    def bracket(self, m: Any) -> Bracket:
        """The best lower and the best upper bound at M = m over all favourites.

        Raises: ReadingError where there are too many.
        """
        rows = sorted({i for i, _ in self.coefficients})
        columns = sorted({j for _, j in self.coefficients})
        if 2 ** len(rows) > MAX_FAVOURITES:
            raise ReadingError("too many settings for this relaxation")
        half = m / 2
        context = {
            (i, j, s, t): _reached(self.coefficients[i, j], s, t, half)
            for (i, j), s, t in product(self.coefficients, (1, -1), (1, -1))
        }
        best: tuple[Any, Behaviour] | None = None
        for mine in product((1, -1), repeat=len(rows)):
            self.tick(1 + len(self.coefficients))
            low: Any = ZERO
            behaviour: dict[tuple[int, int], Cells] = {}
            for j in columns:
                options = [[(i, j, s, t) for i, s in zip(rows, mine, strict=True)] for t in (1, -1)]
                lows = [sum((context[key][0] for key in keys), ZERO) for keys in options]
                chosen = 0 if lows[0] >= lows[1] else 1
                low += lows[chosen]
                behaviour |= {key[:2]: context[key][1] for key in options[chosen]}
            if best is None or low > best[0]:
                best = low, behaviour
        if best is None:
            raise ReadingError("there is no setting")
        return Bracket(m, best[0], self._high(m, best[0], context), best[1])

    def _high(self, m: Any, low: Any, context: Mapping[tuple[int, int, int, int], Any]) -> Any:
        """What is never exceeded: the best favourites, and what may lie above them."""
        if self.is_tight:
            return low
        most = sum(map(_most, self.coefficients.values()), ZERO)
        if m == TWO:
            return most
        high = low
        for (i, j), factors in self.coefficients.items():
            self.tick()
            values = {(s, t): context[i, j, s, t][0] for s, t in product((1, -1), repeat=2)}
            high += _gap(factors, values, m / 2, self.tick)
        return min(high, most)


Factors = tuple[Fraction, Fraction, Fraction, Fraction]
Pair = tuple[int, int]


def _gap(factors: Factors, values: Mapping[Pair, Fraction], half: Fraction, tick: Tick) -> Fraction:
    """By how much a form may exceed the interpolation of `values`, those at the favourites.

    Multiplied by (1 - m)², the interpolation is the sum of value · monomial over l u, l u', l' u
    and l' u', here numbered by favourites. At each monomial and cell, the sum of multipliers times
    memberships is at most value + gap - what the form has there. This is the dual program.
    """
    if factors[1] == factors[2] == 0:
        return ZERO
    number = {key: k for k, key in enumerate(product(values, values))}
    goal = {k: _at(factors, cell) - values[monomial] for (monomial, cell), k in number.items()}
    rows = [{number[key]: -c for key, c in row.items()} for row in _memberships(1 / (1 - half))]
    rows.append(dict.fromkeys(number.values(), ONE))
    limits = (*(ZERO for _ in rows[1:]), ONE)
    return maximise(Program(goal, tuple(rows), limits), tick).value


def _memberships(unit: Fraction) -> Iterator[dict[tuple[Pair, Pair], Fraction]]:
    """P(A = r, B = o) - l P(B = o) >= 0 and the like, times a monomial of the other party.

    As factors by monomial and cell; l + l' = 1 - m makes 1 of `unit` · (l + l').
    """
    for side, result, other, factor in product((0, 1), (1, -1), (1, -1), (1, -1)):
        row: dict[tuple[Pair, Pair], Fraction] = {}
        for own in (1, -1):
            monomial, cell = _placed(side, own, factor), _placed(side, result, other)
            row[monomial, cell] = unit - 1 if own == result else unit
            if own == result:
                row[monomial, _placed(side, -result, other)] = -ONE
        yield row


def _placed(side: int, own: int, other: int) -> Pair:
    return (own, other) if side == 0 else (other, own)


def _at(factors: Factors, cell: Pair) -> Fraction:
    """What a form has at one pair of results."""
    (c, of_a, of_b, of_both), (s, t) = factors, cell
    return c + of_a * s + of_b * t + of_both * s * t


def _reached(factors: Factors, s: int, t: int, half: Any) -> tuple[Any, Cells]:
    """The largest value at one pair of settings with favourites s, t, and where it is."""
    best: tuple[Any, Cells] | None = None
    for cells in _corners(s, t, half):
        value = sum((share * _at(factors, cell) for cell, share in cells.items()), ZERO)
        if best is None or value > best[0]:
            best = value, cells
    if best is None:
        raise ReadingError("there is no behaviour")
    return best


def _corners(s: int, t: int, half: Any) -> Iterator[Cells]:
    """The extreme behaviours at one pair of settings with P(A = s | B), P(B = t | A) >= 1 - m."""
    k = half / (1 + half)
    for shares in (
        (ONE, ZERO, ZERO, ZERO),
        (1 - half, half, ZERO, ZERO),
        (1 - half, ZERO, half, ZERO),
        (1 - 2 * k, k, k, ZERO),
        ((1 - half) * (1 - half), half * (1 - half), half * (1 - half), half * half),
    ):
        yield dict(zip(((s, t), (-s, t), (s, -t), (-s, -t)), shares, strict=True))


def _most(factors: Factors) -> Fraction:
    """The largest value of any behaviour at one pair of settings."""
    return max(_at(factors, (s, t)) for s, t in product((1, -1), repeat=2))


def measure_at(x: Any) -> Any:
    """The M at which 2 M/(2 + M) is x."""
    return TWO * x / (2 - x)
