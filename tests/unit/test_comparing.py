"""`lpc verify --source`: certificates that verify, but say other things than their file does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lpc.certificates.comparing import SourceFile
from lpc.certificates.strict import CertificateError
from lpc.certificates.verify import Verifier
from lpc.certificates.writing import certificates
from lpc.checker import check
from lpc.language import load

TEXT = """
variables {
  A, B in {-1, +1}
  a, b in {0, 1}
  λ
}
assume PI : P(A | a, b, λ) = P(A | a, λ)
assume SI : λ _||_ a, b
derive d {
  assuming PI, SI
  P(A | a, b, λ) P(λ | a, b) = P(A | a, λ) P(λ | a, b) by PI
    = P(A | a, λ) P(λ) by SI
}
model coin {
  λ ~ uniform {0, 1}
  a ~ uniform {0, 1}
  b ~ uniform {0, 1}
  A := if λ = 0 then 1 else -1
  B := A
}
claim "fair" : P(A = 1) of coin = 1/2
claim "PI holds" : coin satisfies PI
claim "not alone" : PI do not entail λ _||_ a
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "file.lpc"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(file: Path) -> list[dict[str, Any]]:
    document = load(str(file))
    every = certificates(document, check(document), file.read_bytes())
    return [json.loads(c.data) for c in every]


def refusal(file: Path, data: dict[str, Any]) -> str:
    """Why a certificate that verifies is not about the file; "" if it is."""
    written = json.dumps(data, ensure_ascii=False).encode()
    Verifier().verify(written)
    try:
        SourceFile.read(str(file), 20.0).check(written)
    except CertificateError as error:
        return str(error)
    return ""


def test_what_the_file_says(file: Path, found: list[dict[str, Any]]) -> None:
    assert len(found) == 5
    assert [refusal(file, data) for data in found] == [""] * 5


def test_another_version_of_the_file(file: Path, found: list[dict[str, Any]]) -> None:
    data = {**found[0], "source": {**found[0]["source"], "sha256": "0" * 64}}
    assert "another version" in refusal(file, data)


def test_the_data_of_another_step(file: Path, found: list[dict[str, Any]]) -> None:
    """The proof of the first step under the words of the second."""
    data = {**found[0], "source": found[1]["source"], "item": found[1]["item"]}
    assert "its goal as data" in refusal(file, data)


def test_other_words(file: Path, found: list[dict[str, Any]]) -> None:
    source = found[0]["source"]
    text = {**found[0], "source": {**source, "text": source["text"].replace("P(A", "P(B", 1)}}
    assert "the file says P(A | a, b, λ)" in refusal(file, text)
    line = {**found[0], "source": {**source, "line": source["line"] + 1}}
    assert "no such step in line" in refusal(file, line)


def test_an_assumption_that_says_more(file: Path, found: list[dict[str, Any]]) -> None:
    data = json.loads(json.dumps(found[0]))
    data["assumptions"][0]["statements"].append({"independence": [["A"], ["b"], []]})
    assert "its assumptions as data" in refusal(file, data)


def test_another_file_name(file: Path, found: list[dict[str, Any]]) -> None:
    data = {**found[0], "source": {**found[0]["source"], "file": "ghz.lpc"}}
    assert "its source as data" in refusal(file, data)
    assert "its atoms as data" in refusal(file, {**found[0], "atoms": [*found[0]["atoms"], "ω"]})


def test_claims_in_one_line_and_claims_of_nothing(tmp_path: Path) -> None:
    """Equal items are told apart, and an undecided certificate shows none."""
    path = tmp_path / "line.lpc"
    same, other = "claim : I entail A _||_ a", "claim : I entail A _||_ b"
    lines = ["variables { A ; a ; b }", "assume I : A _||_ a, b", f"{same} ; {same}"]
    path.write_text("\n".join([*lines, f"{same} ; {other}"]), encoding="utf-8")
    document = load(str(path))
    every = [c.data for c in certificates(document, check(document), path.read_bytes())]
    about = SourceFile.read(str(path), 20.0)
    for data in every:
        about.check(data)
    assert about.met == {0, 1, 2, 3}
    nothing = json.loads(every[0]) | {"verdict": "undecided", "goal": None, "evidence": []}
    about = SourceFile.read(str(path), 20.0)
    about.check(json.dumps(nothing).encode())
    assert about.met == set()


def test_a_longer_scope(file: Path, found: list[dict[str, Any]]) -> None:
    data = {**found[4], "scope": []}
    assert "its scope as data" in refusal(file, data)


def test_another_model(file: Path, found: list[dict[str, Any]]) -> None:
    """A claim on a model is about the one that the file describes."""
    data = json.loads(json.dumps(found[2]))
    k = data["model"]["names"].index("A")
    for point, _ in data["model"]["support"]:
        point[k] = str(-int(point[k]))
    assert "its model as data" in refusal(file, data)


def test_a_countermodel_may_be_any(file: Path, found: list[dict[str, Any]]) -> None:
    """The file says nothing of it, and it is checked for itself."""
    data = json.loads(json.dumps(found[4]))
    data["model"]["support"].reverse()
    assert refusal(file, data) == ""


def test_other_values_of_a_variable(file: Path, found: list[dict[str, Any]]) -> None:
    data = {**found[0], "values": {**found[0]["values"], "A": ["0", "1"]}}
    assert "its values as data" in refusal(file, data)


def test_the_command(file: Path, found: list[dict[str, Any]], tmp_path: Path, run_lpc: Any) -> None:
    own = tmp_path / "certificates"
    own.mkdir()
    for k, data in enumerate(found[:3]):
        (own / f"{k}.json").write_text(json.dumps(data), encoding="utf-8")
    done = run_lpc("verify", str(own), "--source", str(file))
    assert done.returncode == 0
    assert "3 of 5 items certified as the file states them" in done.stdout
    swapped = {**found[0], "source": found[1]["source"], "item": found[1]["item"]}
    (own / "3.json").write_text(json.dumps(swapped), encoding="utf-8")
    done = run_lpc("verify", str(own), "--source", str(file))
    assert done.returncode == 1
    assert "refused: its goal as data is not what the file says there" in done.stdout
    broken = tmp_path / "broken.lpc"
    broken.write_text("variables {", encoding="utf-8")
    done = run_lpc("verify", str(own), "--source", str(broken))
    assert done.returncode == 2
    assert "broken.lpc:1" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
