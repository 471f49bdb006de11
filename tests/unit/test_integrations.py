"""lpc inside other tools: pytest, pre-commit, workflows, notebooks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from IPython.testing.globalipapp import start_ipython

import lpc
from lpc.report.results import FileReport

pytest_plugins = ["pytester"]

GOOD = "variables { A ; a ; b }\nassume I : A _||_ b | a\nclaim : I entail P(A | a, b) = P(A | a)\n"
MIXED = (
    "variables { A ; a ; b }\nassume I : A _||_ b\nassume J : A _||_ b | a\n"
    "derive d { assuming I ; P(A | a, b) = P(A | a) }\n"
    "derive d2 { assuming J ; P(A | a, b) = P(A | a) }\n"
)


# ---- pytest ------------------------------------------------------------------------------------


def run_plugin(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    installed = "lpc.pytest_plugin"
    return pytester.runpytest_subprocess("-p", installed, "-p", "no:lpc", *options)


def test_a_test_for_every_step(pytester):
    pytester.makefile(".lpc", good=GOOD, mixed=MIXED)
    pytester.makeini("[pytest]\nlpc_files = *.lpc\n")
    result = run_plugin(pytester, "-v")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["*mixed.lpc::d step 1 FAILED*", "*mixed.lpc::d2 step 1 PASSED*", "*error?F521?: d step 1*"]
    )


def test_a_broken_file_is_one_failed_test_with_its_place(pytester):
    pytester.makefile(".lpc", broken="assume X : positive q\n", good=GOOD)
    pytester.makeini("[pytest]\nlpc_files = *.lpc\n")
    result = run_plugin(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*error?E201?: there is no variable `q`*", "*broken.lpc:1:21*"])


def test_patterns_choose_the_files(pytester):
    pytester.makefile(".lpc", good=GOOD, mixed=MIXED)
    pytester.makeini("[pytest]\nlpc_files = good.lpc\n")
    run_plugin(pytester).assert_outcomes(passed=1)


def test_foreign_files_are_left_alone(pytester):
    """LPC is also a language of games; a file is collected where the project asks, or by name."""
    pytester.makefile(".lpc", room="inherit ROOM;", good=GOOD)
    pytester.makepyfile("def test_one(): pass")
    run_plugin(pytester).assert_outcomes(passed=1)
    run_plugin(pytester, "good.lpc").assert_outcomes(passed=1)


def test_nothing_is_checked_when_tests_are_only_listed(pytester):
    pytester.makefile(".lpc", mixed=MIXED)
    pytester.makeconftest(
        "import lpc.checker\n\ndef check(*_, **__):\n    raise RuntimeError\n\n"
        "lpc.checker.check = check\n"
    )
    result = run_plugin(pytester, "--collect-only", "-q", "mixed.lpc")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["mixed.lpc::d step 1", "mixed.lpc::d2 step 1"])


@pytest.mark.parametrize("limit", ["abc", "0", "-1", "inf"])
def test_a_time_limit_that_is_none(pytester, limit):
    pytester.makeini(f"[pytest]\nlpc_timeout = {limit}\n")
    result = run_plugin(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*lpc_timeout = {limit}: a number above 0*"])


# ---- pre-commit and workflows ------------------------------------------------------------------


def test_the_hooks_are_valid(root):
    manifest = str(root / ".pre-commit-hooks.yaml")
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", manifest]
    assert subprocess.run(command, check=False).returncode == 0


def test_the_action_is_valid(root, tmp_path):
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-actions",
    ]
    action = root / "action.yml"
    assert subprocess.run([*command, str(action)], check=False).returncode == 0
    broken = tmp_path / "action.yml"
    broken.write_text(action.read_text(encoding="utf-8").replace("runs:", "run:"), encoding="utf-8")
    assert subprocess.run([*command, str(broken)], check=False).returncode != 0


# ---- notebooks ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shell():
    found = start_ipython()
    found.run_line_magic("load_ext", "lpc")
    return found


def test_the_magic_returns_the_report(shell):
    report = shell.run_cell_magic("lpc", "found", MIXED)
    assert isinstance(report, FileReport)
    assert shell.user_ns["found"] is report
    bundle = report._repr_mimebundle_()
    assert "<table>" in bundle["text/html"]
    assert bundle["application/vnd.lpc.report+json"]["status"] == "findings"
    assert "refuted" in bundle["text/plain"]


def test_a_mistake_is_shown_with_its_place(shell, capsys):
    assert shell.run_cell_magic("lpc", "", "assume X : positive q\n") is None
    assert "cell:1:21" in capsys.readouterr().out


def test_only_a_name_may_follow(shell):
    with pytest.raises(ValueError, match="name of one variable"):
        shell.run_cell_magic("lpc", "a b", GOOD)


def test_text_from_the_file_is_escaped_in_the_table():
    text = GOOD.replace("claim :", 'claim "<script>alert(1)</script>" :')
    report = lpc.check(lpc.parse('title "<script>x</script>"\n' + text))
    assert "<script" not in report._repr_html_()


def test_plugin_is_declared(root: Path):
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert '[project.entry-points.pytest11]\nlpc = "lpc.pytest_plugin"' in text
