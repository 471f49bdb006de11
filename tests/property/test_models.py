"""Countermodels against proofs, and against evaluators written with plain loops."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import lcm

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lpc.logic import Conditional, Independence, Monomials, Positivity
from lpc.logic.effort import Effort, LimitReached
from lpc.search.closure import Closure
from lpc.search.models import ENGINES, Found, Problem, find_countermodel, responses
from lpc.search.theory import Theory
from lpc.spacetime import CausalGraph, markov_premises
from tests.property.strategies import Model, equation_holds, independent, models, points, subsets

UNITS = 20_000


def limited(units: int = UNITS):
    return Effort(units).tick


@st.composite
def statements(draw, names: str, functions: bool = False) -> Independence:
    """X ⊥ Y | Z, or now and then "X determined by Z"."""
    if functions and draw(st.integers(0, 3)) == 0:
        x = draw(st.sampled_from(names))
        return Independence.create(x, x, draw(subsets(names)) - {x})
    n = len(names)
    rest = draw(st.lists(st.sampled_from("xyzz--"), min_size=n - 2, max_size=n - 2))
    places = draw(st.permutations(["x", "y", *rest]))
    sides = ([v for v, p in zip(names, places, strict=True) if p == side] for side in "xyz")
    return Independence.create(*sides)


@st.composite
def implications(draw, functions: bool = False) -> Problem:
    """Premises over 4 or 5 variables, some of which are declared two-valued, and a goal."""
    names = draw(st.sampled_from(("abcd", "abcde")))
    premises = draw(st.lists(statements(names, functions), min_size=1, max_size=6, unique=True))
    extra = draw(st.sampled_from(((), (), (Positivity(draw(subsets(names))),))))
    return Problem(
        tuple(names),
        (*premises, *(p for p in extra if p.atoms)),
        (draw(statements(names, functions)),),
        dict.fromkeys(draw(subsets(names)), (0, 1)),
    )


# The evaluator of `strategies`, for models with any values and for positivity.


def as_numbers(found: Found) -> Model:
    """The model with the values of each variable numbered."""
    numbers: list[dict] = [{} for _ in found.model.names]
    model: Model = {}
    for outcome, weight in found.model.support:
        key = tuple(n.setdefault(v, len(n)) for n, v in zip(numbers, outcome, strict=True))
        assert key not in model
        model[key] = weight
    return model


def is_true(model: Model, names: str, alphabets: dict, statement) -> bool:
    """Whether a statement holds, by plain loops over outcomes."""
    if isinstance(statement, Monomials):
        return equation_holds(model, names, statement)
    if isinstance(statement, Independence):
        return independent(model, names, statement.x, statement.y, statement.z)
    seen, every = set(), 1
    for outcome in model:
        seen.add(tuple(outcome[names.index(v)] for v in sorted(statement.atoms)))
    for v in statement.atoms:
        every *= len(alphabets.get(v, {o[names.index(v)] for o in model}))
    return len(seen) == every


def check_model(problem: Problem, found: Found) -> None:
    """A distribution over the variables in which all premises hold and a goal fails."""
    model, names = as_numbers(found), "".join(problem.variables)
    assert found.model.names == problem.variables
    assert sum(model.values()) == 1
    assert all(isinstance(w, Fraction) and w > 0 for w in model.values())
    for k, name in enumerate(names):
        allowed = problem.alphabets.get(name)
        assert allowed is None or all(o[k] in allowed for o, _ in found.model.support)
    for premise in problem.premises:
        assert is_true(model, names, problem.alphabets, premise), (str(premise), found)
    assert not is_true(model, names, problem.alphabets, found.broken)
    assert found.broken in problem.goals


@given(implications())
@settings(max_examples=150)
def test_nothing_is_both_proved_and_refuted(problem):
    proved = Theory.create(problem.premises).holds(problem.goals[0])
    found, _ = find_countermodel(problem, limited(4000 if proved else UNITS))
    assert not (proved and found), found
    if found is not None:
        check_model(problem, found)


@given(implications(functions=True))
@settings(max_examples=150)
def test_nothing_with_functions_is_both_proved_and_refuted(problem):
    proved = Theory.create(problem.premises).holds(problem.goals[0])
    found, _ = find_countermodel(problem, limited(4000 if proved else UNITS))
    assert not (proved and found), found
    if found is not None:
        check_model(problem, found)


@pytest.mark.parametrize("engine", ["linear", "functional"])
@given(problem=implications(functions=True))
@settings(max_examples=40)
def test_the_first_models_of_every_engine_pass_the_plain_evaluator(engine, problem):
    assume(not Theory.create(problem.premises).holds(problem.goals[0]))
    try:
        search = ENGINES[engine](problem, limited())
        for found, _ in zip(search, range(5), strict=False):
            check_model(problem, found)
    except LimitReached:
        pass


@given(models("abc"), st.data())
@settings(max_examples=80)
def test_equations_are_refuted_only_by_models_that_obey_the_others(model, data):
    """Premises that hold in some model: there is something to obey."""
    side = st.lists(conditionals("abc"), min_size=1, max_size=2).map(tuple)
    drawn = data.draw(st.lists(st.builds(Monomials, side, side), min_size=8, max_size=8))
    premises = [e for e in drawn[:-1] if equation_holds(model, "abc", e)]
    problem = Problem(tuple("abc"), tuple(premises), (drawn[-1],))
    found, _ = find_countermodel(problem, limited())
    if found is not None:
        assert Theory.create(premises).prove(drawn[-1]) is None
        check_model(problem, found)


@st.composite
def conditionals(draw, names: str) -> Conditional:
    event = draw(st.frozensets(st.sampled_from(names), min_size=1, max_size=2))
    return Conditional.create(event, draw(subsets(names)) - event)


# Graphs: some of the first variables are latent.


@st.composite
def graphs(draw, names: str = "abcdef") -> CausalGraph:
    latents = draw(st.frozensets(st.sampled_from(names[:2])))
    arrows = [
        (one, two)
        for k, two in enumerate(names)
        if two not in latents
        for one in names[:k]
        if draw(st.booleans())
    ]
    return CausalGraph.create(names, latents, arrows)


@st.composite
def obeying(draw, dag: CausalGraph) -> Model:
    """A joint distribution by mechanisms along the graph: one row of weights per parents' values.

    Many rows are deterministic, and latents take up to 4 values.
    """
    weights = st.sampled_from([Fraction(0), Fraction(1), Fraction(1), Fraction(1, 3)])
    model: Model = {(): Fraction(1)}
    for name in dag.nodes:
        places = [dag.nodes.index(p) for p in dag.parents(name)]
        size = draw(st.sampled_from((2, 4))) if name in dag.latents else 2
        rows: dict[tuple, list[Fraction]] = {}
        following: Model = {}
        for outcome, weight in model.items():
            key = tuple(outcome[k] for k in places)
            if key not in rows:
                p = draw(weights)
                first = draw(st.integers(0, size - 1))
                rows[key] = [Fraction(0)] * size
                rows[key][first] += p
                rows[key][(first + 1) % size] += 1 - p
            for value, share in enumerate(rows[key]):
                if share:
                    following[(*outcome, value)] = weight * share
        model = following
    return model


@given(graphs(), st.data())
@settings(max_examples=60)
def test_valid_mechanisms_obey_what_is_proved_of_their_graph(dag, data):
    names = "".join(dag.nodes)
    closure = Closure.create(names, markov_premises(dag))
    model = data.draw(obeying(dag))
    proved = list(closure.elementary())
    for x, y, z in data.draw(st.lists(st.sampled_from(proved), max_size=12)) if proved else ():
        assert independent(model, names, frozenset(x), frozenset(y), z), (x, y, z)


@given(graphs("abcde"), st.data())
@settings(max_examples=60)
def test_models_along_a_graph_obey_it(dag, data):
    """Every engine, with another premise beside the Markov condition."""
    names = "".join(dag.nodes)
    seen = "".join(v for v in names if v not in dag.latents)
    markov = markov_premises(dag)
    premises = (*markov, data.draw(statements(seen)))
    goal = data.draw(statements(seen))
    assume(not Theory.create(premises).holds(goal))
    parents = {v: dag.parents(v) for v in names}
    binary = dict.fromkeys(data.draw(subsets(seen)), (0, 1))
    problem = Problem(dag.nodes, premises, (goal,), binary, parents, dag.latents)
    closure = Closure.create(names, markov)
    for engine in ("linear", "graph", "functional"):
        try:
            found = next(ENGINES[engine](problem, limited()), None)
        except LimitReached:
            continue
        if found is None:
            continue
        check_model(problem, found)
        model = as_numbers(found)
        for x, y, z in closure.elementary():
            assert independent(model, names, frozenset(x), frozenset(y), z), (engine, x, y, z)


@given(graphs("abcde"), st.data())
@settings(max_examples=100)
def test_an_open_path_alone_always_gives_a_model(dag, data):
    """Without other premises copies and xor along a path are enough."""
    seen = "".join(v for v in dag.nodes if v not in dag.latents)
    goal = data.draw(statements(seen))
    premises = markov_premises(dag)
    parents = {v: dag.parents(v) for v in dag.nodes}
    problem = Problem(dag.nodes, premises, (goal,), {}, parents, dag.latents)
    separated = Closure.create(dag.nodes, premises).holds(goal)
    found = next(ENGINES["graph"](problem, limited(5.0)), None)
    assert (found is None) == separated
    if found is not None:
        check_model(problem, found)


@given(models("abcd"), statements("abcd"), st.booleans())
@settings(max_examples=200)
def test_whole_number_rows_agree_with_the_plain_evaluator(model, statement, overlapping):
    x, y, z = statement.x, statement.y, statement.z
    x = x | y if overlapping else x
    whole = lcm(*(weight.denominator for weight in model.values()))
    rows = {outcome: int(weight * whole) for outcome, weight in model.items()}
    places = (tuple("abcd".index(v) for v in side) for side in (x, y, z))
    assert responses.is_independent(rows, *places) == independent(model, "abcd", x, y, z)


@given(st.randoms(use_true_random=False), st.integers(1, 4), st.integers(0, 3))
@settings(max_examples=200)
def test_responses_keep_the_distribution_of_what_came_before(rng, size, arity):
    before = {values: 1 + sum(values) for values in product((0, 1), repeat=3)}
    rows = responses.grown(before, range(arity), responses.response(rng, size, arity))
    total, every = sum(rows.values()), sum(before.values())
    for values, weight in before.items():
        here = sum(w for outcome, w in rows.items() if outcome[:3] == values)
        assert here * every == weight * total
    assert all(0 <= outcome[3] < size for outcome in rows)
    assert all(points({o: Fraction(1) for o in rows}, "abcv"))
