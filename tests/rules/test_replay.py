"""What the replay of a proof refuses."""

from __future__ import annotations

import pytest

from lpc.kernel import Arguments, Line, Proof, RuleError, replay
from lpc.logic import Independence

LAW = Independence.create("A", "bc")
PART = Arguments((frozenset("A"), frozenset("b")))


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        (Proof((), ()), "an empty proof proves nothing"),
        (Proof((LAW,), (Line("guess", (0,)),)), "no such rule"),
        *(
            (
                Proof((LAW,), (Line("decomposition", (i,), PART),)),
                "a premise is not an earlier line",
            )
            for i in (1, 2, -1, True, False)
        ),
        *(
            (
                Proof((LAW,), (Line("decomposition", two, PART),)),
                "a premise is not an earlier line",
            )
            for two in ((0, -1), (-1, 0), (0, 1))
        ),
    ],
)
def test_a_proof_is_refused(proof, reason):
    with pytest.raises(RuleError) as caught:
        replay(proof)
    assert caught.value.reason == reason


def test_what_is_proved_is_the_last_line():
    lines = tuple(
        Line("decomposition", (0,), Arguments((frozenset("A"), frozenset(kept)))) for kept in "bc"
    )
    theorem = replay(Proof((LAW,), lines))
    assert theorem.entries[0] == LAW
    assert theorem.conclusion == theorem.entries[-1] == Independence.create("A", "c")
