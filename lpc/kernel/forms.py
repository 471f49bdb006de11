"""Expressions in probabilities as linear forms, exactly.

Terms
-----
quantity
    An expression in probabilities, piecewise linear: the largest of some *pieces*, each the
    smallest of some linear forms. |x| is the larger of x and −x; −|x| is the smaller of them.
linear form
    A number plus a combination of P(X = x | Y = y) over *outcomes* X and *settings* Y. Sums over
    variables that stand in products P(X, h | Y) = P(X | h, Y) P(h | Y) are carried out: total
    probability. Settings with one value throughout are the *context* K.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from lpc.exact import ZERO, Number
from lpc.logic import LpcError, Span

Atoms = frozenset[str]
Value = Any
Label = tuple[str, Value]
Labels = frozenset[Label]
Factor = tuple[Labels, Labels]


class BoundError(LpcError):
    """The route cannot handle an inequality: why, and at which place if that is known."""

    def __init__(self, reason: str, span: Span | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


@dataclass(frozen=True, slots=True)
class Hidden:
    """The value of a variable that is summed over without being given values."""

    name: str


@dataclass(frozen=True)
class LinearForm:
    """`constant` plus coefficients times P(event | given); coefficients may be 0 in a piece."""

    constant: Number
    terms: tuple[tuple[Number, Factor], ...]

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """The variables left of a bar, sorted."""
        return tuple(sorted({name for _, (event, _) in self.terms for name, _ in event}))

    @cached_property
    def context(self) -> Mapping[str, Value]:
        """The settings that have one value in every term."""
        givens = [dict(given) for _, (_, given) in self.terms]
        first = givens[0] if givens else {}
        shared = (n for n in sorted(first) if all(n in g and g[n] == first[n] for g in givens))
        return {name: first[name] for name in shared}

    @cached_property
    def shapes(self) -> tuple[tuple[tuple[str, ...], Atoms], ...]:
        """The names left and right of a bar, sorted and as a set, each pair once."""
        pairs = (
            (tuple(sorted(name for name, _ in event)), frozenset(name for name, _ in given))
            for _, (event, given) in self.terms
        )
        return tuple(dict.fromkeys(pairs))

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """The other variables right of a bar, sorted."""
        names = {name for _, (_, given) in self.terms for name, _ in given}
        return tuple(sorted(names - set(self.context)))


Piece = tuple[LinearForm, ...]
"""Linear forms in the same probabilities, of which the smallest counts."""


def combined(piece: Piece, weights: tuple[Fraction, ...]) -> LinearForm:
    """A weighted mean of the forms of a piece, hence nowhere less than the smallest of them.

    Raises: BoundError unless the weights are at least 0 and add up to 1.
    """
    if len(weights) != len(piece) or sum(weights) != 1 or any(w < 0 for w in weights):
        raise BoundError("weights that are no mean")
    constant = sum((w * form.constant for w, form in zip(weights, piece, strict=True)), ZERO)
    terms = []
    for k, (_, factor) in enumerate(piece[0].terms):
        if any(form.terms[k][1] != factor for form in piece):
            raise BoundError("forms in different probabilities")
        total = sum((w * f.terms[k][0] for w, f in zip(weights, piece, strict=True)), ZERO)
        terms.append((total, factor))
    return LinearForm(constant, tuple(terms))


def together(forms: list[LinearForm]) -> Piece:
    """The forms of one piece with the same terms, so that they share context and settings."""
    distinct = list(dict.fromkeys(forms))
    if len(distinct) == 1:
        return (distinct[0],)
    tables = [{factor: c for c, factor in form.terms} for form in distinct]
    factors = sorted({f for table in tables for f in table}, key=order)
    return tuple(
        LinearForm(form.constant, tuple((table.get(f, ZERO), f) for f in factors))
        for form, table in zip(distinct, tables, strict=True)
    )


def order(factor: Factor) -> tuple[list[str], list[str]]:
    """A sort key of probabilities."""
    return tuple(sorted(f"{n}={v!r}" for n, v in side) for side in factor)  # type: ignore[return-value]
