"""The rule of common causes: what it licenses, what it refuses and why, and what breaks it."""

from __future__ import annotations

from fractions import Fraction

import pytest

import lpc
from lpc.pictures.scene import Role
from lpc.pictures.spacetime import spacetime_picture
from lpc.report.results import Verdict
from lpc.report.text import render_file
from lpc.spacetime import Complete, Scene, Space, common_causes, local_causality, why_not_common
from lpc.spacetime.circuits import Circuit, Node, Reading, Seed, Signal, check_circuit, runs
from lpc.spacetime.common import screens_off
from lpc.spacetime.scene import together

HALF = Fraction(1, 2)
SPACE = Space(1)
ONE, TWO = SPACE.point(4, [-5]), SPACE.point(4, [5])
OVERLAP = SPACE.past(ONE) & SPACE.past(TWO)
APEX = SPACE.point(-1, [0])

HEAD = """
spacetime 1+1 {
  one = point t = 4, x = -5 ; two = point t = 4, x = 5
  set1 = point t = 3, x = -5 ; set2 = point t = 3, x = 5
  common = past(one) & past(two)
}
variables { A at one ; B at two ; a at set1 ; b at set2 ; N at common }
complete N on common
assume LC : local causality
assume CC : common causes
"""


def scene(region=OVERLAP, place=None, **more):
    places = {"A": ONE, "B": TWO, "N": region if place is None else place, **more}
    return Scene(SPACE, {}, places, (Complete(frozenset("N"), region),))


def licensed(scene_, x="A", y="B"):
    return screens_off(together(scene_, scene_.complete), x, y, scene_.placed(scene_.places))


def said(text):
    return {item.name: item for item in lpc.check(lpc.parse(HEAD + text)).items}


# ---- the rule ------------------------------------------------------------------------------------


def test_largest_sides():
    wide = scene(a=SPACE.point(3, [-5]), b=SPACE.point(3, [5]), M=SPACE.point(9, [0]))
    found = [str(p.independence) for p in common_causes(wide, wide.places)]
    assert found == ["A, a ⊥ B, b | N"]  # M hears of both sides


def test_three_regions_and_no_premise_twice():
    far = {"A": SPACE.point(0, [-9]), "B": SPACE.point(0, [0]), "C": SPACE.point(0, [9])}
    below = SPACE.slice(-4).causal_past()
    wide = Scene(SPACE, {}, {**far, "N": below}, (Complete(frozenset("N"), below),))
    found = {str(p.independence) for p in common_causes(wide, wide.places)}
    assert found == {"A ⊥ B, C | N", "A, C ⊥ B | N", "A, B ⊥ C | N"}


def test_what_is_complete_elsewhere_adds_up():
    left = OVERLAP & SPACE.past(SPACE.point(-1, [-1]))
    rest = OVERLAP - left
    parts = (Complete(frozenset("L"), left), Complete(frozenset("R"), rest))
    both = Scene(SPACE, {}, {"A": ONE, "B": TWO, "L": left, "R": rest}, parts)
    found = [str(p.independence) for p in common_causes(both, both.places)]
    assert "A ⊥ B | L, R" in found
    assert not {"A ⊥ B | L", "A ⊥ B | R"} & set(found)


def test_in_three_dimensions():
    space = Space(3)
    one, two = space.point(4, [-5, 0, 0]), space.point(4, [5, 0, 0])
    past = space.past(one) & space.past(two)
    places = {"A": one, "B": two, "N": past}
    wide = Scene(space, {}, places, (Complete(frozenset("N"), past),))
    assert [str(p.independence) for p in common_causes(wide, "ABN")] == ["A ⊥ B | N"]
    below = space.slice(-2).causal_past()
    short = Scene(space, {}, {**places, "N": below}, (Complete(frozenset("N"), below),))
    assert common_causes(short, "ABN") == ()


def test_local_causality_does_not_give_it():
    assert not [p for p in local_causality(scene(), "ABN") if {"A", "B"} <= p.x | p.y]


# ---- each obligation is needed: circuits that break the rule without it ---------------------


def leg(*events):
    return tuple((Fraction(t), (Fraction(x),)) for t, x in events)


def bit(name, source, *events, seed=None, ray=None, target=None):
    carries = ((0, 0), (1, 1))
    return Signal(name, leg(*events), carries, source, target, seed, ray)


def coin(name, t, x):
    table = tuple(((v, ()), v) for v in (0, 1))
    return Node(name, leg((t, x))[0], ((0, HALF), (1, HALF)), (), table)


def read(variable, *sites):
    return Reading(variable, sites, tuple(((v,), v) for v in (0, 1)) if sites else (((), 0),))


FROM_APEX = (bit("s", "n", (-1, 0), (4, -5)), bit("t", "n", (-1, 0), (4, 5)))

# Coins u and v meet as their sum in a node later than both, and only the sum goes on from there.
SUM = Node(
    "w", leg((19, 0))[0], (), ("u1", "v1"),
    tuple(((None, (i, j)), (i + j) % 2) for i in (0, 1) for j in (0, 1)),
)  # fmt: skip
SIDES = (
    coin("u", 3, -5), coin("v", 3, 5), SUM,
)  # fmt: skip
TO_ALL = (
    bit("s", "u", (3, -5), (4, -5)), bit("t", "v", (3, 5), (4, 5)),
    bit("u1", "u", (3, -5), (19, 0), target="w"), bit("v1", "v", (3, 5), (19, 0), target="w"),
)  # fmt: skip
TO_ALL = (*TO_ALL, bit("p", "w", (19, 0), (20, 0)))
LATE = SPACE.point(20, [0])

BREAKING = {
    "common, without the apex": (
        scene(OVERLAP - APEX),
        Circuit((coin("n", -1, 0),), FROM_APEX, (read("A", "s"), read("B", "t"), read("N"))),
        "common",
    ),
    "common, too early": (
        scene(SPACE.slice(-3).causal_past()),
        Circuit((coin("n", -1, 0),), FROM_APEX, (read("A", "s"), read("B", "t"), read("N"))),
        "common",
    ),
    "closed, a later piece": (
        scene(OVERLAP | LATE),
        Circuit(SIDES, TO_ALL, (read("A", "s"), read("B", "t"), read("N", "p"))),
        "closed",
    ),
    "closed, C lives elsewhere too": (
        scene(OVERLAP, OVERLAP | LATE),
        Circuit(SIDES, TO_ALL, (read("A", "s"), read("B", "t"), read("N", "p"))),
        "closed",
    ),
}  # fmt: skip


def correlated(circuit):
    """Whether A and B are correlated given N, by enumeration."""
    weights = {}
    for run in runs(circuit):
        key = tuple(run.variables[v] for v in "ABN")
        weights[key] = weights.get(key, 0) + run.weight

    def p(**at):
        return sum(
            w for k, w in weights.items() if all(k["ABN".index(n)] == v for n, v in at.items())
        )

    return any(
        p(A=x, B=y, N=n) * p(N=n) != p(A=x, N=n) * p(B=y, N=n)
        for x in (0, 1) for y in (0, 1) for n in (0, 1)
    )  # fmt: skip


def support(circuit):
    weights = {}
    for run in runs(circuit):
        key = tuple(run.variables[v] for v in "ABN")
        weights[key] = weights.get(key, 0) + run.weight
    return list(weights.items())


@pytest.mark.parametrize("case", BREAKING)
def test_each_obligation_is_needed(case):
    where, circuit, obligation = BREAKING[case]
    check_circuit(circuit, where, "ABN", support(circuit), seeds=False)
    assert correlated(circuit)
    assert not licensed(where)
    assert why_not_common(where, "A", "B", "N").obligations == (obligation,)


def test_with_seeds_the_rule_fails():
    ray = (Fraction(1), (Fraction(0),))
    signals = (
        bit("s", None, (4, -5), seed="old", ray=ray), bit("t", None, (4, 5), seed="old", ray=ray),
    )  # fmt: skip
    old = Seed("old", ((0, HALF), (1, HALF)))
    circuit = Circuit((), signals, (read("A", "s"), read("B", "t"), read("N")), (old,))
    assert correlated(circuit)
    assert licensed(scene())
    # Rays along x = -5 and x = 5 come from below the apex: they are present in the overlap.
    with pytest.raises(lpc.spacetime.circuits.CircuitError, match="no function of it"):
        check_circuit(circuit, scene(), "ABN", support(circuit))
    sides = (
        bit("s", None, (4, -5), seed="old", ray=(Fraction(1), (Fraction(1),))),
        bit("t", None, (4, 5), seed="old", ray=(Fraction(1), (Fraction(-1),))),
    )
    circuit = Circuit((), sides, circuit.readings, (old,))
    check_circuit(circuit, scene(), "ABN", support(circuit))
    with pytest.raises(lpc.spacetime.circuits.CircuitError, match="past infinity"):
        check_circuit(circuit, scene(), "ABN", support(circuit), seeds=False)


# ---- refusals ------------------------------------------------------------------------------------


def test_nothing_is_conditioned_on():
    refusal = why_not_common(scene(), "A", "B", "")
    assert refusal.obligations == ("complete",)
    assert refusal.failures[0].message == (
        "nothing is conditioned on that is complete on the common past of A and B: N is missing"
    )


def test_nothing_is_declared():
    bare = Scene(SPACE, {}, {"A": ONE, "B": TWO})
    (failure,) = why_not_common(bare, "A", "B", "").failures
    assert failure.obligation == "complete"
    assert failure.message == "nothing is declared complete in the common past of A and B"


def test_what_brings_the_sides_together_is_named():
    meeting = scene(M=SPACE.point(20, [0]))
    refusal = why_not_common(meeting, "A", "B", "NM")
    assert [(f.obligation, f.variables) for f in refusal.failures] == [("common", ("M",))]
    assert why_not_common(scene(a=SPACE.point(3, [-5])), "A", "B", "aN") is None


def test_a_chain_of_conditions_joins_the_sides():
    middle = {"u": SPACE.point(4, [-3]), "v": SPACE.point(4, [3])}
    # u shares a past above the overlap with A and with v, v with B.
    refusal = why_not_common(scene(**middle), "A", "B", "Nuv")
    assert refusal.obligations == ("common",)


# ---- files ---------------------------------------------------------------------------------------


def test_what_common_causes_give_and_local_causality_does_not():
    found = said("""
    claim x : CC entail A ⊥ B | N
    claim y : CC entail A, a ⊥ B, b | N
    claim z : CC entail P(A, B | a, b, N) = P(A | a, N) P(B | b, N)
    claim w : LC entail CC
    claim v : CC entail LC
    """.replace("claim x", 'claim "x"').replace("claim y", 'claim "y"')
        .replace("claim z", 'claim "z"').replace("claim w", 'claim "w"')
        .replace("claim v", 'claim "v"'))  # fmt: skip
    assert [found[k].verdict for k in "xyzv"] == [Verdict.ENTAILED] * 4
    assert found["w"].verdict is not Verdict.ENTAILED


def test_both_are_listed_where_both_suffice():
    text = HEAD.replace("common = past", "left = slice t = 0 & past(one) ; common = past")
    text = text.replace("N at common", "N at common ; l at left")
    text += 'complete l on left\nclaim "l" : LC, CC entail A ⊥ B | l\n'
    (item,) = lpc.check(lpc.parse(text)).items
    assert item.needs == (("LC",), ("CC",))


def test_a_removal_says_by_common_causes_and_why_not_by_local_causality():
    text = HEAD + "derive d { assuming CC ; P(A | B, N) = P(A | N) by CC }"
    report = lpc.check(lpc.parse(text))
    (removal,) = report.items[0].removals
    assert (removal.by_common_causes, removal.by_locality) == (True, False)
    assert {f.principle for f in removal.failures} == {"local causality"}
    assert removal.open_path is None  # all of the common past is named
    assert "- B from P(A | B, N): by common causes" in render_file(report)


def test_a_removal_says_which_obligation_of_common_causes_fails():
    text = HEAD.replace("complete N on common", "complete N on common - point t = -1, x = 0")
    text += "derive d { assuming CC ; P(A | B, N) = P(A | N) expect undecided }"
    (removal,) = lpc.check(lpc.parse(text)).items[0].removals
    of_common = [f for f in removal.failures if f.principle == "common causes"]
    assert [f.obligation for f in of_common] == ["common", "closed"]
    assert "uncovered: the point t = -1, x = 0" in of_common[0].message


def test_in_a_graph_they_are_the_markov_condition_which_is_said_once():
    text = """
    variables { A ; B ; c }
    causal { c -> A, B }
    assume CC : common causes
    assume LC : local causality
    claim "x" : CC entail A ⊥ B | c
    claim "y" : LC entail CC
    """
    report = lpc.check(lpc.parse(text))
    assert [i.verdict for i in report.items] == [Verdict.ENTAILED] * 2
    assert [d.code for d in report.diagnostics] == ["W407"]


def test_models_of_common_causes_have_no_seeds():
    text = (
        HEAD
        + """
    model old { A ~ uniform {0, 1} ; B := A ; a := 0 ; b := 0 ; N := 0 }
    model new { N ~ uniform {0, 1} ; A := N ; B := N ; a := 0 ; b := 0 }
    claim "1" : old satisfies LC
    claim "2" : old violates CC
    claim "3" : new satisfies LC, CC
    """
    )
    items = lpc.check(lpc.parse(text)).items
    assert [i.verdict for i in items] == [Verdict.HOLDS] * 3


# ---- pages and pictures --------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["common causes"], ["common", "causes"], ["Common-Causes"]])
def test_the_principle_is_explained(words, run_lpc):
    result = run_lpc("explain", *words)
    assert "J⁻(P) ∩ J⁻(Q) ⊆ R" in result.stdout
    assert "complete, common, closed" in result.stdout


@pytest.mark.parametrize("name", ["complete", "common", "closed", "slice", "place", "outside"])
def test_every_obligation_is_explained(name, run_lpc):
    assert "obligation" in run_lpc("explain", name).stdout


def test_the_common_past_is_shaded():
    document = lpc.parse(HEAD + "derive d { assuming CC ; P(A | B, N) = P(A | N) by CC }")
    (item,) = lpc.check(document).items
    picture = spacetime_picture(document, item)
    covered = [s for s in picture.shapes if getattr(s, "role", None) is Role.COVERED]
    assert len(covered) == 1
    told = lpc.check(lpc.parse(HEAD + "derive d { assuming LC ; P(A | B, N) = P(A | N) }"))
    other = spacetime_picture(document, told.items[0])
    assert not [s for s in other.shapes if getattr(s, "role", None) is Role.COVERED]
