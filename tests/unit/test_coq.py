"""Certificates in Coq: what is written, what `coqc` accepts, and mutants that it rejects.

Without Coq these tests are skipped; with LPC_REQUIRE_COQ=1 in the environment they fail instead.
"""

from __future__ import annotations

import copy
import fcntl
import json
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from certified import of_proofs
from click.testing import CliRunner

from lpc.certificates.coq import ALLOWED, CoqSource, coq_source
from lpc.certificates.coq_text import NotCovered, comment
from lpc.certificates.coqc import (
    FILES,
    LIBRARY,
    CoqError,
    axiom_reports,
    build_library,
    check_sources,
    coqc_path,
)
from lpc.certificates.coverage import kind_of
from lpc.cli import cli

NOT_YET = {"an undecided item claims nothing", "angles that are left open"}
DECIDED = {"identity", "licensed", "entailed", "refuted", "holds", "fails"}
LICENSED = "bell1990/009-step-road-2.json"
REFUTED = "bell1990/005-step-alone-2.json"


def need_coq():
    if coqc_path() is None:
        if os.environ.get("LPC_REQUIRE_COQ") == "1":
            pytest.fail("coqc was not found, and LPC_REQUIRE_COQ=1 asks for it")
        pytest.skip("coqc was not found: nothing is checked by Coq (Debian: apt-get install coq)")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The library, built once for all processes of a run."""
    need_coq()
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, done = root / "coq-library", root / "coq-library-done"
    with (root / "coq-library-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            build_library(folder)
            done.touch()
    return folder


def data_of(name):
    return json.loads(of_proofs()[name].data)


@cache
def sources():
    """The Coq text of every certificate of `proofs/`, and why there is none for the others."""
    found, refused = {}, Counter()
    for name, one in of_proofs().items():
        try:
            found[name] = coq_source(json.loads(one.data))
        except NotCovered as error:
            refused[str(error)] += 1
    return found, refused


# ---- what is written ----------------------------------------------------------------------------


def test_every_derivation_and_every_model_of_proofs_is_written():
    found, refused = sources()
    assert set(refused) <= NOT_YET
    for name, one in of_proofs().items():
        data = json.loads(one.data)
        angles = "angles" in (data["model"] or {})
        assert (name in found) == (data["verdict"] in DECIDED and not angles), name


def test_names_reach_coq_in_comments_only():
    hostile = 'A *) Axiom no : False. (* "x'
    data = json.loads(json.dumps(data_of(LICENSED)).replace('"A"', json.dumps(hostile)))
    data["source"]["text"] = "*) Admitted. (*) *) (* \\ \n"
    text = coq_source(data).text
    code = without_comments(text)
    assert "Axiom" in text
    assert "Axiom" not in code
    assert "Admitted" not in code
    plain = coq_source(data_of(LICENSED)).text
    assert code.split() == without_comments(plain).split()


def without_comments(text):
    """Coq's own reading: comments nest, and a string inside one hides what it contains."""
    code, depth, i = [], 0, 0
    while i < len(text):
        if text.startswith("(*", i):
            depth, i = depth + 1, i + 2
        elif text.startswith("*)", i) and depth:
            depth, i = depth - 1, i + 2
        else:
            assert not (depth and text[i] == '"')
            if not depth:
                code.append(text[i])
            i += 1
    assert depth == 0
    return "".join(code)


@pytest.mark.parametrize("text", ["*)", "**))", "((**))", '"', "(*)", "*\n)", "(" * 3 + "*" * 3])
def test_a_comment_is_not_ended_by_its_text(text):
    assert without_comments(f"(* {comment(text)} *)end") == "end"


def test_the_goal_of_the_theorem_is_that_of_the_certificate():
    text = coq_source(data_of(LICENSED)).text
    numbers = re.search(r"variables: (.*) \*\)", text)[1].split(", ")
    names = dict(pair.split(" = ") for pair in numbers)
    goal = re.search(r"Definition goal_1 : list statement :=\s*\[(.*?)\]\.\n", text, re.S)[1]
    sets = [
        sorted(names[k] for k in found.split("; ") if k)
        for found in re.findall(r"set \[(.*?)\]%N", goal)
    ]
    (statement,) = data_of(LICENSED)["goal"]["all"]
    assert sets == [part for side in statement["equation"] for f in side for part in f]


def test_malformed_certificates_are_not_covered():
    data = data_of(LICENSED)
    for key in ("atoms", "goal", "evidence", "scope", "assumptions", "verdict"):
        broken = copy.deepcopy(data)
        broken[key] = {"no": ["such"]} if key != "verdict" else 3
        with pytest.raises(NotCovered):
            coq_source(broken)
    broken = copy.deepcopy(data)
    broken["evidence"][0]["proofs"][0]["steps"][0]["from"] = [10**9]
    with pytest.raises(NotCovered, match="no earlier entry"):
        coq_source(broken)
    model = data_of(REFUTED)
    model["model"]["support"][0][1] = "2/4"
    with pytest.raises(NotCovered, match="lowest terms"):
        coq_source(model)


def test_the_library_has_no_gaps():
    for name in FILES:
        code = without_comments((LIBRARY / f"{name}.v").read_text(encoding="utf-8"))
        assert not re.search(r"\b(Axiom|Admitted|admit|Parameter|Conjecture|Abort)\b", code), name
    assert {f"{n}.v" for n in FILES} == {p.name for p in LIBRARY.glob("*.v")}


def test_reports_on_axioms_are_read_strictly():
    assert axiom_reports("Closed under the global context\n") == [frozenset()]
    two = "Axioms:\nA.b : forall x,\n  x = x\nc\n  : False\nClosed under the global context\n"
    assert axiom_reports(two) == [frozenset({"A.b", "c"}), frozenset()]
    assert axiom_reports("something else\n") != [frozenset()]


# ---- what coqc says -----------------------------------------------------------------------------


PROOFS = sorted(
    p.stem for p in (Path(__file__).resolve().parent.parent.parent / "proofs").rglob("*.lpc")
)


@pytest.mark.parametrize("stem", PROOFS)
def test_coq_accepts_every_certificate_it_covers(stem, library, tmp_path):
    found = [s for name, s in sources()[0].items() if name.startswith(f"{stem}/")]
    if found:
        result = check_sources(found, library, tmp_path)
        assert result.accepted, result.reason


def test_a_single_certificate_is_accepted_by_itself(library, tmp_path):
    assert check_sources([coq_source(data_of(LICENSED))], library, tmp_path / "a").accepted
    assert check_sources([coq_source(data_of(REFUTED))], library, tmp_path / "b").accepted


def drop_assumption(data):
    data["assumptions"][0]["statements"] = []


def swap_premises(data):
    for proof in data["evidence"][0]["proofs"]:
        for step in proof["steps"]:
            if step["rule"] == "contraction":
                step["from"].reverse()
                return
    raise AssertionError("no contraction")


def reorder_steps(data):
    for proof in data["evidence"][0]["proofs"]:
        if len(proof["steps"]) > 1:
            proof["steps"].reverse()
            return
    raise AssertionError("no proof with several steps")


def another_goal(data):
    (left, _) = data["goal"]["all"][0]["equation"]
    data["goal"]["all"][0]["equation"] = [left, left[:1]]


def another_set(data):
    step = data["evidence"][0]["proofs"][0]["steps"][0]
    step["sets"][0] = sorted({*step["sets"][0], data["atoms"][-1], data["atoms"][0]})


DERIVATION_MUTANTS = [drop_assumption, swap_premises, reorder_steps, another_goal, another_set]


@pytest.mark.parametrize("mutate", DERIVATION_MUTANTS, ids=lambda f: f.__name__)
def test_coq_rejects_mutated_derivations(mutate, library, tmp_path):
    data = data_of(LICENSED)
    mutate(data)
    assert data != data_of(LICENSED)
    assert rejected(data, library, tmp_path)


AVERAGE = "chsh/005-step-at-settings-2.json"
TOTAL = "chsh/008-step-no-signalling-1.json"


def other_term(data):
    (left, _) = data["goal"]["all"][0]["sums"]
    data["goal"]["all"][0]["sums"][1] = [{**left[0], "values": ["A"]}]


def other_coefficient(data):
    data["goal"]["all"][0]["sums"][0][0]["coefficient"] = "2"


def other_setting(data):
    text = json.dumps(data["goal"]["all"][0]["sums"][1]).replace("b = 1", "b = 0")
    data["goal"]["all"][0]["sums"][1] = json.loads(text)


def fewer_summed(data):
    data["goal"]["all"][0]["sums"][1][0]["bound"].remove("B")


def condition_on_less(data):
    data["goal"]["all"][0]["sums"][1][0]["factors"][0][1].remove("λ")


def drop_row(data):
    data["evidence"][0]["sum"]["pairs"][0]["row"] = []


def instance_elsewhere(data):
    data["evidence"][0]["sum"]["pairs"][0]["row"][0][0]["slots"] = {}


SUM_MUTANTS = [
    drop_assumption,
    other_term,
    other_coefficient,
    other_setting,
    fewer_summed,
    condition_on_less,
    drop_row,
    instance_elsewhere,
]


@pytest.mark.parametrize("mutate", SUM_MUTANTS, ids=lambda f: f.__name__)
def test_coq_rejects_mutated_sums(mutate, library, tmp_path):
    data = data_of(AVERAGE)
    mutate(data)
    assert data != data_of(AVERAGE)
    assert refused_by_coq(data, library, tmp_path)


def other_variable(moves):
    moves[0]["variable"] = "A"


def insert_twice(moves):
    moves.append(moves[1])


def no_move(moves):
    moves.clear()


@pytest.mark.parametrize(
    "mutate", [other_variable, insert_twice, no_move], ids=lambda f: f.__name__
)
def test_coq_rejects_other_moves(mutate, library, tmp_path):
    data = data_of(TOTAL)
    mutate(data["evidence"][0]["sum"]["left"])
    assert refused_by_coq(data, library, tmp_path)


def test_a_factor_that_sums_to_one_goes(library, tmp_path):
    data = data_of(TOTAL)
    kept = [["a"], ["b"]]
    left = {"coefficient": "1", "bound": ["B", "a"], "values": ["a"]}
    right = {**left, "bound": ["a"], "factors": [kept]}
    move = {"kind": "sum out", "term": 0, "variable": "B", "factor": 0}
    pair = {"left": 0, "right": 0, "renaming": {}, "row": []}
    data["evidence"][0]["sum"] = {"left": [move], "right": [], "pairs": [pair]}
    for factors, fine in (
        ([[["B"], ["a"]], kept], True),
        ([[["B"], ["a"]], [["a"], ["B"]]], False),
    ):
        data["goal"]["all"] = [{"sums": [[{**left, "factors": factors}], [right]]}]
        assert fine != refused_by_coq(data, library, tmp_path)


def test_other_names_for_bound_slots_keep_the_equation(library, tmp_path):
    data = data_of(AVERAGE)
    sides = data["goal"]["all"][0]["sums"]
    text = json.dumps(sides[0], ensure_ascii=False)
    sides[0] = json.loads(text.replace('"A"', '"A#2"'))
    pair = data["evidence"][0]["sum"]["pairs"][0]
    assert refused_by_coq(data, library, tmp_path / "a")
    pair["renaming"] = {"A#2": "A"}
    assert not refused_by_coq(data, library, tmp_path / "b")
    for names in ({"A#2": "B"}, {"a = 0": "a = 1"}, {"A#2": "λ"}):
        pair["renaming"] = names
        with pytest.raises(NotCovered):
            coq_source(data)


def test_free_slots_get_no_other_names():
    """Not even those that a move claims to put in."""
    data = data_of(TOTAL)
    data["evidence"][0]["sum"]["pairs"][0]["renaming"] = {"A": "A#2"}
    with pytest.raises(NotCovered, match="new names"):
        coq_source(data)
    data["evidence"][0]["sum"]["left"][1]["variable"] = "A"
    with pytest.raises(NotCovered, match="new names"):
        coq_source(data)


@pytest.mark.parametrize(
    ("given", "fine"), [(["λ"], True), (["a", "λ"], True), ([], True), (["b", "λ"], False)]
)
def test_a_factor_that_sums_to_one_comes(given, fine, library, tmp_path):
    """Σ_λ P(λ | a) = Σ_λ Σ_B P(λ | a) P(B | given), if `given` is possible where P(λ, a) is."""
    data = data_of(TOTAL)
    left = {"coefficient": "1", "bound": ["λ"], "values": [], "factors": [[["λ"], ["a"]]]}
    right = {**left, "bound": ["B", "λ"], "factors": [[["λ"], ["a"]], [["B"], given]]}
    move = {"kind": "normalise", "term": 0, "variable": "B", "given": given}
    pair = {"left": 0, "right": 0, "renaming": {}, "row": []}
    data["goal"]["all"] = [{"sums": [[left], [right]]}]
    data["evidence"][0]["sum"] = {"left": [move], "right": [], "pairs": [pair]}
    assert fine != refused_by_coq(data, library, tmp_path)


def test_moves_without_words_in_coq_are_not_covered():
    data = data_of(TOTAL)
    data["evidence"][0]["sum"]["left"][0]["kind"] = "spell out"
    with pytest.raises(NotCovered, match="the move spell out"):
        coq_source(data)


CHSH = "chsh/012-claim-eq-4.json"
FREE = "chsh/018-claim-no-assumption-is-needed.json"


def inequality_of(data):
    return data["goal"]["all"][0]["inequality"]


def smaller_bound(data):
    inequality_of(data)["forms"][0]["constant"] = "-3/2"


def other_multiple(data):
    inequality_of(data)["forms"][1]["terms"][0][0] = "5"


def other_given(data):
    (_, _, given) = inequality_of(data)["forms"][0]["terms"][0]
    given["a"] = "1" if given["a"] == "0" else "0"


def other_owner(data):
    data["evidence"][0]["mixture"]["owner"] = {"a": "B", "b": "A"}


def other_hidden(data):
    data["evidence"][0]["mixture"]["hidden"] = []


def drop_proof(data):
    data["evidence"][0]["proofs"].pop()


def more_values(data):
    data["values"]["A"].append("5")


BOUND_MUTANTS = [
    drop_assumption,
    smaller_bound,
    other_multiple,
    other_given,
    other_owner,
    other_hidden,
    drop_proof,
]


@pytest.mark.parametrize("mutate", BOUND_MUTANTS, ids=lambda f: f.__name__)
def test_coq_rejects_mutated_bounds(mutate, library, tmp_path):
    data = data_of(CHSH)
    mutate(data)
    assert data != data_of(CHSH)
    assert refused_by_coq(data, library, tmp_path)


@pytest.mark.parametrize("mutate", [smaller_bound, other_multiple], ids=lambda f: f.__name__)
def test_coq_rejects_bounds_beyond_normalisation(mutate, library, tmp_path):
    data = data_of(FREE)
    if mutate is smaller_bound:
        inequality_of(data)["forms"][0]["constant"] = "-7/2"
    else:
        mutate(data)
    assert refused_by_coq(data, library, tmp_path)


def test_values_without_part_in_a_form_change_no_bound(library, tmp_path):
    for name in (CHSH, FREE):
        data = data_of(name)
        more_values(data)
        assert not refused_by_coq(data, library, tmp_path / name[:8])


def test_bounds_without_words_in_coq_are_not_covered():
    strict = data_of(CHSH)
    inequality_of(strict)["strict"] = True
    least = data_of(CHSH)
    forms = inequality_of(least)["forms"]
    inequality_of(least)["forms"] = [{"least": forms}]
    undeclared = data_of(CHSH)
    del undeclared["values"]["A"]
    repeated = data_of(CHSH)
    repeated["values"]["A"] = ["1", "1"]
    reasons = {"strict": strict, "least": least, "no values": undeclared, "repeats": repeated}
    for reason, data in reasons.items():
        with pytest.raises(NotCovered, match=reason):
            coq_source(data)


def refused_by_coq(data, library, tmp_path):
    """Coq itself refuses, not the writer."""
    return not check_sources([coq_source(data)], library, tmp_path).accepted


def rejected(data, library, tmp_path):
    try:
        source = coq_source(data)
    except NotCovered:
        return True
    return not check_sources([source], library, tmp_path).accepted


def other_weight(data):
    data["model"]["support"][0][1] = "1/7"


def other_value(data):
    data["model"]["support"][0][0] = data["model"]["support"][-1][0]


def obeyed_goal(data):
    (left, _) = data["goal"]["all"][0]["equation"]
    data["goal"]["all"][0]["equation"] = [left, left]


def one_outcome(data):
    data["model"]["support"] = [[data["model"]["support"][0][0], "1"]]


@pytest.mark.parametrize(
    "mutate", [other_weight, other_value, obeyed_goal, one_outcome], ids=lambda f: f.__name__
)
def test_coq_rejects_mutated_models(mutate, library, tmp_path):
    data = data_of(REFUTED)
    mutate(data)
    assert data != data_of(REFUTED)
    assert rejected(data, library, tmp_path)


def first_with(kind, verdict):
    for name in sorted(of_proofs()):
        data = data_of(name)
        goal = data["goal"] or {}
        if kind_of(data) == "open angles":
            continue
        if data["verdict"] == verdict and kind in (
            set(goal) | {k for s in goal.get("all", ()) for k in s}
        ):
            return data
    raise AssertionError("no such certificate")


def test_coq_rejects_another_value(library, tmp_path):
    data = first_with("value", "holds")
    assert not rejected(data, library, tmp_path)
    value = data["goal"]["value"]
    value["op"] = {"=": "!=", "<=": ">", ">=": "<", "<": ">=", ">": "<=", "!=": "="}[value["op"]]
    assert rejected(data, library, tmp_path)


def test_coq_rejects_an_inequality_that_the_model_obeys(library, tmp_path):
    data = first_with("inequality", "refuted")
    assert not rejected(data, library, tmp_path)
    for form in data["goal"]["all"][0]["inequality"]["forms"]:
        form["constant"] = "-100"
    assert rejected(data, library, tmp_path)


def test_an_axiom_outside_the_list_is_refused(library, tmp_path):
    source = coq_source(data_of(LICENSED))
    assert ALLOWED["derivations"] == frozenset()
    body = source.body.replace(
        "Proof. apply (evidence_sound assumed_1 goal_1 proofs_1). "
        "vm_cast_no_check (eq_refl true). Qed.",
        "Admitted.",
    )
    assert body != source.body
    result = check_sources([CoqSource(body, source.modules, source.theorems)], library, tmp_path)
    assert not result.accepted
    assert "axiom" in result.reason


def test_without_coq_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CoqError, match="apt-get install coq"):
        build_library(tmp_path)


# ---- the commands -------------------------------------------------------------------------------

SHORT = """variables { A, B, z }
assume I : A _||_ B | z
claim "weak" : I entail P(A | B, z) = P(A | z)
claim "not back" : I do not entail A _||_ B
"""


@pytest.fixture
def certified(tmp_path):
    (tmp_path / "short.lpc").write_text(SHORT, encoding="utf-8")
    folder = tmp_path / "out"
    run = ["certify", "--coq", str(tmp_path / "short.lpc"), "-o", str(folder)]
    assert CliRunner().invoke(cli, run).exit_code == 0
    return folder


def test_certify_writes_coq_files_beside_the_certificates(certified):
    (folder,) = certified.iterdir()
    names = sorted(p.name for p in folder.iterdir())
    assert [n for n in names if n.endswith(".v")] == [
        n.replace(".json", ".v") for n in names if n.endswith(".json")
    ]
    for path in folder.glob("*.v"):
        data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert path.read_text(encoding="utf-8") == coq_source(data).text
    # A second run replaces its own files and touches no other.
    (folder / "001-claim-mine.v").write_text("(* mine *)", encoding="utf-8")
    again = ["certify", str(certified.parent / "short.lpc"), "-o", str(certified)]
    assert CliRunner().invoke(cli, again).exit_code == 0
    assert [p.name for p in folder.glob("*.v")] == ["001-claim-mine.v"]


def test_verify_with_coq_compares_the_files_and_runs_coq(certified):
    need_coq()
    found = CliRunner().invoke(cli, ["verify", "--coq", str(certified)])
    assert found.exit_code == 0
    assert "Coq: 2 accepted, 0 rejected" in found.output
    for path in certified.rglob("*.v"):
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    found = CliRunner().invoke(cli, ["verify", "--coq", str(certified)])
    assert found.exit_code == 1
    assert "Coq: 0 accepted, 2 rejected" in found.output
    assert found.output.count(".v is not what the certificate says") == 2
