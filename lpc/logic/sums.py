"""Sums of products of conditional probabilities, expanded into terms over atoms.

Terms
-----
term
    coefficient · Σ over `bound` of the product of `values` (the values of variables) and
    `factors`. Under the sum a product with a zero factor is 0, even where another factor is
    undefined (DESIGN 5); otherwise it is defined where every condition has positive probability.
summation
    One line of a derivation: a sum of terms. A product of sums means its expansion, in which
    products are distributed and sums stand in front.

An equation between summations is asserted for every value of its free variables at which both
sides are defined and every condition over free variables alone has positive probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lpc.logic import expressions as e
from lpc.logic.diagnostics import LpcError, Span
from lpc.logic.statements import Conditional
from lpc.logic.variables import Composites

Atoms = frozenset[str]

MAX_TERMS = 2000


class SumError(LpcError):
    """An expression that is no sum of products; `clash` when a name is bound and free."""

    def __init__(self, reason: str, span: Span, *, clash: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span
        self.clash = clash


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient · Σ[bound] values · factors; `values` are sorted, factors as written."""

    coefficient: Fraction
    bound: Atoms
    values: tuple[str, ...]
    factors: tuple[Conditional, ...]

    @property
    def names(self) -> Atoms:
        """Every variable of the term."""
        inside = (f.event | f.given for f in self.factors)
        return frozenset(self.values).union(self.bound, *inside)

    @property
    def free(self) -> Atoms:
        """The variables that are not summed over."""
        return self.names - self.bound


@dataclass(frozen=True, slots=True)
class Summation:
    """A line of a derivation with sums: its text, and its terms."""

    text: str
    terms: tuple[Term, ...]
    integral: bool = False

    def __str__(self) -> str:
        return self.text


def terms_of(expression: e.Expression, composites: Composites) -> tuple[Term, ...]:
    """The expansion of an expression made of sums, products, numbers, values and P(…).

    Raises: SumError.

    >>> p = e.Chance((e.Event("A"),), (e.Event("a"),))
    >>> mean = e.SumOver(("A",), e.Times(e.Variable("A"), (("*", p),)))
    >>> [(str(t.coefficient), sorted(t.bound), t.values) for t in terms_of(mean, Composites())]
    [('1', ['A'], ('A',))]
    """
    match expression:
        case e.Number(value):
            return (Term(value, frozenset(), (), ()),)
        case e.Variable(name):
            if composites.expand((name,)) != {name}:
                raise SumError(f"the value of the composite `{name}` is a tuple", expression.span)
            return (Term(Fraction(1), frozenset(), (name,), ()),)
        case e.Chance():
            return _chance(expression, composites)
        case e.Plus(terms):
            found: list[Term] = []
            for sign, part in terms:
                factor = Fraction(-1 if sign == "-" else 1)
                found += [_scaled(t, factor) for t in terms_of(part, composites)]
            return tuple(found)
        case e.Times(first, rest):
            product = terms_of(first, composites)
            for op, part in rest:
                product = _multiplied(product, op, terms_of(part, composites), part.span)
            return product
        case e.SumOver(names, body):
            return _summed(expression, composites.expand(names), terms_of(body, composites))
    raise SumError("this is no sum of products of probabilities", expression.span)


def _chance(node: e.Chance, composites: Composites) -> tuple[Term, ...]:
    if any(event.value is not None for event in (*node.event, *node.given)):
        raise SumError("a value inside P(…)", node.span)
    sides = (composites.expand(x.name for x in side) for side in (node.event, node.given))
    factor = Conditional.create(*sides)
    return (Term(Fraction(1), frozenset(), (), (factor,) if factor.event else ()),)


def _scaled(term: Term, factor: Fraction) -> Term:
    return Term(term.coefficient * factor, term.bound, term.values, term.factors)


def _multiplied(
    left: tuple[Term, ...], op: str, right: tuple[Term, ...], span: Span
) -> tuple[Term, ...]:
    if op == "/":
        match right:
            case (Term(value, _, (), ()),) if value and not right[0].bound:
                return tuple(_scaled(t, 1 / value) for t in left)
        raise SumError("a division by what is no number", span)
    if op != "*":
        raise SumError(f"`{op}`", span)
    if len(left) * len(right) > MAX_TERMS:
        raise SumError(f"more than {MAX_TERMS} terms", span)
    found = []
    for one in left:
        for two in right:
            clash = (one.bound & two.names) | (two.bound & one.names)
            if clash:
                name = min(clash)
                text = f"`{name}` is summed over in one factor and stands in another"
                raise SumError(text, span, clash=True)
            found.append(
                Term(
                    one.coefficient * two.coefficient,
                    one.bound | two.bound,
                    tuple(sorted((*one.values, *two.values))),
                    (*one.factors, *two.factors),
                )
            )
    return tuple(found)


def _summed(node: e.SumOver, names: Atoms, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    found = []
    for term in terms:
        if names & term.bound:
            text = f"`{min(names & term.bound)}` is summed over twice"
            raise SumError(text, node.span, clash=True)
        if not names <= term.names:
            missing = min(names - term.names)
            raise SumError(f"the sum over `{missing}` is of something without it", node.span)
        found.append(Term(term.coefficient, term.bound | names, term.values, term.factors))
    return tuple(found)
