"""Mutated circuits in certificates: both verifiers refuse them, or they are circuits all the same.

Whether a mutant is still one is found out a third way, on the JSON itself: a leg is looked at in
all the points where some bound of some region might be crossed, and between them.
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from fractions import Fraction
from itertools import pairwise, product

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


# ---- the other reckoning -------------------------------------------------------------------------


def forms(t, x):
    return t - x, t + x, t


def inside(piece, t, x):
    for key, value in zip(("t - x", "t + x", "t"), forms(t, x), strict=True):
        low, high = piece[key]
        if low and (value < Fraction(low[0]) or (value == Fraction(low[0]) and not low[1])):
            return False
        if high and (value > Fraction(high[0]) or (value == Fraction(high[0]) and not high[1])):
            return False
    return True


def points_on(start, way, bounds, ends):
    """Points of a line at which something may change, and points between them."""
    at = {*ends}
    for values in zip(forms(*start), forms(*way), bounds, strict=True):
        value, slope, cuts = values
        at |= {(c - value) / slope for c in cuts if slope}
    at = sorted(at)
    at = [at[0] - 1, *at, *((a + b) / 2 for a, b in pairwise(at))]
    low, high = ends[0] if len(ends) > 1 else None, ends[-1]
    return [
        (start[0] + s * way[0], start[1] + s * way[1])
        for s in at
        if s <= high and (low is None or s >= low)
    ]


def where_is(circuit, name, bounds):
    for node in circuit["nodes"]:
        if node["name"] == name:
            return [exact(node["event"])]
    signal = next(s for s in circuit["signals"] if s["name"] == name)
    path = [exact(e) for e in signal["path"]]
    found = [*path]
    for p, q in pairwise(path):
        found += points_on(p, (q[0] - p[0], q[1] - p[1]), bounds, [Fraction(0), Fraction(1)])
    if signal["ray"]:
        found += points_on(path[0], exact(signal["ray"]), bounds, [Fraction(0)])
    return found


def exact(event):
    t, (x,) = event
    return Fraction(t), Fraction(x)


def is_causal(p, q):
    return q[0] - p[0] > 0 and abs(q[1] - p[1]) <= q[0] - p[0]


def is_wired(circuit):
    """Every signal goes from where it comes from to where it is used, no faster than light."""
    at = {n["name"]: n["event"] for n in circuit["nodes"]}
    old = {s["name"] for s in circuit["seeds"]}
    for signal in circuit["signals"]:
        path = [exact(e) for e in signal["path"]]
        if not path or not all(is_causal(p, q) for p, q in pairwise(path)):
            return False
        source, seed, ray = (signal[key] for key in ("source", "seed", "ray"))
        if seed is None:
            fine = not ray and source is not None and at.get(source) == signal["path"][0]
        else:
            fine = source is None and ray and seed in old and is_causal((0, 0), exact(ray))
        if not fine:
            return False
        if signal["target"] is not None and (
            at.get(signal["target"]) != signal["path"][-1]
            or (signal["source"] is not None and len(path) == 1)
        ):
            return False
    for node in circuit["nodes"]:
        used = [s["name"] for s in circuit["signals"] if s["target"] == node["name"]]
        if sorted(used) != sorted(node["inputs"]):
            return False
    coins = [n["coin"] for n in circuit["nodes"] if n["coin"]]
    for coin in [*coins, *(s["weights"] for s in circuit["seeds"])]:
        shares = [Fraction(w) for _, w in coin]
        if min(shares) <= 0 or sum(shares) != 1:
            return False
    return True


def entry(table, key):
    found = [value for k, value in table if k == key]
    if len(found) != 1:
        raise KeyError(str(key))
    return found[0]


def histories(circuit):
    """(weight, values of sites, values of variables) by going through all coins and seeds."""
    coins = {n["name"]: n["coin"] for n in circuit["nodes"] if n["coin"]}
    coins |= {s["name"]: s["weights"] for s in circuit["seeds"]}
    for tosses in product(*coins.values()):
        tossed = {n: v for n, (v, _) in zip(coins, tosses, strict=True)}
        weight = Fraction(1)
        for _, w in tosses:
            weight *= Fraction(w)
        values = {}
        waiting = {n["name"]: n for n in circuit["nodes"]}
        signals = {s["name"]: s for s in circuit["signals"]}
        while waiting or signals:  # whatever has all that it needs happens
            before = len(values)
            for name, s in list(signals.items()):
                source = tossed.get(s["seed"]) if s["seed"] else values.get(s["source"])
                if source is not None:
                    values[name] = dict(map(tuple, s["carries"]))[source]
                    del signals[name]
            for name, n in list(waiting.items()):
                if all(i in values for i in n["inputs"]):
                    key = [tossed.get(name), [values[i] for i in n["inputs"]]]
                    values[name] = entry(n["table"], key)
                    del waiting[name]
            if len(values) == before:
                raise KeyError("what never happens")
        told = {
            r["variable"]: json.dumps(entry(r["table"], [values[s] for s in r["sites"]]))
            for r in circuit["readings"]
        }
        yield weight, values, told


def is_circuit(data):
    """Whether the circuit in a certificate obeys local causality there and is the model."""
    model, (assumption,) = data["model"], data["assumptions"]
    circuit, scene = model["circuit"], assumption["locality"]["spacetime"]
    if circuit["seeds"] and "common" in assumption["locality"]:
        return False
    if not is_wired(circuit):
        return False
    regions = [*scene["places"].values(), *(c["region"] for c in scene["complete"])]
    bounds = [
        [Fraction(b[0]) for region in regions for piece in region for b in piece[key] if b]
        for key in ("t - x", "t + x", "t")
    ]
    names = [p["name"] for p in (*circuit["nodes"], *circuit["signals"])]
    points = {n: where_is(circuit, n, bounds) for n in names}

    def present(site, region):
        return any(inside(piece, *p) for p in points[site] for piece in region)

    for reading in circuit["readings"]:
        place = scene["places"].get(reading["variable"])
        if not all(s in points and present(s, place) for s in reading["sites"]):
            return False
    try:
        every = list(histories(circuit))
    except KeyError:
        return False
    if {r["variable"] for r in circuit["readings"]} != set(scene["places"]):
        return False
    for declared in scene["complete"]:
        known = {}
        here = [n for n in names if present(n, declared["region"])]
        for _, values, told in every:
            key = tuple(told[n] for n in declared["names"])
            now = [values[n] for n in here]
            if known.setdefault(key, now) != now:
                return False
    joint, wanted = Counter(), Counter()
    for weight, _, told in every:
        joint[tuple(told[n] for n in model["names"])] += weight
    for point, weight in model["support"]:
        wanted[tuple(map(json.dumps, point))] += Fraction(weight)
    return joint == wanted


# ---- the tests -----------------------------------------------------------------------------------


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
        assert is_circuit(data), name
        assert said(data, tmp_path)[:2] == (True, True), name
        data["assumptions"][0]["text"] = "common causes"
        data["assumptions"][0]["locality"]["common"] = []
        seedless = not data["model"]["circuit"]["seeds"]
        assert is_circuit(data) is seedless
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
        right = is_circuit(mutant)
        first, second, reasons = said(mutant, tmp_path)
        assert (first, second) == (right, right), (mutation.__name__, reasons, mutant)
        counts[mutation.__name__, right] += 1
    print(counts)
    refused = sum(n for (_, right), n in counts.items() if not right)
    assert refused > 600, counts
    assert all(counts[m.__name__, False] >= 10 for m in MUTATIONS), counts
    assert sum(n for (_, right), n in counts.items() if right) > 80, counts
