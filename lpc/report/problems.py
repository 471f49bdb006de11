"""What is not as stated, as a flat list with places: what editors and other programs show.

A problem is a diagnostic, or an item that does not come out as stated and of which no
diagnostic speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from lpc.language.codes import Code
from lpc.logic import Severity
from lpc.report.results import FileReport, Item, Verdict

ITEM_CODES: dict[str, Code] = {
    "F521": Code(
        "refuted",
        "A finite model, verified exactly, obeys every assumption in scope and breaks the step or "
        "claim. If the source says so too, write `expect refuted` after it.",
    ),
    "F522": Code(
        "undecided",
        "Neither a proof nor a model was found within the limits, so nothing is said of the step "
        "or claim. A larger `--effort`, or the solver of `pip install 'lpc[smt]'`, may decide it.",
    ),
    "F523": Code(
        "not as stated",
        "The verdict is not the one that the file states: `expect …` names another one, what is "
        "said not to follow does follow, or a claim about a model fails.",
    ),
}
"""Codes of items that are not as stated."""

LEVELS = {Severity.ERROR: "error", Severity.FINDING: "error", Severity.WARNING: "warning"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One message with its place; lines and columns count from 1, the end is exclusive."""

    code: str
    level: str
    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    hint: str = ""


def problems(report: FileReport) -> Iterator[Problem]:
    """Everything in a file that is not as stated, in order of place."""
    found = [*_diagnostics(report)]
    spoken_of = {p.line for p in found if p.level == "error"}
    found += [_of_item(i, report) for i in report.items if not i.as_expected]
    kept = (p for p in found if p.code not in ITEM_CODES or p.line not in spoken_of)
    yield from sorted(kept, key=lambda p: (p.line, p.column, p.code))


class Named(Protocol):
    """What names an item, before it is checked and after."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def index(self) -> int: ...
    @property
    def label(self) -> str | None: ...


def named(item: Named) -> str:
    """An item as reports call it: `main step 2, Eq. 24`."""
    if item.kind == "claim":
        return f'claim "{item.name}"' if item.name else "claim"
    if item.kind == "rewrite":
        return f"rewrite {item.name}"
    label = f", {item.label}" if item.label else ""
    return f"{item.name} step {item.index}{label}"


def remark(item: Item) -> str:
    """What to add to a verdict that is bad news in general, and here what the file says."""
    if not item.as_expected:
        return ""
    if item.expect:
        return "as expected"
    return "" if item.entails else "as stated: it does not follow"


def _diagnostics(report: FileReport) -> Iterator[Problem]:
    for d in report.diagnostics:
        span = d.span
        place = (span.line, span.column, span.end_line, span.end_column)
        yield Problem(d.code, LEVELS[d.severity], d.message, report.file, *place, d.hint)


def _of_item(item: Item, report: FileReport) -> Problem:
    lines = report.source.split("\n")
    text = lines[item.line - 1] if item.line <= len(lines) else ""
    start = len(text) - len(text.lstrip()) + 1
    end = max(len(text.rstrip()) + 1, start)
    code = "F523"
    if item.expect is None and item.entails:
        code = {Verdict.REFUTED: "F521", Verdict.UNDECIDED: "F522"}.get(item.verdict, code)
    message = f"{named(item)} is {item.verdict.value}{_wanted(item)}: {item.statement}"
    return Problem(
        code, "error", message, report.file, item.line, start, item.line, end, _hint(item)
    )


def _wanted(item: Item) -> str:
    return f", not {item.expect} as expected" if item.expect else ""


def _hint(item: Item) -> str:
    if not item.would_do:
        return ""
    sets = " or ".join("{" + ", ".join(names) + "}" for names in item.would_do)
    scope = f" together with {', '.join(item.scope)}" if item.scope else ""
    return f"would follow{scope} from {sets}"
