"""Mutated circuits in certificates: both verifiers refuse them, or they are circuits all the same.

Whether a mutant is still one is found out a third way, on the JSON itself (`reckoned`).
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from fractions import Fraction

from reckoned import is_circuit
from with_circuits import of_circuits

from lpc.certificates import lpc_verify
from lpc.certificates.strict import CertificateError
from lpc.certificates.verify import Verifier

MUTANTS = 1_000
STEPS = [Fraction(k, 2) for k in (-12, -6, -4, -2, -1, 1, 2, 4, 6, 12)]

# ---- mutations: each returns False where it does not apply ---------------------------------------


def moved(event, rng):
    """Mostly in one coordinate, mostly to a place that is easily too far."""
    t, place = event
    if rng.random() < 0.5:
        event[0] = str(Fraction(t) + rng.choice(STEPS))
    if rng.random() < 0.6:
        place[0] = str(Fraction(place[0]) + rng.choice(STEPS))


def move_event(circuit, rng):
    """With the signals that begin and end there."""
    if not circuit["nodes"]:
        return False
    node = rng.choice(circuit["nodes"])
    before = copy.deepcopy(node["event"])
    moved(node["event"], rng)
    for signal in circuit["signals"]:
        if signal["source"] == node["name"] and signal["path"][0] == before:
            signal["path"][0] = copy.deepcopy(node["event"])
        if signal["target"] == node["name"] and signal["path"][-1] == before:
            signal["path"][-1] = copy.deepcopy(node["event"])
    return True


def move_node_alone(circuit, rng):
    if not circuit["nodes"]:
        return False
    moved(rng.choice(circuit["nodes"])["event"], rng)
    return True


def make_spacelike(circuit, rng):
    """A turning point, or the end, so far to the side that no light gets there."""
    path = rng.choice(circuit["signals"])["path"]
    t, place = path[rng.randrange(len(path))]
    far = Fraction(place[0]) + rng.choice((-1, 1)) * rng.choice((9, 13, Fraction(31, 2)))
    path[rng.randrange(len(path))] = [t, [str(far)]]
    return True


def reroute(circuit, rng):
    """A further turning point, often in a complete region or on its edge."""
    signal = rng.choice(circuit["signals"])
    t = rng.choice((-2, -1, 0, Fraction(1, 2), 1, 2, 3))
    x = rng.choice((-9, -8, -5, -4, -2, -1, Fraction(-1, 2), 0, 1, 2, 3, 9))
    signal["path"].insert(rng.randint(0, len(signal["path"])), [str(t), [str(x)]])
    return True


def change_function(circuit, rng):
    inside = [row for n in circuit["nodes"] for row in n["table"]]
    inside += [row for s in circuit["signals"] for row in s["carries"]]
    rows = rng.choice((inside, [row for r in circuit["readings"] for row in r["table"]]))
    row = rng.choice(rows)
    row[1] = rng.choice([other[1] for other in rows])
    return True


def change_weight(circuit, rng):
    coins = [n["coin"] for n in circuit["nodes"] if n["coin"]]
    coins += [s["weights"] for s in circuit["seeds"]]
    if not coins:
        return False
    one, two = rng.choice(coins)
    part = Fraction(two[1]) / rng.choice((2, 3, 1))
    one[1], two[1] = str(Fraction(one[1]) + part), str(Fraction(two[1]) - part)
    if rng.random() < 0.3:
        two[1] = str(Fraction(two[1]) + Fraction(1, 7))
    return True


def read_elsewhere(circuit, rng):
    reading = rng.choice(circuit["readings"])
    every = [s["name"] for s in (*circuit["signals"], *circuit["nodes"])]
    k = rng.randrange(len(reading["sites"]))
    reading["sites"][k] = rng.choice(every)
    return True


def add_seed(circuit, rng):
    """Of no use to anyone, but there."""
    weights = [[0, "1/2"], [1, "1/2"]]
    circuit["seeds"].append({"name": "older", "weights": weights})
    if rng.random() < 0.5:
        where = [str(rng.choice((-7, 0, 4))), [str(rng.choice((-5, -20, 5)))]]
        signal = {"name": "heard", "path": [where], "carries": [[0, 0], [1, 1]], "source": None}
        signal |= {"target": None, "seed": "older", "ray": ["1", [rng.choice(("0", "1", "2"))]]}
        circuit["signals"].append(signal)
    return True


def swap_ends(circuit, rng):
    """The signal runs the other way."""
    signal = rng.choice(circuit["signals"])
    kind = rng.randrange(3)
    if kind != 1:
        signal["source"], signal["target"] = signal["target"], signal["source"]
    if kind != 2:
        signal["path"].reverse()
    return True


def turn_ray(circuit, rng):
    rays = [s for s in circuit["signals"] if s["ray"]]
    if not rays:
        return False
    rng.choice(rays)["ray"] = [rng.choice(("1", "-1", "1/2")), [rng.choice(("1", "-1", "0", "2"))]]
    return True


def lose_input(circuit, rng):
    nodes = [n for n in circuit["nodes"] if n["inputs"]]
    if not nodes:
        return False
    inputs = rng.choice(nodes)["inputs"]
    if len(inputs) > 1 and rng.random() < 0.5:
        inputs.reverse()
    else:
        inputs.pop()
    return True


def drop_part(circuit, rng):
    key = rng.choice([k for k in circuit if circuit[k]])
    circuit[key].pop(rng.randrange(len(circuit[key])))
    return True


MUTATIONS = [
    move_event, move_node_alone, make_spacelike, reroute, change_function, change_weight,
    read_elsewhere, add_seed, swap_ends, turn_ray, lose_input, drop_part,
]  # fmt: skip


# ---- the tests -----------------------------------------------------------------------------------


def shown(data):
    return is_circuit(data["model"], data["assumptions"][0]["locality"])


def said(data, folder):
    """What the two verifiers say: two truth values, and their reasons."""
    raw = json.dumps(data, ensure_ascii=False).encode()
    reasons = []
    try:
        Verifier().verify(raw)
    except CertificateError as error:
        reasons.append(str(error))
    first = not reasons
    (folder / "one.json").write_bytes(raw)
    status, lines = lpc_verify.verify(str(folder / "one.json"))
    return first, status == 0, [*reasons, *lines[:1]]


def test_the_originals_are_circuits(tmp_path):
    for name, raw in of_circuits().items():
        data = json.loads(raw)
        assert shown(data), name
        assert said(data, tmp_path)[:2] == (True, True), name
        data["assumptions"][0]["text"] = "common causes"
        data["assumptions"][0]["locality"]["common"] = []
        seedless = not data["model"]["circuit"]["seeds"]
        assert shown(data) is seedless
        assert said(data, tmp_path)[:2] == (seedless, seedless), name


def test_mutated_circuits_are_refused_by_both_or_are_circuits(tmp_path):
    """Of 1,000 mutants each is refused by both verifiers, or is a circuit of the model too."""
    rng = random.Random(11)
    originals = list(map(json.loads, of_circuits().values()))
    counts = Counter()
    while sum(counts.values()) < MUTANTS:
        mutant = copy.deepcopy(rng.choice(originals))
        before = copy.deepcopy(mutant["model"]["circuit"])
        mutation = rng.choice(MUTATIONS)
        if not mutation(mutant["model"]["circuit"], rng) or mutant["model"]["circuit"] == before:
            continue
        if rng.random() < 0.3:
            mutant["assumptions"][0]["text"] = "common causes"
            mutant["assumptions"][0]["locality"]["common"] = []
        right = shown(mutant)
        first, second, reasons = said(mutant, tmp_path)
        assert (first, second) == (right, right), (mutation.__name__, reasons, mutant)
        counts[mutation.__name__, right] += 1
    print(counts)
    refused = sum(n for (_, right), n in counts.items() if not right)
    assert refused > 600, counts
    assert all(counts[m.__name__, False] >= 10 for m in MUTATIONS), counts
    assert sum(n for (_, right), n in counts.items() if right) > 80, counts
