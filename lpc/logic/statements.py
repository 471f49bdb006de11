"""Statements about sets of atoms: what the kernel proves and the search looks for.

Terms
-----
independence
    X ⊥ Y | Z: p(x,y,z) p(z) = p(x,z) p(y,z) for all values. The two sides are unordered
    (symmetry is part of the statement) and Z is taken out of both. A variable on both sides
    is then a function of Z, so "X is determined by Z" is X ⊥ X | Z.
conditional
    P(X | Y), standing for the vector e(X∪Y) − e(Y) over sets of variables.
monomials
    An equation between two products of conditionals, asserted at every point where each
    conditioning event has positive probability.
positivity
    Every joint value of a set has positive probability.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Atoms = frozenset[str]


@dataclass(frozen=True, slots=True)
class Independence:
    """X ⊥ Y | Z over atoms; build it with `create`, which makes the one canonical form.

    >>> Independence.create("A", ["b", "a"], "a") == Independence.create("b", "A", "a")
    True
    """

    x: Atoms
    y: Atoms
    z: Atoms

    @classmethod
    def create(cls, x: Iterable[str], y: Iterable[str], z: Iterable[str] = ()) -> Independence:
        """The canonical form: Z removed from both sides, the sides in sorted order."""
        given = frozenset(z)
        sides = sorted((frozenset(x) - given, frozenset(y) - given), key=sorted)
        return cls(sides[0], sides[1], given)

    @property
    def is_trivial(self) -> bool:
        """True when one side is empty, so that nothing is said."""
        return not self.x or not self.y

    @property
    def is_determination(self) -> bool:
        """True when the statement says that X is a function of Z."""
        return bool(self.x) and self.x == self.y

    def __str__(self) -> str:
        x, y, z = (", ".join(sorted(s)) or "∅" for s in (self.x, self.y, self.z))
        if self.is_determination:
            return f"{x} determined by {z}"
        return f"{x} ⊥ {y} | {z}" if self.z else f"{x} ⊥ {y}"


@dataclass(frozen=True, slots=True)
class Conditional:
    """P(event | given) over atoms, with event ∖ given kept apart from given."""

    event: Atoms
    given: Atoms

    @classmethod
    def create(cls, event: Iterable[str], given: Iterable[str] = ()) -> Conditional:
        """The canonical form, in which nothing stands on both sides of the bar."""
        condition = frozenset(given)
        return cls(frozenset(event) - condition, condition)

    def __str__(self) -> str:
        bar = " | " + ", ".join(sorted(self.given)) if self.given else ""
        return f"P({', '.join(sorted(self.event))}{bar})"


@dataclass(frozen=True, slots=True)
class Monomials:
    """The product of `left` equals the product of `right`; order of factors is kept for display."""

    left: tuple[Conditional, ...]
    right: tuple[Conditional, ...]

    def __str__(self) -> str:
        left, right = (" ".join(map(str, side)) or "1" for side in (self.left, self.right))
        return f"{left} = {right}"


@dataclass(frozen=True, slots=True)
class Positivity:
    """Every joint value of `atoms` has positive probability."""

    atoms: Atoms

    def __str__(self) -> str:
        return f"positive {', '.join(sorted(self.atoms))}"


Statement = Independence | Monomials | Positivity


def atoms_of(statement: Statement) -> Atoms:
    """The variables that a statement speaks of."""
    match statement:
        case Independence(x, y, z):
            return x | y | z
        case Positivity(atoms):
            return atoms
        case Monomials(left, right):
            return frozenset().union(*(f.event | f.given for f in (*left, *right)))
