"""The search for circuits: partitions, coins, flows, and what is found in small scenes."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from lpc.exact import square_root
from lpc.kernel.models import FiniteModel
from lpc.logic import Independence
from lpc.logic.effort import unlimited
from lpc.search.circuits import CircuitSearch, DirectSearch
from lpc.search.circuits.coins import are_independent, chain, families
from lpc.search.circuits.flow import Bounds, Limits, readable
from lpc.search.circuits.lattice import lattice
from lpc.search.circuits.partitions import Partitions
from lpc.search.models.problem import Problem
from lpc.spacetime import Region, Scene, Space
from lpc.spacetime.circuits import Circuit, check_circuit
from lpc.spacetime.scene import Complete

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
BITS = (0, 1)
LINE = Space(1)


def point(t: int, x: int, space: Space = LINE) -> Region:
    return space.point(t, [x] + [0] * (space.dimension - 1))


def complete(names: str, region: Region) -> Complete:
    return Complete(frozenset(names.split()), region)


def scene(places: dict[str, Region], *declared: Complete, space: Space = LINE) -> Scene:
    return Scene(space, {}, places, declared)


def model(names: str, *rows: tuple[Any, ...]) -> FiniteModel:
    """Equally likely rows."""
    shares = Counter(rows)
    total = sum(shares.values())
    return FiniteModel.create(names.split(), [(r, Fraction(n, total)) for r, n in shares.items()])


def realised(where: Scene, what: FiniteModel, *, seeds: bool = True) -> Circuit | None:
    """What is found, checked once more."""
    circuit = CircuitSearch(where).realise(what, seeds=seeds)
    if circuit is not None:
        check_circuit(circuit, where, what.names, what.support, seeds=seeds)
    return circuit


WINGS = {"A": point(4, -5), "B": point(4, 5)}
COMMON = LINE.past(WINGS["A"]) & LINE.past(WINGS["B"])


# ---- partitions and coins ------------------------------------------------------------------------


def test_join_and_meet() -> None:
    parts = Partitions(5)
    one, two = parts.of("aabbc"), parts.of("xyyzz")
    assert parts.join(one, two) == parts.top
    assert parts.meet(one, two) == parts.bottom
    assert parts.meet(one, parts.of("ppqqq")) == parts.of("aabbb")
    assert parts.is_known(parts.of("aabbb"), one)
    assert not parts.is_known(one, two)


def test_a_coin_is_the_rank_where_the_chances_are_the_same() -> None:
    """B is A or not, with chance 3/4 or 1/4 as x says: one coin of bias 3/4."""
    weights, rows = [], []
    for x, a, b in product(BITS, repeat=3):
        rows.append((x, a, b))
        weights.append(QUARTER * (Fraction(3, 4) if (a == b) != x else QUARTER))
    sample = chain(list(zip(*rows, strict=True)), weights)
    assert sample is not None
    assert sample.origin == list(range(8))
    assert are_independent(sample.coins, weights)


def test_a_coin_fine_enough_for_all_cases() -> None:
    """Chances 1/3 and 1/4: the coin has outcomes of 1/4, 1/12 and 2/3."""
    chances = {0: Fraction(1, 3), 1: QUARTER}
    rows = [(x, b) for x in BITS for b in BITS]
    weights = [HALF * (chances[x] if b else 1 - chances[x]) for x, b in rows]
    sample = chain(list(zip(*rows, strict=True)), weights)
    assert sample is not None
    assert are_independent(sample.coins, sample.weights)
    shares: dict[int, Fraction] = {}
    for value, weight in zip(sample.coins[1], sample.weights, strict=True):
        shares[value] = shares.get(value, Fraction(0)) + weight
    assert sorted(shares.values()) == [Fraction(1, 12), QUARTER, Fraction(2, 3)]
    for k, weight in enumerate(weights):
        parts = [w for w, o in zip(sample.weights, sample.origin, strict=True) if o == k]
        assert sum(parts) == weight


def test_other_families_are_independent_and_determine_the_same() -> None:
    parts, weights = Partitions(4), [QUARTER] * 4
    one, two = parts.of((0, 0, 1, 1)), parts.of((0, 1, 0, 1))
    both = parts.of((0, 1, 1, 0))
    found = list(families(parts, [one, two], weights, []))
    assert found[0] == (one, two)
    assert {frozenset(f) for f in found[1:]} == {frozenset({one, both}), frozenset({two, both})}


# ---- flows ---------------------------------------------------------------------------------------


def test_what_is_complete_limits_what_is_known_later() -> None:
    where = scene({"A": point(4, 0)}, complete("C", LINE.slice(0)))
    parts = Partitions(4)
    coin, sign = parts.of((0, 0, 1, 1)), parts.of((0, 1, 0, 1))
    graph = lattice(where, more=False)
    early = min(range(len(graph.events)), key=lambda e: graph.events[e][0])
    for said, heard in ((parts.bottom, parts.bottom), (sign, sign), (parts.top, parts.top)):
        flow = Bounds.create(graph, parts, Limits(parts, [said])).flow(
            {early: (coin, sign)}, parts.bottom
        )
        assert readable(flow, 0) == heard


def test_a_coin_in_a_complete_region_gives_only_what_is_said_there() -> None:
    slice_ = LINE.slice(0)
    where = scene({"A": point(4, 0)}, complete("C", slice_))
    parts = Partitions(4)
    coin, sign = parts.of((0, 0, 1, 1)), parts.of((0, 1, 0, 1))
    graph = lattice(where, more=False)
    inside = next(e for e, event in enumerate(graph.events) if event == (0, (0,)))
    bounds = Bounds.create(graph, parts, Limits(parts, [sign]))
    assert bounds.flow({inside: (coin, sign)}, parts.bottom).events[inside] == sign
    assert bounds.flow({inside: (coin,)}, parts.bottom).events[inside] == parts.bottom


def test_a_lattice_has_events_before_on_and_after_a_slice() -> None:
    few, many = (
        lattice(scene({"A": point(4, 1)}, complete("C", LINE.slice(0))), more=more)
        for more in (False, True)
    )
    assert {(t > 0) - (t < 0) for t, _ in few.events} == {-1, 0, 1}
    assert (0, (5,)) in many.events, "where the light ray through A crosses the slice"
    assert len(few.events) < len(many.events)


# ---- circuits in 1+1 -----------------------------------------------------------------------------


def test_one_coin_at_the_latest_common_event() -> None:
    circuit = realised(scene(WINGS), model("A B", (0, 0), (1, 1)))
    assert circuit is not None
    (node,) = circuit.nodes
    assert node.event == (-1, (0,))
    assert {s.path for s in circuit.signals} == {
        ((-1, (0,)), (4, (-5,))),
        ((-1, (0,)), (4, (5,))),
    }


def test_a_coin_that_one_place_alone_reads_is_tossed_there() -> None:
    circuit = realised(scene(WINGS), model("A B", *product(BITS, BITS)))
    assert circuit is not None
    assert {n.event for n in circuit.nodes} == {(4, (-5,)), (4, (5,))}
    assert circuit.signals == ()


def test_a_correlation_past_a_constant_common_past_needs_a_seed() -> None:
    where = scene({**WINGS, "N": COMMON}, complete("N", COMMON))
    equal = model("A B N", (0, 0, 0), (1, 1, 0))
    assert realised(where, equal, seeds=False) is None
    circuit = realised(where, equal)
    assert circuit is not None
    assert circuit.seeds
    named = model("A B N", (0, 0, 0), (1, 1, 1))
    told = realised(where, named)
    assert told is not None
    assert not told.seeds


def test_a_name_for_less_than_the_slice_says_nothing_of_the_rest() -> None:
    """`b` above the part s of the slice, on which k is constant."""
    p, slice_ = point(1, 0), LINE.slice(0)
    s = slice_ & LINE.past(p)
    where = scene({"b": p, "k": s, "L": slice_}, complete("k", s), complete("L", slice_))
    assert realised(where, model("k L b", (0, 0, 0), (0, 1, 1))) is None
    assert realised(where, model("k L b", (0, 0, 0), (1, 1, 1))) is not None


def pr_box(named: str) -> tuple[Scene, FiniteModel]:
    qa, qb, pa, pb = point(3, -10), point(3, 10), point(2, -10), point(2, 10)
    left, right = (LINE.past(q) & LINE.slice(2) for q in (qa, qb))
    sa, sb = (LINE.past(p) & LINE.slice(0) for p in (pa, pb))
    places = {"a": pa, "b": pb, "A": qa, "B": qb, "ka": sa, "kb": sb, "λ": left | right}
    where = scene(
        places,
        complete("ka", sa),
        complete("kb", sb),
        complete("a λ", left),
        complete("b λ", right),
    )
    rows = []
    for a, b, r in product(BITS, repeat=3):
        told = {"all": (a, b, r), "r": r}[named]
        rows.append((a, b, 0, 0, told, r, r ^ (a & b if named == "all" else 0)))
    return where, model("a b ka kb λ A B", *rows)


def test_a_pr_box_has_no_circuit_whatever_a_disconnected_region_is_said_to_know() -> None:
    where, what = pr_box("all")
    assert realised(where, what) is None


def test_a_disconnected_region_may_know_what_comes_from_before() -> None:
    where, what = pr_box("r")
    assert realised(where, what) is not None


def test_thick_regions_pass_on_what_they_say_and_nothing_else() -> None:
    left = LINE.diamond(point(0, -6), point(4, -6))
    right = LINE.diamond(point(0, 6), point(4, 6))
    places = {"C": left | right, "A": point(4, -6), "B": point(4, 6)}
    where = scene(places, complete("C", left | right))
    own = model("C A B", *(((x, y), x, y) for x in BITS for y in BITS))
    assert realised(where, own) is not None
    unsaid = model("C A B", (0, 0, 0), (0, 1, 1))
    assert realised(where, unsaid) is None


def test_what_is_made_in_one_part_of_a_region_is_not_known_in_the_other() -> None:
    """C says both coins, which are tossed after the slice that D is constant on."""
    left, right = point(1, -6), point(1, 6)
    places = {"x": left, "y": right, "A": point(2, -6), "B": point(2, 6)}
    places |= {"C": left | right, "D": LINE.slice(0)}
    where = scene(places, complete("C", left | right), complete("D", LINE.slice(0)))
    rows = list(product(BITS, BITS))
    straight = model("x y C D A B", *((x, y, (x, y), 0, x, y) for x, y in rows))
    crossed = model("x y C D A B", *((x, y, (x, y), 0, y, x) for x, y in rows))
    assert realised(where, straight) is not None
    assert realised(where, crossed) is None


def test_a_sum_of_coins_passes_where_only_the_sum_is_said() -> None:
    """Two coins come together before the slice, on which only their sum is known."""
    early = {"x": point(-4, -2), "y": point(-4, 2)}
    places = {**early, "A": point(4, 0), "S": LINE.slice(0)}
    where = scene(places, complete("S", LINE.slice(0)))
    rows = [(x, y, x ^ y, x ^ y) for x in BITS for y in BITS]
    assert realised(where, model("x y S A", *rows)) is not None
    rows = [(x, y, x ^ y, x) for x in BITS for y in BITS]
    assert realised(where, model("x y S A", *rows)) is None


@pytest.mark.parametrize("chance", [Fraction(3, 4), square_root(Fraction(2)) / 2])
def test_coins_need_not_be_fair(chance: Any) -> None:
    places = {"x": point(0, -1), "y": point(0, 1), "A": point(1, 0), "B": point(5, 0)}
    outcomes = [
        ((x, y, a, b), Fraction(1, 8) * (chance if (a == b) != (x * y == 1) else 1 - chance))
        for x, y, a, b in product(BITS, repeat=4)
    ]
    circuit = realised(scene(places), FiniteModel.create(tuple("xyAB"), outcomes))
    assert circuit is not None
    coins = [[w for _, w in n.coin] for n in circuit.nodes if n.coin]
    assert sum(chance in coin and len(coin) == 2 for coin in coins) == 1


def test_results_with_different_chances_in_different_cases() -> None:
    """Each wing has noise whose law depends on its setting and on what both share."""
    laws = ((Fraction(1, 5), Fraction(2, 3), HALF, Fraction(1)), (QUARTER, HALF, HALF, Fraction(0)))
    places = {
        "λ": LINE.slice(0),
        "a": point(2, -10),
        "b": point(2, 10),
        "A": point(3, -10),
        "B": point(3, 10),
    }
    outcomes = []
    for k, a, b, x, y in product(BITS, repeat=5):
        p, q = laws[0][2 * k + a], laws[1][2 * k + b]
        weight = Fraction(1, 8) * (p if x else 1 - p) * (q if y else 1 - q)
        outcomes.append(((k, a, b, x, y), weight))
    what = FiniteModel.create(tuple("λabAB"), outcomes)
    assert realised(scene(places, complete("λ", LINE.slice(0))), what) is not None


def test_variables_without_a_place() -> None:
    """One may read anything; one whose place is empty can only be constant."""
    where = scene({"A": point(0, 0), "Z": LINE.nowhere()}, complete("W", point(0, 0)))
    assert realised(where, model("A Z W", (0, 0, 0), (1, 0, 1))) is not None
    assert realised(where, model("A Z W", (0, 0, 0), (1, 1, 1))) is None
    assert realised(where, model("A Z W", (0, 0, 0), (1, 0, 0))) is None


def test_other_variables_of_the_model_are_only_hints() -> None:
    what = model("past A B", (0, 0, 0), (1, 1, 1))
    assert realised(scene(WINGS), what) is not None
    assert realised(scene({**WINGS, "C": point(0, 0)}), what) is None


def test_a_variable_reads_a_signal_that_passes() -> None:
    places = {"A": point(0, 0), "M": point(2, 0), "E": point(4, 0)}
    circuit = realised(scene(places), model("A M E", (0, 0, 0), (1, 1, 1)))
    assert circuit is not None
    assert len(circuit.signals) == 1


def test_what_comes_together_does_so_where_it_is_read() -> None:
    places = {"x": point(0, -1), "y": point(0, 1), "A": point(5, 0)}
    circuit = realised(scene(places), model("x y A", *((x, y, x & y) for x in BITS for y in BITS)))
    assert circuit is not None
    assert [n.event for n in circuit.nodes if n.inputs] == [(5, (0,))]


def test_two_variables_on_one_way_read_one_signal() -> None:
    """A and M lie on one light ray."""
    places = {"A": point(4, -5), "M": point(3, -4), "B": point(4, 5)}
    circuit = realised(scene(places), model("A M B", (0, 0, 0), (1, 1, 1)))
    assert circuit is not None
    assert len(circuit.signals) == 2


def test_the_same_question_has_the_same_answer() -> None:
    where, what = pr_box("r")
    assert CircuitSearch(where).realise(what) == CircuitSearch(where).realise(what)


def test_the_clock_is_asked() -> None:
    class Stopped(Exception):
        pass

    def stop(units: int = 1) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        CircuitSearch(scene(WINGS)).realise(model("A B", (0, 0), (1, 1)), tick=stop)


# ---- d+1 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", [2, 3])
def test_circuits_in_more_dimensions(dimension: int) -> None:
    space = Space(dimension)
    one, two = point(4, -5, space), point(4, 5, space)
    left, right = (space.slice(0) & space.past(p) for p in (one, two))
    places = {
        "A": one,
        "B": two,
        "a": point(3, -5, space),
        "b": point(3, 5, space),
        "l": left,
        "r": right,
    }
    where = scene(places, complete("l", left), complete("r", right), space=space)
    rows = [(k, k, a, b, k ^ a, k & b) for k, a, b in product(BITS, repeat=3)]
    circuit = realised(where, model("l r a b A B", *rows))
    assert circuit is not None
    assert not circuit.seeds
    assert realised(where, model("l r a b A B", (0,) * 6, (0, 0, 0, 0, 1, 1))) is None


def test_seeds_in_more_dimensions() -> None:
    space = Space(2)
    ends = {"A": point(4, -5, space), "B": point(4, 5, space)}
    common = space.past(ends["A"]) & space.past(ends["B"])
    where = scene({**ends, "N": common}, complete("N", common), space=space)
    equal = model("A B N", (0, 0, 0), (1, 1, 0))
    assert realised(where, equal, seeds=False) is None
    circuit = realised(where, equal)
    assert circuit is not None
    assert circuit.seeds


# ---- the direct search ---------------------------------------------------------------------------


def direct(where: Scene, problem: Problem) -> FiniteModel | None:
    found = next(DirectSearch(CircuitSearch(where)).search(problem, unlimited), None)
    return None if found is None else found.model


def test_direct_search_finds_models_that_have_circuits() -> None:
    slice_ = LINE.slice(0)
    s = slice_ & LINE.past(WINGS["A"])
    where = scene({**WINGS, "κ": s}, complete("κ", s))
    goal = Independence.create({"A"}, {"B"})
    kept = Independence.create({"A"}, {"B"}, {"κ"})
    found = direct(where, Problem(("κ", "A", "B"), (kept,), (goal,)))
    assert found is not None
    assert found.holds(kept)
    assert not found.holds(goal)
    assert realised(where, found, seeds=False) is not None


def test_direct_search_finds_nothing_where_local_causality_forbids_it() -> None:
    s = LINE.slice(0) & LINE.past(WINGS["A"])
    where = scene({**WINGS, "κ": s}, complete("κ", s))
    goal = Independence.create({"A"}, {"B"}, {"κ"})
    assert direct(where, Problem(("κ", "A", "B"), (), (goal,))) is None


def test_direct_search_gives_no_variable_more_values_than_it_has() -> None:
    goal = Independence.create({"A"}, {"B"})
    problem = Problem(("A", "B"), (), (goal,), {"A": (7,), "B": (0, 1)})
    assert direct(scene(WINGS), problem) is None


def test_direct_search_needs_a_sum_where_each_coin_is_forbidden() -> None:
    """C is independent of A and of B, and not of both: a sum of two coins."""
    where = scene({"A": point(0, -1), "B": point(0, 1), "C": point(4, 0)})
    alone = [Independence.create({"C"}, {n}) for n in "AB"]
    goal = Independence.create({"C"}, {"A", "B"})
    found = direct(where, Problem(("A", "B", "C"), tuple(alone), (goal,)))
    assert found is not None
    assert realised(where, found, seeds=False) is not None


def test_direct_search_keeps_to_declared_values_and_leaves_latents_out() -> None:
    where = scene(WINGS)
    latent = Independence.create({"A"}, {"B"}, {"past"})
    goal = Independence.create({"A"}, {"B"})
    letters = {"A": (-1, 1), "B": (-1, 1)}
    problem = Problem(("past", "A", "B"), (latent,), (goal,), letters, latents=frozenset({"past"}))
    found = direct(where, problem)
    assert found is not None
    assert found.names == ("A", "B")
    assert {o for o, _ in found.support} == {(-1, -1), (1, 1)}
