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
each l and each u, which is largest where all are 0 or 1 - m: at favourites. There it is reached,
with A ≠ B in (1 - m)/(1 + m) of all cases where the favourites differ and never where they agree.
A term in A alone is at most what it is at the end of its interval, linear in l too; with such
terms both bounds need not meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from lpc.kernel.behaviours import ReadingError
from lpc.search.curves import Law
from lpc.search.limits import unlimited
from lpc.search.relaxed import ONE, TWO, ZERO, Coefficients, Tick

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
            (i, j, s, t): _bounds(self.coefficients[i, j], s, t, half)
            for (i, j), s, t in product(self.coefficients, (1, -1), (1, -1))
        }
        best: Bracket | None = None
        for mine in product((1, -1), repeat=len(rows)):
            self.tick()
            low: Any = ZERO
            high: Any = ZERO
            behaviour: dict[tuple[int, int], Cells] = {}
            for j in columns:
                options = [[(i, j, s, t) for i, s in zip(rows, mine, strict=True)] for t in (1, -1)]
                lows = [sum((context[key][0] for key in keys), ZERO) for keys in options]
                high += max(sum((context[key][1] for key in keys), ZERO) for keys in options)
                chosen = 0 if lows[0] >= lows[1] else 1
                low += lows[chosen]
                behaviour |= {key[:2]: context[key][2] for key in options[chosen]}
            if best is None:
                best = Bracket(m, low, high, behaviour)
            else:
                top = best.high if best.high >= high else high
                kept = best if best.low >= low else Bracket(m, low, high, behaviour)
                best = Bracket(m, kept.low, top, kept.behaviour)
        if best is None:
            raise ReadingError("there is no setting")
        most = sum(map(_most, self.coefficients.values()), ZERO)
        return Bracket(m, best.low, min(best.high, most), best.behaviour)


def _bounds(
    factors: tuple[Fraction, Fraction, Fraction, Fraction], s: int, t: int, half: Any
) -> tuple[Any, Any, Cells]:
    """At one pair of settings with favourites s, t: reached by cells; never exceeded."""
    best: tuple[Any, Cells] | None = None
    for cells in _corners(s, t, half):
        value = _value(factors, cells)
        if best is None or value > best[0]:
            best = value, cells
    if best is None:
        raise ReadingError("there is no behaviour")
    c, of_a, of_b, of_both = factors
    high: Any = c
    for factor, sign, worst in (
        (of_a, s, 1 - 2 * half),
        (of_b, t, 1 - 2 * half),
        (of_both, s * t, 1 - 4 * half / (1 + half)),
    ):
        high += factor * sign if factor * sign >= 0 else factor * sign * worst
    return best[0], high, best[1]


def _corners(s: int, t: int, half: Any) -> Iterator[Cells]:
    """Behaviours at one pair of settings with P(A = s | B), P(B = t | A) >= 1 - m."""
    k = half / (1 + half)
    for shares in (
        (ONE, ZERO, ZERO, ZERO),
        (1 - half, half, ZERO, ZERO),
        (1 - half, ZERO, half, ZERO),
        (1 - 2 * k, k, k, ZERO),
        ((1 - half) * (1 - half), half * (1 - half), half * (1 - half), half * half),
    ):
        yield dict(zip(((s, t), (-s, t), (s, -t), (-s, -t)), shares, strict=True))


def _value(factors: tuple[Fraction, Fraction, Fraction, Fraction], cells: Cells) -> Any:
    c, of_a, of_b, of_both = factors
    total: Any = c
    for (s, t), share in cells.items():
        total += share * (of_a * s + of_b * t + of_both * s * t)
    return total


def _most(factors: tuple[Fraction, Fraction, Fraction, Fraction]) -> Fraction:
    """The largest value of any behaviour at one pair of settings."""
    c, of_a, of_b, of_both = factors
    return max(c + of_a * s + of_b * t + of_both * s * t for s, t in product((1, -1), repeat=2))


def measure_at(x: Any) -> Any:
    """The M at which 2 M/(2 + M) is x."""
    return TWO * x / (2 - x)
