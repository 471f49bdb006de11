"""Certificates in 2+1 and 3+1: both verifiers accept what lpc wrote, and refuse what is changed.

Mutants that both accept are looked at a third way, with points: legs and rays are followed in small
steps and held against the regions as they stand in the certificate.
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from differential import moved, of_space, opinions
from reckoned import histories

import lpc
from lpc.certificates.verify import Verifier

FILES = sorted((Path(__file__).parent.parent / "data" / "space").glob("*.lpc"))
MUTANTS = 600


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_files_come_out_as_stated(path: Path) -> None:
    report = lpc.check(lpc.load(str(path)))
    assert all(item.as_expected for block in report.blocks for item in block.items)


def test_both_verify_what_is_written(tmp_path: Path) -> None:
    verdicts = Counter(json.loads(raw)["verdict"] for raw in of_space().values())
    assert verdicts["licensed"] >= 1
    assert min(verdicts["entailed"], verdicts["refuted"]) > 3
    for name, raw in of_space().items():
        assert opinions(raw, Verifier(), tmp_path) == ("", ""), name


# ---- points --------------------------------------------------------------------------------------


def exact(event: Any) -> list[Fraction]:
    return [Fraction(event[0]), *map(Fraction, event[1])]


def inside(piece: Any, point: list[Fraction]) -> bool:
    t, *x = point
    low, high = piece["t"]
    if low and (t < Fraction(low[0]) or (t == Fraction(low[0]) and not low[1])):
        return False
    if high and (t > Fraction(high[0]) or (t == Fraction(high[0]) and not high[1])):
        return False

    def in_cone(cone: Any) -> bool:
        sign, when, centre = cone
        radius = sign * (t - Fraction(when))
        square = sum((a - Fraction(c)) ** 2 for a, c in zip(x, centre, strict=True))
        return radius >= 0 and square <= radius**2

    return all(map(in_cone, piece["inside"])) and not any(map(in_cone, piece["outside"]))


def on_line(start: list[Fraction], way: list[Fraction], steps: list[Fraction]) -> list[Any]:
    return [[a + s * b for a, b in zip(start, way, strict=True)] for s in steps]


def points_of(circuit: Any, site: str) -> list[list[Fraction]]:
    """Some points of a node or signal, its ends and turning points among them."""
    for node in circuit["nodes"]:
        if node["name"] == site:
            return [exact(node["event"])]
    (signal,) = (s for s in circuit["signals"] if s["name"] == site)
    path = [exact(e) for e in signal["path"]]
    found = [*path]
    for p, q in pairwise(path):
        way = [b - a for a, b in zip(p, q, strict=True)]
        found += on_line(p, way, [Fraction(k, 24) for k in range(25)])
    if signal["ray"]:
        found += on_line(path[0], exact(signal["ray"]), [Fraction(-k, 4) for k in range(80)])
    return found


def objection(data: Any) -> str:
    """What points say against a circuit: never too much, and mostly enough."""
    circuit, model = data["model"]["circuit"], data["model"]
    for signal in circuit["signals"]:
        for p, q in pairwise([exact(e) for e in signal["path"]]):
            dt, *dx = (b - a for a, b in zip(p, q, strict=True))
            if dt <= 0 or sum(c * c for c in dx) > dt * dt:
                return "a leg is not causal"
    every = list(histories(circuit))
    names = [r["variable"] for r in circuit["readings"]]
    joint, wanted = Counter[Any](), Counter[Any]()
    for weight, _, told in every:
        joint[tuple(told[n] for n in names)] += weight
    for point, weight in model["support"]:
        said = dict(zip(model["names"], map(json.dumps, point), strict=True))
        wanted[tuple(said[n] for n in names)] += Fraction(weight)
    if joint != wanted:
        return "another distribution"
    for declared in data["assumptions"][0]["locality"]["spacetime"]["complete"]:
        for site in (x["name"] for x in (*circuit["nodes"], *circuit["signals"])):
            if any(inside(z, p) for z in declared["region"] for p in points_of(circuit, site)):
                known: dict[Any, int] = {}
                for _, values, told in every:
                    key = tuple(told[n] for n in declared["names"])
                    if known.setdefault(key, values[site]) != values[site]:
                        return "what is present is no function of what is complete"
    return ""


# ---- mutations -----------------------------------------------------------------------------------


def move_event(data: Any, rng: random.Random) -> None:
    """A node, with the signals that begin and end there."""
    circuit = data["model"]["circuit"]
    node = rng.choice(circuit["nodes"])
    before = copy.deepcopy(node["event"])
    moved(node["event"], Fraction(rng.choice((-24, -12, -4, 4, 12, 24)), 2), rng)
    for signal in circuit["signals"]:
        if signal["source"] == node["name"] and signal["path"][0] == before:
            signal["path"][0] = copy.deepcopy(node["event"])
        if signal["target"] == node["name"] and signal["path"][-1] == before:
            signal["path"][-1] = copy.deepcopy(node["event"])


def make_spacelike(data: Any, rng: random.Random) -> None:
    """An end so far to some side that no light gets there."""
    legs = [s for s in data["model"]["circuit"]["signals"] if len(s["path"]) > 1]
    place = rng.choice(legs)["path"][-1][1]
    k = rng.randrange(len(place))
    place[k] = str(Fraction(place[k]) + rng.choice((-1, 1)) * 40)


def cross_what_is_complete(data: Any, rng: random.Random) -> None:
    """One more signal of a coin that no one reads, through a region where all is to be known."""
    circuit, scene = data["model"]["circuit"], data["assumptions"][0]["locality"]["spacetime"]
    piece = rng.choice(rng.choice(scene["complete"])["region"])
    _, when, centre = piece["inside"][0]
    until = piece["t"][1]
    t = Fraction(until[0]) if until else Fraction(when) - 1
    start = [str(t - 9), centre]
    end = [str(t + rng.choice((0, 1, 5))), centre]
    half = [[0, "1/2"], [1, "1/2"]]
    toss = [[[0, []], 0], [[1, []], 1]]
    node = {"name": "secret", "event": start, "coin": half, "inputs": [], "table": toss}
    way = {"name": "whisper", "path": [start, end], "carries": [[0, 0], [1, 1]]}
    way |= {"source": "secret", "target": None, "seed": None, "ray": None}
    circuit["nodes"].append(node)
    circuit["signals"].append(way)


def change_function(data: Any, rng: random.Random) -> None:
    circuit = data["model"]["circuit"]
    rows = [row for r in circuit["readings"] for row in r["table"] if len(r["table"]) > 1]
    rows += [row for s in circuit["signals"] for row in s["carries"] if len(s["carries"]) > 1]
    row = rng.choice(rows)
    others = [other[1] for other in rows if other[1] != row[1] and type(other[1]) is type(row[1])]
    row[1] = rng.choice(others)


def change_region(data: Any, rng: random.Random) -> None:
    """Another place, or another region where something is complete; or one of the slices."""
    locality = data["assumptions"][0]["locality"]
    regions = [*locality["spacetime"]["places"].values()]
    regions += [one["region"] for one in locality["spacetime"]["complete"]]
    regions += [use["slice"] for use in locality["shields"] if use["slice"]]
    piece = rng.choice(rng.choice(regions))
    by = Fraction(rng.choice((-6, -1, 1, 6)))
    cones = piece["inside"] + piece["outside"]
    if cones and rng.random() < 0.7:
        cone = rng.choice(cones)
        if rng.random() < 0.5:
            cone[1] = str(Fraction(cone[1]) + by)
        else:
            k = rng.randrange(len(cone[2]))
            cone[2][k] = str(Fraction(cone[2][k]) + by)
    else:
        for bound in filter(None, piece["t"]):
            bound[0] = str(Fraction(bound[0]) + by)


OF_CIRCUITS = [move_event, make_spacelike, cross_what_is_complete, change_function]


def test_what_is_changed_is_refused_by_both(tmp_path: Path) -> None:
    """And what both accept of it is right by points."""
    rng, counts = random.Random(41), Counter[Any]()
    every = [json.loads(raw) for raw in of_space().values()]
    with_circuit = [one for one in every if (one["model"] or {}).get("circuit")]
    verifier = Verifier()
    for k in range(MUTANTS):
        mutation = [*OF_CIRCUITS, change_region][k % 5]
        original = rng.choice(every if mutation is change_region else with_circuit)
        mutant = copy.deepcopy(original)
        try:
            mutation(mutant, rng)
        except (IndexError, ValueError):
            continue  # there is no such thing in this circuit
        if mutant == original:
            continue
        theirs, ours = opinions(json.dumps(mutant).encode(), verifier, tmp_path)
        assert bool(theirs) == bool(ours), (mutation.__name__, theirs, ours, mutant)
        counts[mutation.__name__, not theirs] += 1
        if not theirs and mutation is not change_region:
            assert not objection(mutant), (mutation.__name__, mutant)
    print(counts)
    for mutation in (*OF_CIRCUITS, change_region):
        assert counts[mutation.__name__, False] >= 30, counts
    assert counts["make_spacelike", True] == 0, counts
    assert counts["change_region", True] >= 3, counts
