"""Largest behaviours by linear programming, and weighted means, against brute force."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

import lpc
from lpc.kernel.expansion import linear_forms, linear_pieces
from lpc.kernel.forms import BoundError, combined
from lpc.kernel.inequalities import Mixture, best_vertex, normalised_bound, vertices
from lpc.logic import Composites, Independence
from lpc.logic.effort import unlimited
from lpc.search.means import game, saddle
from lpc.search.models.boxes import settings_values
from lpc.search.models.polytope import largest_box

TEXT = """
variables { A, B in {-1, 1} ; a, b in {0, 1, 2} }
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
define p(x, y) := P(A = 1, B = 1 | a = x, b = y)
define CHSH := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)
define I3322 := p(0, 0) + p(0, 1) + p(0, 2) + p(1, 0) + p(1, 1) - p(1, 2) + p(2, 0) - p(2, 1)
  - P(A = 1 | a = 0) - 2 P(B = 1 | b = 0) - P(B = 1 | b = 1)
define Chain := E(0, 0) + E(1, 0) + E(1, 1) + E(2, 1) + E(2, 2) - E(0, 2)
define Gap := |CHSH| - |E(0, 0)|
define Only := -|E(0, 0) - 1/2|
"""
DOCUMENT = lpc.parse(TEXT)
ALPHABETS = {v.name: v.values for v in DOCUMENT.variables}
FACTS = (Independence.create("A", "b", "a"), Independence.create("B", "a", "b"))
OWNER = Mixture(frozenset(), (("a", "A"), ("b", "B")))


def pieces(name: str):
    body = DOCUMENT.quantities[name].body
    return linear_pieces(body, DOCUMENT.quantities, ALPHABETS, Composites())


def value(form, columns) -> Fraction:
    """The form at equally likely rows, row by row."""
    count = len(next(iter(columns.values())))
    rows = [{n: column[k] for n, column in columns.items()} for k in range(count)]
    total = form.constant
    for coefficient, (event, given) in form.terms:
        here = [r for r in rows if all(r[n] == v for n, v in given)]
        good = [r for r in here if all(r[n] == v for n, v in event)]
        total += coefficient * Fraction(len(good), len(here))
    return total


def signals(columns) -> bool:
    """Whether a result tells of the far setting."""
    rows = list(zip(*(columns[n] for n in "abAB"), strict=True))
    for near, far, result in ((0, 1, 2), (1, 0, 3)):
        for x, r in product(range(3), (-1, 1)):
            seen = []
            for y in range(3):
                here = [w for w in rows if w[near] == x and w[far] == y]
                seen.append(Fraction(sum(w[result] == r for w in here), max(1, len(here))))
            if any(one != seen[0] for w, one in enumerate(seen) if _occurs(rows, near, far, x, w)):
                return True
    return False


def _occurs(rows, near: int, far: int, x: int, y: int) -> bool:
    return any(w[near] == x and w[far] == y for w in rows)


@pytest.mark.parametrize(
    ("name", "local", "no_signalling", "algebraic"),
    [("CHSH", 2, 4, 4), ("I3322", 0, 1, Fraction(7, 3)), ("Chain", 4, 6, 6)],
)
def test_largest_behaviours(name, local, no_signalling, algebraic):
    """The maxima of the literature: I3322 is 1 without signalling (Collins and Gisin 2004)."""
    ((form,),) = pieces(name)
    assert best_vertex(form, OWNER, ALPHABETS)[0].value == local
    values = settings_values(form, ALPHABETS)
    for facts, best in ((FACTS, no_signalling), ((), algebraic)):
        box = largest_box((form,), values, ALPHABETS, facts, unlimited)
        assert value(form, box.columns) == best
        assert not facts or not signals(box.columns)
    assert normalised_bound(form, ALPHABETS).best.value >= algebraic


@pytest.mark.parametrize(("name", "best"), [("Gap", 2), ("Only", 0)])
def test_minus_an_absolute_value_is_largest_at_a_mixture(name, best):
    """No vertex reaches the value; the mean of the forms shows that none exceeds it."""
    for piece in pieces(name):
        assert len(piece) == 2
        rows = zip(*(vertices(f, OWNER, ALPHABETS) for f in piece), strict=True)
        assert max(min(v.value for v in row) for row in rows) < best
        found = saddle(piece, OWNER, ALPHABETS)
        assert best_vertex(combined(piece, found.forms), OWNER, ALPHABETS)[0].value == best
        means = [sum(w * row[k].value for row, w in found.vertices) for k in range(2)]
        assert min(means) == best
        assert sum(w for _, w in found.vertices) == 1


def test_weights_have_to_be_a_mean():
    (piece, _) = pieces("Gap")
    for weights in ((Fraction(1),), (Fraction(2), Fraction(-1)), (Fraction(1, 2), Fraction(1, 3))):
        with pytest.raises(BoundError, match="no mean"):
            combined(piece, weights)


def test_minus_an_absolute_value_is_no_largest_of_forms():
    body = DOCUMENT.quantities["Gap"].body
    with pytest.raises(BoundError, match="minus an absolute value"):
        linear_forms(body, DOCUMENT.quantities, ALPHABETS, Composites())


def test_games_against_a_grid():
    """The value of 2 × n games, from below by the mixture and from above by the weights."""
    for entries in product((-2, 0, 3), repeat=6):
        columns = tuple(
            (Fraction(x), Fraction(y)) for x, y in zip(entries[:3], entries[3:], strict=True)
        )
        weights, chosen = game(columns)
        above = max(sum(w * c for w, c in zip(weights, column, strict=True)) for column in columns)
        below = min(sum(w * columns[k][j] for k, w in chosen.items()) for j in range(2))
        assert above == below
        assert sum(weights) == sum(chosen.values()) == 1
        assert min(*weights, *chosen.values()) >= 0
