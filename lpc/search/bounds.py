"""Extreme values of a linear form over local, quantum and all behaviours, exactly.

Terms
-----
party
    One result, and the setting that it depends on.
strategy
    A deterministic local behaviour: for each party the result at each setting. Every local
    behaviour is a mixture of these, so a form takes its largest local value at one of them.
correlators
    E(x, y) = sum[A, B] A B P(A, B | a = x, b = y) for two parties with results -1 and +1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, TypeVar

from lpc.exact import ZERO, Number, NumberError, square_root
from lpc.kernel.behaviours import Form, ReadingError
from lpc.logic.effort import Tick, unlimited

MAX_STRATEGIES = 1_000_000

T = TypeVar("T")
Values = tuple[Any, ...]
Table = dict[tuple[Values, Values], Number]
"""Coefficients by results and settings, party by party; None for one that is left out."""


@dataclass(frozen=True, slots=True)
class Party:
    """A result and its setting, each with the values it takes."""

    result: str
    setting: str
    results: Values
    settings: Values


Strategy = tuple[tuple[Any, ...], ...]
"""For each party the result at each setting, in the order of its settings."""


def coefficients(form: Form, parties: tuple[Party, ...]) -> Table:
    """The form by party.

    Raises: ReadingError where a probability is not one of results given settings.
    """
    results, settings = {p.result for p in parties}, {p.setting for p in parties}
    found: Table = {}
    for factor, (left, right) in form.terms:
        event, given = dict(left), dict(right)
        if set(event) - results or set(given) - settings:
            raise ReadingError("a probability is not one of results given settings")
        key = (
            tuple(event.get(p.result) for p in parties),
            tuple(given.get(p.setting) for p in parties),
        )
        found[key] = found.get(key, ZERO) + factor
    return {key: factor for key, factor in found.items() if factor != 0}


def strategies(parties: tuple[Party, ...]) -> Iterator[Strategy]:
    """All deterministic local strategies."""
    return product(*(product(p.results, repeat=len(p.settings)) for p in parties))


def count_strategies(parties: tuple[Party, ...]) -> int:
    """How many there are."""
    return prod(len(p.results) ** len(p.settings) for p in parties)


def value_of(table: Table, parties: tuple[Party, ...], strategy: Strategy) -> Number:
    """What a strategy makes of a form, the constant left out."""
    answers = [
        dict(zip(p.settings, s, strict=True)) for p, s in zip(parties, strategy, strict=True)
    ]
    return sum(
        (
            factor
            for (event, given), factor in table.items()
            if all(
                r is None or answer[x] == r
                for r, x, answer in zip(event, given, answers, strict=True)
            )
        ),
        ZERO,
    )


def local_maximum(
    table: Table, parties: tuple[Party, ...], tick: Tick = unlimited
) -> tuple[Number, Strategy]:
    """The largest value of any strategy, and the first that reaches it.

    All parties but the last are enumerated; the last answers each setting as is best.
    Raises: ReadingError where there are too many strategies, or a result comes without setting.
    """
    for event, given in table:
        for r, x, party in zip(event, given, parties, strict=True):
            if r is not None and x is None:
                raise ReadingError(
                    f"P({party.result} = {r} | …) does not say what {party.setting} is"
                )
    if count_strategies(parties[:-1]) > MAX_STRATEGIES:
        raise ReadingError(f"more than {MAX_STRATEGIES} strategies")
    last = parties[-1]
    best: tuple[Number, Strategy] | None = None
    for others in strategies(parties[:-1]):
        tick(1 + len(table))
        answers = [
            dict(zip(p.settings, s, strict=True)) for p, s in zip(parties[:-1], others, strict=True)
        ]
        total: Number = ZERO
        gains: dict[Any, dict[Any, Number]] = {
            x: dict.fromkeys(last.results, ZERO) for x in last.settings
        }
        for (event, given), factor in table.items():
            told = zip(event[:-1], given[:-1], answers, strict=True)
            if not all(r is None or answer[x] == r for r, x, answer in told):
                continue
            if event[-1] is None:
                total += factor
            else:
                gain = gains[given[-1]]
                gain[event[-1]] += factor
        chosen: list[Any] = []
        for gain in gains.values():
            answer = _best(gain)
            chosen.append(answer)
            total += gain[answer]
        if best is None or total > best[0]:
            best = total, (*others, tuple(chosen))
    if best is None:
        raise ReadingError("there is no strategy")
    return best


def _best(gains: Mapping[T, Number]) -> T:
    """The first key with the largest number."""
    found = next(iter(gains))
    for key, gain in gains.items():
        if gain > gains[found]:
            found = key
    return found


def algebraic_maximum(
    table: Table, parties: tuple[Party, ...], tick: Tick = unlimited
) -> tuple[Number, tuple[tuple[Values, Values], ...]] | None:
    """The largest value over all P(results | settings), with the results at each setting.

    None where a probability leaves a setting open: then it also depends on how settings are
    chosen.
    """
    contexts: dict[Values, Table] = {}
    for (event, given), factor in table.items():
        if any(x is None for x in given):
            return None
        contexts.setdefault(given, {})[event, given] = factor
    total: Number = ZERO
    chosen = []
    for given in product(*(p.settings for p in parties)):
        inside = contexts.get(given, {})
        gains: dict[Values, Number] = {}
        for outcome in product(*(p.results for p in parties)):
            tick(1 + len(inside))
            gain: Number = ZERO
            for (event, _), factor in inside.items():
                if all(r is None or r == o for r, o in zip(event, outcome, strict=True)):
                    gain += factor
            gains[outcome] = gain
        best = _best(gains)
        total += gains[best]
        chosen.append((given, best))
    return total, tuple(chosen)


def correlators(table: Table, parties: tuple[Party, ...]) -> Mapping[Values, Number] | None:
    """The form as a sum of factor · E(x, y), by (x, y); None where it is no such sum.

    Also None unless there are two parties with two settings and results -1 and +1 each. A
    constant left over, as in P(A = B | a, b), is kept with the key ().
    """
    if len(parties) != 2 or any(len(p.settings) != 2 for p in parties):
        return None
    if any(set(p.results) != {-1, 1} for p in parties):
        return None
    found: dict[Values, Number] = {(): ZERO}
    for given in product(*(p.settings for p in parties)):
        part = {
            outcome: table.get((outcome, given), ZERO) for outcome in product((-1, 1), repeat=2)
        }
        if part[-1, -1] != part[1, 1] or part[-1, 1] != part[1, -1]:
            return None
        half = Fraction(1, 2)
        same, other = half * part[1, 1], half * part[1, -1]
        found[given] = same - other
        found[()] += same + other
    covered = {(o, g) for g in found if g for o in product((-1, 1), repeat=2)}
    return found if set(table) <= covered else None


def quantum_maximum(factors: Mapping[Values, Number]) -> tuple[Number, Number]:
    """The largest quantum value of a sum of factor · E(x, y), and cos θ that reaches it.

    Quantum correlators are the inner products of unit vectors u_x, v_y, and all such products
    occur (Tsirelson 1980; two-dimensional vectors do here, with a singlet and spins in a
    plane). For given u_0, u_1 at angle θ the best v_y is along c_0y u_0 + c_1y u_1, so the
    value is sum[y] √(c_0y² + c_1y² + 2 c_0y c_1y cos θ). That is concave in cos θ: the largest
    value is at -1, at 1 or where the derivative is zero.

    Returns: the value without the constant, and cos θ.
    Raises: NumberError where a root is beyond exact arithmetic.
    """
    keys = [key for key in factors if key]
    rows = sorted({x for x, _ in keys}, key=str)
    columns = sorted({y for _, y in keys}, key=str)
    sums, products = [], []
    for y in columns:
        one, two = factors[rows[0], y], factors[rows[1], y]
        sums.append(one * one + two * two)
        products.append(2 * one * two)
    candidates: list[Number] = [Fraction(1), Fraction(-1)]
    (p, q), (b, d) = sums, products
    if b * d < 0:
        cosine = (d * d * p - b * b * q) / (b * d * (b - d))
        if -1 < cosine < 1:
            candidates.insert(0, cosine)
    best: tuple[Number, Number] | None = None
    for cosine in candidates:
        roots = (square_root(s + m * cosine) for s, m in zip(sums, products, strict=True))
        total = sum(roots, ZERO)
        if best is None or total > best[0]:
            best = total, cosine
    if best is None:
        raise NumberError("there is no value")
    return best
