"""Mutated certificates are rejected, or what they still show is true by another reckoning.

The reckoning is written apart from the kernel: on the JSON itself, with plain sums over the support
of a model, and with points of a grid instead of the algebra of regions.
"""

from __future__ import annotations

import copy
import json
import math
import random
from collections import Counter
from fractions import Fraction
from itertools import product

from at_angles import is_true
from certified import of_proofs
from reckoned import is_circuit
from with_circuits import of_circuits

from lpc.certificates import lpc_verify
from lpc.certificates.strict import CertificateError
from lpc.certificates.verify import PROVED, Verifier

MUTANTS = 1_000
GRID = [Fraction(n, 2) for n in range(-26, 27)]


# ---- mutations: each returns False where it does not apply ---------------------------------------


def of_sums(evidence):
    pairs = evidence.get("sum", {}).get("pairs", [])
    return [x["proof"] for pair in pairs for step in pair["row"] for x in step]


def steps_of(data):
    proofs = [p for e in data["evidence"] for p in e["proofs"]]
    proofs += [p for e in data["evidence"] for p in of_sums(e)]
    return [p for p in proofs if p["steps"]]


def swap_premises(data, rng):
    steps = [s for p in steps_of(data) for s in p["steps"] if s["from"]]
    if not steps:
        return False
    step = rng.choice(steps)
    if len(step["from"]) > 1 and rng.random() < 0.5:
        i, j = rng.sample(range(len(step["from"])), 2)
        step["from"][i], step["from"][j] = step["from"][j], step["from"][i]
    else:
        step["from"][rng.randrange(len(step["from"]))] = rng.randrange(6)
    return True


def drop_assumption(data, rng):
    if not any(e["names"] for e in data["evidence"]):
        return False
    one = rng.choice([e for e in data["evidence"] if e["names"]])
    place = rng.choice((one["names"], data["scope"], data["assumptions"]))
    if not place:
        return False
    place.pop(rng.randrange(len(place)))
    return True


def drop_hypothesis(data, rng):
    proofs = [p for p in steps_of(data) if p["hypotheses"]]
    if not proofs:
        return False
    hypotheses = rng.choice(proofs)["hypotheses"]
    hypotheses.pop(rng.randrange(len(hypotheses)))
    return True


def reorder_steps(data, rng):
    proofs = [p for p in steps_of(data) if len(p["steps"]) > 1]
    if not proofs:
        return False
    steps = rng.choice(proofs)["steps"]
    i, j = rng.sample(range(len(steps)), 2)
    steps[i], steps[j] = steps[j], steps[i]
    return True


def change_step(data, rng):
    proofs = steps_of(data)
    if not proofs:
        return False
    step = rng.choice(rng.choice(proofs)["steps"])
    if step.get("signs") and rng.random() < 0.4:
        k = rng.randrange(len(step["signs"]))
        step["signs"][k] = -step["signs"][k]
    elif step.get("sets"):
        k = rng.randrange(len(step["sets"]))
        changed = set(step["sets"][k]) ^ {rng.choice(data["atoms"])}
        step["sets"][k] = sorted(changed)
    else:
        step["rule"] = rng.choice(["chain", "contraction", "weak union", "decomposition"])
    return True


def change_weights(data, rng):
    support = data["model"]["support"] if data["model"] else []
    rational = [p for p in support if isinstance(p[1], str)]
    if len(rational) < 2:
        return False
    one, two = rng.sample(rational, 2)
    moved = Fraction(two[1]) / rng.choice((1, 2, 3))
    if rng.random() < 0.2:
        moved /= 2
        one[1] = str(Fraction(one[1]) + moved)
        return True
    one[1], two[1] = str(Fraction(one[1]) + moved), str(Fraction(two[1]) - moved)
    if two[1] == "0":
        support.remove(two)
    return True


def change_point(data, rng):
    if not data["model"]:
        return False
    model = data["model"]
    point = rng.choice(model["support"])[0]
    k = rng.randrange(len(point))
    point[k] = rng.choice(model["values"][model["names"][k]])
    return True


def wrong_goal(data, rng):
    goal = data["goal"]
    wanted = [s for s in goal.get("all", []) if "independence" in s or "equation" in s]
    if "wanted" in goal and rng.random() < 0.5:
        goal["wanted"] = not goal["wanted"]
    elif "value" in goal:
        goal["value"]["op"] = rng.choice(["=", "!=", "<", ">"])
    elif wanted:
        ((key, inside),) = rng.choice(wanted).items()
        side = inside[rng.randrange(len(inside))]
        if key == "equation":
            if not side:
                return False
            side = rng.choice(side)[1]
        side[:] = sorted(set(side) ^ {rng.choice(data["atoms"])})
    else:
        return False
    return True


def wrong_verdict(data, rng):
    data["verdict"] = rng.choice(["identity", "licensed", "entailed", "refuted", "holds", "fails"])
    return True


def move_region(data, rng):
    every = [x["locality"] for x in data["assumptions"] if "locality" in x]
    every += [x["locality"] for x in data["goal"].get("each", []) if "locality" in x]
    every = [x for x in every if "spacetime" in x and x["spacetime"]["dimension"] == 1]
    if not every:
        return False
    locality = rng.choice(every)
    regions = list(locality["spacetime"]["places"].values())
    regions += [c["region"] for c in locality["spacetime"]["complete"]]
    regions += [s["slice"] for s in locality["shields"] if s["slice"]]
    piece = rng.choice(rng.choice(regions))
    t, x = rng.choice((-3, -1, 0, 1, 3)), rng.choice((-4, -1, 1, 4))
    for key, change in (("t", t), ("t - x", t - x), ("t + x", t + x)):
        for bound in piece[key]:
            if bound is not None:
                bound[0] = str(Fraction(bound[0]) + change)
    return True


def drop_statement(data, rng):
    every = [x["statements"] for x in data["assumptions"]]
    every += [x["all"] for x in data["goal"].get("each", [])]
    every = [x for x in every if x]
    if not every:
        return False
    statements = rng.choice(every)
    statements.pop(rng.randrange(len(statements)))
    return True


def change_graph(data, rng):
    if not data["model"] or not data["model"]["graph"]:
        return False
    edges, nodes = data["model"]["graph"]["edges"], data["model"]["graph"]["nodes"]
    if edges and rng.random() < 0.5:
        edges.pop(rng.randrange(len(edges)))
    else:
        edges.append(rng.sample(nodes, 2))
    return True


MUTATIONS = [
    swap_premises, drop_assumption, drop_hypothesis, reorder_steps, change_step, change_weights,
    change_point, wrong_goal, wrong_verdict, move_region, drop_statement, change_graph,
]  # fmt: skip


# ---- the other reckoning -------------------------------------------------------------------------


def key_of(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def weight_of(weight):
    """A fraction, or a float for an algebraic number: this is a test, no verdict hangs on it."""
    if isinstance(weight, str):
        return Fraction(weight)
    data = weight["cyclotomic"]
    turns = (2 * math.pi * k / data["order"] for k in range(len(data["numerators"])))
    total = sum(c * math.cos(t) for c, t in zip(data["numerators"], turns, strict=True))
    return total / data["denominator"]


def same(one, two):
    exact = isinstance(one, Fraction | int) and isinstance(two, Fraction | int)
    return one == two if exact else abs(one - two) < 1e-9


class Table:
    """A model as a list of points."""

    def __init__(self, model):
        self.tables = {}
        self.names = model["names"]
        self.values = {n: [key_of(v) for v in vs] for n, vs in model["values"].items()}
        self.points = [
            (dict(zip(self.names, map(key_of, point), strict=True)), weight_of(weight))
            for point, weight in model["support"]
        ]

    def p(self, at):
        names = tuple(sorted(at))
        if names not in self.tables:
            table = self.tables[names] = Counter()
            for point, weight in self.points:
                table[tuple(point[n] for n in names)] += weight
        return self.tables[names][tuple(at[n] for n in names)]

    def true(self, statement):
        ((kind, said),) = statement.items()
        if kind == "positive":
            every = product(*(self.values[n] for n in said))
            return all(self.p(dict(zip(said, v, strict=True))) for v in every)
        return self.independent(*said) if kind == "independence" else self.equal(*said)

    def independent(self, x, y, z):
        def seen(names):
            return {tuple(q[n] for n in names) for q, _ in self.points}

        for one in seen([*x, *z]):
            for two in seen([*y, *z]):
                first = dict(zip([*x, *z], one, strict=True))
                second = dict(zip([*y, *z], two, strict=True))
                if any(first[n] != second[n] for n in z):
                    continue
                agree = all(first.get(n, v) == v for n, v in second.items())
                joint = self.p({**first, **second}) if agree else 0
                given = {n: first[n] for n in z}
                if not same(joint * self.p(given), self.p(first) * self.p(second)):
                    return False
        return True

    def equal(self, left, right):
        factors = [*left, *right]
        names = sorted({n for f in factors for side in f for n in side})
        for values in product(*(self.values[n] for n in names)):
            at = dict(zip(names, values, strict=True))
            if not all(self.p({n: at[n] for n in given}) for _, given in factors):
                continue
            sides = []
            for side in (left, right):
                total = Fraction(1)
                for event, given in side:
                    below = self.p({n: at[n] for n in given})
                    total *= self.p({n: at[n] for n in (*event, *given)}) / below
                sides.append(total)
            if not same(*sides):
                return False
        return True

    def markov(self, graph):
        parents = {n: [t for t, h in graph["edges"] if h == n] for n in graph["nodes"]}
        done = []
        while len(done) < len(parents):
            node = next(n for n in parents if n not in done and set(parents[n]) <= set(done))
            earlier = [n for n in done if n not in parents[node]]
            if earlier and not self.independent([node], earlier, parents[node]):
                return False
            done.append(node)
        return True


def inside(piece, t, x):
    for key, value in (("t", t), ("t - x", t - x), ("t + x", t + x)):
        low, high = piece[key]
        if low and (value < Fraction(low[0]) or (value == Fraction(low[0]) and not low[1])):
            return False
        if high and (value > Fraction(high[0]) or (value == Fraction(high[0]) and not high[1])):
            return False
    return True


def points_of(region):
    return [(t, x) for t in GRID for x in GRID if any(inside(p, t, x) for p in region)]


def shields_are_sound(locality):
    """On the grid: the slice holds every cut of the past of x, and no point of y is after it that
    is not where all is known.
    """
    if "graph" in locality:
        return True
    places = dict(locality["spacetime"]["places"])
    complete = [one["region"] for one in locality["spacetime"]["complete"]]
    for name, time in locality.get("states", []):
        whole = {"t": [[time, True]] * 2, "t - x": [None, None], "t + x": [None, None]}
        places[name] = [whole]
        complete.append([whole])
    for one in locality["shields"]:
        if one["slice"] is None:
            continue
        cut = set(points_of(one["slice"]))
        times = {t for t, _ in cut}
        if len(times) != 1:
            continue
        (now,) = times
        known = [piece for k in one["declarations"] for piece in complete[k]]
        for name in one["x"]:
            for t, x in points_of(places[name]):
                reach = [c for c in GRID if abs(c - x) <= t - now]
                if t < now or any((now, c) not in cut for c in reach):
                    return False
        for name in one["y"]:
            for t, x in points_of(places[name]):
                if any(inside(piece, t, x) for piece in known):
                    continue
                if any(abs(c - x) <= t - now for _, c in cut):
                    return False
    return True


def localities(data):
    every = [*data["assumptions"], *(data["goal"] or {}).get("each", [])]
    return [x["locality"] for x in every if "locality" in x]


def reckon(original, mutant):
    """Why an accepted mutant is all right, or None."""
    if not all(shields_are_sound(x) for x in localities(mutant)):
        return None
    if mutant["verdict"] in PROVED:
        return reckon_proofs(original, mutant)
    if "angles" in mutant["model"]:
        return "at some angles" if is_true(mutant, random.Random(4)) else None
    if "circuit" in mutant["model"] and not circuits_are_right(mutant):
        return None
    graph = mutant["model"]["graph"]
    if graph and {tuple(x) for x in graph["edges"]} - {
        tuple(x) for x in original["model"]["graph"]["edges"]
    }:
        return None
    return reckon_model(original, mutant)


def circuits_are_right(mutant):
    flat = (x for x in localities(mutant) if x.get("spacetime", {}).get("dimension") == 1)
    coins = [n["coin"] for n in mutant["model"]["circuit"]["nodes"]]
    rational = all(isinstance(w, str) for coin in coins for _, w in coin)
    return not rational or all(is_circuit(mutant["model"], x) for x in flat)


def reckon_proofs(original, mutant):
    said = {x["name"]: {key_of(s) for s in x["statements"]} for x in original["assumptions"]}
    for evidence in mutant["evidence"]:
        allowed = {s for n in evidence["names"] for s in said[n]}
        proofs = [*evidence["proofs"], *of_sums(evidence)]
        if not {key_of(h) for p in proofs for h in p["hypotheses"]} <= allowed:
            return None
    if mutant["goal"] == original["goal"]:
        return "same goal"
    conclusions = {key_of(p["proves"]) for p in mutant["evidence"][0]["proofs"]}
    every = [key_of(s) for s in mutant["goal"]["all"] if s.get("independence", [1, 1])[0]]
    return "weaker goal" if set(every) <= conclusions else None


def reckon_model(original, mutant):
    table = Table(mutant["model"])
    goal, graph = mutant["goal"], mutant["model"]["graph"]
    if "value" in goal:
        return (
            "relation" if relation(table, goal["value"]) is (mutant["verdict"] == "holds") else None
        )

    def obeys(statements, locality):
        if graph and locality and not table.markov(graph):
            return False
        return all(map(table.true, statements))

    if mutant["verdict"] == "refuted":
        scope = [x for x in mutant["assumptions"] if x["name"] in mutant["scope"]]
        if not all(obeys(x["statements"], x.get("locality")) for x in scope):
            return None
        goals = [s for s in goal["all"] if not {"sums", "inequality"} & set(s)]
        if len(goals) < len(goal["all"]):
            return "sums" if mutant["goal"] == original["goal"] else None
        return None if all(map(table.true, goals)) else "model"
    if mutant["evidence"] and mutant["evidence"] != original["evidence"]:
        return None
    broken = {n for e in mutant["evidence"] for n in e["names"]}
    found = [e["name"] not in broken and obeys(e["all"], e.get("locality")) for e in goal["each"]]
    good = [truth is goal["wanted"] for truth in found]
    return "model" if (all(good) if mutant["verdict"] == "holds" else not all(good)) else None


def relation(table, said):
    left, right = (number(table, said[side], False) for side in ("left", "right"))
    if left is None or right is None:
        return False
    equal, op = same(left, right), said["op"]
    if op in ("=", "!="):
        return equal is (op == "=")
    return equal if equal and "=" in op else not equal and (left < right) is ("<" in op)


def number(table, tree, total):
    ((kind, parts),) = tree.items()
    if kind == "constant":
        return weight_of(parts)
    if kind == "probability":
        event, given = ({n: key_of(v) for n, v in x.items()} for x in parts)
        below = table.p(given)
        if not below:
            return None
        clash = any(event.get(n, v) != v for n, v in given.items())
        return Fraction(0) if clash else table.p({**given, **event}) / below
    values = [number(table, p, total or kind == "total") for p in
              ([parts] if kind == "absolute" else parts)]  # fmt: skip
    if kind == "times" and total and 0 in values:
        return Fraction(0)
    if None in values:
        return None
    if kind == "absolute":
        return abs(values[0])
    if kind == "quotient":
        return values[0] / values[1]
    if kind == "times":
        result = Fraction(1)
        for value in values:
            result *= value
        return result
    return sum(values, Fraction(0))


# ---- the test ------------------------------------------------------------------------------------


def test_mutants_are_rejected_or_true():
    rng = random.Random(20)
    originals = [
        json.loads(c.data)
        for c in of_proofs().values()
        if len(c.data) < 15_000 and c.verdict != "undecided"
    ]
    verifier = Verifier()
    counts: Counter[str] = Counter()
    bad = []
    while sum(counts.values()) < MUTANTS:
        original = rng.choice(originals)
        mutant = copy.deepcopy(original)
        mutation = rng.choice(MUTATIONS)
        if not mutation(mutant, rng) or mutant == original:
            continue
        try:
            verifier.verify(json.dumps(mutant, ensure_ascii=False).encode())
        except CertificateError:
            counts["rejected"] += 1
            continue
        found = reckon(original, mutant)
        counts[f"accepted, {found}"] += 1
        if found is None:
            bad.append((mutation.__name__, original["source"]["file"], original["item"], mutant))
    print(dict(counts))
    assert not bad, (dict(counts), [b[:3] for b in bad])
    assert counts["rejected"] > MUTANTS // 2, dict(counts)


def test_the_other_reckoning_agrees_with_the_originals():
    """A test of the test: what is accepted unchanged is true by the other reckoning too."""
    judged = 0
    for name, one in list(of_proofs().items())[::4]:
        data = json.loads(one.data)
        if len(one.data) < 20_000 and one.verdict != "undecided":
            assert reckon(data, data) is not None, name
            judged += 1
    assert judged > 50


# ---- the single-file verifier --------------------------------------------------------------------


def in_one_file(data, folder):
    (folder / "one.json").write_bytes(data)
    status, said = lpc_verify.verify(str(folder / "one.json"))
    return status == 0, said


def test_the_single_file_verifies_every_item(tmp_path):
    for place, one in of_proofs().items():
        assert in_one_file(one.data, tmp_path)[0], (place, in_one_file(one.data, tmp_path)[1])


def refused(data):
    """Why `lpc verify` refuses a certificate, "" if it does not."""
    try:
        Verifier().verify(data)
    except CertificateError as error:
        return str(error) or "refused"
    return ""


def test_mutants_in_the_single_file(tmp_path):
    """Two programs written apart say the same of mutants: rejected by both or accepted by both."""
    rng = random.Random(21)
    originals = [json.loads(c.data) for c in of_proofs().values() if len(c.data) < 15_000]
    counts = Counter()
    while sum(counts.values()) < MUTANTS // 2:
        original, mutation = rng.choice(originals), rng.choice(MUTATIONS)
        mutant = copy.deepcopy(original)
        if original["verdict"] == "undecided" or not mutation(mutant, rng) or mutant == original:
            continue
        data = json.dumps(mutant, ensure_ascii=False).encode()
        refusal = refused(data)
        accepted, said = in_one_file(data, tmp_path)
        counts[accepted] += 1
        assert accepted == (not refusal), (mutation.__name__, original["item"], refusal, said)
    assert min(counts.values()) > 20, counts


ODD = [
    None, True, -1, 0, 1, 10**50, "", "x", "1/0", "1/2", "A", "LC", "licensed", "entailed",
    "local causality", "common causes", [], {}, [[]], {"a": []}, [None], [1, 2], ["B", "A"],
    ["A", "A"],
]  # fmt: skip


def places_in(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places_in(value[key], (*path, key))
    elif isinstance(value, list):
        for k in range(len(value)):
            yield from places_in(value[k], (*path, k))


def changed_anywhere(data, rng):
    """Something odd at some place; an entry twice, or gone; a list in another order."""
    path = rng.choice(list(places_in(data))[1:])
    here = data
    for key in path[:-1]:
        here = here[key]
    key, kind = path[-1], rng.random()
    if isinstance(here, list) and kind < 0.2:
        here.insert(key, copy.deepcopy(here[key])) if kind < 0.1 else here.pop(key)
    elif isinstance(here, dict) and kind < 0.1:
        here.pop(key) if kind < 0.05 else here.update(unheard_of=1)
    elif isinstance(here[key], list) and len(here[key]) > 1 and kind < 0.4:
        rng.shuffle(here[key])
    else:
        here[key] = rng.choice(ODD)


def test_what_is_malformed_is_accepted_by_both_or_by_none(tmp_path):
    """Formalities, words and lists included, at any place of a certificate."""
    rng = random.Random(22)
    originals = [c.data for c in of_proofs().values() if len(c.data) < 8_000]
    originals = [*map(json.loads, [*originals[::4], *of_circuits().values()])]
    originals = [o for o in originals if o["verdict"] != "undecided"]
    counts = Counter()
    for _ in range(2 * MUTANTS):
        mutant = copy.deepcopy(rng.choice(originals))
        changed_anywhere(mutant, rng)
        data = json.dumps(mutant, ensure_ascii=False).encode()
        refusal = refused(data)
        accepted, said = in_one_file(data, tmp_path)
        counts[accepted] += 1
        assert accepted == (not refusal), (refusal, said, mutant)
    assert min(counts.values()) > 50, counts
