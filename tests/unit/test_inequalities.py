"""Claims of inequalities: roads, vertex tables, refutations and what is not handled."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

import lpc
from lpc.kernel.forms import BoundError, linear_forms
from lpc.kernel.inequalities import Mixture, verified_bound, vertices

CHSH = """
variables {{ A, B in {{-1, +1}} ; a, b in {{0, 1}} ; λ ; c }}
assume SI   : λ ⊥ a, b
assume Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
assume C_F  : P(A, B | a, b, λ, c) = P(A | a, λ, c) P(B | b, λ, c)
assume C_S  : λ ⊥ a, b | c
assume C_I  : c ⊥ a, b
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
define F(x, y, z) := sum[A, B] A B P(A, B | a = x, b = y, c = z)
define S := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)
define p(x, y) := P(A = 1, B = 1 | a = x, b = y)
define CH := p(0, 0) + p(0, 1) + p(1, 0) - p(1, 1) - P(A = 1 | a = 0) - P(B = 1 | b = 0)
{rest}
"""


def only(rest: str, head: str = CHSH):
    (item,) = lpc.check(lpc.parse(head.format(rest=rest))).items
    return item


@pytest.mark.parametrize(
    ("claim", "verdict", "needs"),
    [
        ("Fact, SI entail |S| <= 2", "entailed", (("Fact", "SI"),)),
        ("Fact, SI entail 2 >= S", "entailed", (("Fact", "SI"),)),
        ("Fact, SI entail S < 201/100", "entailed", (("Fact", "SI"),)),
        ("Fact, SI do not entail S < 2", "refuted", ()),
        ("Fact, SI do not entail |S| <= 199/100", "refuted", ()),
        ("Fact do not entail |S| <= 2", "refuted", ()),
        ("SI do not entail |S| <= 2", "refuted", ()),
        ("entail |S| <= 4", "undecided", ()),
        ("Fact, SI entail CH <= 0", "entailed", (("Fact", "SI"),)),
        ("Fact, SI entail -1 <= CH", "entailed", (("Fact", "SI"),)),
        ("C_F, C_S, C_I entail |S| <= 2", "entailed", (("C_F", "C_S", "C_I"),)),
        (
            "C_F, C_S, C_I, Fact entail |S| <= 2",
            "entailed",
            (("C_F", "C_S", "C_I"), ("C_S", "C_I", "Fact")),
        ),
        ("C_F, C_S do not entail |S| <= 2", "refuted", ()),
        (
            "C_F, C_S entail |F(0, 0, 0) - F(0, 1, 0)| + |F(1, 0, 0) + F(1, 1, 0)| <= 2",
            "entailed",
            (("C_F", "C_S"),),
        ),
    ],
)
def test_chsh(claim, verdict, needs):
    item = only(f"claim : {claim}")
    assert (item.verdict.value, item.needs) == (verdict, needs)
    if verdict == "entailed":
        assert item.evidence
        assert item.notes
    if verdict == "refuted":
        assert item.model.broken.left == claim.split("entail ")[1].split(" <")[0]


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        ("Fact, SI entail |E(0, 0)| - |E(0, 1)| <= 2", "minus sign"),
        ("Fact, SI entail E(0, 0) E(0, 1) <= 1", "not one probability"),
        ("Fact, SI entail sum[λ] λ P(λ) <= 1", "declares no"),
        ("Fact, SI entail sum[λ] P(A = 1 | a = 0, λ) <= 1", "conditioned on"),
        ("Fact, SI entail S <= sqrt(5)", "no fraction"),
    ],
)
def test_what_the_route_cannot_handle_is_undecided(claim, says):
    item = only(f"claim : {claim}")
    assert item.verdict.value == "undecided"
    assert says in item.tried


# Local maxima against brute force over all deterministic strategies.

I3322 = """
variables { A in {0, 1} ; B in {0, 1} ; a in {0, 1, 2} ; b in {0, 1, 2} ; λ }
assume SI   : λ ⊥ a, b
assume Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
define p(x, y) := P(A = 0, B = 0 | a = x, b = y)
define I := p(0, 0) + p(0, 1) + p(0, 2) + p(1, 0) + p(1, 1) - p(1, 2) + p(2, 0) - p(2, 1)
  - P(A = 0 | a = 0) - 2 P(B = 0 | b = 0) - P(B = 0 | b = 1)
claim : Fact, SI entail I <= 0
claim : Fact, SI do not entail I <= -1/100
"""

MERMIN = """
variables { A, B, C in {-1, 1} ; a, b, c in {0, 1} ; λ }
assume SI   : λ ⊥ a, b, c
assume Fact : P(A, B, C | a, b, c, λ) = P(A | a, λ) P(B | b, λ) P(C | c, λ)
define E(x, y, z) := sum[A, B, C] A B C P(A, B, C | a = x, b = y, c = z)
define M := E(0, 0, 1) + E(0, 1, 0) + E(1, 0, 0) - E(1, 1, 1)
claim : Fact, SI entail |M| <= 2
claim : Fact, SI do not entail |M| <= 199/100
claim : SI do not entail |M| <= 2
"""


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [(I3322, ["entailed", "refuted"]), (MERMIN, ["entailed", "refuted", "refuted"])],
)
def test_other_bell_expressions(text, verdicts):
    assert [item.verdict.value for item in lpc.check(lpc.parse(text)).items] == verdicts


def local_maximum(value, settings: int, parties: int) -> int:
    tables = list(product((-1, 1), repeat=settings))
    return max(value(*one) for one in product(tables, repeat=parties))


def test_local_maxima_agree_with_brute_force():
    def chsh(f, g):
        return f[0] * g[0] + f[0] * g[1] + f[1] * g[0] - f[1] * g[1]

    def mermin(f, g, h):
        return f[0] * g[0] * h[1] + f[0] * g[1] * h[0] + f[1] * g[0] * h[0] - f[1] * g[1] * h[1]

    def i3322(f, g):
        p = [[(1 + x) * (1 + y) / 4 for y in g] for x in f]
        both = p[0][0] + p[0][1] + p[0][2] + p[1][0] + p[1][1] - p[1][2] + p[2][0] - p[2][1]
        return both - (1 + f[0]) / 2 - (1 + g[0]) - (1 + g[1]) / 2

    assert (local_maximum(chsh, 2, 2), local_maximum(mermin, 2, 3)) == (2, 2)
    assert local_maximum(i3322, 3, 2) == 0
    found = {
        name: best(text, quantity, owner)
        for name, text, quantity, owner in (
            ("chsh", CHSH.format(rest=""), "S", "aA bB"),
            ("mermin", MERMIN, "M", "aA bB cC"),
            ("i3322", I3322, "I", "aA bB"),
        )
    }
    assert found == {"chsh": 2, "mermin": 2, "i3322": 0}


def best(text: str, name: str, owner: str) -> Fraction:
    form, alphabets = the_form(text, name)
    mixture = Mixture(frozenset(), tuple((x[0], x[1]) for x in owner.split()))
    return max(v.value for v in vertices(form, mixture, alphabets))


def the_form(text: str, name: str):
    document = lpc.parse(text)
    alphabets = {v.name: v.values for v in document.variables if v.values}
    body = document.quantities[name].body
    (form,) = linear_forms(body, document.quantities, alphabets, document.composites)
    return form, alphabets


def test_the_kernel_wants_every_theorem():
    form, alphabets = the_form(CHSH.format(rest=""), "S")
    mixture = Mixture(frozenset({"λ"}), (("a", "A"), ("b", "B")))
    with pytest.raises(BoundError, match="not proved"):
        verified_bound(form, mixture, alphabets, ())
