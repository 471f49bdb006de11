"""Steps between sums of products: proofs, refusals, and the kernel's side conditions."""

from __future__ import annotations

from fractions import Fraction

import pytest

import lpc
from lpc.kernel import RuleError
from lpc.kernel.sum_models import sum_failure
from lpc.kernel.sums import (
    Instance,
    Pair,
    Possible,
    SumMove,
    SumProof,
    collected,
    covered,
    moved,
    renamed,
    replay_sums,
)
from lpc.logic import Conditional, Independence, Monomials
from lpc.logic.sums import Term
from lpc.report.text import render_file
from lpc.search.sums import find_sum_proof
from lpc.search.theory import Theory

HEAD = """
variables {{ A in {{-1, +1}} ; B in {{-1, +1}} ; a in {{0, 1}} ; b in {{0, 1}} ; λ ; μ }}
define E(x, y) := integral[λ] sum[A, B] A B P(A, B | a = x, b = y, λ) P(λ | a = x, b = y)
define M(x, l) := sum[A] A P(A | a = x, λ = l)
define N(y, l) := sum[B] B P(B | b = y, λ = l)
define S       := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)
assume SI   : P(λ | a, b) = P(λ)
assume Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
assume Not  : A ⊥ μ | a
derive d {{ assuming SI, Fact, Not
  {step} }}
"""


def check(step: str):
    (item,) = lpc.check(lpc.parse(HEAD.format(step=step)), effort=None).items
    return item


GOOD = [
    ("sum[λ] P(A | a, λ) P(λ | a)", "P(A | a)", "identity", ((),)),
    ("P(A | a)", "sum[λ, B] P(A | B, a, λ) P(B, λ | a)", "identity", ((),)),
    (
        "sum[A, B] A B P(A | a) P(B | b)",
        "(sum[A] A P(A | a)) (sum[B] B P(B | b))",
        "identity",
        ((),),
    ),
    ("sum[A] (2 A + 1) P(A | a)", "2 (sum[A] A P(A | a)) + 1", "identity", ((),)),
    ("sum[λ] P(λ | a, b) P(A | a, λ)", "sum[λ] P(λ) P(A | a, λ)", "licensed", (("SI",),)),
    (
        "sum[λ] sum[A, B] A B P(A, B | a, b, λ) P(λ | a, b)",
        "sum[λ] (sum[A] A P(A | a, λ)) (sum[B] B P(B | b, λ)) P(λ)",
        "licensed",
        (("SI", "Fact"),),
    ),
    ("sum[μ] P(A | a, μ) P(μ)", "P(A | a)", "licensed", (("Not",),)),
    ("integral[λ] P(A | a, λ) P(λ | a)", "P(A | a)", "identity", ((),)),
    # One name bound by several sums, or bound and free.
    ("P(A)", "P(A) (sum[A] P(A | b))", "identity", ((),)),
    ("P(A | a) sum[A] A P(A | b)", "(sum[A] A P(A | b)) P(A | a)", "identity", ((),)),
    ("P(A) - 1", "P(A) - (sum[A] P(A | b)) (sum[A] P(A))", "identity", ((),)),
    (
        "(sum[A] A P(A | a)) (sum[A] A P(A | b))",
        "(sum[A] A P(A | b)) (sum[A] A P(A | a))",
        "identity",
        ((),),
    ),
    (
        "(sum[μ] P(A | a, μ) P(μ)) (sum[μ] P(B | μ) P(μ))",
        "P(A | a) P(B)",
        "licensed",
        (("Not",),),
    ),
    ("sum[A] P(A | a) (sum[A] A P(A | b))", "sum[A] A P(A | b)", "identity", ((),)),
    # Values.
    ("P(A = 1 | a = 1, b, λ)", "P(A = 1 | a = 1, λ)", "licensed", (("Fact",),)),
    (
        "P(A = 1 | a = 1, b = 0, λ) P(A = -1 | a = 0, b = 1, λ)",
        "P(A = 1 | a = 1, λ) P(A = -1 | a = 0, λ)",
        "licensed",
        (("Fact",),),
    ),
    ("P(A = 1, B | a)", "P(A = 1 | B, a) P(B | a)", "identity", ((),)),
    ("sum[λ] P(A = 1 | a = 0, λ) P(λ | a = 0)", "P(A = 1 | a = 0)", "identity", ((),)),
    ("P(A = 1 | a) + P(A = -1 | a)", "1", "identity", ((),)),
    ("sum[A] A P(A | a)", "2 P(A = 1 | a) - 1", "identity", ((),)),
    (
        "sum[A, B] A B P(A, B | a)",
        "P(A = 1, B = 1 | a) + P(A = -1, B = -1 | a) - P(A = 1, B = -1 | a) - P(A = -1, B = 1 | a)",
        "identity",
        ((),),
    ),
    ("P(A)", "P(A | a = 0) P(a = 0) + P(A | a = 1) P(a = 1)", "identity", ((),)),
    ("P(A = 1, B = -1 | a) + P(A = 1, B = 1 | a)", "P(A = 1 | a)", "identity", ((),)),
    # Quantities.
    ("E(0, 1)", "sum[λ] M(0, λ) N(1, λ) P(λ)", "licensed", (("SI", "Fact"),)),
    ("E(a, b)", "sum[λ] M(a, λ) N(b, λ) P(λ)", "licensed", (("SI", "Fact"),)),
    (
        "S",
        "sum[λ] (M(0, λ) (N(0, λ) + N(1, λ)) + M(1, λ) (N(0, λ) - N(1, λ))) P(λ)",
        "licensed",
        (("SI", "Fact"),),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "verdict", "needs"), GOOD)
def test_equal_sums(left, right, verdict, needs):
    for step in (f"{left} = {right}", f"{right} = {left}"):
        item = check(step)
        assert (item.verdict.value, item.needs) == (verdict, needs)
        assert item.evidence


@pytest.mark.parametrize(
    "step",
    [
        "sum[λ] P(A | a, λ) P(λ) = P(A | a, b) + 0 sum[λ] P(λ)",
        "sum[A] A P(A | a) = sum[A] P(A | a)",
        "sum[λ] P(A | a, λ) P(λ | b) = sum[λ] P(A | a, λ) P(λ | a)",
        "sum[A] A P(A | a, b) = sum[A] A P(A | a)",
        "P(A = 1 | a = 1, λ) = P(A = 1 | a = 0, λ)",
        "P(A = 1 | a, λ) = P(A = -1 | a, λ)",
        "sum[λ] P(A | a = 0, λ) P(λ | a = 1) = P(A | a = 0)",
        "E(0, 1) = E(1, 0)",
        "P(A = 1 | a) + P(A = -1 | b) = 1",
        "sum[A] A P(A | a) = P(A = 1 | a) + P(A = -1 | a)",
        "P(A = 1 | a = 0) + P(A = 1 | a = 1) = P(A = 1)",
        "P(A | a) = sum[A] A P(A | a)",
        "(sum[A] A P(A | a)) (sum[A] A P(A | a)) = sum[A] A A P(A | a) P(A | a)",
        "(sum[A] P(A | a) P(A | b)) = (sum[A] P(A | a)) (sum[A] P(A | b))",
    ],
)
def test_unequal_sums_are_never_licensed_by_too_little(step):
    assert check(step).verdict.value in {"licensed", "refuted", "undecided"}
    bare = HEAD.format(step=step).replace("assuming SI, Fact, Not", "")
    (item,) = lpc.check(lpc.parse(bare)).items
    assert item.verdict.value in {"refuted", "undecided"}


def test_a_refutation_shows_both_values():
    item = check("sum[μ] P(A | a, μ) P(μ) = sum[μ] P(A | b, μ) P(μ)")
    assert item.verdict.value == "refuted"
    broken = item.model.broken
    assert broken.left_value != broken.right_value


def test_removals_are_reported_for_each_factor_under_the_sum():
    item = check("sum[λ] P(A | a, λ) P(λ | a, b) = sum[λ] P(A | a, λ) P(λ)")
    assert [(r.factor, r.removed) for r in item.removals] == [("P(λ | a, b)", ("a", "b"))]


def test_an_event_at_values_is_shown_as_possible():
    item = check("P(A = 1 | a = 1, b, λ) = P(A = 1 | a = 1, λ)")
    assert item.relies_on_positive == ("P(a = 1, b, λ)",)


def test_an_integral_inside_a_quantity_is_named():
    (note,) = check("E(0, 0) = E(0, 0)").notes
    assert "integral" in note


def test_an_integral_is_named():
    (note,) = check("integral[λ] P(A | a, λ) P(λ | a) = P(A | a)").notes
    assert "integral" in note


def items(lines: str):
    head = HEAD.partition("derive")[0].format()
    return lpc.check(lpc.parse(head + lines), effort=None).items


def test_claims_definitions_and_rewriting():
    found = items("""
define Marg : sum[λ] P(A | a, λ) P(λ) = P(A | a)
claim : SI, Fact entail Marg
claim : do not entail Marg
claim : SI, Fact entail E(0, 1) = sum[λ] M(0, λ) N(1, λ) P(λ)
claim : SI do not entail E(0, 1) = sum[λ] M(0, λ) N(1, λ) P(λ)
claim : SI, Fact do not entail P(A = 1 | a = 1, b) = P(A = 1 | a = 0)
claim : entail sum[A] P(A | a) = 1
rewrite r { assuming SI, Fact ; E(0, 0) to sum[λ] M(0, λ) N(0, λ) P(λ) }
""")
    assert [(i.verdict.value, i.needs) for i in found] == [
        ("entailed", (("SI",),)),
        ("refuted", ()),
        ("entailed", (("SI", "Fact"),)),
        ("refuted", ()),
        ("refuted", ()),
        ("entailed", ((),)),
        ("licensed", (("SI", "Fact"),)),
    ]
    assert all(i.as_expected for i in found)
    assert all(i.model.broken.left_value != i.model.broken.right_value for i in found if i.model)


def test_sums_that_have_no_summands_to_compare_are_refuted_too():
    assert check("sum[A] A P(A | a) = sum[A] P(A | a)").verdict.value == "refuted"


def test_a_defined_equation_is_listed_and_cannot_be_assumed():
    text = HEAD.partition("derive")[0].format() + "define D : sum[A] P(A) = 1\n"
    assert ("D", "sum[A] P(A) = 1") in lpc.check(lpc.parse(text)).assumptions
    for line in ("claim : D entail A ⊥ a", "assume X : D", "derive d { assuming D ; P(A) = P(A) }"):
        with pytest.raises(lpc.DocumentError) as caught:
            lpc.parse(text + line)
        assert [d.code for d in caught.value.diagnostics] == ["E290"]


def test_lines_of_a_report_are_cut_between_the_sides_not_inside_a_probability():
    document = lpc.parse(HEAD.format(step="P(A = 1 | a) = P(A = 1 | a = 0) = 1"))
    text = render_file(lpc.check(document))
    assert "  = P(A = 1 | a = 0) " in text
    assert "\n  = 1 " in text


# The kernel.


def term(bound: str, *factors: tuple[str, str]) -> Term:
    return Term(Fraction(1), frozenset(bound), (), tuple(Conditional.create(*f) for f in factors))


def test_an_inserted_variable_must_be_new():
    with pytest.raises(RuleError):
        moved((term("", ("A", "v")),), SumMove("insert", 0, "v", 0))


def test_a_variable_enters_a_factor_once():
    with pytest.raises(RuleError):
        moved((term("", ({"A", "v = 1"}, ())),), SumMove("insert", 0, "v", 0))
    with pytest.raises(RuleError):
        moved(
            (term("", ("A", {"v = 1"})),), SumMove("normalise", 0, "v", given=frozenset({"v = 1"}))
        )


def fact(left: tuple[str, str], right: tuple[str, str]):
    """X ⊥ Y given nothing, as an equation of two factors."""
    (x, y), (_, none) = left, right
    theory = Theory.create([Independence.create(x, y, none)])
    goal = Monomials((Conditional.create(*left),), (Conditional.create(*right),))
    return theory.prove(goal).proof


def equal(left: tuple, right: tuple, slots: tuple, renaming: tuple = (), bound: str = ""):
    instance = Instance(fact(("A", "v"), ("A", "")), slots)
    pair = Pair(0, 0, renaming, ((instance,),))
    return replay_sums((term(bound, *left),), (term(bound, *right),), SumProof((), (), (pair,)))


def test_an_instance_puts_each_variable_in_one_slot():
    at = {"v = 1"}
    assert equal(((at | {"B"}, ()), ("A", at)), ((at | {"B"}, ()), ("A", ())), (("v", "v = 1"),))
    for slots in ((), (("v", "v = 2"),), (("v", "w = 1"),), (("v", "v = 1"), ("v", "v"))):
        with pytest.raises(RuleError):
            equal((("A", at),), (("A", ()),), slots)


def test_a_name_in_use_is_no_new_name():
    """Σ_C P(V | C#9) P(C | V) would become Σ_C#9 P(V | C#9) P(C#9 | V), where C#9 is caught."""
    factors = (Conditional.create({"V"}, {"C#9"}), Conditional.create({"C"}, {"V"}))
    term = Term(Fraction(1), frozenset({"C", "V"}), (), factors)
    assert renamed(term, (("C", "C#2"),), frozenset()).bound == {"C#2", "V"}
    with pytest.raises(RuleError, match="a name is taken"):
        renamed(term, (("C", "C#9"),), frozenset())


@pytest.mark.parametrize("renaming", [(("v", "w"),), (("v", "v = 1"),), (("A", "A#2"),)])
def test_only_bound_slots_are_renamed_and_to_their_own_variable(renaming):
    left, right = (("v", ""), ("A", "v")), (("v", ""), ("A", ""))
    assert equal(left, right, (), bound="v")
    with pytest.raises(RuleError):
        equal(left, right, (), renaming, bound="v")


def test_a_sum_is_spelled_out_over_declared_numbers_only():
    one = Term(
        Fraction(3),
        frozenset("v"),
        ("v", "v"),
        (Conditional.create("v"), Conditional.create("A", "v")),
    )
    move = SumMove("spell out", 0, "v")
    found = moved((one,), move, (), {"v": (Fraction(1), Fraction(2))})
    assert [(t.coefficient, t.bound, t.values) for t in found] == [(3, set(), ()), (12, set(), ())]
    assert [str(t.factors[1]) for t in found] == ["P(A | v = 1)", "P(A | v = 2)"]
    half = (Fraction(1), Fraction(1))
    for values in ({}, {"v": ()}, {"v": half}, {"v": ("up", "down")}, {"w": (Fraction(1),)}):
        with pytest.raises(RuleError):
            moved((one,), move, (), values)
    with pytest.raises(RuleError):
        moved((one,), SumMove("spell out", 0, "A"), (), {"A": half})


def test_a_free_slot_is_not_inserted_into_another_term():
    free = term("", ("B", "v"), ("v", ""))
    proof = SumProof((SumMove("insert", 0, "v", 0),), (SumMove("insert", 0, "v", 0),), ())
    with pytest.raises(RuleError, match="free in the equation"):
        replay_sums((term("", ("A", "")), free), (term("", ("A", "")), free), proof)


@pytest.mark.parametrize(
    "factors", [(("A", "v"),), (("v", ""), ("A", "v")), (("Av", ""), ("Bv", ""))]
)
def test_what_is_conditioned_on_is_not_summed_out(factors):
    with pytest.raises(RuleError):
        moved((term("v", *factors),), SumMove("sum out", 0, "v", 0))


def test_a_value_keeps_its_sum():
    one = Term(Fraction(1), frozenset("v"), ("v",), (Conditional.create("v"),))
    with pytest.raises(RuleError):
        moved((one,), SumMove("sum out", 0, "v", 0))


def test_collecting():
    one = term("v", ("v", "a"), ("A", "v"))
    two = Term(Fraction(-1), one.bound, (), one.factors[::-1])
    assert collected((one, two)) == ()


def test_the_condition_of_one_side_must_not_be_impossible_where_the_other_speaks():
    """Σ_v P(A | v) P(v) is not Σ_v P(A | v) P(v | a, w): where p(w) = 0 only the first has a value,
    but here w is bound on both sides and the first does not become 0 with p(w)."""
    left = (term("vw", ("A", "v"), ("v", ""), ("w", "")),)
    right = (term("vw", ("A", "v"), ("v", "u"), ("w", "")),)
    assert find_sum_proof(Theory.create(()), left, right) is None


def test_a_condition_is_covered_by_the_other_side_or_by_what_is_possible():
    one, two = term("uw", ("A", "u"), ("B", "w")), term("uw", ("A", ""), ("B", ""))
    u, w = frozenset("u"), frozenset("w")
    for defined in (False, True):
        assert not covered(one, two, Possible(()), defined=defined)
        assert covered(one, two, Possible((u,)), defined=defined) is False
        assert covered(one, two, Possible((u, w)), defined=defined)
        assert covered(one, two, Possible((), (u | w,)), defined=defined)
        assert covered(two, one, Possible(()), defined=defined)
    joint = term("uw", ("Au", ""), ("Bw", ""))
    assert covered(one, joint, Possible(()))


def test_what_is_declared_positive_covers_values_and_copies():
    declared = Possible((), (frozenset("uw"),))
    assert declared.covers(frozenset({"u = 1", "w#2"}))
    assert not declared.covers(frozenset({"u = 1", "v"}))
    assert not Possible((frozenset({"u = 1"}),)).covers(frozenset({"u = 0"}))


def test_every_term_needs_a_partner():
    one = term("v", ("v", "a"), ("A", "v"))
    with pytest.raises(RuleError):
        replay_sums((one,), (), SumProof((), (), ()))


def test_a_sum_is_undefined_only_where_no_factor_is_zero():
    from lpc.kernel.models import FiniteModel

    half = Fraction(1, 2)
    model = FiniteModel.create(
        ("A", "v", "a"), [((0, 0, 0), half), ((1, 1, 1), half)], {"v": (0, 1, 2)}
    )
    left = (term("v", ("A", "v"), ("v", "a")),)  # v = 2 never happens: 0 times undefined
    assert sum_failure(model, left, (term("", ("A", "a")),)) is None
    assert sum_failure(model, left, (term("", ("A", "")),)) is not None
