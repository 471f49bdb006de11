"""Every file in `proofs/`, run through the real command line."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

PROOFS = Path(__file__).resolve().parent.parent / "proofs"
FILES = sorted(PROOFS.rglob("*.lpc"))
HEADER = ("# Claim:", "# Reference:", "# Outcome:")


README = PROOFS.parent / "README.md"


def blocks_of_readme() -> list[str]:
    """The blocks of the README that are not commands, in order."""
    return re.findall(r"^```text\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)


def header(path: Path) -> list[str]:
    """The comment lines that open the file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    end = next((k for k, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return lines[:end]


def removals(report: dict, name: str) -> list[dict]:
    """The removals of every step of one derivation, in order."""
    items = report["files"][0]["items"]
    return [r for item in items if item["name"] == name for r in item["removals"]]


def test_there_are_proofs():
    assert {path.name for path in FILES} >= {
        "bell1976.lpc",
        "bell1990.lpc",
        "ciepielewski_okon2022.lpc",
        "maudlin2011.lpc",
        "scholarpedia2011.lpc",
        "standard_story.lpc",
        "stanford2021.lpc",
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_opens_with_claim_reference_and_outcome(path):
    lines = header(path)
    found = [next((k for k, x in enumerate(lines) if x.startswith(word)), None) for word in HEADER]
    assert None not in found, f"{path.name} opens without one of {HEADER}"
    assert found == sorted(found)
    assert all(len(lines[k]) > len(word) + 1 for k, word in zip(found, HEADER, strict=True))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_comes_out_as_stated_with_exact_citations(path, run_lpc):
    result = run_lpc("check", "--output-format", "json", path)
    assert result.stderr == ""
    report = json.loads(result.stdout)
    assert report["schema"] == "lpc.report/1"
    (file,) = report["files"]
    surprises = [i for i in file["items"] if not i["as_expected"]]
    assert not surprises, f"not as the file states: {surprises}"
    assert file["items"]
    assert file["status"] == "ok"
    assert result.returncode == 0
    # What the files cite is neither too little nor too much, unless the step is to fail.
    for item in file["items"]:
        if item["kind"] == "step" and item["verdict"] == "licensed" and item["cited"]:
            assert set(item["cited"]) in [set(n) for n in item["needs"]], item


def test_what_bell_1990_rests_on(run_lpc):
    path = PROOFS / "bell1990.lpc"
    report = json.loads(run_lpc("check", "--output-format", "json", path).stdout)
    far_side = [{"B", "b"}, {"a"}]

    cuisine = removals(report, "cuisine")
    assert [set(r["removed"]) for r in cuisine] == [{"B", "b"}, {"a"}]
    assert all(r["lc_alone"] and r["needs"] == [["LC"]] for r in cuisine)

    alone = removals(report, "alone")
    assert [r["removed"] for r in alone] == [["B"], ["b"], ["a"]]
    assert not any(r["lc_alone"] or r["needs"] for r in alone)
    assert all("complete" in r["failed_obligations"] for r in alone)
    assert all(r["open_path"] for r in alone)

    road = removals(report, "road")
    assert [set(r["removed"]) for r in road] == far_side
    assert not any(r["lc_alone"] for r in road)
    assert [[sorted(n) for n in r["needs"]] for r in road] == [[["LC", "MI_a"]], [["LC", "MI_b"]]]


def test_a_folder_is_checked_with_all_below_it(run_lpc, tmp_path):
    shutil.copy(PROOFS / "common_cause.lpc", tmp_path)
    shutil.copytree(PROOFS / "figures", tmp_path / "figures")
    result = run_lpc("check", "--output-format", "json", tmp_path)
    files = json.loads(result.stdout)["files"]
    assert result.returncode == 0
    names = ["common_cause.lpc", "figure1.lpc", "figure2.lpc"]
    assert sorted(Path(f["file"]).name for f in files) == names


def test_readme_opens_with_real_output(run_lpc):
    """Every part of the first block, between the cuts `[…]`, is what the program prints today."""
    output = run_lpc("check", "proofs/bell1990.lpc").stdout
    parts = [part.strip("\n") for part in blocks_of_readme()[0].split("[…]")]
    assert output.startswith(parts[0])
    assert output.rstrip("\n").endswith(parts[-1])
    assert all(part in output for part in parts)


REFERENCE_FILES = sorted((PROOFS.parent / "tests" / "data" / "language").glob("reference_*.lpc"))


@pytest.mark.parametrize("path", REFERENCE_FILES, ids=lambda path: path.name)
def test_reference_files_check_clean(path, run_lpc):
    """They state their own outcome and must check unchanged."""
    result = run_lpc("check", path)
    assert result.returncode == 0, result.stdout


def test_what_needs_common_causes(run_lpc):
    """Bell's form of 1976 rests on common causes; Eq. 20 on local causality alone."""
    run = run_lpc("check", "--output-format", "json", PROOFS / "bell1976.lpc")
    dropped = removals(json.loads(run.stdout), "beables")
    assert [(r["needs"], r["lc_alone"], r["cc_alone"]) for r in dropped] == [
        ([["CC"]], False, True), ([["CC"]], False, True),
    ]  # fmt: skip
    run = run_lpc("check", "--output-format", "json", PROOFS / "maudlin2011.lpc")
    assert all(r["lc_alone"] for r in removals(json.loads(run.stdout), "screening"))
