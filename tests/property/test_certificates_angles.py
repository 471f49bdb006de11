"""Mutated certificates about open angles are rejected, or true at random angles by plain floats."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from fractions import Fraction
from itertools import islice

import pytest
from at_angles import claims, is_true
from certified import of_proofs

from lpc.certificates import lpc_verify
from lpc.certificates.strict import CertificateError
from lpc.certificates.verify import Verifier

MUTANTS = 400
CHUNKS = 4


def originals():
    every = [json.loads(c.data) for c in (*claims().values(), *of_proofs().values())]
    return [d for d in every if d["model"] and "angles" in d["model"]]


def leaves(tree, kind):
    ((key, inside),) = tree.items()
    if key == kind:
        yield tree
    elif key not in ("constant", "probability"):
        for part in [inside] if isinstance(inside, dict) else inside:
            yield from leaves(part, kind)


def either(data, rng, kind):
    found = [x for side in ("left", "right") for x in leaves(data["goal"]["value"][side], kind)]
    return rng.choice(found) if found else None


# ---- mutations: each returns False where it does not apply ---------------------------------------


def swap_weights(data, rng):
    support = data["model"]["support"]
    if len(support) < 2:
        return False
    one, two = rng.sample(support, 2)
    one[1:], two[1:] = two[1:], one[1:]
    return True


def change_wave(data, rng):
    places = [row for row in data["model"]["support"] if isinstance(row[1], dict)]
    if not places:
        return False
    terms = rng.choice(places)[1].get("waves")
    if not terms:
        return False
    term = rng.choice(terms)
    if term[0] and rng.random() < 0.3:
        n = rng.choice(sorted(term[0]))
        term[0][n] = str(-Fraction(term[0][n]))
        return True
    k = rng.choice((1, 2))
    term[k] = rng.choice(("0", "1/4", "-1/4", "1/8"))
    return True


def shift_two(data, rng):
    """A real wave more on one outcome and less on another: the sum stays."""
    rows = [r for r in data["model"]["support"] if isinstance(r[1], dict) and "waves" in r[1]]
    if len(rows) < 2:
        return False
    one, two = rng.sample(rows, 2)
    for row, sign in ((one, 1), (two, -1)):
        for term in row[1]["waves"]:
            if term[0] and all(isinstance(x, str) for x in term[1:]):
                term[1] = str(Fraction(term[1]) + sign * Fraction(1, 32))
    return True


def change_op(data, rng):
    data["goal"]["value"]["op"] = rng.choice(("=", "!=", "<", "<=", ">", ">="))
    if rng.random() < 0.5:
        data["verdict"] = rng.choice(("holds", "fails"))
    return True


def change_constant(data, rng):
    tree = either(data, rng, "constant")
    if tree is None:
        return False
    n = rng.choice(data["model"]["angles"])
    waves = [[{n: "-1"}, "1/2", "0"], [{n: "1"}, "1/2", "0"]]
    tree["constant"] = rng.choice(("0", "1", "-1", "1/2", "5", {"waves": waves}))
    return True


def change_angle(data, rng):
    tree = either(data, rng, "probability")
    angles = data["model"]["angles"]
    if tree is None or not set(tree["probability"][1]) & set(angles):
        return False
    given = tree["probability"][1]
    n = rng.choice(sorted(set(given) & set(angles)))
    plus = {m: rng.choice(("1", "-1", "1/2", "2")) for m in angles if rng.random() < 0.4}
    turns, order = rng.choice(((0, 1), (1, 2), (1, 4), (2, 3), (5, 6)))
    given[n] = {"angle": {"order": order, "turns": turns, "plus": plus}}
    return True


def leave_out(data, rng):
    tree = either(data, rng, "probability")
    if tree is None or not tree["probability"][1]:
        return False
    given = tree["probability"][1]
    del given[rng.choice(sorted(given))]
    return True


def change_event(data, rng):
    tree = either(data, rng, "probability")
    if tree is None:
        return False
    side = rng.choice(tree["probability"])
    n = rng.choice(data["model"]["names"])
    if n in side and rng.random() < 0.3:
        del side[n]
    else:
        side[n] = rng.choice(data["model"]["values"][n])
    return True


def exchange_sides(data, rng):
    said = data["goal"]["value"]
    said["left"], said["right"] = said["right"], said["left"]
    return True


def wrap(data, rng):
    said = data["goal"]["value"]
    side, kind = (
        rng.choice(("left", "right")),
        rng.choice(("absolute", "quotient", "total", "times")),
    )
    parts = {
        "absolute": said[side], "quotient": [said[side], {"constant": "-2"}],
        "total": [said[side], said[side]], "times": [said[side], said["left"]],
    }  # fmt: skip
    said[side] = copy.deepcopy({kind: parts[kind]})
    return True


MUTATIONS = [
    swap_weights, change_wave, shift_two, change_op, change_constant, change_angle, leave_out,
    change_event, exchange_sides, wrap,
]  # fmt: skip


def verified(data):
    """The reason of the refusal, if any."""
    try:
        Verifier().verify(json.dumps(data, ensure_ascii=False).encode())
    except CertificateError as error:
        return str(error)
    return ""


def opposite(data):
    return {**data, "verdict": {"holds": "fails", "fails": "holds"}[data["verdict"]]}


def mutants(rng):
    """Mutants without end; what takes long to verify is mutated less often."""
    every = originals()
    weights = [min(1.0, (20_000 / len(json.dumps(o["model"]))) ** 2) for o in every]
    while True:
        (original,) = rng.choices(every, weights)
        mutant = copy.deepcopy(original)
        chosen = rng.choices(MUTATIONS, k=rng.choice((1, 1, 2)))
        done = [change.__name__ for change in chosen if change(mutant, rng)]
        if done and mutant != original:
            yield done, mutant


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutants_are_rejected_or_true(chunk):
    """Where a relation is said to hold or to fail, that too is right by the other reckoning."""
    rng = random.Random(3100 + chunk)
    counts, bad = Counter(), []
    for done, mutant in islice(mutants(rng), MUTANTS // CHUNKS):
        refusal = verified(mutant)
        decided = "the relation holds" in refusal or "the relation fails" in refusal
        kind = "accepted" if not refusal else "decided" if decided else "refused"
        counts[kind] += 1
        if kind != "refused" and not is_true(opposite(mutant) if decided else mutant, rng):
            bad.append((kind, done, mutant["item"], refusal))
    assert not bad, bad
    assert min(counts.values()) > MUTANTS // CHUNKS // 6, counts


@pytest.mark.parametrize("chunk", range(2))
def test_the_single_file_says_the_same(chunk, tmp_path):
    """Of equations and of inequalities, at all values of the angles."""
    rng, counts = random.Random(3200 + chunk), Counter()
    path = tmp_path / "one.json"
    for done, mutant in islice(mutants(rng), MUTANTS // 8):
        path.write_text(json.dumps(mutant, ensure_ascii=False), encoding="utf-8")
        status, said = lpc_verify.verify(str(path))
        refusal = verified(mutant)
        assert (status == 0) == (not refusal), (done, mutant["item"], said, refusal)
        op = mutant["goal"].get("value", {}).get("op")
        counts["<" in str(op) or ">" in str(op), status] += 1
    assert all(counts[order, s] > MUTANTS // 200 for order in (True, False) for s in (0, 1)), counts


def test_no_claim_is_both():
    for data in originals():
        assert verified(data) == ""
        assert "the relation" in verified(opposite(data)), data["item"]
