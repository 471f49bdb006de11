"""Files on which a verdict was once wrong, in their shortest form."""

from __future__ import annotations

import pytest

import lpc
from lpc.checker.relax import relax

TWICE = """
variables { A in {-1, 1} ; B in {-1, 1} ; a in {0, 1} ; b in {0, 1} ; λ }
causal { λ, a -> A ; λ, b -> B }
define q := P(B = 1 | a = 0, b = 0)
define S := q - q q P(A = 1 | B = 1, a = 0, b = 0) - q q P(A = -1 | B = 1, a = 0, b = 0)
assume LC : local causality
assume SI : λ ⊥ a, b
claim : LC, SI entail S <= 0
claim : entail S <= 0
model m { λ := 0 ; a := 0 ; b := 0 ; A := 1 ; B ~ uniform {-1, 1} }
claim : S of m = 1/4
claim : m satisfies LC, SI
"""

COMPOSITE = "variables { x in {0, 1} ; y in {0, 1} ; γ }\nsplit γ into x, y\n"


def test_a_probability_that_stands_twice_in_a_product_counts_twice():
    verdicts = [i.verdict.value for i in lpc.check(lpc.parse(TWICE)).items]
    assert verdicts == ["undecided", "undecided", "holds", "holds"]


@pytest.mark.parametrize(
    "claim",
    [
        "entail P(x = 1, γ = (0, 1)) >= P(x = 0, y = 1)",
        "entail P(γ = (0, 1), x = 1) >= P(x = 1, y = 1)",
        "entail P(x = 1, γ = (0, 1)) <= 0",
        "P(x = 1, γ = (0, 1)) of m = 0",
    ],
)
def test_a_whole_and_its_part_at_another_value_are_a_mistake(claim):
    text = f"{COMPOSITE}model m {{ x := 0 ; y := 1 }}\nclaim : {claim}\n"
    report = lpc.check(lpc.parse(text))
    assert [d.code for d in report.diagnostics] == ["E204"]
    assert report.items[0].verdict.value == "undecided"


def test_a_whole_and_its_part_at_the_same_value_are_none():
    text = f"{COMPOSITE}claim : entail P(x = 0, γ = (0, 1)) >= P(x = 0, y = 1)\n"
    assert lpc.check(lpc.parse(text)).items[0].verdict.value == "entailed"


@pytest.mark.parametrize("claim", ["P(A = 0 | a = 0) <= 0", "P(A = 1 | a = 2) <= 1/2"])
def test_an_inequality_at_a_value_that_does_not_exist_is_a_mistake(claim):
    text = f"variables {{ A in {{-1, 1}} ; a in {{0, 1}} }}\nclaim : entail {claim}\n"
    report = lpc.check(lpc.parse(text))
    assert [d.code for d in report.diagnostics] == ["E253"]
    assert report.items[0].verdict.value == "undecided"


FREE_SETTINGS = """
variables { A in {-1, 1} ; B in {-1, 1} ; a in {0, 1} ; b in {0, 1} ; λ ; λ_a ; λ_b }
causal { latent past ; past -> λ, λ_a, λ_b ; λ, λ_a, a -> A ; λ, λ_b, b -> B }
assume LC   : local causality
assume MI_a : λ_a ⊥ b, B | a, λ
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
define S       := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)
"""


def test_what_local_causality_excludes_is_not_relaxed():
    with pytest.raises(lpc.LpcError, match="LC alone keeps λ_a free of b"):
        relax(lpc.parse(FREE_SETTINGS), "S", ["MI_a"])
    settings = FREE_SETTINGS.replace("past -> λ,", "past -> a, b, λ,")
    assert relax(lpc.parse(settings), "S", ["MI_a"]).points[0].low == 2


def test_a_setting_may_make_no_difference():
    text = """
    variables { A in {-1, 1} ; B in {-1, 1} ; a in {0, 1} ; b in {0, 1} ; λ }
    assume Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
    assume SI   : λ ⊥ a, b
    claim : Fact, SI entail P(A = 1 | a = 0, b = 1) <= P(A = 1 | a = 0, b = 0)
    claim : SI do not entail P(A = 1 | a = 0, b = 1) <= P(A = 1 | a = 0, b = 0)
    """
    assert [i.verdict.value for i in lpc.check(lpc.parse(text)).items] == ["entailed", "refuted"]
