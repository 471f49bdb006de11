"""The largest value of the smallest of several linear forms over mixtures of vertices.

A mixture of vertices may make the smallest form larger than any vertex does: |x| takes its
smallest value inside. By linear programming duality the largest such value is that of one
weighted mean of the forms at a vertex. The weights are the certificate, for the kernel to check;
the mixture is a model in the making.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lpc.exact import Number
from lpc.kernel.forms import BoundError, Piece
from lpc.kernel.inequalities import Mixture, Vertex, vertices
from lpc.logic.effort import Tick, unlimited
from lpc.search.simplex import Program, maximise

ONE = Fraction(1)
MAX_COLUMNS = 1024

Values = tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Saddle:
    """Weights of the forms, and vertices with their weights, that reach the same value."""

    forms: tuple[Fraction, ...]
    vertices: tuple[tuple[tuple[Vertex, ...], Fraction], ...]
    """For each vertex of the mixture its entry for every form of the piece, and its weight."""


def saddle(
    piece: Piece,
    mixture: Mixture,
    alphabets: Mapping[str, tuple[Any, ...]],
    tick: Tick = unlimited,
) -> Saddle:
    """Where the smallest form of a piece is largest over all mixtures of vertices.

    Raises: BoundError where there are too many vertices or the coefficients are irrational.
    """
    columns: dict[Values, tuple[Vertex, ...]] = {}
    for row in zip(*(vertices(f, mixture, alphabets, tick) for f in piece), strict=True):
        columns.setdefault(tuple(v.value for v in row), row)
    if len(columns) > MAX_COLUMNS:
        raise BoundError("too many vertices for minus an absolute value")
    weights, chosen = game(tuple(columns), tick)
    every = tuple(columns.values())
    return Saddle(weights, tuple((every[k], w) for k, w in chosen.items()))


def game(
    columns: tuple[Values, ...], tick: Tick = unlimited
) -> tuple[tuple[Fraction, ...], dict[int, Fraction]]:
    """Weights of rows and of columns at the value of a matrix game, by linear programming.

    The columns' player wants the smallest mean row large, the rows' player the largest column.
    Raises: BoundError where a value is irrational.

    >>> game(((Fraction(0), Fraction(2)), (Fraction(2), Fraction(0))))
    ((Fraction(1, 2), Fraction(1, 2)), {0: Fraction(1, 2), 1: Fraction(1, 2)})
    """
    exact = [[v for v in column if isinstance(v, Fraction)] for column in columns]
    if any(len(one) < len(column) for one, column in zip(exact, columns, strict=True)):
        raise BoundError("minus an absolute value beside irrational coefficients")
    # NB: raised so that all values are positive, which makes the value of the game so too.
    raised = 1 - min(min(column) for column in exact)
    rows: list[dict[int, Fraction]] = []
    for j in range(len(columns[0])):
        row = {1 + k: -(column[j] + raised) for k, column in enumerate(exact)}
        rows.append({0: ONE, **row})
    rows.append({1 + k: ONE for k in range(len(columns))})
    limits = (*(Fraction(0) for _ in columns[0]), ONE)
    optimum = maximise(Program({0: ONE}, tuple(rows), limits), tick)
    chosen = {k - 1: w for k, w in sorted(optimum.point.items()) if k and w}
    return optimum.prices[:-1], chosen
