"""Whether a circuit is one, found out a third way: for tests, on the JSON of certificates, in 1+1.

A leg is looked at in all the points where some bound of some region might be crossed, and between
them.
"""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from itertools import pairwise, product


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


def is_circuit(model, locality):
    """Whether the circuit of a model obeys local causality there and is the model; in 1+1."""
    circuit, scene = model["circuit"], locality["spacetime"]
    if circuit["seeds"] and "common" in locality:
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
        here = (s in points and (place is None or present(s, place)) for s in reading["sites"])
        if not all(here):
            return False
    try:
        every = list(histories(circuit))
    except KeyError:
        return False
    read = [n for n in model["names"] if n in {r["variable"] for r in circuit["readings"]}]
    spoken = set(scene["places"]).union(*(c["names"] for c in scene["complete"]))
    if not set(read) >= spoken or len(read) != len(circuit["readings"]):
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
        joint[tuple(told[n] for n in read)] += weight
    for point, weight in model["support"]:
        at = dict(zip(model["names"], map(json.dumps, point), strict=True))
        wanted[tuple(at[n] for n in read)] += Fraction(weight)
    return joint == wanted
