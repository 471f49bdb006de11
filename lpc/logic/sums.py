"""Sums of products of conditional probabilities as terms over slots.

Terms
-----
term
    coefficient · Σ over `bound` of the product of `values` (the values of variables) and
    `factors`. Under the sum a product with a zero factor is 0, even where another factor is
    undefined (DESIGN 5); otherwise it is defined where every condition has positive probability.
    What stands in values and factors are slots (`lpc.logic.slots`): a sum binds copies of its
    own, so a variable may be summed over in one factor and stand free in another.
summation
    One line of a derivation: a sum of terms. A product of sums means its expansion, in which
    products are distributed and sums stand in front.

An equation between summations is asserted for every value of its free variables at which both
sides are defined and every condition over free slots alone has positive probability. A variable
held at a value is free in this sense: the equation says something where that value may occur.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from lpc.logic.slots import copy_of, is_held, moved_factor, variable_of
from lpc.logic.statements import Conditional

Atoms = frozenset[str]


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient · Σ[bound] values · factors; `values` are sorted, factors as written."""

    coefficient: Fraction
    bound: Atoms
    values: tuple[str, ...]
    factors: tuple[Conditional, ...]

    @property
    def names(self) -> Atoms:
        """Every slot of the term."""
        inside = (f.event | f.given for f in self.factors)
        return frozenset(self.values).union(self.bound, *inside)

    @property
    def free(self) -> Atoms:
        """The slots that are not summed over."""
        return self.names - self.bound

    def renamed(self, slots: dict[str, str]) -> Term:
        """The term with other slots in the place of some."""
        return Term(
            self.coefficient,
            frozenset(slots.get(s, s) for s in self.bound),
            tuple(sorted(slots.get(s, s) for s in self.values)),
            tuple(moved_factor(f, slots) for f in self.factors),
        )


Terms = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Summation:
    """A line of a derivation with sums: its text, and its terms."""

    text: str
    terms: Terms
    integral: bool = False

    def __str__(self) -> str:
        return self.text


def free_slots(terms: Iterable[Term]) -> Atoms:
    """The slots that are free in some term."""
    return frozenset[str]().union(*(t.free for t in terms))


def set_apart(terms: Terms, taken: Atoms) -> Terms:
    """The terms with bound variables under their own names, and as copies where those are taken.

    >>> one = Term(Fraction(1), frozenset({"A#9"}), (), (Conditional.create({"A#9"}, {"a"}),))
    >>> [sorted(set_apart((one,), frozenset(taken))[0].bound) for taken in ("", "A")]
    [['A'], ['A#2']]
    """
    return tuple(_set_apart(term, taken | term.free) for term in terms)


def _set_apart(term: Term, taken: Atoms) -> Term:
    used = set(taken)
    chosen: dict[str, str] = {}
    for slot in sorted(term.bound, key=lambda s: (variable_of(s), _place(term, s), len(s), s)):
        variable, number = variable_of(slot), 1
        name = variable
        while name in used:
            number += 1
            name = copy_of(variable, number)
        used.add(name)
        chosen[slot] = name
    return term.renamed(chosen)


def _place(term: Term, slot: str) -> list[tuple[bool, list[str], bool, list[str]]]:
    """Where a bound slot stands, in words that do not depend on its name: a key to sort by."""

    def others(side: Atoms) -> list[str]:
        return sorted(variable_of(s) if s in term.bound else s for s in side if s != slot)

    return sorted(
        (slot in f.given, others(f.event), slot in term.values, others(f.given))
        for f in term.factors
        if slot in f.event | f.given
    )


def is_well_formed(term: Term) -> bool:
    """Whether every factor has a variable in one slot at most, and no held one is summed over."""
    sides = (f.event | f.given for f in term.factors)
    return not any(map(is_held, (*term.bound, *term.values))) and all(
        len(set(map(variable_of, side))) == len(side) for side in sides
    )
