"""The largest value of a form when an independence is violated by a given amount, exactly.

Terms
-----
M
    How far X ⊥ Y | Z fails: the supremum over z and over pairs y, y' of the L1 distance between
    p(x | y, z) and p(x | y', z), from 0 to 2.
settings family
    P(results | settings) = Σ_λ p(λ | settings) Π P(result | setting, λ), where M is the distance
    between the distributions of λ at two choices of settings. Refining λ by local noise, then
    keeping of λ only what each party would answer, cannot make distances larger: λ may be taken
    as a deterministic strategy, and the largest value is that of a linear program.
product family
    Two parties with two-valued results; λ is fixed, and what party 1 finds may depend on the
    far setting by way of its microstate: P(A, B | a, b) = P(A | a, b) P(B | a, b). Of λ_a only
    the result matters (as above), so M bounds |t(a, b) − t(a, b')| for the mean t(a, b) of A
    with values ±1; any such means occur, for a microstate that holds the setting and the
    result. At the corners of these bounds, for fixed a, all t are 1 or 1 − M, or all are -1 or
    -1 + M: a group of means that touches neither 1 nor -1 could be shifted as a whole. A form is
    linear in the means of each party, hence largest at corners.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import Any

from lpc.kernel.behaviours import ReadingError
from lpc.logic.effort import Tick, unlimited
from lpc.search.bounds import Party, Strategy, Table, count_strategies, strategies, value_of
from lpc.search.curves import Law, Piece, upper
from lpc.search.simplex import Program, maximise

ZERO, ONE, TWO = Fraction(0), Fraction(1), Fraction(2)
MAX_ROWS = 1000
MAX_CORNERS = 20_000

Values = tuple[Any, ...]


# ---- settings ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mixture:
    """The largest value at one M: how often each strategy is used at each choice of settings.

    `gain` is the most that the value can grow by with M, in the neighbourhood.
    """

    m: Fraction
    value: Fraction
    gain: Fraction
    weights: Mapping[Values, Mapping[Strategy, Fraction]]


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """A form over the settings family; λ depends on the settings of `seen` parties only."""

    table: Table
    parties: tuple[Party, ...]
    seen: tuple[int, ...]
    tick: Tick = unlimited

    def best(self, m: Fraction) -> Mixture:
        """The largest value at M = m, with its proof checked.

        The first strategy is eliminated by Σ p = 1; since the positive and the negative part
        of p − p' are equally large, distances at most M mean positive parts at most M/2.
        """
        chosen = list(strategies(self.parties))
        groups = list(product(*(self.parties[k].settings for k in self.seen)))
        values = {g: [self._part(g, s) for s in chosen] for g in groups}
        number: dict[Any, int] = {}

        def column(*key: Any) -> int:
            return number.setdefault(key, len(number))

        last = range(1, len(chosen))
        goal = {column(g, s): values[g][s] - values[g][0] for g in groups for s in last}
        rows: list[dict[int, Fraction]] = [{column(g, s): ONE for s in last} for g in groups]
        limits = [ONE] * len(rows)
        halves = []
        for one, other in combinations(groups, 2):
            for s in range(len(chosen)):
                if s:
                    row = {column(one, s): ONE, column(other, s): -ONE}
                else:
                    row = {column(one, t): -ONE for t in last}
                    row |= {column(other, t): ONE for t in last}
                rows.append(row | {column(one, other, s): -ONE})
                limits.append(ZERO)
            halves.append(len(rows))
            rows.append({column(one, other, s): ONE for s in range(len(chosen))})
            limits.append(m / 2)
        found = maximise(Program(goal, tuple(rows), tuple(limits)), self.tick)
        constant = sum((values[g][0] for g in groups), ZERO)
        gain = sum((found.prices[i] for i in halves), ZERO) / 2
        weights = {}
        for g in groups:
            shares = {chosen[s]: found.point.get(column(g, s), ZERO) for s in last}
            shares[chosen[0]] = 1 - sum(shares.values(), ZERO)
            weights[g] = {s: share for s, share in shares.items() if share}
        return Mixture(m, constant + found.value, gain, weights)

    def _part(self, group: Values, strategy: Strategy) -> Fraction:
        """What a strategy contributes where the settings that λ depends on are these."""
        inside = {
            (event, given): factor
            for (event, given), factor in self.table.items()
            if tuple(given[k] for k in self.seen) == group
        }
        value = value_of(inside, self.parties, strategy)
        if not isinstance(value, Fraction):
            raise ReadingError("the relaxation needs rational coefficients")
        return value

    def rows(self) -> int:
        """The size of the program."""
        groups = len(list(product(*(self.parties[k].settings for k in self.seen))))
        return groups * (groups - 1) // 2 * (count_strategies(self.parties) + 1)

    def corners(self) -> tuple[Mixture, ...]:
        """The ends, and every M between them where the value stops being linear.

        The value is concave in M and lies below the tangent that the prices give at any M: where
        the tangents at two ends meet, either the value does too, or a corner lies on each side.
        """
        if self.rows() > MAX_ROWS:
            raise ReadingError("too many strategies and settings for this linear program")
        first, last = self.best(ZERO), self.best(TWO)
        return (first, *self._between(first, last), last)

    def _between(self, one: Mixture, other: Mixture) -> Iterator[Mixture]:
        if one.gain * (other.m - one.m) == other.value - one.value:
            return
        if other.gain * (other.m - one.m) == other.value - one.value:
            return
        level = (other.value - other.gain * other.m) - (one.value - one.gain * one.m)
        middle = self.best(level / (one.gain - other.gain))
        if middle.value == one.value + one.gain * (middle.m - one.m):
            yield middle
            return
        before, after = list(self._between(one, middle)), list(self._between(middle, other))
        yield from before
        if _slope(before[-1] if before else one, middle) != _slope(
            middle, after[0] if after else other
        ):
            yield middle
        yield from after


def _slope(one: Mixture, other: Mixture) -> Fraction:
    return (other.value - one.value) / (other.m - one.m)


def pieces_of(corners: Sequence[Mixture], constant: Fraction) -> tuple[Piece[Any], ...]:
    """The lines between neighbouring corners."""
    found = []
    for one, other in pairwise(corners):
        slope = _slope(one, other)
        law = Law(constant + one.value - slope * one.m, slope)
        found.append(Piece(one.m, other.m, law, (one, other)))
    return tuple(found)


# ---- microstates -------------------------------------------------------------------------------

Mean = tuple[Fraction, Fraction]
"""A mean as constant + factor · M."""

Coefficients = Mapping[tuple[int, int], tuple[Fraction, Fraction, Fraction, Fraction]]
"""By numbers of settings (x, y) the factors of 1, t_A, t_B and t_A t_B."""

Means = tuple[tuple[Mean, ...], ...]
"""The means of one party: by own setting, then by far setting."""


@dataclass(frozen=True, slots=True)
class Responses:
    """The means of both parties at a corner, each by own setting and far setting."""

    means: tuple[Means, Means]


@dataclass(frozen=True, slots=True)
class MicrostateProblem:
    """A form over the product family; `dependent` are parties that may know of the far side."""

    parties: tuple[Party, Party]
    dependent: tuple[bool, bool]
    coefficients: Coefficients

    @classmethod
    def create(
        cls, table: Table, parties: tuple[Party, ...], dependent: tuple[bool, bool]
    ) -> MicrostateProblem:
        """Raises: ReadingError unless there are two parties with two-valued results."""
        if len(parties) != 2 or any(len(p.results) != 2 for p in parties):
            raise ReadingError("microstate relaxations need two parties with two-valued results")
        one, two = parties
        found = {}
        for (i, x), (j, y) in product(enumerate(one.settings), enumerate(two.settings)):
            parts = [ZERO] * 4
            for (event, given), factor in table.items():
                if given != (x, y):
                    continue
                if not isinstance(factor, Fraction):
                    raise ReadingError("the relaxation needs rational coefficients")
                # P(A = r) = (1 ± t)/2, with + for the second value, which counts as 1.
                signs = [
                    None if r is None else (-ONE if r == p.results[0] else ONE)
                    for r, p in zip(event, parties, strict=True)
                ]
                share = factor / 2 ** sum(s is not None for s in signs)
                s, t = (ZERO if sign is None else sign for sign in signs)
                for k, c in enumerate((ONE, s, t, s * t)):
                    parts[k] += share * c
            found[i, j] = (parts[0], parts[1], parts[2], parts[3])
        return cls((one, two), dependent, found)

    def corners_of(self, k: int) -> list[tuple[Mean, ...]]:
        """The corners of the means of party k for one own setting, by far setting."""
        far = len(self.parties[1 - k].settings)
        found: dict[tuple[Mean, ...], None] = {}
        for sign in (ONE, -ONE):
            steps = product((ZERO, -sign), repeat=far) if self.dependent[k] else [(ZERO,) * far]
            for drops in steps:
                found[tuple((sign, drop) for drop in drops)] = None
        return list(found)

    def candidates(self) -> Iterator[tuple[Law, Responses]]:
        """The law of every pair of corners.

        Raises: ReadingError where there are too many.
        """
        counts = [len(self.corners_of(k)) ** len(self.parties[k].settings) for k in (0, 1)]
        if counts[0] * counts[1] > MAX_CORNERS:
            raise ReadingError("too many settings for this relaxation")
        near, far = self.corners_of(0), self.corners_of(1)
        m, n = (len(p.settings) for p in self.parties)
        for mine in product(near, repeat=m):
            columns = [[(self._column(j, mine, t), t) for t in far] for j in range(n)]
            for chosen in product(*columns):
                parts = [law for law, _ in chosen]
                law = Law(
                    sum((p.constant for p in parts), ZERO),
                    sum((p.linear for p in parts), ZERO),
                    sum((p.square for p in parts), ZERO),
                )
                yield law, Responses((mine, tuple(t for _, t in chosen)))

    def _column(self, j: int, mine: Means, far: tuple[Mean, ...]) -> Law:
        """What the far setting j contributes."""
        constant, linear, square = ZERO, ZERO, ZERO
        for i, row in enumerate(mine):
            c, s, t, st = self.coefficients[i, j]
            (p, q), (u, v) = row[j], far[i]
            constant += c + s * p + t * u + st * p * u
            linear += s * q + t * v + st * (p * v + q * u)
            square += st * q * v
        return Law(constant, linear, square)

    def curve(self) -> tuple[Piece[Responses], ...]:
        """The largest value from M = 0 to M = 2."""
        return upper(self.candidates(), ZERO, TWO)
