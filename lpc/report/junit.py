"""Results as JUnit XML: a suite for each file, a case for each step, rewrite and claim."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lpc.language.findings import NOT_CHECKED
from lpc.logic import Diagnostic, Severity
from lpc.report.problems import named, problems
from lpc.report.results import FileReport, Item, Report, Status


def render_junit(report: Report) -> str:
    """The whole run; the mistakes of a file are one case with an error."""
    root = Element("testsuites")
    for file in report.files:
        root.append(_suite(file))
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _suite(file: FileReport) -> Element:
    broken = file.status is Status.ERROR
    left = [d for d in file.diagnostics if d.code == NOT_CHECKED]
    failed = [item for item in file.items if not item.as_expected]
    suite = Element(
        "testsuite",
        name=file.shown,
        tests=str(broken + len(file.items) + len(left)),
        failures=str(len(failed)),
        errors=str(int(broken)),
        skipped=str(len(left)),
    )
    if broken:
        _error(SubElement(suite, "testcase", classname=file.shown, name="parse"), file)
    for item in file.items:
        _case(suite, item, file)
    for diagnostic in left:
        _skipped(suite, diagnostic, file)
    return suite


def _error(case: Element, file: FileReport) -> None:
    errors = [d for d in file.diagnostics if d.severity is Severity.ERROR]
    first = errors[0]
    error = SubElement(case, "error", message=first.message, type=first.code)
    lines = (f"{file.shown}:{d.span.line}:{d.span.column}: {d.code}: {d.message}" for d in errors)
    error.text = "\n".join(lines)


def _skipped(suite: Element, diagnostic: Diagnostic, file: FileReport) -> None:
    name, _, why = diagnostic.message.partition(" is not checked: ")
    name = f"{name} (line {diagnostic.span.line})"
    case = SubElement(suite, "testcase", classname=file.shown, name=name)
    SubElement(case, "skipped", message=f"not checked: {why}")


def _case(suite: Element, item: Item, file: FileReport) -> None:
    name = f"{named(item)} (line {item.line})"
    case = SubElement(suite, "testcase", classname=file.shown, name=name)
    if item.as_expected:
        return
    told = [p for p in problems(file) if p.line == item.line and p.level == "error"]
    message = told[0].message if told else item.verdict.value
    failure = SubElement(case, "failure", message=message, type=item.verdict.value)
    failure.text = f"{file.shown}:{item.line}: {item.statement}\n{message}"
