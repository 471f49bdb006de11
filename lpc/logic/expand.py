"""From formulas as written to statements over atoms: composites expanded, names resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lpc.logic.formulas import (
    CommonCauses,
    Conjunction,
    Determined,
    Equation,
    Formula,
    Independent,
    LocalCausality,
    Positive,
    Reference,
)
from lpc.logic.statements import Conditional, Independence, Monomials, Positivity, Statement
from lpc.logic.terms import Product
from lpc.logic.variables import Composites


def conditionals_of(product: Product, composites: Composites) -> tuple[Conditional, ...]:
    """The factors of a product over atoms; factors with nothing left of the bar are 1."""
    expanded = (
        Conditional.create(composites.expand(f.event), composites.expand(f.given))
        for f in product.factors
    )
    return tuple(f for f in expanded if f.event)


def monomials_of(left: Product, right: Product, composites: Composites) -> Monomials:
    """The equation left = right over atoms."""
    return Monomials(conditionals_of(left, composites), conditionals_of(right, composites))


def statements_of(
    formula: Formula,
    composites: Composites,
    named: Mapping[str, Formula],
    local_causality: Callable[[], tuple[Statement, ...]] = tuple,
    common_causes: Callable[[], tuple[Statement, ...]] = tuple,
) -> tuple[Statement, ...]:
    """All that a formula says, as statements over atoms.

    `named` resolves references to definitions; `local_causality` and `common_causes` are
    asked, where they are needed, for what the spacetime or the graph makes of these principles.

    >>> from lpc.logic import Independent
    >>> whole = Composites.create({"λ_Σ": ("λ", "λ_E")})
    >>> [str(s) for s in statements_of(Independent(("A",), ("λ_Σ",), ("λ",)), whole, {})]
    ['A ⊥ λ_E | λ']
    """
    match formula:
        case Independent(x, y, z):
            sides = (composites.expand(side) for side in (x, y, z))
            return (Independence.create(*sides),)
        case Equation(left, right):
            return (monomials_of(left, right, composites),)
        case Determined(names, by):
            atoms, given = composites.expand(names), composites.expand(by)
            return (Independence.create(atoms, atoms, given),)
        case Positive(names):
            return (Positivity(composites.expand(names)),)
        case LocalCausality():
            return local_causality()
        case CommonCauses():
            return common_causes()
        case Reference(name):
            return statements_of(named[name], composites, named, local_causality, common_causes)
        case Conjunction(parts):
            return tuple(
                s
                for part in parts
                for s in statements_of(part, composites, named, local_causality, common_causes)
            )
