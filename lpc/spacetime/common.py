"""The rule of common causes: trusted, as `rule` is.

    C complete on R     J⁻(P) ∩ J⁻(Q) ⊆ R     J⁻(R) ⊆ R     the variables of C live in R
    -------------------------------------------------------------------------------------- CC
                                    X ⊥ Y | C

Terms
-----
P, Q
    The unions of the places of the variables X, and of Y.
J⁻(P)
    The closed causal past of P, P itself included. So the common past J⁻(P) ∩ J⁻(Q) is closed too:
    the last events that reach both sides, the apex of the overlap, belong to it.
closed
    R is closed when J⁻(R) ⊆ R: it holds the past of each of its own points.

Why it holds, in circuits without seeds (`circuits`), where all chance is in independent coins:

1. A value present at a point p is a function of the coins at events in J⁻(p): follow every signal
   back to its source, and the signals that arrive there to theirs.
2. R is closed, so values present in R are functions of ω_R, the coins in R, and of no other coins.
   The variables of C read nothing else, so C = c(ω_R).
3. Follow a value present in P back, but stop wherever the signal has a point in R. What is met on
   the way are coins in J⁻(P)∖R, call them ω_P, and values present in R, which are functions of C.
   So X = f(C, ω_P), and likewise Y = g(C, ω_Q).
4. J⁻(P)∖R and J⁻(Q)∖R have no event in common, or it would lie in the common past and not in R. So
   ω_R, ω_P and ω_Q are different coins, hence independent. Given C = c, which concerns ω_R alone,
   X = f(c, ω_P) and Y = g(c, ω_Q) are independent.

Each premise is needed. Where C is not complete (3), a value in R tells more than C does. Without
part of the common past, its apex, say (4), one coin there goes along both light rays. Where R is
not closed (2), a variable of C may hold the sum of a coin of X's and a coin of Y's, and given the
sum they are correlated; so it may where a variable of C lives off R. With seeds (1) both sides may
carry one value from past infinity: Eq. 7 allows that, so this rule does not follow from it. All
that Eq. 7 gives, common causes give too, since circuits without seeds are circuits.

The rule holds for any X and Y, also where places overlap or lie in R, and so, by weak union, given
more variables, as long as each of them can join one side: A ⊥ B | a, b, N.

Geometry: in d+1 `causal_past` may be larger than J⁻, and inclusions are affirmed only when
certain. Both err on the side of refusal: the sets that are to lie in R are then too large.

Source: DESIGN 1.2, "Common causes"; paper, sections 3.3 and 3.4; Bell, "The
theory of local beables" (1976), section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Specification


def screens_off(
    specification: Specification,
    x: Iterable[str],
    y: Iterable[str],
    places: Mapping[str, Region],
) -> bool:
    """True when the rule gives X ⊥ Y | C.

    Args: places: every atom concerned that has a place, those of C included.

    >>> from lpc.spacetime import Complete, Scene, Space
    >>> from lpc.spacetime.scene import together
    >>> space = Space(1)
    >>> one, two = space.point(4, [-5]), space.point(4, [5])
    >>> past = space.past(one) & space.past(two)
    >>> places = {"A": one, "B": two, "N": past}
    >>> scene = Scene(space, {}, places, (Complete(frozenset("N"), past),))
    >>> screens_off(together(scene, scene.complete), "A", "B", places)
    True
    >>> without_apex = past - space.point(-1, [0])
    >>> scene = Scene(space, {}, places, (Complete(frozenset("N"), without_apex),))
    >>> screens_off(together(scene, scene.complete), "A", "B", places)
    False
    """
    left, right = tuple(x), tuple(y)
    if any(atom not in places for atom in (*left, *right)):
        return False
    return (
        is_closed(specification.region)
        and not strays(specification, places)
        and all(has_common_past(specification, places[u], places[v]) for u in left for v in right)
    )


def is_closed(region: Region) -> bool:
    """True when the region holds the past of each of its points."""
    return region.causal_past().is_subset(region)


def strays(specification: Specification, places: Mapping[str, Region]) -> tuple[str, ...]:
    """The variables of C that do not live wholly in R."""
    return tuple(
        name
        for name in sorted(specification.names)
        if name not in places or not places[name].is_subset(specification.region)
    )


def has_common_past(specification: Specification, p: Region, q: Region) -> bool:
    """True when R holds all of the common past of two places.

    The past of a union is the union of the pasts, so pairs of places decide for sets of them.
    """
    return (p.causal_past() & q.causal_past()).is_subset(specification.region)
