"""Finite models, called directly: what makes one, and each statement held against plain sums."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from lpc.kernel import models, sum_models
from lpc.kernel.models import Failure, FiniteModel, ModelError
from lpc.kernel.sum_models import SumFailure, sum_failure
from lpc.logic import Conditional, Independence, Monomials, Positivity
from lpc.logic.sums import Term

F = Fraction
HALF, QUARTER = F(1, 2), F(1, 4)
BITS = (0, 1)


def model(names: str, *weights, alphabets=None) -> FiniteModel:
    """`model("ab", "00", "11")`: equally likely outcomes, or pairs of an outcome and a weight."""
    pairs = [(w, F(1, len(weights))) if isinstance(w, str) else w for w in weights]
    return FiniteModel.create(names, [(tuple(map(int, o)), w) for o, w in pairs], alphabets)


# ---- what makes a model --------------------------------------------------------------------------


def test_equal_outcomes_are_merged_and_impossible_ones_dropped():
    found = model("ab", ("00", HALF), ("11", QUARTER), ("01", F(0)), ("11", QUARTER))
    assert found.names == ("a", "b")
    assert found.support == (((0, 0), HALF), ((1, 1), HALF))
    assert found.alphabets == {}
    assert model("a", "0", "1", alphabets={"a": BITS}).alphabets == {"a": BITS}


@pytest.mark.parametrize(
    ("weights", "alphabets", "reason"),
    [
        ([((0, 0), F(1))], {}, "an outcome has the wrong number of values"),
        ([((), F(1))], {}, "an outcome has the wrong number of values"),
        ([((0,), F(2)), ((1,), F(-1))], {}, "a weight is negative"),
        ([((0,), HALF)], {}, "the weights do not sum to one"),
        ([((0,), F(1)), ((1,), F(1))], {}, "the weights do not sum to one"),
        ([], {}, "the weights do not sum to one"),
        ([((2,), F(1))], {"a": BITS}, "a takes a value outside its alphabet"),
    ],
)
def test_no_model(weights, alphabets, reason):
    with pytest.raises(ModelError, match=reason):
        FiniteModel.create("a", weights, alphabets)


def test_each_variable_is_held_against_its_own_alphabet():
    assert model("ab", "02", alphabets={"a": (0,), "b": (2,)}).values("b") == (2,)
    with pytest.raises(ModelError, match="b takes a value"):
        model("ab", "02", alphabets={"b": (0,)})
    with pytest.raises(ModelError, match="a takes a value"):
        model("ab", "02", "12", alphabets={"a": (0,)})
    assert FiniteModel.create("a", [((2,), F(0)), ((0,), F(1))], {"a": BITS}).values("a") == BITS


def test_tables():
    found = model("abc", "000", "011", "110", "101")
    assert found.table(frozenset("ca")) == (
        ("a", "c"),
        dict.fromkeys(((0, 0), (0, 1), (1, 0), (1, 1)), QUARTER),
    )
    assert found.table(frozenset("b")) == (("b",), {(0,): HALF, (1,): HALF})
    assert found.table(frozenset()) == ((), {(): F(1)})
    assert found.probability({"a": 0, "b": 1}, frozenset("ab")) == QUARTER
    assert found.probability({"a": 0, "b": 7}, frozenset("ab")) == 0
    with pytest.raises(ModelError, match="no variable x"):
        found.table(frozenset("axy"))


def test_values_that_occur_or_are_declared():
    assert model("ab", "20", "31", "20").values("a") == (2, 3)
    assert model("ab", "20", "31").values("b") == BITS
    assert model("ab", "20", alphabets={"a": (1, 2, 3)}).values("a") == (1, 2, 3)


# ---- statements, against plain sums --------------------------------------------------------------


def probability(found: FiniteModel, names, point) -> Fraction:
    return sum(
        (w for o, w in found.support if all(o[found.names.index(n)] == point[n] for n in names)),
        F(0),
    )


def points(found: FiniteModel, names):
    order = sorted(names)
    for values in product(*(found.values(n) for n in order)):
        yield dict(zip(order, values, strict=True))


MODELS = [
    model("abc", "000", "011", "101", "110"),
    model("abc", "000", "001", "110", "111"),
    model("abc", "000", "111", alphabets={"a": (0, 1, 2), "b": BITS}),
    model("abc", ("000", HALF), ("010", QUARTER), ("101", F(1, 8)), ("111", F(1, 8))),
    model("abc", ("000", F(1, 3)), ("011", F(1, 6)), ("100", F(1, 3)), ("101", F(1, 6))),
    model("abc", *("".join(map(str, p)) for p in product(BITS, repeat=3))),
    model("cab", ("000", F(1, 3)), ("011", F(1, 3)), ("110", F(1, 3))),
    model("abc", "000"),
]
SETS = ["", "a", "b", "c", "ab", "ac", "bc", "abc"]


@pytest.mark.parametrize("found", MODELS)
def test_independences(found):
    for x, y, z in product(SETS[1:], SETS[1:], SETS[:7]):
        if set(x + y) & set(z):
            continue
        law = Independence.create(x, y, z)
        wrong = {}
        for one in points(found, law.x | law.z):
            for two in points(found, law.y | law.z):
                if any(one[n] != two[n] for n in law.z):
                    continue
                agree = all(one.get(n, v) == v for n, v in two.items())
                both = probability(found, law.x | law.y | law.z, {**two, **one}) if agree else F(0)
                p_x, p_y = (
                    probability(found, law.x | law.z, one),
                    probability(found, law.y | law.z, two),
                )
                p_z = probability(found, law.z, one)
                if both * p_z != p_x * p_y:
                    wrong[tuple(sorted({**two, **one}.items()))] = (both / p_y, p_x / p_z)
        told = list(found.failures(law))
        assert found.holds(law) == (not wrong)
        if law.x & law.y:  # a point of two values at once has one of them
            assert {(f.left, f.right) for f in told} <= {*wrong.values()} or told
        else:
            assert {tuple(sorted(f.point.items())): (f.left, f.right) for f in told} == wrong


def value(found, factors, point):
    total = F(1)
    for f in factors:
        below = probability(found, f.given, point)
        if not below:
            return None
        total *= probability(found, f.event | f.given, point) / below
    return total


def cond(text: str) -> tuple[Conditional, ...]:
    return tuple(Conditional.create(*f.partition("|")[::2]) for f in text.split())


ONE = F(1)
EQUATIONS = [
    "ab| = a| b|",
    "a|b = a|",
    "a|b b| = b|a a|",
    "a|bc = a|c",
    "ab|c = a|c b|c",
    "a| = a|",
    "a|b = b|a",
    "a| a| = a|",
    "a|b = c|b",
    " = a|",
    "a|bc b|c = c|",
]


@pytest.mark.parametrize("found", MODELS)
@pytest.mark.parametrize("text", EQUATIONS)
def test_products(found, text):
    left, right = map(cond, text.split("="))
    names = frozenset().union(*(f.event | f.given for f in (*left, *right)))
    wrong = []
    for point in points(found, names):
        one, two = value(found, left, point), value(found, right, point)
        if one is not None and two is not None and one != two:
            wrong.append((sorted(point.items()), one, two))
    told = [(sorted(f.point.items()), f.left, f.right) for f in found.failures(_equal(left, right))]
    assert sorted(told) == sorted(wrong)
    term = sum_failure(found, (Term(F(1), frozenset(), (), left),), (_term(right),))
    # Every condition is over free slots, as above.
    assert (term is None) == (not wrong)
    if term is not None:
        assert (sorted(term.point.items()), term.left, term.right) in wrong


def _equal(left, right) -> Monomials:
    return Monomials(left, right)


def _term(factors, bound="", values=(), coefficient=ONE) -> Term:
    return Term(coefficient, frozenset(bound), tuple(values), factors)


def test_positivity():
    found = MODELS[2]
    told = list(found.failures(Positivity(frozenset("ab"))))
    assert told == [
        Failure({"a": a, "b": b}, F(0), None)
        for a, b in product((0, 1, 2), BITS)
        if (a, b) not in {(0, 0), (1, 1)}
    ]
    assert found.holds(Positivity(frozenset("c")))
    assert not found.holds(Positivity(frozenset("a")))


def test_so_many_points_are_gone_through_as_the_limit_says(monkeypatch):
    monkeypatch.setattr(models, "MAX_POINTS", 4)
    assert MODELS[5].holds(Positivity(frozenset("ab")))
    with pytest.raises(ModelError, match="8 points are too many"):
        MODELS[5].holds(Positivity(frozenset("abc")))


# ---- sums ----------------------------------------------------------------------------------------

COIN = model("av", ("01", QUARTER), ("02", QUARTER), ("11", HALF))
"""v is 1 or 2; a = 1 only with v = 1."""


def side(*terms):
    return tuple(terms)


def number(n) -> tuple[Term, ...]:
    return side(_term((), coefficient=F(n)))


@pytest.mark.parametrize(
    ("left", "right", "failure"),
    [
        (side(_term(cond("av|"), "v")), side(_term(cond("a|"))), None),
        (side(_term(cond("v|"), "v", "v")), number(F(5, 4)), None),
        (side(_term(cond("v|"), "v", "vv")), number(F(7, 4)), None),
        (side(_term(cond("v|"), "v", "v", F(2))), number(F(5, 2)), None),
        (side(_term(cond("v|"), "v"), _term(cond("v|"), "v")), number(2), None),
        (side(), number(0), None),
        (number(1), number(2), SumFailure({}, F(1), F(2))),
        (side(_term(cond("v|"), "v", "v")), number(1), SumFailure({}, F(5, 4), F(1))),
        (side(_term(cond("v|a"), "", "v")), side(_term(cond("v|a"))),
         SumFailure({"a": 0, "v": 2}, F(1), HALF)),
        (side(_term(cond("a|v"))), side(_term(cond("a|"))),
         SumFailure({"a": 0, "v": 1}, F(1, 3), HALF)),
        # P(a | v) is free of v = 2 where the other factor is 0: there the product counts as 0.
        (side(_term(cond("v|a a|"), "v")), side(_term(cond("a|"))), None),
        (side(_term(cond("a|v v|"), "v")), side(_term(cond("a|"))), None),
    ],
)  # fmt: skip
def test_sums(left, right, failure):
    assert sum_failure(COIN, left, right) == failure


DECLARED = model("av", ("01", HALF), ("11", HALF), alphabets={"v": (1, 2)})


def test_a_product_with_a_factor_0_is_0_and_one_without_has_no_value():
    """v = 2 is declared and never occurs."""
    sums = side(_term(cond("a|v v|"), "v"))
    assert sum_failure(DECLARED, sums, side(_term(cond("a|")))) is None
    assert sum_failure(DECLARED, sums, number(1)) == SumFailure({"a": 0}, HALF, F(1))
    undefined = side(_term(cond("a|v"), "v"))
    assert sum_failure(DECLARED, undefined, number(7)) is None
    assert sum_failure(DECLARED, number(7), undefined) is None
    assert sum_failure(DECLARED, undefined, undefined) is None
    # Given v = 2 nothing is said, though both sides are defined there.
    free = side(_term(cond("a|v"), "", (), F(0)))
    assert sum_failure(DECLARED, free, side(_term(cond("a|v"), "", "v", F(0)))) is None
    zero = (*cond("v|"), *cond("a|v"))
    assert sum_failure(DECLARED, side(_term(zero)), side(_term(cond("av|")))) is None
    assert sum_failure(DECLARED, side(_term(zero)), side(_term(cond("a|")))) is None


def held(text: str, v) -> tuple[Conditional, ...]:
    event, _, given = text.partition("|")
    slot = f"v = {v}"
    return (
        Conditional.create(
            {slot if n == "v" else n for n in event}, {slot if n == "v" else n for n in given}
        ),
    )


def test_a_variable_held_at_a_value():
    assert sum_failure(COIN, side(_term(held("v|", 2))), number(QUARTER)) is None
    assert sum_failure(COIN, side(_term(held("v|", 1))), number(QUARTER)) == SumFailure(
        {"v = 1": 1}, F(3, 4), QUARTER
    )
    one = side(_term(held("a|v", 1)))
    assert sum_failure(COIN, one, side(_term(cond("a|")))) == SumFailure(
        {"a": 0, "v = 1": 1}, F(1, 3), HALF
    )
    # An equation says nothing at a value that the variable does not have, or that never occurs.
    assert sum_failure(COIN, side(_term(held("v|", 3))), number(1)) is None
    assert sum_failure(DECLARED, side(_term(held("a|v", 2))), number(7)) is None
    assert sum_failure(DECLARED, side(_term(held("v|", 2))), number(7)) == SumFailure(
        {"v = 2": 2}, F(0), F(7)
    )


def test_two_slots_of_one_variable():
    copies = (
        Conditional.create({"v#2"}, ()),
        Conditional.create({"v"}, ()),
    )
    square = side(Term(F(1), frozenset({"v", "v#2"}), ("v", "v#2"), copies))
    assert sum_failure(COIN, square, number(F(25, 16))) is None


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        (side(_term((Conditional.create({"a", "a#2"}, ()),))), number(1), "a variable twice"),
        (number(1), side(_term((Conditional.create({"a", "a#2"}, ()),))), "a variable twice"),
        (side(_term(cond("x|"))), number(1), "no variable x"),
        (number(1), side(_term(cond("xy|"), "xy")), "no variable x"),
    ],
)
def test_a_question_that_cannot_be_asked(left, right, reason):
    with pytest.raises(ModelError, match=reason):
        sum_failure(COIN, left, right)


def test_the_value_of_a_word_is_no_number():
    words = FiniteModel.create("w", [(("red",), F(1))])
    with pytest.raises(ModelError, match="the value of w is no number"):
        sum_failure(words, side(_term(cond("w|"), "w", "w")), number(1))
    assert sum_failure(words, side(_term(cond("w|"), "w")), number(1)) is None


def test_sums_are_gone_through_as_far_as_the_limit_says(monkeypatch):
    both = side(_term(cond("av|"), "v")), side(_term(cond("a|")))
    monkeypatch.setattr(sum_models, "MAX_POINTS", 6)  # (2 + 1) points, for each of 2 values of a
    assert sum_failure(COIN, *both) is None
    monkeypatch.setattr(sum_models, "MAX_POINTS", 5)
    with pytest.raises(ModelError, match="too many points"):
        sum_failure(COIN, *both)
    assert sum_failure(COIN, side(_term(held("v|", 1))), side(_term(held("v|", 1)))) is None
