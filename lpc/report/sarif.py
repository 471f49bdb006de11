"""Problems as SARIF 2.1.0 (OASIS), the format that code hosts show beside the lines."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from lpc.language.codes import Code
from lpc.report.json import json_text
from lpc.report.problems import Problem, problems
from lpc.report.results import FileReport, Report

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def render_sarif(report: Report, codes: Mapping[str, Code], version: str) -> str:
    """One run with a result for each problem.

    Args: `codes`, every code there is, of which those that occur become rules.
    """
    found = [(file, problem) for file in report.files for problem in problems(file)]
    used = sorted({problem.code for _, problem in found})
    run = {
        "tool": {"driver": _driver(used, codes, version)},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_result(file, problem, used) for file, problem in found],
    }
    data = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_text(data)


def _driver(used: Iterable[str], codes: Mapping[str, Code], version: str) -> dict[str, Any]:
    return {
        "name": "lpc",
        "semanticVersion": version,
        "rules": [_rule(code, codes[code]) for code in used],
    }


def _rule(code: str, said: Code) -> dict[str, Any]:
    return {
        "id": code,
        "shortDescription": {"text": said.title},
        "fullDescription": {"text": said.explanation},
        "help": {"text": f"{said.explanation}\n\nlpc explain {code}"},
    }


def _invocation(report: Report) -> dict[str, Any]:
    # NB: the tool did its work unless some file could not be checked at all.
    return {"executionSuccessful": report.exit_status < 2, "exitCode": report.exit_status}


def _result(file: FileReport, problem: Problem, used: list[str]) -> dict[str, Any]:
    hint = f"\nhelp: {problem.hint}" if problem.hint else ""
    return {
        "ruleId": problem.code,
        "ruleIndex": used.index(problem.code),
        "level": problem.level,
        "message": {"text": problem.message + hint},
        "locations": [{"physicalLocation": _place(problem)}],
        "partialFingerprints": {"lpc/v1": _fingerprint(file, problem)},
    }


def _place(problem: Problem) -> dict[str, Any]:
    region = {
        "startLine": problem.line,
        "startColumn": problem.column,
        "endLine": problem.end_line,
        "endColumn": problem.end_column,
    }
    # NB: the bytes of the name, which may be no UTF-8.
    uri = quote(os.fsencode(problem.path.replace("\\", "/")))
    return {"artifactLocation": {"uri": uri}, "region": region}


def _fingerprint(file: FileReport, problem: Problem) -> str:
    """The same for the same message on the same text, wherever its line has moved."""
    lines = file.source.split("\n")
    text = lines[problem.line - 1].strip() if problem.line <= len(lines) else ""
    whole = "\n".join((problem.path, problem.code, problem.message, text))
    return hashlib.sha256(whole.encode(errors="surrogateescape")).hexdigest()[:32]
