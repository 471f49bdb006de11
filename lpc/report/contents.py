"""The page of one file: summary, what is assumed and declared, derivations, claims, rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lpc.kernel.rules import RULES
from lpc.language import render_diagnostic
from lpc.logic.visible import visible
from lpc.report.declared import declared_in
from lpc.report.details import KINDS, Vocabulary, details_of, removal_note, verdict_of
from lpc.report.page import (
    Block,
    Chain,
    Claimed,
    Content,
    Entry,
    Grid,
    Heading,
    Inline,
    Link,
    Listing,
    Mark,
    Page,
    Paragraph,
    Picture,
    Row,
    Text,
    text,
)
from lpc.report.problems import named
from lpc.report.results import Block as ResultBlock
from lpc.report.results import FileReport, Item, Removal, RewriteStep, Status
from lpc.report.text import headline
from lpc.report.typeset import read_formula

Draw = Callable[[Item | None], Picture | None]
"""The picture of an item, or of the whole file for None; None where there is nothing to draw."""


def no_picture(_: Item | None) -> Picture | None:
    """Draws nothing."""
    return None


def page_of(report: FileReport, draw: Draw = no_picture, title: str | None = None) -> Page:
    """The report of one file as a page."""
    builder = _Builder(report, Vocabulary.create(report), draw)
    heading = visible(title or "") or report.title or report.shown
    return Page(heading, report.reference or "", tuple(builder.blocks()))


class _Builder:
    def __init__(self, report: FileReport, words: Vocabulary, draw: Draw) -> None:
        self.report = report
        self.words = words
        self.draw = draw
        self.declared = declared_in(report.source)
        self.anchors = {id(item): f"item-{k}" for k, item in enumerate(report.items, 1)}

    def blocks(self) -> Iterator[Block]:
        kind = "good" if self.report.status is Status.OK else "bad"
        yield Paragraph((Mark(kind, headline(self.report)),))
        for diagnostic in self.report.diagnostics:
            yield Listing(render_diagnostic(diagnostic, self.report.file, self.report.source))
        if self.report.items:
            yield from self.summary()
        yield from self.assumptions()
        yield from self.quantities()
        yield from self.variables()
        yield from self.models()
        yield from self.picture(None)
        claims = False
        for block in self.report.blocks:
            if block.kind == "claim" and not claims:
                yield Heading(2, text("Claims"))
            claims = block.kind == "claim"
            yield from self.block(block)
        yield from self.rules()

    def picture(self, item: Item | None) -> Iterator[Block]:
        found = self.draw(item)
        if found is not None:
            yield found

    # What rests on what.

    def summary(self) -> Iterator[Block]:
        yield Heading(2, text("What rests on what"), "summary")
        groups = self.groups()
        if groups:
            rows = tuple(
                Row((said, text(str(len(members))), _listed(members))) for said, members in groups
            )
            head = (text("removals"), text("number"), text("where"))
            yield Grid(text("The removals of all derivations"), head, rows)
        yield self.verdicts()

    def groups(self) -> list[tuple[Content, list[Content]]]:
        """Removals by what they rest on: local causality alone first, what is refused last."""
        found: dict[tuple[int, Content], list[Content]] = {}
        for item in self.report.items:
            for removal in item.removals if item.kind != "claim" else ():
                found.setdefault(self.authority(removal), []).append(self.member(item, removal))
        ranked = sorted(found.items(), key=lambda group: group[0][0])
        return [(said, members) for (_, said), members in ranked]

    def authority(self, removal: Removal) -> tuple[int, Content]:
        if removal.by_locality:
            return 0, (Mark("good", "licensed by local causality alone"),)
        if removal.by_common_causes:
            return 1, (Mark("good", "licensed by common causes"),)
        if removal.needs:
            return 2, (Mark("good", "need"), Text(" "), *self.words.one_of(removal.needs))
        return 3, (Mark("bad", "not licensed"),)

    def member(self, item: Item, removal: Removal) -> Content:
        dropped = self.words.formula(", ".join(removal.removed))
        return (self.link(item), Text(": "), dropped, Text(" from "),
                self.words.formula(removal.factor))  # fmt: skip

    def link(self, item: Item) -> Inline:
        return Link(named(item), self.anchors[id(item)])

    def verdicts(self) -> Block:
        """How many items have which verdict, with links to those that are not as stated."""
        rows = []
        for verdict in dict.fromkeys(item.verdict for item in self.report.items):
            items = [item for item in self.report.items if item.verdict is verdict]
            wrong: list[Content] = [(self.link(item),) for item in items if not item.as_expected]
            said = verdict_of_kind(items[0])
            rows.append(Row((said, text(str(len(items))), _listed(wrong) or text("none"))))
        good = sum(item.as_expected for item in self.report.items)
        head = (text("steps and claims"), text("number"), text("not as stated"))
        return Grid(text(f"{good} of {len(self.report.items)} as stated"), head, tuple(rows))

    def assumptions(self) -> Iterator[Block]:
        if not self.report.assumptions:
            return
        yield Heading(2, text("Assumptions and definitions"), "assumptions")
        rows = tuple(
            Row((text(name), (self.words.formula(said),)), anchor=self.words.anchors[name])
            for name, said in self.report.assumptions
        )
        yield Grid((), (text("name"), text("says")), rows)

    def quantities(self) -> Iterator[Block]:
        rows = [
            (self.typeset(quantity.head), self.typeset(quantity.body), text(quantity.note))
            for quantity in self.declared.quantities
        ]
        yield from _table("Quantities", "quantities", ("name", "is", "note"), rows)

    def variables(self) -> Iterator[Block]:
        rows = [
            (
                self.typeset(", ".join(line.names)),
                self.typeset(", ".join(line.values)),
                text(line.place),
                text(line.note),
            )
            for line in self.declared.variables
        ]
        head = ("name", "values", "place", "note")
        yield from _table("Variables", "variables", head, rows)

    def models(self) -> Iterator[Block]:
        if self.declared.models:
            yield Heading(2, text("Models"), "models")
        for listing in self.declared.models:
            yield Listing(listing)

    def typeset(self, said: str) -> Content:
        return (self.words.formula(said),) if said else ()

    # Derivations, rewrites, claims.

    def block(self, block: ResultBlock) -> Iterator[Block]:
        if block.kind == "claim":
            yield Claimed(self.claim(block.items[0]))
            return
        yield Heading(2, text(f"{block.kind.capitalize()} {block.name}"))
        if block.note:
            yield Paragraph(text(block.note))
        scope = self.words.all_of(block.scope) or text("nothing")
        yield Paragraph((Text("Assuming "), *scope, Text(":")))
        entries = self.steps(block) if block.kind == "derivation" else self.rewriting(block)
        yield Chain(read_formula(block.start, self.words.labels), tuple(entries))

    def steps(self, block: ResultBlock) -> Iterator[Entry]:
        left = block.start
        for item in block.items:
            # NB: there may be another " = " inside P(…).
            left = right = item.statement.removeprefix(f"{left} = ")
            yield self.entry(item, f"= {right}", item.label or "")

    def rewriting(self, block: ResultBlock) -> Iterator[Entry]:
        """The steps that were found, and the verdict with the last of them."""
        item = block.items[0]
        _, right = item.statement.split(" to ", 1)
        for step in item.rewriting[:-1]:
            yield self.found(step)
        last = f"= {item.rewriting[-1].product}" if item.rewriting else f"to {right}"
        yield self.entry(item, last, "")

    def found(self, step: RewriteStep) -> Entry:
        by: Content = (Text(" by "), *self.words.all_of(step.needs)) if step.needs else ()
        kind = "good" if step.licensed else "bad"
        said = step.rule if step.licensed else f"{step.rule}, not licensed"
        formula = read_formula(f"= {step.product}", self.words.labels)
        return Entry("", formula, "", (Mark(kind, said), *by), (), ())

    def claim(self, item: Item) -> Entry:
        return self.entry(item, item.statement, item.name or "")

    def entry(self, item: Item, formula: str, label: str) -> Entry:
        notes = tuple(removal_note(removal, self.words) for removal in item.removals)
        details = (*self.picture(item), *details_of(item, self.words))
        verdict = verdict_of(item, self.words)
        read = read_formula(formula, self.words.labels)
        return Entry(self.anchors[id(item)], read, label, verdict, notes, details)

    def schema(self, said: str) -> Content:
        """A premise or conclusion of a rule, which is a formula or told in words."""
        if any(sign in said for sign in ("⊥", "=", "P(")):
            return (self.words.formula(said),)
        return text(said)

    def rules(self) -> Iterator[Block]:
        evidence = (e for item in self.report.items for e in item.evidence)
        used = dict.fromkeys(line.rule for e in evidence for line in e.lines)
        known = sorted((RULES[name] for name in used if name in RULES), key=lambda r: r.code)
        if not known:
            return
        yield Heading(2, text("Rules used"), "rules")
        rows = tuple(
            Row((text(rule.name), self.schema(" and ".join(map(str, rule.given))),
                 self.schema(str(rule.infers)), text(f"{rule.code}: {rule.text}")),
                anchor=f"rule-{rule.code}")
            for rule in known
        )  # fmt: skip
        yield Grid((), (text("rule"), text("from"), text("follows"), text("meaning")), rows)


def verdict_of_kind(item: Item) -> Content:
    """The verdict alone, as a mark."""
    return (Mark(KINDS[item.verdict], item.verdict.value),)


def _table(
    title: str, anchor: str, head: tuple[str, ...], rows: Sequence[tuple[Content, ...]]
) -> Iterator[Block]:
    """A table under a heading, without the columns that are empty; nothing without rows."""
    if not rows:
        return
    used = [k for k in range(len(head)) if any(row[k] for row in rows)]
    yield Heading(2, text(title), anchor)
    kept = tuple(Row(tuple(row[k] for k in used)) for row in rows)
    yield Grid((), tuple(text(head[k]) for k in used), kept)


def _listed(members: list[Content]) -> Content:
    found: Content = ()
    for member in members:
        found = (*found, *(text("; ") if found else ()), *member)
    return found
