"""Certificates of local causality in a spacetime: circuits, states, common causes, violations.

What one verifier refuses the other refuses too.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from with_circuits import of_circuits

import lpc
from lpc.certificates import lpc_verify
from lpc.certificates.comparing import SourceFile
from lpc.certificates.strict import CertificateError
from lpc.certificates.verify import Verifier
from lpc.certificates.writing import certificates

ROOT = Path(__file__).resolve().parent.parent.parent

LATENT = """
causal { latent u ; u, a -> A ; u, b -> B }
variables { a in {0, 1} ; b in {0, 1} ; A in {-1, 1} ; B in {-1, 1} }
assume LC : local causality
assume SI : a ⊥ b
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
define S := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)
model pr {
  a ~ uniform {0, 1}
  b ~ uniform {0, 1}
  fresh r ~ uniform {-1, 1}
  A := r
  B := if (a = 1 and b = 1) then -r else r
}
claim : pr violates LC
claim : pr satisfies LC expect fails
claim : pr is local in causal expect fails
"""
# The settings are made after what is complete, so that it takes the state on t = 0 to see it.
BOX = """
spacetime 1+1 {
  pa = point t = 2, x = -10
  pb = point t = 2, x = 10
  qA = point t = 3, x = -10
  qB = point t = 3, x = 10
  sa = slice t = 0 & past(pa)
  sb = slice t = 0 & past(pb)
  left  = slice t = 2 & past(qA)
  right = slice t = 2 & past(qB)
}
variables {
  a in {0, 1} at pa
  b in {0, 1} at pb
  A in {-1, 1} at qA
  B in {-1, 1} at qB
  κ_a at sa
  κ_b at sb
  λ at left | right
}
complete κ_a on sa
complete κ_b on sb
complete a, λ on left
complete b, λ on right
assume LC : local causality
assume Fa : a ⊥ κ_a
assume Fb : b ⊥ κ_b
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
define S := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)
model pr {
  a ~ uniform {0, 1}
  b ~ uniform {0, 1}
  fresh r ~ uniform {0, 1}
  κ_a := 0
  κ_b := 0
  λ := (a, b, r)
  A := 1 - 2 * r
  B := if (a = 1 and b = 1) then 2 * r - 1 else 1 - 2 * r
}
claim : pr violates LC
claim : LC, Fa, Fb entail S <= 2
"""
PAST = """
spacetime 1+1 {
  one = point t = 4, x = -5
  two = point t = 4, x = 5
  common = (past(one) | one) & (past(two) | two)
}
variables { A in {0, 1} at one ; B in {0, 1} at two ; N at common }
complete N on common
assume LC : local causality
assume CC : common causes
claim : CC entail A ⊥ B | N
claim : LC do not entail A ⊥ B | N
claim : CC do not entail A ⊥ B
"""


@cache
def made(text):
    document = lpc.parse(text)
    return tuple(certificates(document, lpc.check(document), text.encode()))


def data_of(text, k):
    one = made(text)[k]
    assert not one.refused, one.refused
    return json.loads(one.data)


def both(data, folder):
    """Why the two verifiers refuse; "" where one accepts."""
    raw = json.dumps(data, ensure_ascii=False).encode()
    first = ""
    try:
        Verifier().verify(raw)
    except CertificateError as error:
        first = str(error)
    (folder / "one.json").write_bytes(raw)
    status, lines = lpc_verify.verify(str(folder / "one.json"))
    return first, lines[0] if status else ""


def is_refused(data, folder, words):
    first, second = both(data, folder)
    assert words in first, first
    assert second


EVERY = [(text, k) for text in (LATENT, BOX, PAST) for k in range(text.count("claim"))]


@pytest.mark.parametrize(("text", "k"), EVERY)
def test_all_are_verified_by_both_and_are_what_the_file_says(text, k, tmp_path):
    assert both(data_of(text, k), tmp_path) == ("", "")
    (tmp_path / "a.lpc").write_text(text, encoding="utf-8")
    source = SourceFile.read(str(tmp_path / "a.lpc"), 20.0)
    data = data_of(text, k)
    data["source"]["file"] = "a.lpc"
    source.check(json.dumps(data).encode())


def test_all_obey_the_schema():
    schema = json.loads((ROOT / "lpc/certificates/schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    every = [c.data for text in (LATENT, BOX, PAST) for c in made(text)]
    for raw in (*every, *of_circuits().values()):
        validator.validate(json.loads(raw))


# ---- what a model breaks -------------------------------------------------------------------------


def test_a_violation_is_shown_by_an_inequality(tmp_path):
    data = data_of(LATENT, 0)
    (evidence,) = data["evidence"]
    assert evidence["mixture"]["hidden"] == ["u"]
    weaker = copy.deepcopy(data)
    weaker["evidence"][0]["inequality"]["forms"][0]["constant"] = "-4"
    is_refused(weaker, tmp_path, "nothing that LC says is broken")
    sharper = copy.deepcopy(data)
    sharper["evidence"][0]["inequality"]["forms"][0]["constant"] = "-1"
    is_refused(sharper, tmp_path, "more than allowed")
    alone = copy.deepcopy(data)
    del alone["evidence"][0]["mixture"]
    is_refused(alone, tmp_path, "an inequality and its mixture")


def test_what_holds_in_the_model_is_looked_at(tmp_path):
    """A latent has no value of its own: what would hold of it does not count."""
    box = data_of(BOX, 0)
    assert box["evidence"][0].pop("holds")
    is_refused(box, tmp_path, "none of the assumptions named")
    data = data_of(LATENT, 0)
    holds = data["evidence"][0].setdefault("holds", [])
    holds.append({"independence": [["A"], ["B"], []]})
    is_refused(data, tmp_path, "does not hold in the model")
    holds[-1] = {"independence": [["A"], ["B"], ["u"]]}
    is_refused(data, tmp_path, "does not hold in the model")


# ---- states --------------------------------------------------------------------------------------


def principles(data):
    every = [*data["assumptions"], *data["goal"].get("each", [])]
    return [one["locality"] for one in every if "locality" in one]


@pytest.mark.parametrize("k", [0, 1])
def test_states_are_slices_that_the_verifiers_know(k, tmp_path):
    data = data_of(BOX, k)
    (local,) = principles(data)
    assert local["states"]
    moved = copy.deepcopy(data)
    principles(moved)[0]["states"][0][1] = "1"
    assert all(both(moved, tmp_path))
    missing = copy.deepcopy(data)
    principles(missing)[0]["states"].pop(0)
    assert all(both(missing, tmp_path))
    known = copy.deepcopy(data)
    known["atoms"] = sorted([*known["atoms"], local["states"][0][0]])
    is_refused(known, tmp_path, "is a variable of the file")
    taken = copy.deepcopy(data)
    principles(taken)[0]["states"].append(["λ", "7"])
    is_refused(taken, tmp_path, "names that nothing else has")


def test_no_goal_and_no_other_assumption_speaks_of_a_state(tmp_path):
    data = data_of(BOX, 1)
    state = principles(data)[0]["states"][0][0]
    said = {"independence": [["a"], [state], []]}
    other = copy.deepcopy(data)
    next(a for a in other["assumptions"] if a["name"] == "Fa")["statements"].append(said)
    is_refused(other, tmp_path, "is not among the atoms")
    goal = copy.deepcopy(data)
    goal["goal"] = {"all": [said]}
    is_refused(goal, tmp_path, "is not among the atoms")


def test_a_state_is_that_of_one_slice(tmp_path):
    """Two principles that call two slices by one name would prove what is false."""
    data = data_of(BOX, 1)
    again = copy.deepcopy(next(a for a in data["assumptions"] if "locality" in a))
    again["name"] = "LC2"
    again["locality"]["states"] = [[n, str(k + 50)] for k, (n, _) in
                                   enumerate(again["locality"]["states"])]  # fmt: skip
    again["locality"]["shields"], again["statements"] = [], []
    data["assumptions"].append(again)
    is_refused(data, tmp_path, "is the state of two slices")


# ---- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["local causality", "common causes", "SI and local causality"])
def test_local_causality_needs_its_locality(words, tmp_path):
    data = json.loads(of_circuits()["wings/one coin"])
    data["assumptions"][0]["text"] = words
    del data["assumptions"][0]["locality"]
    is_refused(data, tmp_path, "its locality is missing")


def test_a_name_of_local_causality_brings_its_locality(tmp_path):
    data = json.loads(of_circuits()["wings/one coin"])
    more = {"name": "D", "text": "LC and SI", "statements": data["assumptions"][0]["statements"]}
    data["assumptions"].append(more)
    is_refused(data, tmp_path, "its locality is missing")


def test_local_causality_says_nothing_more(tmp_path):
    data = json.loads(of_circuits()["wings/one coin"])
    data["assumptions"][0]["statements"].append({"independence": [["A"], ["B"], ["λ"]]})
    is_refused(data, tmp_path, "more than its words")
    data["assumptions"][0]["text"] = "LC0 and SI"
    assert both(data, tmp_path) == ("", "")


def test_words_and_seeds(tmp_path):
    data = json.loads(of_circuits()["wings/one coin"])
    data["assumptions"][0]["locality"]["common"] = []
    is_refused(data, tmp_path, "does not forbid what is older")
    data["assumptions"][0]["text"] = "common causes"
    assert both(data, tmp_path) == ("", "")
    del data["assumptions"][0]["locality"]["common"]
    is_refused(data, tmp_path, "common causes forbid")


# ---- common causes -------------------------------------------------------------------------------


def test_common_causes_have_obligations(tmp_path):
    data = data_of(PAST, 0)
    (local,) = principles(data)
    (use,) = local["common"]
    told = [(one["obligation"], one["variable"]) for one in use["obligations"]]
    assert told == [("complete", None), ("closed", None), ("place", "N"), ("common", *use["x"])]
    # Without the apex, N would not know of a coin that is tossed there.
    region = local["spacetime"]["complete"][0]["region"]
    assert len(region) == 1
    for bound in ("t - x", "t + x", "t"):
        open_ = copy.deepcopy(data)
        principles(open_)[0]["spacetime"]["complete"][0]["region"][0][bound][1] = ["-3", True]
        is_refused(open_, tmp_path, "no complete, closed, common past")
    elsewhere = copy.deepcopy(data)
    principles(elsewhere)[0]["spacetime"]["places"]["N"] = local["spacetime"]["places"]["A"]
    is_refused(elsewhere, tmp_path, "no complete, closed, common past")


def test_local_causality_is_no_common_cause(tmp_path):
    """With a seed on both sides the model breaks what common causes entail: by its circuit."""
    data = data_of(PAST, 1)
    assert data["model"]["circuit"]["seeds"]
    (local,) = principles(data)
    local["common"] = []
    data["assumptions"][0]["text"] = "common causes"
    is_refused(data, tmp_path, "from past infinity")


# ---- circuits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c["nodes"][0].update(event=["0", ["0", "0"]]), "no exact place"),
        (lambda c: c["nodes"][0].update(event=["1" * 300, ["0"]]), "more than 200"),
        (lambda c: c["nodes"][0]["coin"][0].__setitem__(1, "-1/2"), "not positive"),
        (lambda c: c["nodes"][0]["coin"][0].__setitem__(0, True), "whole number"),
        (lambda c: c["nodes"][0].update(name=""), "a name is needed"),
        (lambda c: c["nodes"][0].update(name="l"), "have one name"),
        (lambda c: c["signals"][0].update(path=[]), "is nowhere"),
        (lambda c: c["signals"][0].update(source=None), "comes from nowhere"),
        (lambda c: c["signals"][0].update(ray=["1", ["0"]]), "comes from nowhere"),
        (lambda c: c["signals"][0].update(target="n"), "uses other signals"),
        (lambda c: c["readings"].append(c["readings"][0]), "read twice"),
        (lambda c: c["readings"].pop(), "does not say what"),
        (lambda c: c["readings"][0].update(sites=["nothing"]), "which is not there"),
        (lambda c: c.update(latents=[]), "unknown key"),
        (lambda c: c.pop("seeds"), "is missing"),
    ],
)
def test_circuits_that_are_refused(change, words, tmp_path):
    data = json.loads(of_circuits()["wings/one coin"])
    change(data["model"]["circuit"])
    is_refused(data, tmp_path, words)


def test_a_circuit_stands_alone(tmp_path):
    data = json.loads(of_circuits()["wings/one coin"])
    data["model"]["graph"] = {"nodes": ["A"], "latents": [], "edges": []}
    is_refused(data, tmp_path, "neither a graph nor latents")
    data["model"]["graph"] = None
    data["model"]["latents"] = ["λ"]
    is_refused(data, tmp_path, "neither a graph nor latents")
    data["model"]["latents"] = []
    del data["model"]["circuit"]
    is_refused(data, tmp_path, "a circuit of local causality in a spacetime is missing")
