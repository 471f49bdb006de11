"""Each condition of a circuit: one that is met, and one that is not, refused for that reason."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from lpc.spacetime import Complete, Region, Scene, Space, circuits
from lpc.spacetime.circuits import (
    Circuit,
    CircuitError,
    Node,
    Reading,
    Seed,
    Signal,
    check_circuit,
    is_present,
    runs,
)

LINE = Space(1)
HALF = Fraction(1, 2)
COPY = ((0, 0), (1, 1))
READ = (((0,), 0), ((1,), 1))
FAIR = ((0, HALF), (1, HALF))
TOSS = (((0, ()), 0), ((1, ()), 1))
ECHO = (((None, (0,)), 0), ((None, (1,)), 1))
SAME = [((0, 0, 0), HALF), ((1, 1, 1), HALF)]

# A coin is tossed at (0, 0) and heard at A on the left and, by way of a relay, at B on the right;
# the state s on a segment below both tells it.
PLACES = {
    "A": LINE.point(4, [-2]),
    "B": LINE.point(4, [2]),
    "s": LINE.segment(1, -1, 1),
}
SCENE = Scene(LINE, {}, PLACES, (Complete(frozenset("s"), PLACES["s"], ("s",)),))
COIN = Node("coin", (0, (0,)), FAIR, (), TOSS)
RELAY = Node("relay", (2, (0,)), (), ("up",), ECHO)
LEFT = Signal("left", ((0, (0,)), (2, (-1,)), (4, (-2,))), COPY, "coin")
UP = Signal("up", ((0, (0,)), (2, (0,))), COPY, "coin", "relay")
RIGHT = Signal("right", ((2, (0,)), (4, (2,))), COPY, "relay")
READINGS = (
    Reading("A", ("left",), READ),
    Reading("B", ("right",), READ),
    Reading("s", ("up",), READ),
)
GOOD = Circuit((COIN, RELAY), (LEFT, UP, RIGHT), READINGS)


def check(circuit: Circuit, scene: Scene = SCENE, support: Any = SAME, **more: Any) -> None:
    check_circuit(circuit, scene, "ABs", support, **more)


def with_signals(*signals: Signal) -> Circuit:
    """The good circuit with other signals of the same names, or with more of them."""
    names = {s.name for s in signals}
    kept = tuple(s for s in GOOD.signals if s.name not in names)
    return replace(GOOD, signals=(*kept, *signals))


def with_nodes(*nodes: Node) -> Circuit:
    names = {n.name for n in nodes}
    return replace(GOOD, nodes=(*(n for n in GOOD.nodes if n.name not in names), *nodes))


def with_readings(*readings: Reading) -> Circuit:
    names = {r.variable for r in readings}
    kept = tuple(r for r in GOOD.readings if r.variable not in names)
    return replace(GOOD, readings=(*kept, *readings))


# The same correlation out of the past: no coin, two rays that carry one seed.
SEEDED = Circuit(
    (),
    (
        Signal("left", ((4, (-2,)),), COPY, seed="old", ray=(1, (-1,))),
        Signal("right", ((4, (2,)),), COPY, seed="old", ray=(1, (1,))),
        Signal("up", ((1, (0,)),), COPY, seed="old", ray=(1, (0,))),
    ),
    READINGS,
    (Seed("old", FAIR),),
)


def seeded(**changes: Any) -> Circuit:
    """The seeded circuit with another signal `up`."""
    *others, up = SEEDED.signals
    return replace(SEEDED, signals=(*others, replace(up, **changes)))


def declare(*names: str, on: Region) -> Scene:
    return replace(SCENE, complete=(*SCENE.complete, Complete(frozenset(names), on, names)))


ACCEPTED: dict[str, tuple[Circuit, Scene]] = {
    "the coin, its relay and both results": (GOOD, SCENE),
    "seeds": (SEEDED, SCENE),
    "a signal that arrives at a node from past infinity": (
        replace(
            SEEDED,
            nodes=(replace(RELAY, event=(1, (0,))),),
            signals=(*SEEDED.signals[:2], replace(SEEDED.signals[2], target="relay")),
        ),
        SCENE,
    ),
    "a signal that starts at a node and goes nowhere": (
        with_signals(Signal("still", ((0, (0,)),), COPY, "coin")),
        SCENE,
    ),
    "a state that reads a signal on its way to A": (
        with_readings(Reading("s", ("up", "left"), tuple(((x, x), x) for x in (0, 1)))),
        SCENE,
    ),
    "more complete elsewhere, where the coin is": (GOOD, declare("s", on=LINE.slice(0))),
    "complete where nothing happens": (GOOD, declare("A", on=LINE.segment(2, 5, 6))),
    "the same told by another name": (GOOD, declare("A", on=LINE.slice(3))),
    "told by two names together": (GOOD, declare("A", "B", on=LINE.slice(3))),
    "a light ray that stops short of an open end": (
        GOOD,
        declare(on=LINE.segment(3, 1, 2) - LINE.point(3, [1])),
    ),
    "a loaded coin in another number": (
        with_nodes(replace(COIN, coin=((0, Fraction(1, 2)), (1, Fraction(2, 4))))),
        SCENE,
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    circuit, scene = ACCEPTED[name]
    check(circuit, scene)


MANY = replace(
    GOOD, nodes=(*GOOD.nodes, *(replace(COIN, name=f"c{k}", event=(9, (k,))) for k in range(16)))
)
REFUSED: dict[str, tuple[Circuit, Scene, str]] = {
    # Condition 1: what a circuit is.
    "too many coins": (MANY, SCENE, "131072 joint values of the coins are too many to go through"),
    "two nodes of one name": (
        replace(GOOD, nodes=(*GOOD.nodes, COIN)),
        SCENE,
        "two parts of the circuit have one name",
    ),
    "a signal named as a node": (
        with_signals(replace(LEFT, name="coin")),
        SCENE,
        "two parts of the circuit have one name",
    ),
    "a seed named as a signal": (
        replace(SEEDED, seeds=(*SEEDED.seeds, Seed("up", FAIR))),
        SCENE,
        "two parts of the circuit have one name",
    ),
    "a node at a float": (
        with_nodes(replace(COIN, event=(0.0, (0,)))),  # type: ignore[arg-type]
        SCENE,
        "coin has no exact place in this spacetime",
    ),
    "a node in two dimensions": (
        with_nodes(replace(COIN, event=(0, (0, 0)))),
        SCENE,
        "coin has no exact place in this spacetime",
    ),
    "a signal at a float": (
        with_signals(replace(LEFT, path=((0, (0,)), (2, (-1.0,)), (4, (-2,))))),  # type: ignore[arg-type]
        SCENE,
        "left has no exact place in this spacetime",
    ),
    "a ray in two dimensions": (
        seeded(ray=(1, (0, 0))),
        SCENE,
        "up has no exact place in this spacetime",
    ),
    "a coin that is always heads and tails": (
        with_nodes(replace(COIN, coin=((0, 1), (1, 1)))),
        SCENE,
        "the weights of coin do not sum to one",
    ),
    "a coin that does not always fall": (
        with_nodes(replace(COIN, coin=((0, HALF), (1, HALF / 2)))),
        SCENE,
        "the weights of coin do not sum to one",
    ),
    "a coin with a side that never comes up": (
        with_nodes(replace(COIN, coin=(*FAIR, (2, Fraction(0))), table=(*TOSS, ((2, ()), 0)))),
        SCENE,
        "a weight of coin is not positive",
    ),
    "a coin with a negative weight": (
        with_nodes(replace(COIN, coin=((0, Fraction(3, 2)), (1, -HALF)))),
        SCENE,
        "a weight of coin is not positive",
    ),
    "a coin with one side twice": (
        with_nodes(replace(COIN, coin=((0, HALF), (0, HALF)))),
        SCENE,
        "the table of coin says two things of one case",
    ),
    "a seed that weighs more than one": (
        replace(SEEDED, seeds=(Seed("old", ((0, 1), (1, 1))),)),
        SCENE,
        "the weights of old do not sum to one",
    ),
    "a signal that no node asked for": (
        with_signals(replace(LEFT, path=((0, (0,)), (2, (0,))), target="relay")),
        SCENE,
        "relay uses other signals than those that end there",
    ),
    "a node that uses what passes elsewhere": (
        with_nodes(replace(RELAY, inputs=("up", "left"))),
        SCENE,
        "relay uses other signals than those that end there",
    ),
    "a node that says two things": (
        with_nodes(replace(RELAY, table=(*ECHO, ((None, (0,)), 1)))),
        SCENE,
        "the table of relay says two things of one case",
    ),
    "a node that says nothing": (
        with_nodes(replace(RELAY, table=ECHO[:1])),
        SCENE,
        "the table of relay does not say what happens",
    ),
    "a signal that says two things": (
        with_signals(replace(UP, carries=(*COPY, (1, 0)))),
        SCENE,
        "the table of up says two things of one case",
    ),
    "a signal that says nothing": (
        with_signals(replace(UP, carries=COPY[:1])),
        SCENE,
        "the table of up does not say what happens",
    ),
    "a signal without a path": (with_signals(replace(LEFT, path=())), SCENE, "left is nowhere"),
    "a leg faster than light": (
        with_signals(replace(LEFT, path=((0, (0,)), (1, (-2,)), (4, (-2,))))),
        SCENE,
        "left is faster than light or runs into the past",
    ),
    "a leg into the past": (
        with_signals(replace(LEFT, path=((0, (0,)), (-1, (0,)), (4, (-2,))))),
        SCENE,
        "left is faster than light or runs into the past",
    ),
    "a leg that takes no time": (
        with_signals(replace(LEFT, path=((0, (0,)), (0, (0,)), (4, (-2,))))),
        SCENE,
        "left is faster than light or runs into the past",
    ),
    "a signal from a node and from infinity": (
        seeded(source="coin"),
        SCENE,
        "up comes from nowhere",
    ),
    "a signal from a seed that is not there": (
        seeded(seed="other"),
        SCENE,
        "up comes from nowhere",
    ),
    "a seed without a ray": (seeded(ray=None), SCENE, "up comes from nowhere"),
    "a ray faster than light": (
        seeded(ray=(1, (2,))),
        SCENE,
        "up comes from past infinity faster than light",
    ),
    "a ray from the future": (
        seeded(ray=(-1, (0,))),
        SCENE,
        "up comes from past infinity faster than light",
    ),
    "a signal from a node that is not there": (
        with_signals(replace(LEFT, source="nobody")),
        SCENE,
        "left comes from nowhere",
    ),
    "a signal from nothing": (
        with_signals(replace(LEFT, source=None)),
        SCENE,
        "left comes from nowhere",
    ),
    "a signal from a node along a ray": (
        with_signals(replace(LEFT, ray=(1, (0,)))),
        SCENE,
        "left comes from nowhere",
    ),
    "a signal that starts beside its source": (
        with_signals(replace(LEFT, path=((0, (-1,)), (4, (-2,))))),
        SCENE,
        "left does not start at coin",
    ),
    "a signal that ends beside its target": (
        with_signals(replace(UP, path=((0, (0,)), (2, (1,))))),
        SCENE,
        "up does not end at relay",
    ),
    "a signal that goes on after its target": (
        with_signals(replace(UP, path=((0, (0,)), (2, (0,)), (3, (0,))))),
        SCENE,
        "up does not end at relay",
    ),
    "a signal to a node that is not there": (
        with_signals(Signal("on", ((0, (0,)), (2, (0,))), COPY, "coin", "nobody")),
        SCENE,
        "on does not end at nobody",
    ),
    "a signal to where it is": (
        replace(
            GOOD,
            nodes=(replace(RELAY, event=(0, (0,))), COIN),
            signals=(
                LEFT,
                replace(UP, path=((0, (0,)),)),
                replace(RIGHT, path=((0, (0,)), (4, (2,)))),
            ),
        ),
        SCENE,
        "up takes no time from one node to another",
    ),
    # Condition 2: what a variable reads is present in its place.
    "a reading of nothing": (
        with_readings(Reading("A", ("other",), READ)),
        SCENE,
        "A reads other, which is not there",
    ),
    "a reading of a seed": (
        replace(SEEDED, readings=(*READINGS[:2], Reading("s", ("old",), READ))),
        SCENE,
        "s reads old, which is not there",
    ),
    "a reading of what passes elsewhere": (
        with_readings(Reading("A", ("right",), READ)),
        SCENE,
        "A reads right, which is not present in its place",
    ),
    "a reading of a node elsewhere": (
        with_readings(Reading("A", ("coin",), READ)),
        SCENE,
        "A reads coin, which is not present in its place",
    ),
    "a reading that says two things": (
        with_readings(Reading("A", ("left",), (*READ, ((0,), 1)))),
        SCENE,
        "the table of A says two things of one case",
    ),
    "a reading that says nothing": (
        with_readings(Reading("A", ("left",), READ[:1])),
        SCENE,
        "the table of A does not say what happens",
    ),
    # Condition 3: what is complete tells what is present.
    "a variable that is complete and has no value": (
        replace(GOOD, readings=READINGS[:2]),
        SCENE,
        "the circuit does not say what s is",
    ),
    "a state that does not tell": (
        with_readings(Reading("s", ("up",), (((0,), 0), ((1,), 0)))),
        SCENE,
        "left is present where s should be complete, and is no function of it",
    ),
    "a node where nothing is complete": (
        GOOD,
        declare(on=LINE.point(0, [0])),
        "coin is present where  should be complete, and is no function of it",
    ),
    "a signal that touches the end of a complete segment": (
        GOOD,
        declare(on=LINE.segment(3, 1, 2)),
        "right is present where  should be complete, and is no function of it",
    ),
    "a ray through a complete region": (
        SEEDED,
        declare(on=LINE.point(-6, [8])),
        "left is present where  should be complete, and is no function of it",
    ),
    "half of what is complete": (
        replace(
            GOOD,
            nodes=(*GOOD.nodes, replace(COIN, name="more", event=(1, (HALF,)))),
            readings=GOOD.readings,
        ),
        SCENE,
        "more is present where s should be complete, and is no function of it",
    ),
    # Condition 4: the distribution.
    "a variable read twice": (
        replace(GOOD, readings=(*READINGS, READINGS[0])),
        SCENE,
        "a variable is read twice",
    ),
    "a variable that the model does not have": (
        replace(GOOD, readings=(*READINGS, Reading("X", (), (((), 0),)))),
        SCENE,
        "the circuit is about other variables than the model",
    ),
    "a variable with a place that is not read": (
        replace(GOOD, readings=READINGS[1:]),
        SCENE,
        "the circuit is about other variables than the model",
    ),
    "a result turned round": (
        with_readings(Reading("A", ("left",), (((0,), 1), ((1,), 0)))),
        SCENE,
        "the circuit has another distribution than the model",
    ),
    "a loaded coin": (
        with_nodes(replace(COIN, coin=((0, Fraction(1, 3)), (1, Fraction(2, 3))))),
        SCENE,
        "the circuit has another distribution than the model",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_for_that_reason(name: str) -> None:
    circuit, scene, why = REFUSED[name]
    with pytest.raises(CircuitError, match=re.escape(why)):
        check(circuit, scene)


def test_seeds_are_refused_where_common_causes_are_assumed() -> None:
    check(GOOD, seeds=False)
    with pytest.raises(CircuitError, match="from past infinity, which common causes forbid"):
        check(SEEDED, seeds=False)


def test_a_part_of_the_support_is_not_enough() -> None:
    with pytest.raises(CircuitError, match="another distribution"):
        check(GOOD, support=[((0, 0, 0), HALF)])
    with pytest.raises(CircuitError, match="another distribution"):
        check(GOOD, support=[*SAME, ((0, 1, 1), Fraction(1, 4))])


def test_a_variable_of_the_model_without_a_place_may_be_left_out() -> None:
    four = [((0, 0, 0, x), Fraction(1, 4)) for x in (0, 1)]
    four += [((1, 1, 1, x), Fraction(1, 4)) for x in (0, 1)]
    check_circuit(GOOD, SCENE, "ABsx", four)


def test_a_variable_without_a_place_may_be_a_function_of_anything() -> None:
    circuit = replace(
        GOOD,
        readings=(*READINGS, Reading("x", ("coin", "right"), tuple(((k, k), k) for k in (0, 1)))),
    )
    check_circuit(circuit, SCENE, "ABsx", [((k, k, k, k), HALF) for k in (0, 1)])


TWICE = "the model names a variable twice"


def test_a_model_names_each_variable_once() -> None:
    """Else the circuit would be held against the first of two columns."""
    twice = [((k, k, k, k, 1 - k), HALF) for k in (0, 1)]
    with pytest.raises(CircuitError, match=TWICE):
        check_circuit(GOOD, SCENE, "ABsxA", twice)


def test_every_reason_is_reached_by_a_test() -> None:
    reasons = [TWICE, *(why for *_, why in REFUSED.values())]
    reasons.append("something comes from past infinity, which common causes forbid")
    patterns = []
    for node in ast.walk(ast.parse(inspect.getsource(circuits))):
        call = node.exc if isinstance(node, ast.Raise) else None
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "CircuitError":
            text = call.args[0]
            parts = text.values if isinstance(text, ast.JoinedStr) else [text]
            patterns.append(
                "".join(
                    re.escape(part.value) if isinstance(part, ast.Constant) else ".*"
                    for part in parts
                )
            )
    assert len(patterns) > 20
    for pattern in patterns:
        assert any(re.fullmatch(pattern, why) for why in reasons), pattern


@pytest.mark.parametrize(
    ("name", "region", "present"),
    [
        ("coin", LINE.point(0, [0]), True),
        ("coin", LINE.slice(0) - LINE.point(0, [0]), False),
        ("left", LINE.point(2, [-1]), True),
        ("left", LINE.segment(3, -2, -1), True),
        ("left", LINE.segment(3, -1, 1), False),
        ("left", LINE.point(0, [0]), True),
        ("left", LINE.slice(-1), False),
        ("right", LINE.segment(3, 1, 2), True),
        ("right", LINE.segment(3, 1, 2) - LINE.point(3, [1]), False),
        ("right", LINE.past(LINE.point(4, [2])), True),
        ("right", LINE.future(LINE.point(4, [2])), False),
        ("right", LINE.point(2, [0]), True),
    ],
)
def test_present(name: str, region: Region, present: bool) -> None:
    assert is_present(GOOD, name, region) == present


def test_a_ray_is_present_all_along() -> None:
    assert is_present(SEEDED, "left", LINE.slice(-1000))
    assert is_present(SEEDED, "left", LINE.point(-996, [998]))
    assert not is_present(SEEDED, "left", LINE.slice(5))


def test_runs_follow_the_order_of_time_whatever_the_order_of_the_nodes() -> None:
    assert [r.variables for r in runs(replace(GOOD, nodes=(RELAY, COIN)))] == [
        {"A": k, "B": k, "s": k} for k in (0, 1)
    ]
