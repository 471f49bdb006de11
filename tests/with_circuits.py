"""Certificates with circuits, written by hand: two wings, and what comes from their common past."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache

import lpc
from lpc.certificates.encoding import encode_model, encode_statement
from lpc.certificates.writing import Writer
from lpc.checker.context import Context
from lpc.kernel.models import FiniteModel
from lpc.logic import Independence
from lpc.spacetime.circuits import Circuit, Node, Reading, Seed, Signal, runs

HALF = Fraction(1, 2)
BIT = ((0, 0), (1, 1))
COIN = ((0, HALF), (1, HALF))
TILTED = ((0, Fraction(1, 3)), (1, Fraction(2, 3)))
TOSS = (((0, ()), 0), ((1, ()), 1))
SAME = (((0,), 0), ((1,), 1))
PASS = (((None, (0,)), 0), ((None, (1,)), 1))

WINGS = """
spacetime 1+1 {
  one = point t = 4, x = -5
  two = point t = 4, x = 5
  left = slice t = 0 & past(one)
  thick = left | (past(one) & future(slice t = 0) - future(slice t = 1))
}
variables { A in {0, 1} at one ; B in {0, 1} at two ; λ at %s }
complete λ on %s
assume LC : local causality
"""
FAR = """
spacetime 1+1 {
  one = point t = 4, x = -5
  two = point t = 4, x = 5
  left = slice t = 0 & past(one)
  right = slice t = 0 & past(two)
}
variables { A in {0, 1} at one ; B in {0, 1} at two ; λ at left ; μ at right }
complete λ on left
complete μ on right
assume LC : local causality
"""
TEXTS = {"wings": WINGS % ("left", "left"), "thick": WINGS % ("thick", "thick"), "far": FAR}


def way(name, *path, source="n", target=None, carries=BIT):
    events = tuple((Fraction(t), (Fraction(x),)) for t, x in path)
    return Signal(name, events, carries, source, target)


def reads(**sites):
    return tuple(Reading(v, (s,), SAME) for v, s in sites.items())


def node(name, t, x, coin=COIN, inputs=(), table=TOSS):
    return Node(name, (Fraction(t), (Fraction(x),)), coin, inputs, table)


def mixed(name, t, x, one, two):
    """A node that takes the sum of two bits."""
    table = tuple(((None, (i, j)), i ^ j) for i in (0, 1) for j in (0, 1))
    return Node(name, (Fraction(t), (Fraction(x),)), (), (one, two), table)


def from_infinity(name, t, x, ray):
    event = (Fraction(t), (Fraction(x),))
    return Signal(name, (event,), BIT, seed="old", ray=(Fraction(1), (Fraction(ray),)))


CIRCUITS = {
    # A coin in the common past; what it says is what λ says.
    "one coin": Circuit(
        (node("n", -5, 0),),
        (way("l", (-5, 0), (0, -3), (4, -5)), way("r", (-5, 0), (4, 5))),
        reads(A="l", B="r", λ="l"),
    ),
    # It arrives at A and B, which hand it on to no one; a second coin is tossed at B's side, for
    # nothing.
    "three nodes": Circuit(
        (
            node("n", -5, 0),
            node("A0", 4, -5, (), ("l",), PASS),
            node("B0", 4, 5, (), ("r",), PASS),
            node("idle", 1, 6),
        ),
        (
            way("l", (-5, 0), (4, -5), target="A0"),
            way("r", (-5, 0), (0, 3), (4, 5), target="B0"),
        ),
        reads(A="A0", B="B0", λ="l"),
    ),
    # Two coins, of which A is the sum: both are known on the slice.
    "sum": Circuit(
        (
            node("n", -5, 0),
            node("m", -3, -4, TILTED),
            mixed("A0", 4, -5, "l", "k"),
            node("late", 4, 5),
        ),
        (
            way("l", (-5, 0), (4, -5), target="A0"),
            way("k", (-3, -4), (4, -5), source="m", target="A0"),
            way("r", (-5, 0), (4, 5)),
        ),
        (
            *reads(A="A0", B="r"),
            Reading("λ", ("l", "k"), tuple(((i, j), i + 2 * j) for i in (0, 1) for j in (0, 1))),
        ),
    ),
    # Nothing is tossed: it is older than everything.
    "from infinity": Circuit(
        (),
        (from_infinity("l", 4, -5, 0), from_infinity("r", 4, 5, HALF)),
        reads(A="l", B="r", λ="l"),
        (Seed("old", TILTED),),
    ),
}
FOR_TWO = {
    "two declarations": Circuit(
        (node("n", -5, 0), node("A0", 4, -5, (), ("l",), PASS)),
        (way("l", (-5, 0), (4, -5), target="A0"), way("r", (-5, 0), (0, 3), (4, 5))),
        reads(A="A0", B="r", λ="l", μ="r"),
    ),
}
EVERY = [
    *((text, name, c) for text in ("wings", "thick") for name, c in CIRCUITS.items()),
    *(("far", name, c) for name, c in FOR_TWO.items()),
]


def model_of(circuit):
    """What the circuit does, with the values that the document declares."""
    names = [r.variable for r in circuit.readings]
    weights = {}
    for run in runs(circuit):
        outcome = tuple(run.variables[n] for n in names)
        weights[outcome] = weights.get(outcome, 0) + run.weight
    alphabets = {n: (Fraction(0), Fraction(1)) for n in "AB"}
    return FiniteModel.create(tuple(names), sorted(weights.items()), alphabets)


@cache
def writer(text):
    return Writer(Context(lpc.parse(TEXTS[text])), "0" * 64)


def certificate(text, circuit, *, common=False):
    """LC does not entail that A and B are independent: the circuit shows it."""
    made = writer(text)
    assumption = made.assumption("LC")
    if common:
        assumption["text"] = "common causes"
        assumption["locality"]["common"] = []
    data = {
        "schema": "lpc.certificate/1",
        "source": {"file": "a.lpc", "sha256": "0" * 64, "line": 1, "text": "claim …"},
        "item": {"kind": "claim", "name": None, "index": 1, "label": None},
        "verdict": "refuted",
        "assumptions": [assumption],
        "scope": ["LC"],
        "goal": {"all": [encode_statement(Independence.create("A", "B"))]},
        "evidence": [],
        "model": encode_model(model_of(circuit), (), None, circuit),
        "notes": [],
        "atoms": [],
        "values": {},
        "composites": {},
    }
    return json.loads(json.dumps(made.closed(data)))


@cache
def of_circuits():
    """The bytes of all of them, by name."""
    return {f"{text}/{name}": json.dumps(certificate(text, c)).encode() for text, name, c in EVERY}
