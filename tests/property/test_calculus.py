"""The rules, the closure and the proofs against independent implementations."""

from __future__ import annotations

from itertools import combinations, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lpc.kernel import RULES, Arguments, Line, Proof, RuleError, replay
from lpc.logic import Conditional, Independence, Monomials, Positivity
from lpc.search.closure import Closure
from lpc.search.elementary import find_elementary_proof
from lpc.search.proofs import Fact, find_proof
from lpc.search.reading import read_equation
from lpc.search.theory import Theory
from tests.property.strategies import equation_holds, independent, models, points, subsets

NAMES = "abcd"


def all_statements(names: str, overlapping: bool = True) -> list[Independence]:
    """Every independence over the names, sides disjoint from the condition."""
    found = set()
    for places in product(range(5 if overlapping else 4), repeat=len(names)):
        x = [v for v, p in zip(names, places, strict=True) if p in (1, 4)]
        y = [v for v, p in zip(names, places, strict=True) if p in (2, 4)]
        z = [v for v, p in zip(names, places, strict=True) if p == 3]
        found.add(Independence.create(x, y, z))
    return sorted((s for s in found if not s.is_trivial), key=str)


def brute_closure(names: str, premises: list[Independence]) -> set[tuple]:
    """Naive saturation with the separoid rules on oriented triples of sets."""
    every = frozenset(names)
    known: set[tuple] = set()
    todo = [t for p in premises for t in ((p.x, p.y, p.z), (p.y, p.x, p.z))]
    while todo:
        x, y, z = todo.pop()
        if (x, y, z) in known or not x or not y:
            continue
        known.add((x, y, z))
        new = [(y, x, z)]
        for size in range(len(y)):
            for part in map(frozenset, combinations(sorted(y), size + 1)):
                new.append((x, part, z))
                new.append((x - part, y - part, z | part))
        if x == y:
            new.append((x, every - z, z))
        for x2, w, z2 in list(known):
            if z2 == z | y and x2 == x - z2:
                new.append((x, y | w, z))
            if z == z2 | w and x == x2 - z:
                new.append((x2, w | y, z2))
        # a premise about x minus its functions serves for x itself
        for x2, w, z2 in list(known):
            if z == z2 | w:
                for extra in map(frozenset, _subsets(w)):
                    if (x | extra, w, z2) in known:
                        new.append((x | extra, w | y, z2))
            if z2 == z | y and x2 == x - y:
                new.append((x, y | w, z))
        todo.extend(new)
    return known


def _subsets(items):
    items = sorted(items)
    return (c for k in range(len(items) + 1) for c in combinations(items, k))


@st.composite
def premise_sets(draw, names: str = NAMES, overlapping: bool = False, most: int = 4):
    statements = all_statements(names, overlapping)
    return draw(st.lists(st.sampled_from(statements), min_size=1, max_size=most, unique=True))


@given(premise_sets())
@settings(max_examples=80)
def test_closure_agrees_with_naive_saturation_over_four_variables(premises):
    closure, brute = Closure.create(NAMES, premises), brute_closure(NAMES, premises)
    for s in all_statements(NAMES, overlapping=False):
        assert closure.holds(s) == ((s.x, s.y, s.z) in brute), s


@given(premise_sets("abcde", most=3))
@settings(max_examples=25)
def test_closure_agrees_with_naive_saturation_over_five_variables(premises):
    closure, brute = Closure.create("abcde", premises), brute_closure("abcde", premises)
    for s in all_statements("abcde", overlapping=False):
        assert closure.holds(s) == ((s.x, s.y, s.z) in brute), s


@given(premise_sets("abcd", overlapping=True, most=3))
@settings(max_examples=100)
def test_closure_with_functions_agrees_with_naive_saturation(premises):
    closure, brute = Closure.create(NAMES, premises), brute_closure(NAMES, premises)
    for s in all_statements(NAMES):
        if s.x & s.y and not s.is_determination:
            continue  # a determination and an independence in one; both are tested
        assert closure.holds(s) == ((s.x, s.y, s.z) in brute), s


def test_the_published_number_of_semigraphoids_over_four_variables():
    """26,424 (Studený 2005), counted by orbits under renaming."""
    elementary = [
        Independence.create(i, j, given)
        for i, j in combinations(NAMES, 2)
        for size in range(3)
        for given in combinations(sorted(set(NAMES) - {i, j}), size)
    ]
    index = {s: k for k, s in enumerate(elementary)}
    assert len(index) == 24
    renamings = []
    for image in permutations(NAMES):
        to = dict(zip(NAMES, image, strict=True))
        renamed = (
            Independence.create(*({to[v] for v in side} for side in (s.x, s.y, s.z)))
            for s in elementary
        )
        renamings.append([index[r] for r in renamed])

    def canonical(model: frozenset[int]) -> tuple[int, ...]:
        return min(tuple(sorted(r[k] for k in model)) for r in renamings)

    seen: dict[tuple[int, ...], int] = {}
    queue = [frozenset()]
    while queue:
        model = queue.pop()
        key = canonical(model)
        if key in seen:
            continue
        seen[key] = len({frozenset(r[k] for k in model) for r in renamings})
        for k in range(24):
            if k not in model:
                closure = Closure.create(NAMES, [elementary[j] for j in {*model, k}])
                queue.append(frozenset(j for j in range(24) if closure.holds(elementary[j])))
    assert sum(seen.values()) == 26_424


@given(premise_sets("abcde", overlapping=True, most=4), st.data())
@settings(max_examples=100)
def test_whatever_the_closure_says_has_a_proof_that_replays(premises, data):
    facts = [Fact.assumed(p) for p in premises]
    closure = Closure.create("abcde", premises)
    goals = [s for s in all_statements("abcde", overlapping=False) if closure.holds(s)]
    for goal in data.draw(st.lists(st.sampled_from(goals), max_size=8)) if goals else []:
        proof = find_proof(facts, goal)
        assert proof is not None, f"no proof of {goal}"
        theorem = replay(proof)
        assert theorem.conclusion == goal
        assert set(theorem.hypotheses) <= set(premises)


@given(premise_sets("abcde", most=4), st.data())
@settings(max_examples=60)
def test_the_elementary_proofs_reach_all_that_the_closure_says(premises, data):
    facts = [Fact.assumed(p) for p in premises]
    closure = Closure.create("abcde", premises)
    goals = [s for s in all_statements("abcde", overlapping=False) if closure.holds(s)]
    for goal in data.draw(st.lists(st.sampled_from(goals), max_size=5)) if goals else []:
        proof = find_elementary_proof(facts, goal)
        assert proof is not None
        assert replay(proof).conclusion == goal


@given(models(NAMES), st.data())
@settings(max_examples=80)
def test_rules_hold_on_exact_models(model, data):
    """What holds in a model is closed under every rule, so whatever is derived holds too."""
    true = [s for s in all_statements(NAMES) if independent(model, NAMES, s.x, s.y, s.z)]
    if not true:
        return
    for _ in range(25):
        p, q = data.draw(st.sampled_from(true)), data.draw(st.sampled_from(true))
        sets = data.draw(st.tuples(subsets(NAMES), subsets(NAMES), subsets(NAMES)))
        y = data.draw(st.sampled_from((p.x, p.y)))
        for name, arguments in (
            ("decomposition", (sets[0] & p.x, sets[1] & p.y)),
            ("weak union", (sets[0] & (p.x | p.y),)),
            ("determination", (sets[2],)),
            ("contraction", (p.x if y == p.y else p.y, y, q.y)),
            ("contraction", (p.x if y == p.y else p.y, y, q.x)),
        ):
            premises = (p, q) if name == "contraction" else (p,)
            try:
                s = RULES[name].infer(premises, Arguments(arguments))
            except RuleError:
                continue
            assert independent(model, NAMES, s.x, s.y, s.z), (name, p, q, s)


@given(models(NAMES))
@settings(max_examples=60)
def test_theories_of_true_statements_prove_only_true_ones(model):
    every = all_statements(NAMES)
    true = [s for s in every if independent(model, NAMES, s.x, s.y, s.z)]
    closure = Closure.create(NAMES, true)
    for s in every:
        assert closure.holds(s) == (s in set(true)), s


@st.composite
def conditionals(draw, names: str = NAMES):
    event = draw(st.frozensets(st.sampled_from(names), min_size=1, max_size=2))
    return Conditional.create(event, draw(subsets(names)) - event)


@st.composite
def equations(draw, names: str = NAMES):
    side = st.lists(conditionals(names), min_size=1, max_size=2).map(tuple)
    return Monomials(draw(side), draw(side))


@given(models(NAMES), st.lists(equations(), min_size=8, max_size=8))
@settings(max_examples=100)
def test_equations_proved_in_a_model_hold_in_it(model, goals):
    true = [s for s in all_statements(NAMES, False) if independent(model, NAMES, s.x, s.y, s.z)]
    theory = Theory.create(true)
    for goal in goals:
        proved = theory.prove(goal)
        if proved is not None:
            assert proved.theorem.conclusion == goal
            assert equation_holds(model, NAMES, goal), goal


@given(models("abc"), st.lists(equations("abc"), min_size=8, max_size=8))
@settings(max_examples=100)
def test_readings_of_a_true_equation_are_true(model, candidates):
    for equation in candidates:
        if equation_holds(model, "abc", equation):
            for fact in read_equation(equation):
                s = fact.statement
                assert replay(fact.proof).conclusion == s
                assert independent(model, "abc", s.x, s.y, s.z), (str(equation), str(s))


@given(models("abc"), st.lists(equations("abc"), min_size=6, max_size=6), equations("abc"))
@settings(max_examples=80)
def test_equations_as_premises_prove_only_what_holds(model, candidates, goal):
    true = [e for e in candidates if equation_holds(model, "abc", e)]
    theory = Theory.create(true)
    if theory.prove(goal) is not None:
        assert equation_holds(model, "abc", goal)


@given(models("abc"), equations("abc"), subsets("abc"))
@settings(max_examples=80)
def test_positivity_is_used_only_where_it_holds(model, goal, declared):
    full = all(
        sum(w for o, w in model.items() if all(o["abc".index(v)] == p[v] for v in declared))
        for p in points(dict.fromkeys(product((0, 1), repeat=3), 1), "abc")
    )
    if not full or not declared:
        return
    true = [s for s in all_statements("abc", False) if independent(model, "abc", s.x, s.y, s.z)]
    theory = Theory.create([*true, Positivity(declared)])
    for s in all_statements("abc", False):
        if theory.holds(s):
            assert independent(model, "abc", s.x, s.y, s.z)
    if theory.prove(goal) is not None:
        assert equation_holds(model, "abc", goal)


def test_span_alone_licenses_nothing():
    """X = Y = W a fair coin: both independences hold, the product equation fails (Rulings)."""
    x, y, w = "X", "Y", "W"
    theory = Theory.create([Independence.create(x, y, w), Independence.create(x, w, y)])
    goal = Monomials(
        (Conditional.create([x, y]), Conditional.create(w)),
        (Conditional.create([x, w]), Conditional.create(y)),
    )
    assert theory.prove(goal) is None
    positive = Theory.create(
        [Independence.create(x, y, w), Independence.create(x, w, y), Positivity(frozenset("YW"))]
    )
    assert positive.prove(goal) is not None


@given(premise_sets("abcd", most=3), st.data())
@settings(max_examples=80)
def test_a_mutated_proof_is_refused_or_proves_what_follows(premises, data):
    facts = [Fact.assumed(p) for p in premises]
    closure = Closure.create(NAMES, premises)
    goals = [s for s in all_statements(NAMES, False) if closure.holds(s) and s not in premises]
    if not goals:
        return
    proof = find_proof(facts, data.draw(st.sampled_from(goals)))
    assert proof is not None
    where = data.draw(st.integers(0, len(proof.lines) - 1))
    line = proof.lines[where]
    entries = len(proof.hypotheses) + len(proof.lines)
    changed = data.draw(
        st.sampled_from(
            [
                Line(data.draw(st.sampled_from(sorted(RULES))), line.premises, line.arguments),
                Line(
                    line.rule,
                    tuple(data.draw(st.integers(-1, entries)) for _ in line.premises),
                    line.arguments,
                ),
                Line(
                    line.rule,
                    line.premises,
                    Arguments(tuple(data.draw(subsets(NAMES)) for _ in line.arguments.sets)),
                ),
                Line(line.rule, line.premises[:-1], line.arguments),
            ]
        )
    )
    lines = (*proof.lines[:where], changed, *proof.lines[where + 1 :])
    try:
        theorem = replay(Proof(proof.hypotheses, lines))
    except RuleError:
        return
    for s in theorem.entries:
        assert isinstance(s, Independence)
        assert closure.holds(s), s


def test_a_rule_refuses_what_does_not_fit():
    with pytest.raises(RuleError):
        RULES["contraction"].infer(
            (Independence.create("a", "b"), Independence.create("a", "c")),
            Arguments((frozenset("a"), frozenset("b"), frozenset("c"))),
        )
