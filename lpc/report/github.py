"""Problems as workflow commands, which mark the lines of a change on a code host."""

from __future__ import annotations

from lpc.logic.visible import visible
from lpc.report.problems import Problem, problems
from lpc.report.results import Report


def render_github(report: Report) -> str:
    """A line for each problem; the host shows only the first few, so print the text as well."""
    return "".join(f"{_command(p)}\n" for file in report.files for p in problems(file))


def _command(problem: Problem) -> str:
    pairs: dict[str, str | int] = {
        "file": visible(problem.path),
        "line": problem.line,
        "endLine": problem.end_line,
        "title": f"lpc {problem.code}",
    }
    if problem.line == problem.end_line:
        pairs |= {"col": problem.column, "endColumn": problem.end_column}
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in pairs.items())
    hint = f"\nhelp: {problem.hint}" if problem.hint else ""
    return f"::{problem.level} {properties}::{_data(problem.message + hint)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
