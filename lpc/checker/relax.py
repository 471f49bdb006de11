"""`lpc relax`: the largest value of a quantity when an assumption fails by a given amount."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lpc.checker.bounds import quantum, read_quantity
from lpc.checker.context import Context
from lpc.checker.families import Family, Kind, family_of, words
from lpc.checker.strategies import told_behaviour, told_means, told_mixtures
from lpc.checker.witnesses import (
    Case,
    correlated_cases,
    product_cases,
    settings_cases,
    witness,
)
from lpc.exact import Number, NumberError
from lpc.kernel.behaviours import Form, ReadingError
from lpc.language.document import Document
from lpc.logic.effort import EFFORT, Effort
from lpc.report.relaxed import Corner, Crossing, Point, Relaxed, Stretch, Witness
from lpc.search.bounds import Party, Table, algebraic_maximum
from lpc.search.correlated import Bracket, CorrelatedProblem, measure_at
from lpc.search.curves import Law, Piece, Share, upper
from lpc.search.relaxed import (
    ONE,
    TWO,
    ZERO,
    MicrostateProblem,
    SettingsProblem,
    pieces_of,
)

FINE = 80
LARGEST = 10**15
"""Of coefficients and their inverses: what is plotted has to fit on an axis."""

Pieces = tuple[Piece[Any], ...]
Brackets = Callable[[Number], Bracket]


@dataclass(frozen=True, slots=True)
class Curve:
    """The maximum piece by piece, or only between bounds at each M; what is told of it.

    `cases` makes the cases of a model that reaches the value at M (the lower bound).
    """

    pieces: Pieces
    cases: Callable[[Number], Iterable[Case]]
    brackets: Brackets | None = None
    stretches: tuple[Stretch, ...] = ()
    corners: tuple[Corner, ...] = ()

    def at(self, m: Number) -> Point:
        """What is known at one M."""
        if self.brackets is not None:
            found = self.brackets(m)
            return Point(m, found.low, found.high)
        value = self.piece(m).law.at(m)
        return Point(m, value, value)

    def piece(self, m: Number) -> Piece[Any]:
        """The piece that M is in."""
        return next(p for p in self.pieces if p.start <= m <= p.end)


def relax(
    document: Document,
    name: str,
    assumptions: Sequence[str],
    points: int = 11,
    told: Iterable[tuple[str, str]] = (),
    holding: Sequence[str] = (),
    *,
    effort: int | None = EFFORT,
    timeout: float | None = None,
) -> Relaxed:
    """The maximum of a quantity as a function of M.

    Args: `holding`, assumptions that do not fail and narrow the family down.
    Raises: ReadingError, EvaluationError, LimitReached; NumberError beyond exact arithmetic.
    """
    if points < 2:
        raise ReadingError("at least two points are needed")
    context = Context(document, Effort(effort, timeout))
    forms, parties, tables = read_quantity(context, name, told)
    if any(x is None for table in tables for _, given in table for x in given):
        raise ReadingError("a probability leaves the setting of some party open")
    _check_sizes(tables)
    family = family_of(context, assumptions, holding, parties)
    constants = [_rational(form) for form in forms]
    curve = _CURVES[family.kind](family, tables, constants, context)
    table = _points(curve, points)
    crossings = _crossings(curve, table, forms, parties, tables)
    formulas = {n: str(a.formula) for n, a in context.formulas.items()}
    return Relaxed(
        document.path,
        name,
        tuple((a, formulas[a]) for a in assumptions),
        tuple((a, formulas[a]) for a in holding),
        *words(context, family),
        curve.stretches,
        curve.corners,
        crossings,
        table,
        _fine(curve),
        _witnesses(context, family, name, curve, crossings),
    )


def _rational(form: Form) -> Fraction:
    if not isinstance(form.constant, Fraction):
        raise ReadingError("the relaxation needs rational coefficients")
    return form.constant


def _check_sizes(tables: Sequence[Table]) -> None:
    factors = [factor for table in tables for factor in table.values()]
    if not all(isinstance(factor, Fraction) for factor in factors):
        raise ReadingError("the relaxation needs rational coefficients")
    sizes = [abs(factor) for factor in factors if isinstance(factor, Fraction)]
    if any(not 1 <= size * LARGEST <= LARGEST**2 for size in sizes):
        raise ReadingError("the relaxation needs coefficients between 10^-15 and 10^15 in size")


# Curves.


def _settings(
    family: Family, tables: Sequence[Table], constants: Sequence[Fraction], context: Context
) -> Curve:
    parties, tick = family.parties, context.effort.tick
    problems = [SettingsProblem(table, parties, family.seen, tick) for table in tables]
    curves = [
        pieces_of(p.corners(), constant) for p, constant in zip(problems, constants, strict=True)
    ]
    pieces = _largest(curves)

    def cases(m: Number) -> Iterator[Case]:
        inside = [p for pieces in curves for p in pieces if p.start <= m <= p.end]
        value = max(p.law.at(m) for p in inside)
        found = next(p for p in inside if p.law.at(m) == value)
        return settings_cases(found.source, m, family)

    stretches = tuple(Stretch(p.start, p.end, str(p.law)) for p in pieces)
    return Curve(pieces, cases, None, stretches, told_mixtures(pieces, parties, family.seen))


def _product(
    family: Family, tables: Sequence[Table], constants: Sequence[Fraction], context: Context
) -> Curve:
    parties = family.parties
    pieces = upper(
        [
            (_raised(law, constant), found)
            for table, constant in zip(tables, constants, strict=True)
            for law, found in MicrostateProblem.create(table, parties, family.knows).candidates()
        ],
        ZERO,
        TWO,
    )

    def cases(m: Number) -> Iterator[Case]:
        found = next(p for p in pieces if p.start <= m <= p.end)
        return product_cases(found.source, m, (parties[0], parties[1]))

    stretches = tuple(
        Stretch(p.start, p.end, str(p.law), told_means(parties, p.source)) for p in pieces
    )
    return Curve(pieces, cases, None, stretches)


def _correlated(
    family: Family, tables: Sequence[Table], constants: Sequence[Fraction], context: Context
) -> Curve:
    parties = family.parties
    problems = [
        CorrelatedProblem(
            MicrostateProblem.create(table, parties, family.knows).coefficients, context.effort.tick
        )
        for table in tables
    ]
    raised = list(zip(problems, constants, strict=True))

    def brackets(m: Number) -> Bracket:
        found = [(p.bracket(m), constant) for p, constant in raised]
        low = max(b.low + c for b, c in found)
        high = max(b.high + c for b, c in found)
        best = next(b for b, c in found if b.low + c == low)
        return Bracket(m, low, high, best.behaviour)

    def cases(m: Number) -> Iterator[Case]:
        return correlated_cases(brackets(m).behaviour, parties)

    if not all(p.is_tight for p in problems):
        return Curve((), cases, brackets)
    # Each law is linear in X = 2 M/(2 + M), which grows with M from 0 to 1.
    laws = [(_raised(p.law(), constant), p) for p, constant in raised]
    pieces = tuple(
        Piece(measure_at(p.start), measure_at(p.end), Share(p.law.constant, p.law.linear), p.source)
        for p in upper(laws, ZERO, ONE)
        if isinstance(p.law, Law)
    )
    stretches = tuple(
        Stretch(p.start, p.end, str(p.law), told_behaviour(parties, p.source)) for p in pieces
    )
    return Curve(pieces, cases, None, stretches)


_CURVES = {Kind.SETTINGS: _settings, Kind.PRODUCT: _product, Kind.CORRELATED: _correlated}


def _raised(law: Law, constant: Fraction) -> Law:
    return Law(law.constant + constant, law.linear, law.square)


def _largest(curves: Sequence[Pieces]) -> Pieces:
    """The largest of some curves: between all their corners each follows one law."""
    marks = sorted({p.start for pieces in curves for p in pieces} | {TWO}, key=float)
    found: list[Piece[Any]] = []
    for start, end in pairwise(marks):
        inside = [
            (p.law, p.source)
            for pieces in curves
            for p in pieces
            if p.start <= start < p.end and isinstance(p.law, Law)
        ]
        for piece in upper(inside, start, end):
            if found and found[-1].law == piece.law:
                piece = Piece(found[-1].start, piece.end, piece.law, found[-1].source)
                found.pop()
            found.append(piece)
    return tuple(found)


def _points(curve: Curve, count: int) -> tuple[Point, ...]:
    return tuple(curve.at(Fraction(2 * k, count - 1)) for k in range(count))


def _fine(curve: Curve) -> tuple[Point, ...]:
    """Enough points for a plot, with all ends of pieces."""
    marks = {Fraction(2 * k, FINE) for k in range(FINE + 1)} | {p.start for p in curve.pieces}
    return tuple(curve.at(m) for m in sorted(marks))


# Where values of interest are reached.


def _crossings(
    curve: Curve,
    table: Sequence[Point],
    forms: Sequence[Form],
    parties: tuple[Party, ...],
    tables: Sequence[Table],
) -> tuple[Crossing, ...]:
    """Where the quantum and the algebraic maximum are reached; the local one is at M = 0."""
    values: list[tuple[str, Number]] = []
    if (best := quantum(forms, parties, tables).value) is not None:
        values.append(("quantum", best))
    tops: list[Number] = []
    for form, part in zip(forms, tables, strict=True):
        found = algebraic_maximum(part, parties)
        if found is not None:
            tops.append(form.constant + found[0])
    if tops:
        values.append(("algebraic", max(tops)))
    return tuple(_crossing(curve, table, name, value) for name, value in values)


def _crossing(curve: Curve, table: Sequence[Point], name: str, value: Number) -> Crossing:
    if curve.brackets is None:
        return Crossing(name, value, _first(curve.pieces, value))
    below = [p.m for p in table if p.high < value]
    above = [p.m for p in table if p.low >= value]
    return Crossing(name, value, None, max(below, default=None), min(above, default=None))


def _first(pieces: Pieces, value: Number) -> Number | None:
    for piece in pieces:
        if piece.law.at(piece.start) >= value:
            return piece.start
        try:
            found = piece.law.reaches(value, piece.start, piece.end)
        except NumberError:
            return None
        if found is not None:
            return found
    return None


def _witnesses(
    context: Context,
    family: Family,
    quantity: str,
    curve: Curve,
    crossings: Sequence[Crossing],
) -> tuple[Witness, ...]:
    """A model where each value of interest is reached, else one at M = 1."""
    marks = [c.m if c.m is not None else c.reached for c in crossings]
    found: list[Witness] = []
    for m in dict.fromkeys(m for m in (*marks, ONE) if m is not None and m > 0):
        if m == ONE and found:
            break
        try:
            told = witness(context, family, quantity, m, curve.at(m).low, curve.cases(m))
        except NumberError:
            continue
        found += [] if told is None else [told]
    return tuple(found)
