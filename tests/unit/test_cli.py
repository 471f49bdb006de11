"""The command line as a process: exit statuses, streams, encodings, files and folders."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

GOOD = "variables { A ; a ; b }\nassume I : A _||_ b | a\nclaim : I entail P(A | a, b) = P(A | a)\n"
FINDING = "variables { A ; a ; b }\nassume I : A _||_ b\nclaim : I entail P(A | a, b) = P(A | a)\n"
BROKEN = "variables { A ; a }\nclaim : entail P(A | x) = P(A)\nderive { }\n"


def run(*arguments, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "lpc", *arguments],
        cwd=cwd,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        timeout=3600,
    )


@pytest.fixture
def folder(tmp_path):
    for name, text in (("good", GOOD), ("finding", FINDING), ("broken", BROKEN)):
        (tmp_path / f"{name}.lpc").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["good.lpc"], 0),
        (["finding.lpc"], 1),
        (["broken.lpc"], 2),
        (["good.lpc", "finding.lpc"], 1),
        (["."], 2),
        (["missing.lpc"], 2),
        (["--no-such-option", "good.lpc"], 2),
        ([], 2),
    ],
)
def test_exit_statuses(folder, arguments, status):
    result = run("check", *arguments, cwd=folder)
    assert result.returncode == status, result.stdout + result.stderr
    assert b"Traceback" not in result.stdout + result.stderr


def test_findings_go_to_stdout_and_usage_errors_to_stderr(folder):
    finding = run("check", "finding.lpc", cwd=folder)
    assert b"not as stated" in finding.stdout
    assert finding.stderr == b""
    usage = run("check", "--no-such-option", cwd=folder)
    assert usage.stdout == b""
    assert b"no-such-option" in usage.stderr


@pytest.mark.parametrize("name", ["good.lpc", "missing.lpc", "."])
def test_a_file_in_the_place_of_a_command_is_told_of_check(folder, name):
    result = run(name, cwd=folder)
    assert (result.returncode, result.stdout) == (2, b"")
    assert f"Did you mean `lpc check {name}`?" in result.stderr.decode()


@pytest.mark.parametrize("name", ["chek", "--no-such-option"])
def test_what_is_no_file_is_not_told_of_check(folder, name):
    result = run(name, cwd=folder)
    assert result.returncode == 2
    assert b"lpc check" not in result.stderr


def test_all_errors_of_a_file_come_with_their_places(folder):
    out = run("check", "broken.lpc", cwd=folder).stdout.decode()
    assert "broken.lpc:3:" in out


def test_json_has_the_fields_of_the_contract(folder):
    result = run("check", "--output-format", "json", "good.lpc", "finding.lpc", cwd=folder)
    data = json.loads(result.stdout)
    assert data["schema"] == "lpc.report/1"
    assert [f["status"] for f in data["files"]] == ["ok", "findings"]
    for file in data["files"]:
        for item in file["items"]:
            assert set(item) >= {
                "kind", "name", "index", "label", "line", "verdict", "as_expected", "needs",
                "would_do", "cited", "removals", "proof", "model",
            }  # fmt: skip
    good, bad = (f["items"][0] for f in data["files"])
    assert good["proof"][-1]["from"] == [1]
    assert bad["model"]["breaks"]["left_value"] != bad["model"]["breaks"]["right_value"]
    assert good["name"] is None


def test_json_of_a_broken_file_holds_its_diagnostics(folder):
    result = run("check", "--output-format", "json", "broken.lpc", cwd=folder)
    (file,) = json.loads(result.stdout)["files"]
    assert (file["status"], file["items"]) == ("error", [])
    for diagnostic in file["diagnostics"]:
        keys = {"severity", "code", "message", "line", "column", "hint"}
        assert set(diagnostic) == keys


def test_a_terminal_without_unicode_gets_ascii(folder):
    (folder / "greek.lpc").write_text(GOOD.replace("a ;", "λ_a ; a ;"), encoding="utf-8")
    result = run("check", "greek.lpc", cwd=folder, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.returncode == 0
    assert result.stdout.isascii()


def test_output_file(folder):
    result = run("check", "good.lpc", "--output-file", "report.txt", cwd=folder)
    assert result.stdout == b""
    assert "as stated" in (folder / "report.txt").read_text(encoding="utf-8")
    refused = run("check", "good.lpc", "--output-file", "no/such/folder/x", cwd=folder)
    assert refused.returncode == 2
    assert b"Traceback" not in refused.stderr


def test_colour_only_where_it_is_asked_for(folder):
    assert b"\x1b[" not in run("check", "good.lpc", cwd=folder).stdout
    assert b"\x1b[" in run("check", "--color", "always", "good.lpc", cwd=folder).stdout


def test_a_folder_without_files_is_a_usage_error(tmp_path):
    result = run("check", ".", cwd=tmp_path)
    assert result.returncode == 2
    assert b"no .lpc file" in result.stderr


@pytest.mark.parametrize("content", [b"\xff", b"", b"(" * 10_000, b"\x00", b"P(" * 5_000])
def test_hostile_bytes_are_refused_with_a_place(tmp_path, content):
    (tmp_path / "bad.lpc").write_bytes(content)
    result = run("check", "bad.lpc", cwd=tmp_path)
    assert result.returncode == 2
    assert b"bad.lpc:1:" in result.stdout
    assert b"Traceback" not in result.stdout + result.stderr


def test_the_effort_is_honoured_and_reported(folder):
    result = run("check", "--effort", "1", "good.lpc", cwd=folder)
    assert result.returncode == 1
    assert b"the effort of 1 units was spent; a larger `--effort` tries more" in result.stdout


def test_a_time_limit_says_that_it_is_no_word_on_the_file(folder):
    result = run("check", "--timeout", "0.000001", "good.lpc", cwd=folder)
    assert result.returncode == 1
    assert b"the machine was too slow" in result.stdout
    assert b"this says nothing about the file" in result.stdout


def test_fmt_rewrites_checks_and_prints(folder):
    (folder / "x.lpc").write_text("variables{A;a}\nclaim: entail P(A|a)P(a)=P(A,a)\n")
    assert run("fmt", "--check", "x.lpc", cwd=folder).returncode == 1
    printed = run("fmt", "--stdout", "x.lpc", cwd=folder).stdout.decode()
    assert run("fmt", "x.lpc", cwd=folder).returncode == 0
    assert (folder / "x.lpc").read_text(encoding="utf-8") == printed
    assert run("fmt", "--check", "x.lpc", cwd=folder).returncode == 0
    assert run("fmt", "broken.lpc", cwd=folder).returncode == 2


def test_a_closed_pipe_is_no_traceback(folder):
    command = f'"{sys.executable}" -m lpc check --proofs good.lpc good.lpc | head -1'
    result = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert b"Traceback" not in result.stderr


def test_a_printed_countermodel_is_accepted_as_a_model_block(folder):
    printed = run("check", "--models", "finding.lpc", cwd=folder).stdout.decode()
    start = printed.index("model counter_3 {")
    block = printed[start : printed.index("\n}\n", start) + 3]
    claims = "claim : counter_3 satisfies I\n"
    (folder / "model.lpc").write_text(FINDING + block + claims, encoding="utf-8")
    result = run("check", "--output-format", "json", "model.lpc", cwd=folder)
    (file,) = json.loads(result.stdout)["files"]
    assert [item["verdict"] for item in file["items"]] == ["refuted", "holds"]


def test_a_misspelt_command_is_guessed(folder):
    result = run("chek", "good.lpc", cwd=folder)
    assert result.returncode == 2
    assert b"Did you mean 'check'?" in result.stderr
