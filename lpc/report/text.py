"""The text report: a block per derivation, a line per step, then the summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lpc.language import render_diagnostic
from lpc.language.findings import NOT_CHECKED
from lpc.logic import Diagnostic, Severity
from lpc.report.circuits import HEADING, REST, plain, tell
from lpc.report.problems import named, remark
from lpc.report.results import (
    Block,
    Broken,
    Cell,
    Countermodel,
    Evidence,
    FileReport,
    Gap,
    Item,
    Names,
    Removal,
    Report,
    Status,
    Table,
    Verdict,
    VertexTable,
)
from lpc.spacetime.circuits import Circuit

WIDE = 46
OF_THE_FILE = ("W404", "W405", "W406")
"""Warnings that bear on every verdict: they stand at the top."""


@dataclass(frozen=True, slots=True)
class Style:
    """How pieces of text are marked: the default leaves them as they are."""

    good: Callable[[str], str] = str
    bad: Callable[[str], str] = str
    strong: Callable[[str], str] = str
    faint: Callable[[str], str] = str


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Detail:
    """What is printed beyond the verdicts: every proof, every model as a `model` block."""

    proofs: bool = False
    models: bool = False


BRIEF = Detail()


def render_report(report: Report, style: Style = PLAIN, detail: Detail = BRIEF) -> str:
    """All files, one after the other; with more than one file, a count at the end."""
    parts = [render_file(f, style, detail) for f in report.files]
    if len(report.files) > 1:
        parts.append(_total(report, style))
    return "\n".join(parts)


def render_file(report: FileReport, style: Style = PLAIN, detail: Detail = BRIEF) -> str:
    """The report of one file."""
    return "\n".join(_file_lines(report, style, detail)) + "\n"


def _file_lines(report: FileReport, style: Style, detail: Detail) -> Iterator[str]:
    title = f": {report.title}" if report.title else ""
    yield style.strong(report.shown + title)
    yield (style.good if report.status is Status.OK else style.bad)(headline(report))
    for diagnostic in report.diagnostics:
        if diagnostic.code in OF_THE_FILE:
            yield from _warning(report, diagnostic)
        elif diagnostic.severity is not Severity.WARNING:
            yield ""
            yield render_diagnostic(diagnostic, report.file, report.source)
    if report.status is Status.ERROR and not report.items:
        return
    claims = False
    for block in report.blocks:
        if block.kind != "claim" or not claims:
            yield ""
        claims = block.kind == "claim"
        yield from _block_lines(block, style, detail)
    yield from _warnings(report)
    yield from _not_checked(report)
    yield ""
    yield from _summary(report, style)


def headline(report: FileReport, findings: str = "below") -> str:
    """In one line: whether everything comes out as stated, and what does not.

    `findings` says where other messages stand.
    """
    if report.status is Status.ERROR:
        return _with_errors(report)
    wrong = [item for item in report.items if not item.as_expected]
    if wrong:
        places = ", ".join(f"{named(item)} (line {item.line})" for item in wrong)
        return f"{len(wrong)} of {len(report.items)} not as stated: {places}"
    if report.status is Status.FINDINGS:
        return f"findings, see {findings}"
    counted = len(report.items)
    if not counted:
        return "nothing to check: the file has no derivation, rewrite or claim"
    if counted == 1:
        return "the one step or claim comes out as stated"
    return f"all {counted} steps and claims come out as stated"


def _with_errors(report: FileReport) -> str:
    """The line for a file with mistakes in it."""
    count = sum(d.severity is Severity.ERROR for d in report.diagnostics)
    errors = f"{count} error{'s' * (count != 1)}"
    if not report.items:
        return f"could not be checked: {errors}"
    wrong = [item for item in report.items if not item.as_expected]
    left = sum(d.code == NOT_CHECKED for d in report.diagnostics)
    others = len(report.items)
    told = [errors, *([f"{left} not checked"] if left else [])]
    if wrong:
        places = ", ".join(f"{named(item)} (line {item.line})" for item in wrong)
        told.append(f"{len(wrong)} of the other {others} not as stated: {places}")
    elif others == 1:
        told.append("the one other step or claim comes out as stated")
    else:
        told.append(f"all {others} other steps and claims come out as stated")
    return "; ".join(told)


# Blocks.


def _block_lines(block: Block, style: Style, detail: Detail) -> Iterator[str]:
    if block.kind == "claim":
        yield from _claim_lines(block.items[0], style, detail)
        return
    scope = ", ".join(block.scope) or "nothing"
    note = f' "{block.note}"' if block.note else ""
    yield style.strong(f"{block.kind} {block.name}{note}") + f"  assuming {scope}"
    if block.kind == "rewrite":
        yield from _rewrite_lines(block, style, detail)
        return
    yield f"    {block.start}"
    left = block.start
    for item in block.items:
        # NB: there may be another " = " inside P(…).
        left = right = item.statement.removeprefix(f"{left} = ")
        yield _columns(f"  = {right}", item.label or "", _verdict(item, style))
        yield from _removal_lines(item, style)
        yield from item_lines(item, style, detail)


def _columns(text: str, label: str, verdict: str) -> str:
    return f"{text.ljust(WIDE)}  {label.ljust(8)}  {verdict}"


_GOOD = (Verdict.IDENTITY, Verdict.LICENSED, Verdict.ENTAILED, Verdict.HOLDS)


def _verdict(item: Item, style: Style) -> str:
    good = item.verdict in _GOOD
    mark = style.good if good == item.entails and good else style.bad
    word = mark(item.verdict.value)
    if item.verdict is Verdict.IDENTITY and item.evidence:
        return f"{word}: {item.evidence[0].lines[-1].rule}{_expected(item, style)}"
    if item.needs:
        word += " by " + (_sets(item.needs) or "the probability calculus alone")
    return word + _expected(item, style)


def _expected(item: Item, style: Style) -> str:
    if item.as_expected:
        return style.faint(f" ({remark(item)})") if remark(item) else ""
    if item.expect and item.expect != item.verdict.value:
        return style.bad(f"  ← expected {item.expect}")
    if item.verdict in (Verdict.IDENTITY, Verdict.LICENSED):
        return style.bad("  ← not by what is cited")
    return style.bad("  ← not as stated")


def _sets(sets: Iterable[Names]) -> str:
    """Sets of assumption names: {LC, MI_a} or MI_b."""
    shown = (
        "{" + ", ".join(names) + "}" if len(names) > 1 else names[0] for names in sets if names
    )
    return " or ".join(shown)


def _removal_lines(item: Item, style: Style) -> Iterator[str]:
    for removal in item.removals:
        dropped = ", ".join(removal.removed)
        yield f"      - {dropped} from {removal.factor}: {_authority(removal, style)}"
        if removal.by_locality:
            continue
        for failed in removal.failures:
            which = "LC alone" if failed.principle == "local causality" else failed.principle
            yield style.faint(f"          not by {which} ({failed.obligation}): {failed.message}")
        if removal.open_path:
            yield style.faint(f"          open path: {removal.open_path}")
        if removal.would_do:
            yield _would_do(removal.would_do, item.scope)


def _would_do(sets: Iterable[Names], scope: Names) -> str:
    together = f" together with {', '.join(scope)}" if scope else ""
    return f"          would do{together}: {_sets(sets)}"


def _authority(removal: Removal, style: Style) -> str:
    if removal.by_locality:
        return style.good("by local causality alone")
    if removal.by_common_causes:
        return style.good("by common causes")
    if removal.needs:
        return style.good(f"by {_sets(removal.needs)}")
    would = removal.would_principle
    rest = f"; {would} would do, but {_is(would)} not assumed" if would else ""
    return style.bad(f"not licensed by what is assumed{rest}")


def _is(principle: str) -> str:
    return "are" if principle.endswith("s") else "is"


def item_lines(item: Item, style: Style, detail: Detail) -> Iterator[str]:
    """What stands below the line of an item: what was tried, the model, notes, proofs."""
    if item.tried and (not item.removals or item.kind == "claim"):
        yield style.faint(f"          {item.tried}")
        if item.would_do and item.entails and not any(r.would_do for r in item.removals):
            yield _would_do(item.would_do, item.scope)
    elif item.tried and not any(not r.needs for r in item.removals):
        yield style.faint(f"          {item.tried}")
    if item.model is not None:
        yield from _model_lines(item.model, item, style, detail)
    if item.circuit is not None:
        yield f"          {HEADING[0].lower()}{HEADING[1:]}"
        yield from _circuit_lines(item.circuit)
    for note in item.notes:
        yield style.faint(f"          {note}")
    for broken in item.breaks:
        if broken.because:
            yield from _consequence_lines(broken)
            continue
        name = f"{broken.name} fails: " if broken.name else "what fails: "
        yield f"          {name}{broken.statement}"
        yield from _broken_lines(broken)
    if detail.proofs:
        for evidence in item.evidence:
            yield from _proof_lines(evidence, style)
        for table in item.tables:
            yield from _vertex_lines(table, style)


def _vertex_lines(table: VertexTable, style: Style) -> Iterator[str]:
    """One line per value: how often it occurs, and one strategy that has it."""
    yield style.faint(f"        vertex table: {table.title}")
    width = max((len(row.value) for row in table.rows), default=0)
    digits = max((len(str(row.count)) for row in table.rows), default=0)
    for row in table.rows:
        times = f"{str(row.count).rjust(digits)} ×"
        yield f"          {row.value.rjust(width)}  {times}  {row.example}".rstrip()
    if table.more:
        yield f"          and {table.more} smaller values"


def _model_lines(model: Countermodel, item: Item, style: Style, detail: Detail) -> Iterator[str]:
    """The model as a mechanism, the two numbers that differ, and what it obeys."""
    source = f" of {', '.join(item.scope)}" if item.scope else ""
    if model.circuit is None:
        yield f"          a model{source} that breaks it:"
    else:
        yield f"          a model{source} that breaks it; {HEADING[0].lower()}{HEADING[1:]}"
        yield from _circuit_lines(model.circuit)
        yield f"          {REST[0].lower()}{REST[1:]}"
    for sentence in model.sentences:
        yield f"            {sentence}"
    if model.broken is not None:
        yield from _broken_lines(model.broken)
    facts = []
    if model.satisfies:
        facts.append(f"satisfies {', '.join(model.satisfies)}")
    if model.violates:
        facts.append(f"violates {', '.join(model.violates)}")
    if model.unknown:
        facts.append(f"undecided {', '.join(model.unknown)}")
    if facts:
        yield style.faint(f"          {'; '.join(facts)}")
    if model.chsh is not None:
        yield style.faint(f"          CHSH value {model.chsh}")
    if detail.models:
        yield ""
        yield f"model counter_{item.line} {{"
        yield from (f"  {line}" for line in model.block)
        yield "}"
        yield ""


def _circuit_lines(circuit: Circuit) -> Iterator[str]:
    """What is tossed, what travels and what is read, one sentence a line."""
    yield from (f"            {plain(sentence)}" for sentence in tell(circuit).sentences)


def _consequence_lines(broken: Broken) -> Iterator[str]:
    """What follows from what is claimed, and fails."""
    told = f"          breaks {broken.statement}, which {broken.because}"
    if broken.is_bound:
        yield f"{told}: {broken.value}"
    else:
        yield told
        yield from _broken_lines(broken)


def _broken_lines(broken: Broken) -> Iterator[str]:
    right = f"{broken.right} = {broken.right_value}" if broken.right_value else broken.right
    if broken.right == broken.right_value:
        right = f"the right side is {broken.right}"
    yield f"          there {broken.left} = {broken.left_value}"
    yield f"            but {right}"


def render_table(table: Table, style: Style = PLAIN) -> str:
    """A line per combination; then the models and the proofs behind them."""
    return "\n".join(_table_lines(table, style)) + "\n"


def _table_lines(table: Table, style: Style) -> Iterator[str]:
    given = f", given {', '.join(table.given)}" if table.given else ""
    yield style.strong(f"which of {', '.join(table.names)} can hold and fail together{given}")
    yield ""
    widths = [max(len(name), 5) for name in table.names]
    titles = (name.ljust(w) for name, w in zip(table.names, widths, strict=True))
    yield "      " + "  ".join(titles)
    for number, cell in enumerate(table.cells, 1):
        marks = (
            ("holds" if name in cell.holds else "fails").ljust(w)
            for name, w in zip(table.names, widths, strict=True)
        )
        yield f"{number:>4}  " + "  ".join(marks) + "  " + _cell_word(cell, style)
    for number, cell in enumerate(table.cells, 1):
        if cell.model is not None:
            yield ""
            yield f"{number:>4}  a model:"
            for sentence in cell.model.sentences:
                yield f"        {sentence}"
        elif cell.evidence is not None:
            yield ""
            yield f"{number:>4}  {cell.reason}:"
            yield from _proof_lines(cell.evidence, style)


def _cell_word(cell: Cell, style: Style) -> str:
    if cell.model is not None:
        return style.good("possible")
    if cell.evidence is not None:
        return style.bad(f"impossible: {cell.reason}")
    return f"undecided: {cell.reason}"


def _proof_lines(evidence: Evidence, style: Style) -> Iterator[str]:
    names = ", ".join(evidence.sources) or "the probability calculus"
    yield style.faint(f"        proof from {names}:")
    for number, line in enumerate(evidence.lines, 1):
        source = " ".join(f"({k})" for k in line.premises)
        yield f"        {number:>4}  {line.statement.ljust(WIDE)}  {line.rule} {source}".rstrip()


def _rewrite_lines(block: Block, style: Style, detail: Detail) -> Iterator[str]:
    item = block.items[0]
    left, right = item.statement.split(" to ")
    yield f"    {left}"
    for step in item.rewriting:
        by = ", ".join(step.needs)
        reason = f"{step.rule} by {by}" if by else step.rule
        reason = reason if step.licensed else style.bad(f"{step.rule}, not licensed")
        yield _columns(f"  = {step.product}", "", reason)
    if not item.rewriting:
        yield f"  to {right}"
    yield f"  {_verdict(item, style)}"
    yield from _removal_lines(item, style)
    yield from item_lines(item, style, detail)


def _claim_lines(item: Item, style: Style, detail: Detail) -> Iterator[str]:
    name = f' "{item.name}"' if item.name else ""
    yield style.strong(f"claim{name}")
    yield _columns(f"    {item.statement}", "", _verdict(item, style))
    yield from _removal_lines(item, style)
    yield from item_lines(item, style, detail)


def _not_checked(report: FileReport) -> Iterator[str]:
    """What depends on a mistake, a line for each."""
    left = [d for d in report.diagnostics if d.code == NOT_CHECKED]
    if left:
        yield ""
        yield "Not checked"
    for diagnostic in left:
        yield f"  line {diagnostic.span.line}: {diagnostic.message}"


def _warnings(report: FileReport) -> Iterator[str]:
    apart = (*OF_THE_FILE, NOT_CHECKED)
    for diagnostic in report.diagnostics:
        if diagnostic.severity is Severity.WARNING and diagnostic.code not in apart:
            yield from _warning(report, diagnostic)


def _warning(report: FileReport, diagnostic: Diagnostic) -> Iterator[str]:
    place = f"{report.shown}:{diagnostic.span.line}:{diagnostic.span.column}"
    yield ""
    yield f"warning[{diagnostic.code}]: {diagnostic.message} ({place})"
    if diagnostic.hint:
        yield f"  {diagnostic.hint}"


def render_gaps(gaps: Sequence[Gap], style: Style = PLAIN, detail: Detail = BRIEF) -> str:
    """What each refused removal of a step is missing."""
    if not gaps:
        return "nothing is missing: every removal of this step is licensed\n"
    return "\n".join(line for gap in gaps for line in _gap_lines(gap, style, detail)) + "\n"


def _gap_lines(gap: Gap, style: Style, detail: Detail) -> Iterator[str]:
    scope = ", ".join(gap.scope) or "no assumption"
    yield f"{style.strong(gap.removal)} does not follow from {scope}; it would with any one of"
    if gap.declare:
        yield f"  `{gap.declare}`, for nothing is declared complete"
    if not gap.suggestions and not gap.declare:
        yield "  the removal itself: nothing weaker over the other variables was found"
    for suggestion in gap.suggestions:
        yield style.good(f"  {suggestion.statement}")
        if detail.proofs:
            yield from _proof_lines(suggestion.evidence, style)


# The summary.


def _summary(report: FileReport, style: Style) -> Iterator[str]:
    removals = [(item, r) for item in report.items if item.kind == "step" for r in item.removals]
    yield style.strong("Summary")
    alone = [(i, r) for i, r in removals if r.by_locality]
    if alone:
        yield "  licensed by local causality alone:"
        yield from _listed(alone)
    common = [(i, r) for i, r in removals if r.by_common_causes]
    if common:
        yield "  licensed by common causes:"
        yield from _listed(common)
    groups: dict[str, list[tuple[Item, Removal]]] = {}
    for item, removal in removals:
        if not (removal.by_locality or removal.by_common_causes) and removal.needs:
            groups.setdefault(_sets(removal.needs), []).append((item, removal))
    for needs, members in groups.items():
        yield f"  need {needs}:"
        yield from _listed(members)
    refused = [(i, r) for i, r in removals if not r.by_locality and not r.needs]
    if refused:
        yield "  not licensed:"
        yield from _listed(refused)
    good = sum(item.as_expected for item in report.items)
    yield f"  {good} of {len(report.items)} as stated"


def _listed(members: list[tuple[Item, Removal]]) -> Iterator[str]:
    for item, removal in members:
        dropped = ", ".join(removal.removed)
        yield f"    {named(item)}: {dropped} from {removal.factor}"


def _total(report: Report, style: Style) -> str:
    counts = dict.fromkeys(Status, 0)
    for file in report.files:
        counts[file.status] += 1
    words = [f"{len(report.files)} files", f"{counts[Status.OK]} as stated"]
    if counts[Status.FINDINGS]:
        words.append(style.bad(f"{counts[Status.FINDINGS]} with findings"))
    if counts[Status.ERROR]:
        words.append(style.bad(f"{counts[Status.ERROR]} not checked"))
    return ", ".join(words) + "\n"
