"""What lies behind one verdict, as blocks: removals, proofs, models, what would do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lpc.kernel.rules import RULES
from lpc.report.circuits import HEADING, REST, tell
from lpc.report.explain import MEANING, obligation
from lpc.report.page import (
    Block,
    Bullets,
    Content,
    Grid,
    Inference,
    Link,
    Mark,
    Math,
    Paragraph,
    ProofStep,
    Row,
    Text,
    text,
)
from lpc.report.problems import remark
from lpc.report.results import (
    Broken,
    Countermodel,
    Evidence,
    FileReport,
    Item,
    Names,
    Removal,
    Verdict,
    VertexTable,
)
from lpc.report.typeset import drop, names_in, read_formula, read_prose
from lpc.spacetime.circuits import Circuit

MAX_ROWS = 64
"""So many rows of a model are shown."""

KINDS = {
    Verdict.IDENTITY: "good",
    Verdict.LICENSED: "good",
    Verdict.ENTAILED: "good",
    Verdict.HOLDS: "good",
    Verdict.REFUTED: "bad",
    Verdict.FAILS: "bad",
    Verdict.UNDECIDED: "open",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of one report: variables, and assumptions with the anchors of their statements."""

    names: frozenset[str]
    anchors: Mapping[str, str]
    labels: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", frozenset(self.anchors))

    @classmethod
    def create(cls, report: FileReport) -> Vocabulary:
        """The names that occur in the statements of a report."""
        anchors = {name: f"assumption-{k}" for k, (name, _) in enumerate(report.assumptions, 1)}
        statements = [s for _, s in report.assumptions]
        for item in report.items:
            statements.append(item.statement)
            statements += [name for r in item.removals for name in r.removed]
            if item.model is not None:
                statements += item.model.variables
        found = (names_in(read_formula(s, anchors)) for s in statements)
        return cls(frozenset().union(*found), anchors)

    def formula(self, statement: str) -> Math:
        """A statement as a formula, assumption names upright."""
        return Math(read_formula(statement, self.labels))

    def prose(self, sentence: str) -> Content:
        """A sentence with the variables in it as mathematics."""
        return tuple(
            Text(run) if isinstance(run, str) else Math(run)
            for run in read_prose(sentence, self.names, self.labels)
        )

    def mechanism(self, sentence: str) -> Content:
        """A line of a mechanism: `A = …` as a formula, anything else as a sentence."""
        head, colon, rest = sentence.rpartition(": ")
        if " = " not in rest:
            return self.prose(sentence)
        return (*text(head + colon), self.formula(rest))

    def label(self, name: str) -> Link | Text:
        """The name of an assumption, leading to its statement."""
        return Link(name, self.anchors[name]) if name in self.anchors else Text(name)

    def all_of(self, names: Names) -> Content:
        """`LC, MI_a and MI_b`, each leading to its statement."""
        found: list[Link | Text] = []
        for k, name in enumerate(names):
            if k:
                found.append(Text(" and " if k == len(names) - 1 else ", "))
            found.append(self.label(name))
        return tuple(found)

    def one_of(self, sets: Iterable[Names], between: str = ", or ") -> Content:
        """Sets of assumptions any of which is enough."""
        found: Content = ()
        for names in filter(None, sets):
            found = (*found, *(text(between) if found else ()), *self.all_of(names))
        return found


def verdict_of(item: Item, words: Vocabulary) -> Content:
    """The verdict with what it rests on, and whether that is what the file states."""
    found: Content = (Mark(KINDS[item.verdict], item.verdict.value),)
    if item.verdict is Verdict.IDENTITY and item.evidence:
        found = (*found, Text(f": {item.evidence[0].lines[-1].rule}"))
    elif item.needs:
        needs = words.one_of(item.needs) or text("the probability calculus alone")
        found = (*found, Text(" by "), *needs)
    if not item.as_expected:
        wanted = f"not {item.expect}, as the file expects" if item.expect else "not as stated"
        return (*found, Text(" "), Mark("bad", wanted))
    return (*found, *text(f" ({remark(item)})" if remark(item) else ""))


def removal_note(removal: Removal, words: Vocabulary) -> Content:
    """What was dropped from which factor, and on what authority."""
    factor = drop(read_formula(removal.factor), removal.removed)
    dropped = words.formula(", ".join(removal.removed))
    return (Text("drops "), dropped, Text(" from "), Math(factor), Text(": "),
            *authority(removal, words))  # fmt: skip


def authority(removal: Removal, words: Vocabulary) -> Content:
    """What licenses a removal, if anything in scope does."""
    if removal.by_locality:
        return (Mark("good", "by local causality alone"),)
    if removal.by_common_causes:
        return (Mark("good", "by common causes"),)
    if removal.needs:
        return (Mark("good", "licensed"), Text(" by "), *words.one_of(removal.needs))
    would = removal.would_principle
    verb = "are" if would.endswith("s") else "is"
    rest = f"; {would} would do, but {verb} not assumed" if would else ""
    return (Mark("bad", f"not licensed by what is assumed{rest}"),)


def details_of(item: Item, words: Vocabulary) -> Iterator[Block]:
    """Everything behind the verdict of an item."""
    yield Paragraph(text(f"{item.verdict.value.capitalize()}. {MEANING[item.verdict]}"))
    needed = [names for names in item.needs if names]
    if len(needed) > 1:
        yield Paragraph(text("Each of these sets is enough, and no part of any of them is:"))
        yield Bullets(tuple(words.all_of(names) for names in needed))
    for removal in item.removals:
        yield from _removal(removal, item, words)
    if item.would_do and item.entails and not any(r.would_do for r in item.removals):
        yield _would_do(item.would_do, item, words)
    if item.tried:
        yield Paragraph(words.prose(item.tried))
    if item.model is not None:
        yield from _model(item.model, item, words)
    if item.circuit is not None:
        yield from _circuit(item.circuit)
    for note in item.notes:
        yield Paragraph(words.prose(note))
    for broken in item.breaks:
        yield _broken(broken, words)
    for number, evidence in enumerate(item.evidence, 1):
        yield _proof(evidence, number, len(item.evidence), words)
    yield from (_vertices(table, words) for table in item.tables)
    if item.relies_on_positive:
        events = words.formula(", ".join(item.relies_on_positive))
        yield Paragraph((Text("It speaks of values at which these are positive: "), events))


def _removal(removal: Removal, item: Item, words: Vocabulary) -> Iterator[Block]:
    dropped = words.formula(", ".join(removal.removed))
    factor = Math(drop(read_formula(removal.factor), removal.removed))
    statement = words.formula(removal.statement)
    yield Paragraph((Text("Dropping "), dropped, Text(" from "), factor, Text(" says "),
                     statement, Text(". "), *authority(removal, words), Text(".")))  # fmt: skip
    if removal.by_locality:
        return
    for principle, verb in (("local causality", "does"), ("common causes", "do")):
        reasons = [
            (Text(f"{failed.obligation}: {obligation(failed.obligation, principle)}, but "),
             *words.prose(failed.message))
            for failed in removal.failures
            if failed.principle == principle
        ]  # fmt: skip
        if removal.open_path and principle == "local causality":
            reasons.append((Text("open path: "), words.formula(removal.open_path)))
        if reasons:
            yield Paragraph(text(f"{principle.capitalize()} alone {verb} not allow it:"))
            yield Bullets(tuple(reasons))
    if removal.would_do:
        yield _would_do(removal.would_do, item, words)


def _would_do(sets: Iterable[Names], item: Item, words: Vocabulary) -> Block:
    together: Content = (Text(" together with "), *words.all_of(item.scope)) if item.scope else ()
    found = words.one_of(sets)
    return Paragraph((Text("It would follow"), *together, Text(" from "), *found, Text(".")))


# Models.


def _model(model: Countermodel, item: Item, words: Vocabulary) -> Iterator[Block]:
    scope: Content = (Text(" of "), *words.all_of(item.scope)) if item.scope else ()
    yield Paragraph((Text("A model"), *scope, Text(" that breaks it:")))
    if model.circuit is not None:
        yield from _circuit(model.circuit)
        yield Paragraph(text(REST))
    yield Bullets(tuple(words.mechanism(sentence) for sentence in model.sentences))
    if model.broken is not None:
        yield _broken(model.broken, words)
    yield _outcomes(model, words)
    facts = (("It satisfies ", model.satisfies), ("violates ", model.violates),
             ("leaves undecided ", model.unknown))  # fmt: skip
    told: Content = ()
    for verb, names in facts:
        if names:
            told = (*told, Text("; " * bool(told) + verb), *words.all_of(names))
    if told:
        yield Paragraph((*told, Text(".")))
    if model.chsh is not None:
        yield Paragraph((Text("Its CHSH value is "), words.formula(model.chsh), Text(".")))


def _circuit(circuit: Circuit) -> Iterator[Block]:
    """What is tossed, what travels and what is read."""
    told = tell(circuit)
    yield Paragraph(text(HEADING))
    yield Bullets(told.sentences)
    yield from told.tables


def _broken(broken: Broken, words: Vocabulary) -> Block:
    if broken.because:
        return _consequence(broken, words)
    name: Content = (words.label(broken.name), Text(" fails: ")) if broken.name else ()
    statement: Content = (*name, words.formula(broken.statement), Text(". ")) if name else ()
    left = words.formula(f"{broken.left} = {broken.left_value}")
    if not broken.right_value:
        right: Content = words.prose(broken.right)
    elif broken.right == broken.right_value:
        right = (Text("the bound is "), words.formula(broken.right))
    else:
        right = (words.formula(f"{broken.right} = {broken.right_value}"),)
    return Paragraph((*statement, Text("There "), left, Text(", but "), *right, Text(".")))


def _consequence(broken: Broken, words: Vocabulary) -> Block:
    """What follows from what is claimed, and fails."""
    which = (Text(", which "), *words.prose(broken.because))
    told = (Text("It breaks "), words.formula(broken.statement), *which)
    if broken.is_bound:
        return Paragraph((*told, Text(": "), *words.prose(broken.value), Text(".")))
    left = words.formula(f"{broken.left} = {broken.left_value}")
    if not broken.right_value:
        return Paragraph((*told, Text(": "), left, Text(", but "), *words.prose(broken.right)))
    right = words.formula(f"{broken.right} = {broken.right_value}")
    return Paragraph((*told, Text(": "), left, Text(", but "), right, Text(".")))


def _outcomes(model: Countermodel, words: Vocabulary) -> Block:
    """The rows of a model; marked are those that agree with the values where it breaks."""
    point = values_of(model.broken) if model.broken else {}
    places = [(k, point[name]) for k, name in enumerate(model.variables) if name in point]
    rows = [
        Row((*((words.formula(v),) for v in values), (words.formula(weight),)),
            marked=bool(places) and all(values[k] == v for k, v in places))
        for values, weight in model.outcomes[:MAX_ROWS]
    ]  # fmt: skip
    caption = "Its outcomes with their probabilities"
    if any(row.marked for row in rows):
        caption += "; marked is what happens at the values where it breaks"
    if len(model.outcomes) > MAX_ROWS:
        caption += f"; the first {MAX_ROWS} of {len(model.outcomes)}"
    head = (*((words.formula(name),) for name in model.variables), text("probability"))
    return Grid(text(caption), head, tuple(rows))


_VALUE = re.compile(r"([^\s(),|=]+) = (\([^()]*\)|[^\s(),|=]+)")


def values_of(broken: Broken) -> dict[str, str]:
    """The values at which two expressions differ; none where a variable has more than one.

    >>> values_of(Broken("", "P(A = -1 | a = 0, λ = (0, 1))", "1", "P(A = -1 | a = 0)", "1/2"))
    {'A': '-1', 'a': '0', 'λ': '(0, 1)'}
    """
    found: dict[str, str] = {}
    for name, value in _VALUE.findall(f"{broken.left} {broken.right}"):
        if found.setdefault(name, value) != value:
            return {}
    return found


# Proofs.


def _proof(evidence: Evidence, number: int, count: int, words: Vocabulary) -> Block:
    source = words.all_of(evidence.names) or text("the probability calculus alone")
    if evidence.besides:
        source = text(", ".join(evidence.sources))
    title = f"Proof {number} of {count}, from " if count > 1 else "Proof from "
    steps = tuple(
        ProofStep(read_formula(line.statement, words.labels), (_reason(line.rule, words),),
                  line.premises)
        for line in evidence.lines
    )  # fmt: skip
    return Inference((Text(title), *source), steps)


def _reason(rule: str, words: Vocabulary) -> Link | Text:
    return Link(rule, f"rule-{RULES[rule].code}") if rule in RULES else words.label(rule)


def _vertices(table: VertexTable, words: Vocabulary) -> Block:
    rows = [
        Row(((words.formula(row.value),), text(str(row.count)), words.prose(row.example)))
        for row in table.rows
    ]
    more = f"; {table.more} smaller values are left out" if table.more else ""
    caption = (*text("Vertex table: "), *words.prose(table.title), *text(more))
    return Grid(caption, (text("value"), text("strategies"), text("one of them")), tuple(rows))
