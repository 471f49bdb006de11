"""Polynomials in probabilities, and the largest of the smallest of several such.

Terms
-----
polynomial
    Coefficients by products of probabilities, each with the hidden variables summed over.
pieces
    An expression as max_i min_j of polynomials: sums, negation and multiples stay such.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product as every

from lpc.exact import ONE, ZERO, Number, is_small
from lpc.kernel.forms import Atoms, BoundError, Factor, Hidden, Value

MAX_FORMS = 256
MAX_MONOMIALS = 20_000

NOT_LINEAR = (
    "a product of averages or probabilities that is not one probability, so not linear in "
    "P(results | settings)"
)

Poly = dict[tuple[tuple[Factor, ...], Atoms], Number]
Pieces = tuple[tuple[Poly, ...], ...]


def number_of(value: Value) -> Poly:
    """A number as a polynomial.

    Raises: BoundError for what is no number.
    """
    if isinstance(value, int):
        value = Fraction(value)
    if not isinstance(value, Number):
        raise BoundError(f"{value} is no number")
    return {((), frozenset()): value} if value != 0 else {}


def times(one: Number, two: Number) -> Number:
    """The product of exact numbers.

    Raises: BoundError, or NumberError beyond exact arithmetic.
    """
    found = one * two
    if not is_small(found):
        raise BoundError("a number too large")
    return found


def increase(poly: Poly, key: tuple[tuple[Factor, ...], Atoms], by: Number) -> None:
    """Add to one coefficient."""
    total = poly.get(key, ZERO) + by
    if total == 0:
        poly.pop(key, None)
    else:
        poly[key] = total


def _sum_of(one: Poly, two: Poly) -> Poly:
    total = dict(one)
    for key, coefficient in two.items():
        increase(total, key, coefficient)
    return total


def _multiple(poly: Poly, factor: Number) -> Poly:
    return {key: times(c, factor) for key, c in poly.items() if factor != 0}


def unweighted(factors: tuple[Factor, ...]) -> set[str]:
    """Hidden variables that a product conditions on without a factor for their probability."""
    weighted = {n for event, _ in factors for n, _ in event}
    given = {n for _, side in factors for n, v in side if isinstance(v, Hidden)}
    return given - weighted


# ---- pieces: the largest of the smallest ---------------------------------------------------------


def only(poly: Poly) -> Pieces:
    """One polynomial as pieces."""
    return ((poly,),)


def limited(pieces: Pieces) -> Pieces:
    """The same pieces.

    Raises: BoundError where they are too many or too long.
    """
    if sum(map(len, pieces)) > MAX_FORMS:
        raise BoundError("too many absolute values")
    if any(len(poly) > MAX_MONOMIALS for piece in pieces for poly in piece):
        raise BoundError("too many terms")
    return pieces


def added(one: Pieces, two: Pieces) -> Pieces:
    """max min x + max min y = max min (x + y), over all pairs inside and outside."""
    if sum(map(len, one)) * sum(map(len, two)) > MAX_FORMS:
        raise BoundError("too many absolute values")
    return limited(tuple(tuple(_sum_of(x, y) for x in p for y in q) for p in one for q in two))


def negated(pieces: Pieces) -> Pieces:
    """−max_i min_j x_ij = min_i max_j −x_ij = max over choices j(i) of min_i −x_ij(i)."""
    count = 1
    for piece in pieces:
        count *= len(piece)
        if count * len(pieces) > MAX_FORMS:
            raise BoundError("too many absolute values")
    negative = [[_multiple(poly, -ONE) for poly in piece] for piece in pieces]
    return tuple(every(*negative))


def scaled(pieces: Pieces, factor: Number) -> Pieces:
    """A multiple; a negative one trades largest for smallest."""
    if factor == 0:
        return only({})
    if factor < 0:
        pieces, factor = negated(pieces), -factor
    return tuple(tuple(_multiple(poly, factor) for poly in piece) for piece in pieces)


def constant_of(pieces: Pieces) -> Number | None:
    """The number that the pieces are, if they are one."""
    poly = pieces[0][0]
    if len(pieces) != 1 or len(pieces[0]) != 1 or any(key != ((), frozenset()) for key in poly):
        return None
    return poly.get(((), frozenset()), ZERO)


# ---- total probability -----------------------------------------------------------------------


def collapsed(factors: tuple[Factor, ...], bound: Atoms) -> Factor | None:
    """One probability for a sum of products, by the product rule and total probability."""
    now = list(factors)
    while len(now) > 1:
        # NB: by place, since a factor may stand there twice.
        places = range(len(now))
        pairs = ((i, j) for i in places for j in places if now[i][1] == now[j][0] | now[j][1])
        joined = next(pairs, None)
        if joined is None:
            raise BoundError(NOT_LINEAR)
        (f, _), (g, given) = (now[i] for i in joined)
        now = [now[i] for i in places if i not in joined] + [(f | g, given)]
    if not now:
        if bound:
            raise BoundError("a sum of what does not mention its variable")
        return None
    event, given = now[0]
    if any(name in bound or isinstance(v, Hidden) for name, v in given):
        name = min(n for n, v in given if n in bound or isinstance(v, Hidden))
        raise BoundError(
            f"a sum over {name}, which is conditioned on without its own probability: no total "
            f"probability; declare the values of {name} if each is meant"
        )
    if not bound <= {name for name, v in event if isinstance(v, Hidden)}:
        raise BoundError("a sum of what does not mention its variable")
    kept = frozenset(x for x in event if not isinstance(x[1], Hidden))
    return (kept, given) if kept else None
