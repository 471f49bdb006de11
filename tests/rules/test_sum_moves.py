"""The moves on sums, called directly: what each does, and each reason for which it is refused."""

from __future__ import annotations

import ast
import inspect
from fractions import Fraction

import pytest

from lpc.kernel import Arguments, Line, Proof, RuleError, sums
from lpc.kernel.sums import (
    Instance,
    Pair,
    Possible,
    SumMove,
    SumProof,
    SumTheorem,
    bound_and_free,
    collected,
    covered,
    free_conditions,
    moved,
    renamed,
    replay_sums,
)
from lpc.logic import Conditional, Independence, Monomials, Positivity
from lpc.logic.sums import Term

ONE, TWO = Fraction(1), Fraction(2)


def term(bound: str, *factors, values=(), coefficient=ONE) -> Term:
    inside = tuple(Conditional.create(*f) for f in factors)
    return Term(coefficient, frozenset(bound), tuple(values), inside)


A, AV, V_A = ("A", ""), ("A", "v"), ("v", "a")
SPELL = {"v": (ONE, TWO)}
ACCEPTED = [
    (SumMove("insert", 0, "v"), term("", A), {}, (term("v", ("Av", "")),)),
    (SumMove("insert", 0, "v", 1), term("", A, ("B", "")), {}, (term("v", A, ("Bv", "")),)),
    (
        SumMove("insert", 0, "v", 1),
        term("", A, ("B", ""), ("C", ""), ("D", "")),
        {},
        (term("v", A, ("Bv", ""), ("C", ""), ("D", "")),),
    ),
    (SumMove("sum out", 0, "v"), term("v", ("Av", "b")), {}, (term("", ("A", "b")),)),
    (SumMove("sum out", 0, "v"), term("v", ("v", "b")), {}, (term(""),)),
    (SumMove("normalise", 0, "v"), term("", A), {}, (term("v", A, ("v", "")),)),
    (SumMove("normalise", 0, "v"), term(""), {}, (term("v", ("v", "")),)),
    (
        SumMove("normalise", 0, "v", given=frozenset("Ab")),
        term("", ("A", "bc")),
        {},
        (term("v", ("A", "bc"), ("v", "Ab")),),
    ),
    (
        SumMove("spell out", 0, "v"),
        term("v", AV, values=("v",), coefficient=TWO),
        SPELL,
        (
            term("", ("A", {"v = 1"}), coefficient=TWO),
            term("", ("A", {"v = 2"}), coefficient=Fraction(4)),
        ),
    ),
]


@pytest.mark.parametrize(("move", "before", "values", "after"), ACCEPTED)
def test_a_move_does_what_it_should(move, before, values, after):
    other = term("", ("Z", ""))
    assert moved((before, other), move, (), values) == (*after, other)
    later = SumMove(move.kind, 1, move.variable, move.factor, move.given)
    assert moved((other, before), later, (), values) == (other, *after)


THERE, NO_FACTOR = "stands in the term already, or is a value", "no such factor"
ALONE = "v does not stand left of one bar alone"
IMPOSSIBLE = "v stands in the term, or its condition may be impossible"
NO_SUM = "v is not summed over, or declares no values"
REFUSED = [
    (SumMove("insert", 1, "v"), term("", A), {}, NO_FACTOR),
    (SumMove("insert", -1, "v"), term("", A), {}, NO_FACTOR),
    (SumMove("insert", 0, "v", 1), term("", A), {}, NO_FACTOR),
    (SumMove("insert", 0, "v", -1), term("", A), {}, NO_FACTOR),
    (SumMove("sum out", 0, "v", -1), term("v", ("v", "")), {}, NO_FACTOR),
    (SumMove("insert", 0, "v"), term("", A, ("B", "v")), {}, THERE),
    (SumMove("insert", 0, "v"), term("", A, values=("v",)), {}, THERE),
    (SumMove("insert", 0, "v = 1"), term("", A), {}, THERE),
    (SumMove("insert", 0, "v#2"), term("", AV), {}, "the factor has a value of v already"),
    (SumMove("insert", 0, "v#2"), term("", ("Av", "")), {}, "the factor has a value of v already"),
    (SumMove("sum out", 0, "v"), term("", ("Av", "")), {}, ALONE),
    (SumMove("sum out", 0, "v"), term("v", AV), {}, ALONE),
    (SumMove("sum out", 0, "v"), term("v", ("v", ""), AV), {}, ALONE),
    (SumMove("sum out", 0, "v"), term("v", ("v", ""), ("Av", "")), {}, ALONE),
    (SumMove("sum out", 0, "v", 1), term("v", AV, ("v", "")), {}, ALONE),
    (SumMove("sum out", 0, "v"), term("v", ("v", ""), values=("v",)), {}, ALONE),
    (SumMove("swap", 0, "v"), term("v", ("v", "")), {}, "no such move"),
    (SumMove("normalise", 1, "v"), term("", A), {}, "no such term"),
    (SumMove("normalise", -1, "v"), term("", A), {}, "no such term"),
    (SumMove("normalise", 0, "v"), term("", AV), {}, IMPOSSIBLE),
    (SumMove("normalise", 0, "v", given=frozenset("v")), term("", A), {}, IMPOSSIBLE),
    # Σ_v P(v | b) is 1 where b may occur, and has no value elsewhere: P(A) has one there.
    (SumMove("normalise", 0, "v", given=frozenset("b")), term("", A), {}, IMPOSSIBLE),
    (SumMove("normalise", 0, "v", given=frozenset("bA")), term("", A), {}, IMPOSSIBLE),
    (SumMove("normalise", 0, "v = 1"), term("", A), {}, "is a value, or stands on both sides"),
    (
        SumMove("normalise", 0, "v", given=frozenset({"v#2"})),
        term("", ("A", {"v#2"})),
        {},
        "is a value, or stands on both sides",
    ),
    (SumMove("spell out", 1, "v"), term("v", AV), SPELL, "no such term"),
    (SumMove("spell out", -1, "v"), term("v", AV), SPELL, "no such term"),
    (SumMove("spell out", 0, "v"), term("", AV), SPELL, NO_SUM),
    (SumMove("spell out", 0, "v"), term("v", AV), {}, NO_SUM),
    (SumMove("spell out", 0, "v"), term("v", AV), {"v": (ONE, ONE)}, NO_SUM),
    (SumMove("spell out", 0, "v"), term("v", AV), {"v": (ONE, "2")}, "spelling of another one"),
    (
        SumMove("spell out", 0, "v"),
        term("v", AV, values=("v",)),
        {"v": (ONE, "red")},
        "a value of v is no number",
    ),
]


@pytest.mark.parametrize(("move", "before", "values", "reason"), REFUSED)
def test_a_move_is_refused_for_the_reason_it_has(move, before, values, reason):
    with pytest.raises(RuleError) as caught:
        moved((before,), move, (), values)
    assert reason in caught.value.reason


def test_every_kind_of_move_has_its_pair():
    named = {n.value for n in ast.walk(ast.parse(inspect.getsource(moved))) if is_kind(n)}
    assert named == {m.kind for m, *_ in ACCEPTED}
    assert named < {m.kind for m, *_ in REFUSED}
    doc = (sums.__doc__ or "").splitlines()
    assert named <= set(doc)


def is_kind(node: ast.AST) -> bool:
    kinds = ("insert", "sum out", "normalise", "spell out")
    return isinstance(node, ast.Constant) and node.value in kinds


def test_a_sum_of_one_may_have_a_condition_that_is_positive():
    move = SumMove("normalise", 0, "v", given=frozenset("b"))
    after = (term("v", A, ("v", "b")),)
    assert moved((term("", A),), move, (frozenset("bc"),)) == after
    assert moved((term("", A),), move, (frozenset("b"),)) == after


def test_terms_that_differ_in_their_coefficients_alone_are_added():
    one, two = term("", ("A", "b"), ("B", "a")), term("", ("B", "a"), ("A", "b"), coefficient=TWO)
    three = term("", ("A", "b"), ("B", "a"), coefficient=Fraction(3))
    assert collected((one, term("", A), two)) == (three, term("", A))
    assert collected((one, term("", ("A", "b"), ("B", "a"), coefficient=-ONE))) == ()
    assert collected(()) == ()
    for pair in ((("A", "b"), ("A", "c")), (("A", "b"), ("B", "b"))):
        assert len(collected((term("", *pair), term("", *reversed(pair))))) == 1


@pytest.mark.parametrize(
    "other",
    [
        term("v", AV),
        term("", AV, values=("A",)),
        term("", ("B", "v")),
        term("", A),
        term("", AV, AV),
        term("", ("A", "w")),
    ],
)
def test_terms_that_differ_otherwise_are_not_added(other):
    assert collected((term("", AV), other)) == (term("", AV), other)


def test_a_condition_with_a_slot_that_is_summed_over_is_not_taken_to_be_positive():
    terms = (term("v", ("A", "bv"), ("A", "b"), ("v", "")), term("", ("B", "vc")))
    assert free_conditions(terms) == [frozenset("b"), frozenset(), frozenset("vc")]
    assert bound_and_free((terms[0],), (terms[1],)) == frozenset("v")
    assert bound_and_free((terms[1],), (terms[0],)) == frozenset("v")
    assert bound_and_free(terms[:1], terms[:1]) == frozenset()


def test_an_event_inside_one_that_is_possible_is_possible():
    possible = Possible((frozenset({"a", "b#2"}),), (frozenset("uv"),))
    assert Possible(()).covers(frozenset())
    for slots in ({"a"}, {"b#2"}, {"a", "b#2"}, {"u"}, {"u", "v#3"}, {"u = 1", "v"}):
        assert possible.covers(frozenset(slots)), slots
    for slots in ({"b"}, {"a", "b"}, {"a", "b#2", "c"}, {"a", "u"}, {"u", "v", "w"}, {"a#2"}):
        assert not possible.covers(frozenset(slots)), slots
    assert not Possible(possible.conditions).covers(frozenset("u"))
    two = Possible((frozenset("a"), frozenset("b")), (frozenset("u"), frozenset("v")))
    for slots in "abuv":
        assert two.covers(frozenset(slots))


def test_a_condition_is_covered_by_what_is_possible_or_by_one_factor_of_the_other():
    one, two = term("", ("A", "u")), term("", A)
    assert covered(one, two, Possible((frozenset("u"),)))
    assert covered(one, term("", ("A", ""), ("Bu", "")), Possible(()))
    assert covered(one, term("", ("A", "u")), Possible(()))
    assert not covered(one, two, Possible(()))
    # Given two factors, neither of which holds both.
    assert not covered(term("", ("A", "uw")), term("", ("u", ""), ("w", "")), Possible(()))


def test_less_is_asked_only_where_both_sides_are_defined():
    """Where p(u) = 0 and p(w) > 0 the first product is undefined; the second, P(A) P(B, w), may be
    anything. Where both are defined B and w may not occur together, and both are 0."""
    one, two = term("uw", ("A", "u"), ("B", "w")), term("uw", ("A", ""), ("Bw", ""))
    possible = Possible((frozenset("w"),))
    assert covered(one, two, possible, defined=True)
    assert not covered(one, two, possible, defined=False)


def test_all_other_factors_must_be_covered_where_a_condition_is_not():
    one, two = term("uw", ("A", "u"), ("B", "w"), ("C", "")), term("uw", ("A", ""), ("Bw", ""))
    assert not covered(one, two, Possible((frozenset("w"),)), defined=True)


def test_a_factor_with_the_same_condition_is_no_zero_elsewhere():
    """Neither factor of P(A | u) P(B | u) need be 0 where p(u) is."""
    one, two = term("u", ("A", "u"), ("B", "u")), term("u", ("A", ""), ("B", ""))
    assert covered(one, two, Possible(()), defined=True) is True


RENAMING = [
    (term("v", ("v", "")), (("v", "v#2"),), "", ""),
    (term("v", ("v", "")), (("a", "a#2"),), "", "a name is taken, or is not that of a bound"),
    (term("vw", ("vw", "")), (("v", "w"),), "", "a slot of another variable"),
    (term(("v", "v#2"), ("v", ""), ({"v#2"}, "")), (("v", "v#2"),), "", "a name is taken"),
    (term("v", ("v", ""), ("A", {"v#2"})), (("v", "v#2"),), "", "a name is taken"),
    (term("v", ("v", "")), (("v", "v#2"),), ("v#2",), "a name is taken"),
    (term("v", ("v", "")), (("v", "v = 1"),), "", "a value cannot be summed over"),
    (term("v", ("v", "")), (("v", "v#2"), ("v", "v#3")), "", "a slot of another variable"),
]


@pytest.mark.parametrize(("before", "renaming", "free", "reason"), RENAMING)
def test_a_bound_slot_is_exchanged_for_an_unused_one_of_its_variable(
    before, renaming, free, reason
):
    if not reason:
        assert renamed(before, renaming, frozenset(free)) == term(("v#2",), ({"v#2"}, ""))
        return
    with pytest.raises(RuleError) as caught:
        renamed(before, renaming, frozenset(free))
    assert reason in caught.value.reason


def chain(left: str, right: str, *hypotheses, sign: int = 1) -> Proof:
    """P(A | …) = P(A | …) from hypotheses."""
    goal = Monomials((Conditional.create("A", left),), (Conditional.create("A", right),))
    return Proof(
        hypotheses,
        (Line("chain", tuple(range(len(hypotheses))), Arguments((), goal, (sign,))),),
    )


def pairing(*steps, left: int = 0, right: int = 0, names=()) -> SumProof:
    return SumProof((), (), (Pair(left, right, names, steps),))


LAW = Independence.create("A", "u")
FREE = chain("u", "", LAW, sign=-1)
SIDES = [
    ((term("", ("A", "u")),), (term("", A),), pairing((Instance(FREE),)), ""),
    ((term("", A),), (term("", A),), pairing(()), ""),
    ((term("", A),), (term("", A),), pairing(left=1), "no such term"),
    ((term("", A),), (term("", A),), pairing(left=-1), "no such term"),
    ((term("", A),), (term("", A),), pairing(right=1), "no such term"),
    ((term("", A),), (term("", A),), pairing(right=-1), "no such term"),
    ((term("", A),), (), SumProof((), (), ()), "not every term has just one partner"),
    ((), (term("", A),), SumProof((), (), ()), "not every term has just one partner"),
    (
        (term("", A),),
        (term("", A),),
        SumProof((), (), (Pair(0, 0, (), ()), Pair(0, 0, (), ()))),
        "not every term has just one partner",
    ),
    ((term("", A),), (term("", A, coefficient=TWO),), pairing(), "coefficients, sums or values"),
    ((term("", A),), (term("", A, values=("A",)),), pairing(), "coefficients, sums or values"),
    ((term("v", ("v", "")),), (term("w", ("w", "")),), pairing(), "coefficients, sums or values"),
    ((term("", A),), (term("", ("B", "")),), pairing(), "do not lead to the other side"),
    ((term("", A),), (term("", A, A),), pairing(), "do not lead to the other side"),
    (
        (term("", A),),
        (term("", A),),
        pairing((Instance(Proof((LAW,), ())),)),
        "the theorem is not of products",
    ),
    (
        (term("", ("B", "")),),
        (term("", ("B", "")),),
        pairing((Instance(FREE),)),
        "the theorem is of other products",
    ),
    (  # one factor does not serve two instances
        (term("", ("A", "u")),),
        (term("", A, A),),
        pairing((Instance(FREE), Instance(FREE))),
        "the theorem is of other products",
    ),
    (
        (term("", ("A", "u")),),
        (term("", A),),
        pairing((Instance(FREE, (("u", "w"),)),)),
        "a slot of another variable",
    ),
    ((term("u", ("A", "u")),), (term("u", A),), pairing((Instance(FREE),)), ""),
    (  # of several steps each must be right where the products before it are undefined
        (term("u", ("A", "u")),),
        (term("u", A),),
        pairing((Instance(FREE),), ()),
        "a condition may be impossible where the other side is not 0",
    ),
    (
        (term("u", A),),
        (term("u", ("A", "u")),),
        pairing((Instance(chain("", "u", LAW)),), ()),
        "a condition may be impossible where the other side is not 0",
    ),
    (
        (term(("u", "u#2"), ("A", "u"), ("A", {"u#2"})),),
        (term(("u", "u#2"), A, A),),
        pairing((Instance(FREE), Instance(FREE, (("u", "u#2"),)))),
        "a condition may be impossible where the other side is not 0",
    ),
    (
        (term("", ("A", "u"), ({"u#2"}, "")),),
        (term("", A, ({"u#2"}, "")),),
        pairing(
            (Instance(chain("u", "", LAW, sign=-1)),),
        ),
        "",
    ),
    (
        (term("v", ("v", "")),),
        (term("", ("v", "")),),
        pairing(),
        "a variable is summed over and free",
    ),
    (
        (term("", ("A", {"A#2"})),),
        (term("", ("A", {"A#2"})),),
        pairing(),
        "a probability has a variable twice, or a value is summed over",
    ),
    (
        (term("", A),),
        (term("", A), term("", ("v", ""))),
        SumProof((SumMove("insert", 0, "v"),), (), ()),
        "v is free in the equation",
    ),
    (
        (term("", A),),
        (term("", A), term("", ("v", ""))),
        SumProof((), (SumMove("insert", 0, "v"),), ()),
        "v is free in the equation",
    ),
]


@pytest.mark.parametrize(("left", "right", "proof", "reason"), SIDES)
def test_two_summations_agree_or_there_is_a_reason(left, right, proof, reason):
    if not reason:
        hypotheses = (LAW,) if any(proof.pairs[0].row) else ()
        assert replay_sums(left, right, proof) == SumTheorem(hypotheses, left, right)
        return
    with pytest.raises(RuleError) as caught:
        replay_sums(left, right, proof)
    assert reason in caught.value.reason


VALUES = {"v": (ONE, TWO), "w": (ONE,)}
SPELLED = tuple(term("", ("A", {f"v = {n}"}), ({f"v = {n}"}, "")) for n in (1, 2))


def test_a_theorem_names_the_values_that_it_spells_out_and_no_others():
    left, move = (term("v", AV, ("v", "")),), (SumMove("spell out", 0, "v"),)
    same = (Pair(0, 0, (), ()), Pair(1, 1, (), ()))
    for one, two, proof in (
        (left, SPELLED, SumProof(move, (), same)),
        (SPELLED, left, SumProof((), move, same)),
    ):
        assert replay_sums(one, two, proof, VALUES) == SumTheorem(
            (), one, two, (("v", (ONE, TWO)),)
        )


def test_a_move_that_spells_out_nothing_asks_for_no_values():
    left, right = (term("v", ("Av", "")),), (term("", A),)
    out, into = (SumMove("sum out", 0, "v"),), (SumMove("insert", 0, "v"),)
    pairs = (Pair(0, 0, (), ()),)
    for values in ({}, VALUES):
        for one, two, proof in (
            (left, right, SumProof(out, (), pairs)),
            (left, right, SumProof((), into, pairs)),
            (right, left, SumProof(into, (), pairs)),
        ):
            assert replay_sums(one, two, proof, values) == SumTheorem((), one, two)


def test_a_move_may_use_the_conditions_over_free_slots_of_either_side():
    """Σ_v P(v | b) is 1 where b may occur, and the equation speaks of no other case."""
    plain, normal = (term("", A),), (term("v", A, ("v", "b")),)
    where = (SumMove("normalise", 0, "v", given=frozenset("b")),)
    pairs = (Pair(0, 0, (), ()),)
    for one, two, proof in (
        (plain, normal, SumProof(where, (), pairs)),
        (normal, plain, SumProof((), where, pairs)),
    ):
        assert replay_sums(one, two, proof) == SumTheorem((), one, two)
    with pytest.raises(RuleError) as caught:
        replay_sums(plain, plain, SumProof(where, where, pairs))
    assert IMPOSSIBLE in caught.value.reason


def test_a_variable_that_is_free_on_either_side_stays_free():
    one, two = (term("", A), term("", ("v", ""))), (term("", A), term("", ("v", "")))
    insert = (SumMove("insert", 0, "v"),)
    for left, right in ((one, two[:1]), (one[:1], two)):
        for proof in (SumProof(insert, (), ()), SumProof((), insert, ())):
            with pytest.raises(RuleError) as caught:
                replay_sums(left, right, proof)
            assert caught.value.reason == "v is free in the equation"


def test_a_probability_that_has_a_variable_twice_is_refused_on_either_side():
    good, bad = (term("", A),), (term("", ("A", {"A#2"})),)
    held = (term(({"v = 1"}), ({"v = 1"}, "")),)
    for left, right in ((good, bad), (bad, good), (good, held), (held, good), (bad, held)):
        with pytest.raises(RuleError) as caught:
            replay_sums(left, right, SumProof((), (), ()))
        assert "has a variable twice" in caught.value.reason


def test_no_theorem_leads_to_a_probability_that_has_a_variable_twice():
    law = Independence.create("A", {"u#2"}, "u")
    goal = Monomials((Conditional.create("A", "u"),), (Conditional.create("A", {"u", "u#2"}),))
    proof = Proof((law,), (Line("chain", (0,), Arguments((), goal, (1,))),))
    side = (term("", ("A", "u")),)
    with pytest.raises(RuleError) as caught:
        replay_sums(side, side, pairing((Instance(proof),)))
    assert caught.value.reason == "a variable stands twice in a probability"


def test_declared_positivity_is_that_of_the_step_that_uses_it():
    declared = Positivity(frozenset("u"))
    left, right = (term("u", ("A", "u")),), (term("u", A),)
    proof = pairing((Instance(chain("u", "", LAW, declared, sign=-1)),))
    assert replay_sums(left, right, proof).hypotheses == (LAW, declared)
