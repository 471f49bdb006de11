"""Certificates: their format, what writes them, what re-checks them, and hostile ones."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
from certified import of_proofs

import lpc
from lpc.certificates.folders import (
    TimeLimit,
    find,
    read,
    time_limit,
    verify_all,
)
from lpc.certificates.strict import MAX_BYTES, CertificateError, read_json
from lpc.certificates.values import decode_number, decode_value, encode_number, encode_value
from lpc.certificates.verify import Verifier
from lpc.certificates.writing import certificates
from lpc.exact import Angle, cos_pi, square_root

ROOT = Path(__file__).resolve().parent.parent.parent
TRUSTED = {"logic", "exact", "kernel", "spacetime", "certificates"}


def data_of(name):
    return json.loads(of_proofs()[name].data)


def refusal(data):
    raw = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    with pytest.raises(CertificateError) as error:
        Verifier().verify(raw)
    return str(error.value)


RATIO = Fraction(2, 7)
LICENSED = "bell1990/009-step-road-2.json"
REFUTED = "bell1990/005-step-alone-2.json"


# ---- what is written ----------------------------------------------------------------------------


def test_every_item_of_every_file_is_certified():
    found = of_proofs()
    assert {name: c.refused for name, c in found.items() if c.refused} == {}
    count = sum(len(lpc.check(lpc.load(str(p))).items) for p in [ROOT / "proofs/bell1990.lpc"])
    assert sum(n.startswith("bell1990/") for n in found) == count


def test_certificates_obey_the_schema():
    schema = json.loads((ROOT / "lpc/certificates/schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for name, one in of_proofs().items():
        assert validator.is_valid(json.loads(one.data)), name
    broken = data_of(LICENSED)
    broken["evidence"][0]["proofs"][0]["steps"][0]["from"] = [1.5]
    assert not validator.is_valid(broken)


def test_bytes_are_deterministic():
    path = ROOT / "proofs/bell1990.lpc"
    document = lpc.load(str(path))
    again = certificates(document, lpc.check(document), path.read_bytes())
    for one in again:
        assert one.data == of_proofs()[f"bell1990/{one.name}"].data


def test_no_path_of_this_machine_is_written():
    for one in of_proofs().values():
        assert str(ROOT).encode() not in one.data


def test_what_cannot_be_certified_claims_nothing():
    text = """
    model m { a ~ uniform {0, 1} }
    variables { a in {0, 1} }
    define r := sqrt(P(a = 1))
    claim : r of m = sqrt(2)/2
    """
    document = lpc.parse(text)
    (one,) = certificates(document, lpc.check(document), text.encode())
    data = json.loads(one.data)
    assert (data["verdict"], data["goal"], data["model"]) == ("undecided", None, None)
    assert "not certified" in data["notes"][0]
    assert one.refused


# ---- numbers and values --------------------------------------------------------------------------


@pytest.mark.parametrize("number", [square_root(Fraction(2)), cos_pi(RATIO)])
def test_numbers_come_back(number):
    assert decode_number(json.loads(json.dumps(encode_number(number))), "here") == number


def test_values_come_back():
    value = (Angle(RATIO), ("up", RATIO), square_root(Fraction(2)))
    assert decode_value(encode_value(value), "here") == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"cyclotomic": {"order": 4, "numerators": [0, 1], "denominator": 1}}, "not real"),
        ({"cyclotomic": {"order": 8, "numerators": [0, 2, 0, -2], "denominator": 2}}, "lowest"),
        (
            {"cyclotomic": {"order": 16, "numerators": [0, 0, 1, 0, 0, 0, -1], "denominator": 1}},
            "reduced",
        ),
        ({"cyclotomic": {"order": 9999999, "numerators": [1], "denominator": 1}}, "from 1 to 2000"),
        ("2/4", "lowest terms"),
        ("1/0", "denominator is 0"),
        ("0.5", "is needed"),
        ("１", "is needed"),
        ("9" * 5000, "is needed"),
        (True, "is needed"),
        ({"pi": "0"}, "number is needed"),
    ],
)
def test_numbers_that_are_refused(value, message):
    with pytest.raises(CertificateError, match=message):
        decode_number(value, "here")


# ---- what is re-checked --------------------------------------------------------------------------


def test_verification_imports_the_trusted_part_alone(tmp_path):
    (tmp_path / "one.json").write_bytes(of_proofs()[LICENSED].data)
    (tmp_path / "two.json").write_bytes(of_proofs()[REFUTED].data)
    code = (
        "import sys\nfrom lpc.cli import cli\n"
        f"try: cli(['verify', {str(tmp_path)!r}])\n"
        "except SystemExit as end: print('status', end.code)\n"
        "print(*sorted({m.split('.')[1] for m in sys.modules if m.startswith('lpc.')}))\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules} & {'lark', 'sympy', 'networkx'}))\n"
        "print(*sorted(m for m in sys.modules if m.startswith('lpc.certificates.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    *_, status, layers, others, parts = done.stdout.split("\n")[:-1]
    assert status == "status 0"
    assert set(layers.split()) - {"cli", "commands"} == TRUSTED
    assert others == ""
    assert "lpc.certificates.writing" not in parts


def test_a_hypothesis_must_be_assumed():
    data = data_of(LICENSED)
    data["evidence"][0]["names"].remove("MI_a")
    assert "none of the assumptions named" in refusal(data)


def test_a_proof_must_be_of_the_goal():
    data = data_of(LICENSED)
    data["goal"]["all"].append({"independence": [["A"], ["B"], []]})
    assert "no proof of A ⊥ B" in refusal(data)


def test_a_goal_that_says_nothing_is_refused():
    data = data_of(LICENSED)
    data["goal"] = {"all": []}
    assert "nothing is said" in refusal(data)


def test_a_name_stands_once():
    data = data_of(LICENSED)
    data["evidence"][0]["names"] *= 2
    assert "stands twice" in refusal(data)


def test_a_later_entry_is_no_premise():
    data = data_of(LICENSED)
    steps = data["evidence"][0]["proofs"][0]["steps"]
    steps[0]["from"] = [len(steps) + 10]
    assert "earlier entries" in refusal(data)


def test_a_model_must_obey_and_break():
    data = data_of(REFUTED)
    data["goal"] = {"all": [{"independence": [[], [], []]}]}
    assert "does not break the goal" in refusal(data)
    data = data_of(REFUTED)
    signal = data["model"]["circuit"]["signals"][0]
    signal["path"][-1][1] = ["1000"]
    assert "faster than light" in refusal(data)
    data = data_of(REFUTED)
    del data["model"]["circuit"]
    assert "a circuit of local causality in a spacetime is missing" in refusal(data)


def test_a_bad_value_of_a_latent_breaks_nothing():
    """A model that breaks local causality only by its latent is no violation of it."""
    text = """
    causal { latent u ; u -> A, B }
    variables { A in {0, 1} ; B in {0, 1} }
    assume LC : local causality
    model m { A ~ uniform {0, 1} ; B := A }
    claim : m violates LC expect fails
    """
    document = lpc.parse(text)
    (one,) = certificates(document, lpc.check(document), text.encode())
    data = json.loads(one.data)
    assert data["verdict"] == "fails"
    k = data["model"]["names"].index("u")
    for point, _ in data["model"]["support"]:
        point[k] = "0"
    data["model"]["values"]["u"] = ["0"]
    data["verdict"] = "holds"
    assert "nothing that LC says is broken" in refusal(data)


def test_a_region_that_moves_is_noticed():
    data = data_of(LICENSED)
    local = next(a for a in data["assumptions"] if a["name"] == "LC")["locality"]
    for key, change in (("t", 0), ("t - x", -9), ("t + x", 9)):
        for bound in local["spacetime"]["places"]["B"][0][key]:
            bound[0] = str(int(bound[0]) + change)
    moved = refusal(data)
    assert "shield" in moved


def test_values_outside_the_support_are_refused():
    data = data_of(REFUTED)
    name = next(n for n in data["model"]["names"] if n not in data["values"])
    data["model"]["values"][name].append("17")
    assert "values that do not occur" in refusal(data)


def test_an_undecided_item_shows_nothing():
    data = data_of(REFUTED)
    data["verdict"] = "undecided"
    assert "shows nothing" in refusal(data)


# ---- hostile input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "not JSON"),
        (b'{"schema": "lpc.cert', "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[NaN]", "numbers are whole"),
        (b"[1e999]", "numbers are whole"),
        (b"[-Infinity]", "numbers are whole"),
        (b"[" + b"9" * 100_000 + b"]", "digits"),
        (b'{"a": 1, "a": 1}', "stands twice"),
        (b" " * (MAX_BYTES + 1), "larger than"),
        (b"null", "an object is needed"),
        (b'"\\ud800"', "an object is needed"),
    ],
)
def test_hostile_json_is_refused(raw, message):
    assert message in refusal(raw)


def test_a_large_file_is_not_read(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    (one,) = verify_all([str(path)])
    assert one.refused == f"larger than {MAX_BYTES} bytes"


def test_links_are_not_followed(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "x.json").write_text("{}")
    (inside / "dir").symlink_to(outside)
    (inside / "y.json").symlink_to(outside / "x.json")
    (inside / "loop").symlink_to(inside)
    assert list(find([str(inside)])) == []


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(CertificateError, match="regular file"):
        read(str(tmp_path / "pipe.json"))


def test_time_is_limited():
    with pytest.raises(TimeLimit), time_limit(0.05):
        sum(1 for _ in iter(int, 1))


GREEDY = """
import sys
import lpc.certificates.folders as folders
with folders.memory_limit({most}):
    folders.Verifier.verify = lambda *_: bytearray(1 << 30)
    print([one.refused for one in folders.verify_all([sys.argv[1]])])
bytearray(1 << 30)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
@pytest.mark.parametrize(("most", "refused"), [(1 << 29, "MemoryError"), (1 << 32, "''")])
def test_memory_is_limited(tmp_path, most, refused):
    """A certificate that takes too much is refused; afterwards there is as much as before."""
    path = tmp_path / "a.json"
    path.write_text("{}")
    command = [sys.executable, "-c", GREEDY.format(most=most), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert refused in done.stdout


def test_names_are_never_paths(tmp_path, run_lpc):
    data = data_of(LICENSED)
    data["source"]["file"] = "../../../etc/passwd"
    data["item"]["name"] = "../../x\x1b[31m"
    path = tmp_path / "a.json"
    path.write_text(json.dumps(data))
    done = run_lpc("verify", "-v", str(tmp_path))
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def places_in(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places_in(value[key], (*path, key))
    elif isinstance(value, list):
        for k in range(len(value)):
            yield from places_in(value[k], (*path, k))


WRONG = [None, True, -1, 0, 10**50, "", "x", "1/0", [], {}, [[]], {"a": []}, [None], "\x00", [1, 2]]


def test_wrong_types_everywhere_give_a_message():
    """Values of wrong types at every place: a refusal, never another error."""
    rng = random.Random(7)
    originals = [c.data for c in of_proofs().values() if len(c.data) < 8_000]
    verifier = Verifier()
    refused = 0
    for _ in range(1_000):
        data = json.loads(rng.choice(originals))
        path = rng.choice(list(places_in(data))[1:])
        inner = data
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = rng.choice(WRONG)
        try:
            verifier.verify(json.dumps(data).encode())
        except CertificateError:
            refused += 1
    assert refused > 750


def test_cut_and_changed_bytes_give_a_message():
    rng = random.Random(8)
    originals = [c.data for c in of_proofs().values() if len(c.data) < 8_000]
    verifier = Verifier()
    refused = 0
    for _ in range(500):
        data = bytearray(rng.choice(originals))
        if rng.random() < 0.5:
            del data[rng.randrange(len(data)) :]
        else:
            for _ in range(3):
                data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            verifier.verify(bytes(data))
        except CertificateError:
            refused += 1
    assert refused > 400


def test_numbers_too_long_to_write_are_refused():
    data = data_of(next(n for n in of_proofs() if n.endswith("-eq-4.json")))
    forms = data["goal"]["all"][0]["inequality"]["forms"]
    forms[0]["constant"] = f"1/{10**2500 + 1}"
    forms[0]["terms"][0][0] = f"{10**3900}/{10**2500 + 3}"
    assert "checked" in refusal(data)


def test_read_json_takes_what_is_plain():
    assert read_json('{"λ": [1, "2/3", null]}'.encode()) == {"λ": [1, "2/3", None]}


# ---- the commands --------------------------------------------------------------------------------


def test_certify_then_verify(tmp_path, run_lpc):
    out = tmp_path / "out"
    done = run_lpc("certify", "proofs/scholarpedia2011.lpc", "-o", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    assert "items certified in" in done.stdout
    files = sorted(p.name for p in (out / "scholarpedia2011").iterdir())
    assert files[0].startswith("001-")
    done = run_lpc("verify", str(out), "--source", "proofs/scholarpedia2011.lpc")
    assert done.returncode == 0
    assert f"{len(files)} certificates verified, 0 refused" in done.stdout
    assert "assumptions relied on:" in done.stdout
    done = run_lpc("verify", str(out), "--source", "proofs/bell1990.lpc")
    assert done.returncode == 1
    assert "another file" in done.stdout


def test_certify_leaves_foreign_files_alone(tmp_path, run_lpc):
    own = tmp_path / "maudlin2011"
    own.mkdir()
    (own / "notes.txt").write_text("mine")
    (own / "999-step-old.json").write_text('{\n"schema": "lpc.certificate/1"')
    (own / "998-step-mine.json").write_text("mine")
    assert run_lpc("certify", "proofs/maudlin2011.lpc", "-o", str(tmp_path)).returncode == 0
    names = {p.name for p in own.iterdir()}
    assert {"notes.txt", "998-step-mine.json"} <= names
    assert "999-step-old.json" not in names
    first = min(n for n in names if n.startswith("001"))
    (own / first).write_text("mine")
    done = run_lpc("certify", "proofs/maudlin2011.lpc", "-o", str(tmp_path))
    assert done.returncode == 2
    assert "is in the way" in done.stderr
    assert (own / first).read_text() == "mine"


def test_verify_prints_the_goal_as_data(tmp_path, run_lpc):
    name = next(n for n in of_proofs() if n.startswith("chsh/") and n.endswith("-eq-4.json"))
    (tmp_path / "a.json").write_bytes(of_proofs()[name].data)
    done = run_lpc("verify", "-v", str(tmp_path))
    assert "as data: -2 + P(A = -1, B = -1 | a = 0, b = 0) + P(" in done.stdout
    assert "from Fact, SI, and nothing else" in done.stdout


def test_verify_says_what_is_wrong(tmp_path, run_lpc):
    (tmp_path / "a.json").write_text("{")
    done = run_lpc("verify", str(tmp_path))
    assert done.returncode == 1
    assert "a.json: refused: not JSON" in done.stdout
    (tmp_path / "a.json").unlink()
    assert run_lpc("verify", str(tmp_path)).returncode == 2
    assert run_lpc("verify", str(tmp_path / "nowhere")).returncode == 2


# ---- forgeries that one of the two once accepted -------------------------------------------------
# Each "proves" what is false, or is malformed in a way of its own.

FORGED = sorted((ROOT / "tests" / "data" / "forged").glob("*.json"))


@pytest.mark.parametrize("path", FORGED, ids=lambda p: p.stem)
def test_forgeries_are_refused_by_both_verifiers(path, run_lpc):
    assert run_lpc("verify", path).returncode == 1
    alone = ROOT / "lpc" / "certificates" / "lpc_verify.py"
    command = [sys.executable, "-I", "-S", str(alone), str(path)]
    assert subprocess.run(command, check=False, capture_output=True).returncode in (1, 2)


def test_there_are_forgeries():
    assert len(FORGED) == 51


def test_coq_sees_only_what_our_kernel_accepts(tmp_path, monkeypatch):
    """A weight such as 1e4000000000 would keep whoever reads it busy for good."""
    from lpc.certificates import coqc

    data = data_of(REFUTED)
    data["model"]["support"][0][1] = "1e4000000000"
    (tmp_path / "one.json").write_text(json.dumps(data), encoding="utf-8")
    monkeypatch.setattr(coqc, "build_library", lambda *_, **__: None)
    assert list(coqc.verify_folders([str(tmp_path)], set())) == []
