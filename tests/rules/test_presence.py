"""What tests/unit/test_circuits.py leaves open of the check of circuits."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lpc.spacetime import Space, circuits
from lpc.spacetime.circuits import Circuit, CircuitError, Node, Signal, is_present, runs

LINE = Space(1)
HALF = Fraction(1, 2)
FAIR = ((0, HALF), (1, HALF))
TOSS = (((0, ()), 0), ((1, ()), 1))
COPY = ((0, 0), (1, 1))


def test_a_signal_that_goes_nowhere_is_present_where_it_starts():
    still = Signal("still", ((0, (0,)),), COPY, "coin")
    circuit = Circuit((Node("coin", (0, (0,)), FAIR, (), TOSS),), (still,), ())
    assert is_present(circuit, "still", LINE.point(0, [0]))
    assert not is_present(circuit, "still", LINE.point(1, [0]))


def test_a_ray_ends_where_the_path_begins():
    bent = Signal("bent", ((0, (0,)), (2, (1,))), COPY, seed="old", ray=(1, (0,)))
    circuit = Circuit((), (bent,), ())
    assert is_present(circuit, "bent", LINE.point(-3, [0]))
    assert is_present(circuit, "bent", LINE.point(1, [HALF]))
    assert not is_present(circuit, "bent", LINE.point(-3, [1]))
    assert not is_present(circuit, "bent", LINE.point(1, [0]))


def test_as_many_joint_values_are_gone_through_as_the_limit_says(monkeypatch):
    monkeypatch.setattr(circuits, "MAX_RUNS", 4)
    coins = tuple(Node(f"c{k}", (0, (k,)), FAIR, (), TOSS) for k in range(3))
    assert len(list(runs(Circuit(coins[:2], (), ())))) == 4
    with pytest.raises(CircuitError, match="8 joint values"):
        list(runs(Circuit(coins, (), ())))
