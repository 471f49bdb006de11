"""What a model must do to count: conditions that the engines keep by themselves."""

from __future__ import annotations

from fractions import Fraction

from lpc.kernel.models import FiniteModel
from lpc.logic import Independence
from lpc.search.models.problem import Problem, verified

HALF = Fraction(1, 2)
COIN = FiniteModel.create(("A", "B", "c"), [((0, 0, 0), HALF), ((1, 1, 0), HALF)])
TIED = Independence.create("A", "B")
FREE = Independence.create("A", "c")


def asked(**more) -> Problem:
    return Problem(("A", "B", "c"), more.pop("premises", ()), more.pop("goals", (TIED,)), **more)


def test_a_model_that_breaks_the_goal_is_found():
    found = verified(asked(premises=(FREE,)), COIN, "test")
    assert found is not None
    assert found.broken == TIED


def test_a_premise_must_hold():
    assert verified(asked(premises=(TIED,), goals=(TIED,)), COIN, "test") is None


def test_a_goal_must_fail():
    assert verified(asked(goals=(FREE,)), COIN, "test") is None


def test_what_is_to_fail_beside_the_goal_must_fail():
    """`also`: each of these statements is to fail in the model together with some goal."""
    assert verified(asked(also=(TIED,)), COIN, "test") is not None
    assert verified(asked(also=(FREE,)), COIN, "test") is None
    assert verified(asked(also=(TIED, FREE)), COIN, "test") is None


def test_what_no_statement_says_has_the_last_word():
    assert verified(asked(breaks=lambda model: True), COIN, "test") is not None
    assert verified(asked(breaks=lambda model: False), COIN, "test") is None
