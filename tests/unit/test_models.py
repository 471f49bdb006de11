"""The engines that look for countermodels: each alone, in order, and within their bounds."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from itertools import combinations, islice, product
from pathlib import Path

import pytest

from lpc.kernel.models import FiniteModel
from lpc.logic import Conditional, Independence, Monomials, Positivity
from lpc.logic.effort import Effort, TimeUp, unlimited
from lpc.search.models import (
    ENGINES,
    Found,
    Problem,
    cases,
    find_countermodel,
    functional,
    graph,
    linear,
    solver,
)
from lpc.search.models.assignments import model_of, solutions
from lpc.search.models.constraints import Budget, Check, broken_down, is_markov, schedule
from lpc.search.models.problem import simplified, verified
from lpc.spacetime import CausalGraph, markov_premises

ci = Independence.create
needs_z3 = pytest.mark.skipif(not solver.is_installed(), reason="z3 is not installed")


def plain(names, premises, *goals, **more):
    """A problem without a graph over variables of one letter each."""
    return Problem(tuple(names), tuple(premises), goals, **more)


# The main scenario (DESIGN 1.4), with the graph and the alphabets of reference_models.lpc.

NODES = ("past", "λ", "λ_a", "λ_b", "a", "b", "A", "B")
ARROWS = [
    *(("past", v) for v in ("λ", "λ_a", "λ_b", "a", "b")),
    *((v, "A") for v in ("λ", "λ_a", "a")),
    *((v, "B") for v in ("λ", "λ_b", "b")),
]
SCENARIO = CausalGraph.create(NODES, ["past"], ARROWS)
ALPHABETS = {"A": (-1, 1), "B": (-1, 1), "a": (0, 1), "b": (0, 1)}
SI = ci(["λ"], ["a", "b"])
PRINTED = (ci(["λ_a"], ["b", "B"]), ci(["λ_b"], ["a", "A"]))
FACTORIZABILITY = Monomials(
    (Conditional.create(["A", "B"], ["a", "b", "λ"]),),
    (Conditional.create(["A"], ["a", "λ"]), Conditional.create(["B"], ["b", "λ"])),
)
PAPER = {
    "1, LC alone": ((), FACTORIZABILITY),
    "1, LC alone, positive": ((Positivity(frozenset(["a", "b", "λ"])),), FACTORIZABILITY),
    "2, Eq. 25 as printed": ((SI, *PRINTED), FACTORIZABILITY),
    "2, a removal": ((SI, *PRINTED), ci(["A"], ["b", "B"], ["a", "λ"])),
    "4, independent microstates": ((SI, ci(["λ_a"], ["λ_b"])), FACTORIZABILITY),
    "7, only microstate-result dependence": (
        (SI, ci(["λ", "λ_a", "λ_b"], ["a", "b"])),
        ci(["A"], ["b"], ["a", "λ", "B"]),
    ),
}


def scenario(premises, *goals):
    """Local causality and more in the main scenario."""
    return Problem(
        NODES,
        (*markov_premises(SCENARIO), *premises),
        goals,
        ALPHABETS,
        {node: SCENARIO.parents(node) for node in NODES},
        frozenset(["past"]),
    )


def is_answer(problem: Problem, found: Found | None) -> bool:
    """A model of the right shape in which every premise holds and `broken` fails."""
    return (
        found is not None
        and found.model.names == problem.variables
        and all(found.model.holds(p) for p in problem.premises)
        and found.broken in problem.goals
        and not found.model.holds(found.broken)
    )


@pytest.mark.parametrize("item", PAPER)
@pytest.mark.parametrize("engine", ["linear", "graph", "functional"])
def test_models_of_the_paper_fall_out(item, engine):
    premises, goal = PAPER[item]
    problem = scenario(premises, goal)
    found = next(ENGINES[engine](problem, unlimited), None)
    assert is_answer(problem, found)
    assert found.engine == engine


def test_the_first_model_is_small():
    found, engine = find_countermodel(scenario(*PAPER["2, Eq. 25 as printed"]))
    assert engine == "linear"
    assert len(found.model.support) == 4


def test_what_the_paper_does_prove_is_not_refuted():
    conditional = (ci(["λ_a"], ["b", "B"], ["a", "λ"]), ci(["λ_b"], ["a", "A"], ["b", "λ"]))
    watch = Effort(200_000)
    found, tried = find_countermodel(scenario(conditional, FACTORIZABILITY), watch.tick)
    assert found is None
    assert tried.startswith("linear: ")


def test_a_true_implication_beyond_the_semigraphoid_rules_stays_undecided():
    premises = (ci("X", "Y", "CD"), ci("C", "D", "X"), ci("C", "D", "Y"), ci("X", "Y"))
    for names in ("XYCD", "DCYX"):
        found, tried = find_countermodel(plain(names, premises, ci("C", "D")))
        assert found is None
        words = (
            "linear: up to 4 fair bits",
            "graph: no causal graph",
            f"{functional.MAX_MECHANISMS} mechanisms",
            "solver: ",
        )
        assert all(word in tried for word in words)
    for left_out in premises:  # no premise is idle
        rest = [p for p in premises if p != left_out]
        problem = plain("XYCD", rest, ci("C", "D"))
        assert is_answer(problem, find_countermodel(problem)[0]), left_out


# Each engine alone.


def test_linear_refutes_composition_and_intersection():
    composition = plain("XYW", (ci("X", "Y"), ci("X", "W")), ci("X", "YW"))
    intersection = plain("XYW", (ci("X", "Y", "W"), ci("X", "W", "Y")), ci("X", "YW"))
    for problem, points in ((composition, 4), (intersection, 2)):
        found = next(linear.search(problem, unlimited))
        assert is_answer(problem, found)
        assert len(found.model.support) == points


def test_linear_obeys_determinations():
    by_both = ci("C", "C", "AB")
    problem = plain("ABC", (by_both, ci("A", "C"), ci("B", "C")), ci("C", "C"), ci("C", "C", "A"))
    found = next(linear.search(problem, unlimited))
    assert is_answer(problem, found)
    assert all(c == a ^ b for (a, b, c), _ in found.model.support)
    nothing = plain("ABC", (by_both, ci("AB", "C")), ci("C", "C"))
    assert next(linear.search(nothing, unlimited), None) is None


def test_linear_takes_fewest_bits_over_all_goals():
    """The first goal needs two bits, the second one."""
    problem = plain("XYW", (ci("X", "Y"), ci("X", "W")), ci("X", "YW"), ci("Y", "W"))
    found = next(linear.search(problem, unlimited))
    assert len(found.model.support) == 2
    assert found.broken == ci("Y", "W")


def test_linear_uses_tuples_and_part_of_an_alphabet():
    three = {"X": ("r", "g", "b")}
    two_bits = (ci("Y", "W"), ci("Y", "Y", "X"), ci("W", "W", "X"))
    problem = plain("XYW", two_bits, ci("Y", "Y"), alphabets=three)
    found = next(linear.search(problem, unlimited))
    assert is_answer(problem, found)
    assert set(found.model.values("X")) == {"r", "g", "b"}
    assert {o[0] for o, _ in found.model.support} == {"r", "g"}
    both = plain("XYW", (*two_bits, ci("Y", "W", "")), ci("XY", "YW"))
    tuples = next(m for m in linear.search(both, unlimited) if len(m.model.support) == 4)
    assert any(isinstance(o[0], tuple) for o, _ in tuples.model.support)


def test_linear_goes_on_after_a_refusal(monkeypatch):
    refusals = []

    def picky(problem, model, engine):
        refusals.append(model)
        return verified(problem, model, engine) if len(refusals) > 3 else None

    monkeypatch.setattr(linear, "verified", picky)
    problem = plain("XYW", (ci("X", "Y"), ci("X", "W")), ci("X", "YW"))
    assert is_answer(problem, next(linear.search(problem, unlimited), None))
    assert len(refusals) == 4


# No three-way interaction, and more: nothing can be summed out.
UNREADABLE = Monomials(
    (Conditional.create("XY"), Conditional.create("YW"), Conditional.create("XW")),
    tuple(map(Conditional.create, ("XYW", "X", "Y", "W"))),
)


def test_equations_that_are_no_independences():
    assert broken_down(UNREADABLE) == (UNREADABLE,)
    pairwise = (ci("X", "Y"), ci("Y", "W"), ci("X", "W"))
    for search in (linear.search, cases.search, functional.search_mechanisms):
        problem = plain("XYW", pairwise, UNREADABLE)
        assert is_answer(problem, next(search(problem, unlimited), None)), search
        problem = plain("XYW", (UNREADABLE,), ci("X", "Y"))
        assert is_answer(problem, next(search(problem, unlimited), None)), search
        problem = plain("XYW", (UNREADABLE, *pairwise), ci("X", "YW"))
        assert next(search(problem, unlimited), None) is None, search


def test_graph_follows_chains_forks_and_colliders():
    arrows = {"a": (), "u": (), "c": ("a", "u"), "d": ("c",), "e": ("d",), "v": ("u",)}
    dag = CausalGraph.create(arrows, [], [(p, v) for v in arrows for p in arrows[v]])
    for goal in (ci("a", "v", "e"), ci("a", "e"), ci("c", "v"), ci("e", "v")):
        problem = plain("aucdev", markov_premises(dag), goal, parents=arrows)
        found = next(graph.search(problem, unlimited), None)
        assert is_answer(problem, found), goal
    for goal in (ci("a", "v"), ci("a", "e", "d"), ci("c", "v", "u")):
        blocked = plain("aucdev", markov_premises(dag), goal, parents=arrows)
        with pytest.raises(StopIteration) as end:
            next(graph.search(blocked, unlimited))
        assert end.value.value == "0 open paths"


def test_graph_needs_a_second_path():
    """The shortest path would make a depend on c, which a premise forbids."""
    arrows = {"u": (), "a": ("u",), "c": ("u",), "d": ("u",), "e": ("c", "d")}
    dag = CausalGraph.create(arrows, ["u"], [(p, v) for v in arrows for p in arrows[v]])
    premises = (*markov_premises(dag), ci("a", "c"))
    problem = plain("uacde", premises, ci("a", "e"), parents=arrows, latents=frozenset("u"))
    assert is_answer(problem, next(graph.search(problem, unlimited), None))


# Positive {X, Y} makes two linear variables independent: here fair bits can do nothing.
CORRELATED = plain("XY", (Positivity(frozenset("XY")),), ci("X", "Y"))
THREE = plain(
    "XYW",
    (ci("X", "Y"), Positivity(frozenset("XYW"))),
    ci("X", "W"),
    ci("X", "YW"),
    alphabets={"X": (0, 1, 2), "Y": (0, 1), "W": (0, 1)},
)
CHOICE = plain(
    "XYWV",
    (ci("X", "Y"), ci("XY", "W"), ci("V", "V", "XYW"), Positivity(frozenset("XV")), ci("V", "W")),
    ci("V", "X"),
)


@pytest.mark.parametrize("problem", [CORRELATED, THREE, CHOICE])
def test_functional_does_what_linear_cannot(problem):
    assert next(linear.search(problem, unlimited), None) is None
    found, engine = find_countermodel(problem)
    assert engine == "functional"
    assert is_answer(problem, found)


@pytest.mark.parametrize("problem", [CORRELATED, THREE, CHOICE])
def test_random_mechanisms_do_it_without_enumeration(problem):
    found = next(functional.search_mechanisms(problem, unlimited), None)
    assert is_answer(problem, found)


def test_cases_with_unequal_weights():
    found = next(cases.search(CORRELATED, unlimited))
    assert is_answer(CORRELATED, found)
    # one third and two thirds: no half of anything
    thirds = plain("XY", (), ci("X", "Y"))
    assert [w for _, w in next(cases.search(thirds, unlimited)).model.support] == [
        Fraction(1, 3),
        Fraction(2, 3),
    ]


def test_mechanisms_are_the_same_every_time():
    first, second = (
        [f.model for f in islice(functional.search_mechanisms(THREE, unlimited), 3)]
        for _ in range(2)
    )
    assert first == second


def test_mechanisms_along_a_graph_obey_its_markov_condition(monkeypatch):
    """Every candidate that reaches the kernel does, although those premises are not tested."""
    monkeypatch.setattr(functional, "simplified", lambda _, found: found)
    problem = scenario((), ci(["A"], ["b"], ["a", "λ"]))
    assert all(is_markov(problem, p) for p in problem.premises)
    free = Problem(NODES, (), problem.goals, ALPHABETS, problem.parents, problem.latents)
    models = [f.model for f in functional.search_mechanisms(free, unlimited, 60)]
    assert len(models) >= 10
    for model in models:
        assert all(model.holds(p) for p in problem.premises)


def test_markov_premises_are_told_from_others():
    problem = scenario((), SI)
    assert not is_markov(problem, SI)
    assert not is_markov(problem, ci(["λ_a"], ["b"], ["a", "λ"]))
    assert not is_markov(problem, ci(["a"], ["A"], ["past"]))  # A comes later


# The kernel has the last word.


def test_nothing_unverified_leaves():
    coin = FiniteModel.create("XY", [((0, 0), Fraction(1, 2)), ((1, 1), Fraction(1, 2))])
    assert verified(plain("XY", (), ci("X", "Y")), coin, "me").broken == ci("X", "Y")
    assert verified(plain("XY", (ci("X", "Y"),), ci("X", "X")), coin, "me") is None
    assert verified(plain("XY", (), ci("X", "X", "Y")), coin, "me") is None


def test_questions_too_large_for_the_kernel_are_left_alone():
    names = "abcdef"
    coin = [((v,) * 6, Fraction(1, 2)) for v in (0, 1)]
    for size in (8, 16):  # 262,144 points take too long, 16,777,216 are refused by the kernel
        alphabets = {n: tuple(range(size)) for n in names}
        everything = Monomials((Conditional.create(names),), (Conditional.create(names),))
        problem = plain(names, (everything,), ci("a", "b"), alphabets=alphabets)
        assert verified(problem, FiniteModel.create(names, coin, alphabets), "me") is None


def test_simplified_models_still_refute():
    problem = plain("XYW", (ci("X", "W"),), ci("X", "Y"))
    weights = [((x, x, w), Fraction(1, 4)) for x, w in product((0, 1), repeat=2)]
    found = verified(problem, FiniteModel.create("XYW", weights), "me")
    small = simplified(problem, found)
    assert is_answer(problem, small)
    assert len(small.model.support) == 2


# Time and bounds.


@pytest.mark.parametrize("engine", ["linear", "graph", "functional"])
def test_every_engine_counts_its_work(engine):
    calls = []

    def tick(units=1):
        calls.append(1)
        if len(calls) >= 3:
            raise TimeUp(0.0)

    premises, goal = PAPER["2, Eq. 25 as printed"]
    implied = (*premises, ci(["λ_a"], ["b", "B"], ["a", "λ"]), ci(["λ_b"], ["a", "A"], ["b", "λ"]))
    with pytest.raises(TimeUp):
        list(ENGINES[engine](scenario(implied, goal), tick))


@pytest.mark.parametrize("units", [1, 1000, 30_000])
def test_the_search_ends_with_its_effort_and_says_so(units):
    premises = (ci("X", "Y", "CD"), ci("C", "D", "X"), ci("C", "D", "Y"), ci("X", "Y"))
    watch = Effort(units)
    found, tried = find_countermodel(plain("XYCD", premises, ci("C", "D")), watch.tick)
    assert found is None
    assert tried.endswith(f"the effort of {units} units was spent; a larger `--effort` tries more")
    assert tried.count("the effort") == 1


def test_what_was_tried_is_one_line():
    found, tried = find_countermodel(plain("XY", (ci("X", "Y"),), ci("X", "Y")))
    assert found is None
    assert tried.startswith(
        "linear: up to 4 fair bits; graph: no causal graph; "
        f"functional: up to 8 weighted cases, {functional.MAX_MECHANISMS} mechanisms; solver: "
    )


def test_a_problem_with_many_variables_takes_no_recursion():
    names = tuple(f"v{k}" for k in range(600))
    arrows = {v: names[k - 1 : k] if k else () for k, v in enumerate(names)}
    goal = ci([names[0]], [names[-1]])
    problem = Problem(names, (), (goal,), parents=arrows)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    try:
        assert is_answer(problem, next(linear.search(problem, unlimited), None))
    finally:
        sys.setrecursionlimit(limit)


def test_trivial_goals_and_no_goals_are_never_refuted():
    for goals in ((), (ci("X", ""),)):
        assert find_countermodel(plain("XY", (), *goals))[0] is None


# The schedule and the two finite structures.


def test_premises_are_tested_in_parts_as_soon_as_possible():
    premise = ci("X", "YW", "Z")
    assert schedule("ZXYW", (premise,), ci("X", "Y")) == (
        (),
        (),
        (Check(ci("X", "Y", "Z")), Check(ci("X", "Y"), wanted=False)),
        (Check(premise),),
    )
    assert schedule("XYWZ", (premise,), None) == ((), (), (), (Check(premise),))


def structures():
    yield linear.Bits(1)
    yield linear.Bits(2)
    yield from (cases.Partitions(*arguments) for arguments in cases.WEIGHTS[:6])


@pytest.mark.parametrize("structure", [*structures()], ids=lambda s: str(len(s.weights)))
def test_structures_agree_with_the_kernel(structure):
    elements = [k for k in range(12) if k in {e for u in (0,) for e in _every(structure)}]
    for chosen in product(elements[:9], repeat=3):
        problem = plain("XYZ", (), ci("X", "Y", "Z"))
        model = model_of(problem, structure, dict(zip("XYZ", chosen, strict=True)))
        x, y, z = chosen
        xz, yz = structure.join(x, z), structure.join(y, z)
        answer = structure.is_independent(xz, yz, structure.join(xz, yz), z)
        assert answer == model.holds(ci("X", "Y", "Z"))
        assert structure.count(xz) == len({(o[0], o[2]) for o, _ in model.support})


def test_only_what_is_symmetric_is_left_out():
    """Unequal weights have no symmetry to use; subspaces are taken up to a change of basis."""
    assert len(cases.Partitions((1, 1, 2), 3).options(0, 3)) == 5
    assert len(cases.Partitions((1, 1, 1), 3).options(0, 3)) == 4
    bits, goal = linear.Bits(2), ci("X", "Y")
    expected = 0
    for x, y, w in product(_every(bits), repeat=3):
        prefixes = (x, bits.join(x, y), bits.join(bits.join(x, y), w))
        goes = all(p in bits._standard for p in prefixes)
        expected += goes and not bits.is_independent(x, y, prefixes[1], 0)
    budget = Budget(10_000, unlimited)
    found = list(solutions(plain("XYW", (), goal), bits, (), goal, budget))
    assert len(found) == expected > 10


def test_positivity_can_be_refuted():
    problem = plain("XY", (), Positivity(frozenset("XY")))
    for search in (linear.search, cases.search, functional.search_mechanisms):
        assert is_answer(problem, next(search(problem, unlimited), None)), search


def _every(structure):
    """All elements that a variable may be, whatever is chosen already."""
    count = len(structure._basis) if isinstance(structure, linear.Bits) else structure._own
    return range(count)


@pytest.mark.parametrize(
    "structure",
    [linear.Bits(2), cases.Partitions((1, 1, 1), 3), cases.Partitions((1, 1, 2), 3)],
    ids=["bits", "equal", "unequal"],
)
def test_leaving_out_symmetric_choices_loses_nothing(structure):
    """What some choice of three elements refutes is refuted by the search, and conversely."""
    sides = [ci(x, y, z) for x, y in combinations("XYW", 2) for z in ("", *set("XYW") - {x, y})]
    sides += [ci("X", "X", "YW"), ci("Y", "Y", "X"), ci("X", "YW")]
    models = [
        model_of(plain("XYW", (), sides[0]), structure, dict(zip("XYW", chosen, strict=True)))
        for chosen in product(_every(structure), repeat=3)
    ]
    true = [{s for s in sides if model.holds(s)} for model in models]
    for premises in combinations(sides, 2):
        for goal in sides:
            problem = plain("XYW", premises, goal)
            budget = Budget(100_000, unlimited)
            found = next(solutions(problem, structure, premises, goal, budget), None)
            assert (found is not None) == any(set(premises) <= t and goal not in t for t in true)


# z3, where it is installed; what it says is only a candidate.


def test_without_z3_the_solver_says_so(monkeypatch):
    monkeypatch.setattr(solver, "is_installed", lambda: False)
    search = solver.search(CORRELATED, unlimited)
    with pytest.raises(StopIteration) as end:
        next(search)
    assert end.value.value == "z3 is not installed"
    watch = Effort(200_000)
    _, tried = find_countermodel(plain("XY", (ci("X", "Y"),), ci("X", "Y")), watch.tick)
    assert tried.endswith("solver: z3 is not installed")


def test_a_wrong_answer_of_the_solver_is_refused(monkeypatch):
    monkeypatch.setattr(solver, "is_installed", lambda: True)
    problem = plain("XY", (ci("X", "X"),), ci("X", "Y"))
    for weights, good in (((1, 1, 1, 1), False), ((2, 1, 1, 2), False)):
        answer = tuple(map(Fraction, weights))
        monkeypatch.setattr(solver, "_ask", lambda *_, answer=answer: (answer, 1))
        assert (next(solver.search(problem, unlimited), None) is not None) is good
    right = tuple(map(Fraction, (2, 1, 1, 2)))
    monkeypatch.setattr(solver, "_ask", lambda *_: (right, 1))
    assert is_answer(CORRELATED, next(solver.search(CORRELATED, unlimited)))


def test_the_question_to_the_solver():
    (text,) = solver._texts(("X", "Y"), (), ci("X", "Y"))
    assert "(declare-const w3 Real)" in text
    assert "(not (= (* w0 (+ w0 w1 w2 w3)) (* (+ w0 w1) (+ w0 w2))))" in text


@needs_z3
@pytest.mark.parametrize(
    "problem",
    [
        CORRELATED,
        plain("XYW", (ci("X", "Y"), ci("X", "W")), ci("X", "YW"), alphabets={"X": ("l", "r")}),
        plain("XYW", (ci("X", "Y"), ci("Y", "W"), ci("X", "W")), UNREADABLE),
        plain("XYW", (ci("W", "W", "XY"), Positivity(frozenset("XW"))), ci("X", "W")),
    ],
)
def test_the_solver_finds_models(problem):
    found = next(solver.search(problem, unlimited), None)
    assert is_answer(problem, found)
    assert found.engine == "solver"


@needs_z3
def test_algebraic_answers_are_moved_to_rational_ones():
    """z3 5.4 meets w1 = 2 − √3 first; w1 = 9/32 is near and gives a rational w0."""
    worker = Path(solver.__file__).with_name("z3_worker.py")
    text = (
        "(declare-const w0 Real)(declare-const w1 Real)(declare-const w2 Real)"
        "(assert (and (> w0 0) (> w1 0) (> w2 0)))"
        "(assert (= (+ (* w2 w2) (* w2 w2 w1)) (+ (* w0 w1 w1) w0 1)))"
        "(assert (> (+ (* w2 w2 w2) 2) (+ w0 (* w0 w0))))"
    )
    result = subprocess.run(
        [sys.executable, "-P", str(worker), "3", "3000000"],
        input=text,
        capture_output=True,
        text=True,
    )
    w0, w1, w2 = map(Fraction, result.stdout.split()[1:])
    assert w2**2 + w2**2 * w1 == w0 * w1**2 + w0 + 1


@needs_z3
def test_the_solver_ends_in_time():
    premises = (ci("X", "Y", "CD"), ci("C", "D", "X"), ci("C", "D", "Y"), ci("X", "Y"))
    watch = Effort(None, 0.5)
    with pytest.raises(TimeUp):
        next(solver.search(plain("XYCD", premises, ci("C", "D")), watch.tick), None)
