"""Products of conditional probabilities as vectors over sets of variables.

P(X | Y) ↦ e(X∪Y) − e(Y), and a product is the sum over its factors; p(∅) = 1, so e(∅) = 0.
Two products are equal by the probability calculus alone exactly when their vectors agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lpc.logic import Conditional, Independence, Monomials

Atoms = frozenset[str]
Vector = dict[Atoms, int]
Allowed = Callable[[Atoms], bool]


def added(vector: Mapping[Atoms, int], other: Mapping[Atoms, int], sign: int) -> Vector:
    """`vector` + `sign` · `other`, without zero entries."""
    total = dict(vector)
    for atoms, count in other.items():
        value = total.get(atoms, 0) + sign * count
        if value:
            total[atoms] = value
        else:
            total.pop(atoms, None)
    total.pop(frozenset(), None)
    return total


def monomial_vector(factors: Iterable[Conditional]) -> Vector:
    """The vector of a product of conditionals.

    >>> v = monomial_vector([Conditional.create("A", "a"), Conditional.create("a")])
    >>> [(sorted(s), n) for s, n in v.items()]
    [(['A', 'a'], 1)]
    """
    total: Vector = {}
    for factor in factors:
        total = added(total, {factor.event | factor.given: 1}, 1)
        total = added(total, {factor.given: 1}, -1)
    return total


def link_vector(link: Independence) -> Vector:
    """e(XYZ) + e(Z) − e(XZ) − e(YZ), which an independence X ⊥ Y | Z sets to zero."""
    total = added({link.x | link.y | link.z: 1}, {link.z: 1}, 1)
    total = added(total, {link.x | link.z: 1}, -1)
    return added(total, {link.y | link.z: 1}, -1)


def conditions(equation: Monomials) -> list[Atoms]:
    """The conditioning sets of both sides: an equation speaks only where these are positive."""
    return [f.given for side in (equation.left, equation.right) for f in side]


def allowed_by(positive: Iterable[Atoms]) -> Allowed:
    """A test for sets whose probability is positive where each of `positive` is."""
    covers = tuple(positive)

    def allowed(atoms: Atoms) -> bool:
        return not atoms or any(atoms <= cover for cover in covers)

    return allowed


def undefined_set(vector: Vector, allowed: Allowed) -> Atoms | None:
    """A set that `vector` divides by although its probability may be zero."""
    return next((s for s, count in vector.items() if count < 0 and not allowed(s)), None)
