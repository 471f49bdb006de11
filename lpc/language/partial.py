"""What can still be checked of a file with mistakes.

A mistake makes its statement *broken*: no part of it is used. What a broken statement names is
broken, and so is every statement that speaks of such a name. What is left elaborates without any
error: that, and nothing else, makes a document.

Terms
-----
structure
    Spacetime, causal graph, what is complete where, and the places of variables. Everything that
    is said of an entailment may rest on it: a removal tells what local causality would license. A
    mistake there leaves only what is claimed of the values that models have.
cause
    Why a statement is left out, as messages say it, with the line of the mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lpc.language import syntax as s
from lpc.language.document import Document
from lpc.language.elaborate import elaborate
from lpc.language.findings import Findings
from lpc.language.reader import Lost, Reading
from lpc.logic import Diagnostic, Severity, Span

MAX_PASSES = 8
"""A file in which so many passes still find mistakes is not checked at all."""

_VARIABLES = ("variables", "split", "part")
_STRUCTURE = ("spacetime", "causal", "complete")
_OF_NO_ACCOUNT = ("title", "source")
_OF_PLACES = ("E207",)
"""Errors at the declaration of a variable that are about its place alone."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a statement depends on, in words, and the line of the mistake."""

    text: str
    line: int


class HopelessError(Exception):
    """The mistakes leave nothing that could be checked."""


def salvage(reading: Reading, text: str, path: str) -> tuple[Document | None, Findings]:
    """What is wrong with a text, and the document that is left without it.

    The document is whole where nothing is wrong; it is None where nothing is left to check.
    """
    found = reading.found
    if reading.tree is None:
        return None, found
    rest = _Rest(reading.tree)
    try:
        for lost in reading.lost:
            rest.lose(lost)
        document = rest.document(text, path, found)
    except HopelessError:
        return None, found
    return document, found


@dataclass(slots=True)
class _Rest:
    """The statements of a file of which nothing says yet that they are broken."""

    tree: s.File
    names: dict[str, Cause] = field(default_factory=dict)
    out: dict[int, Cause] = field(default_factory=dict)
    """Statements left out, by their number, each with the cause."""
    mistaken: set[int] = field(default_factory=set)
    """Those among them that have a mistake themselves."""
    structure: Cause | None = None

    def document(self, text: str, path: str, found: Findings) -> Document | None:
        """Elaborate what is left, until nothing in it is wrong."""
        known = found.count
        for _ in range(MAX_PASSES):
            self.spread()
            tree = self.kept()
            if found.count and not any(isinstance(x, _ITEMS) for x in tree.statements):
                return None
            pass_ = found if found.count == known else Findings()
            before = frozenset(pass_.blamed)
            document = elaborate(tree, text, path, pass_)
            wrong = pass_.blamed - before
            if not wrong:
                return replace(document, errors=found.sorted(), unchecked=tuple(self.unchecked()))
            for code, span in sorted(wrong, key=_where):
                self.blame(code, span)
        return None

    # Mistakes.

    def lose(self, lost: Lost) -> None:
        """Take note of a statement that could not be read."""
        if not lost.keyword:
            raise HopelessError
        if lost.open_ended:
            for k, statement in enumerate(self.tree.statements):
                if statement.span.line >= lost.line:
                    cause = Cause(f"where the statement on line {lost.line} ends", lost.line)
                    self.drop(k, cause)
        self.broken(lost.keyword, lost.names, lost.line)

    def blame(self, code: str, span: Span) -> None:
        """Take note of an error in a statement that could be read."""
        starts = [(x.span.line, x.span.column) for x in self.tree.statements]
        here = [k for k, start in enumerate(starts) if start <= (span.line, span.column)]
        if not here or here[-1] in self.mistaken:
            raise HopelessError
        statement = self.tree.statements[here[-1]]
        if isinstance(statement, s.Variables) and (code in _OF_PLACES or _in_place(statement, span)):
            self.lose_structure(Cause(f"a place on line {span.line}", span.line))
            return
        self.mistaken.add(here[-1])
        self.drop(here[-1], Cause("itself", span.line))

    def drop(self, number: int, cause: Cause) -> None:
        """Leave out a statement, and all that it names."""
        if number not in self.out:
            self.out[number] = cause
            statement = self.tree.statements[number]
            self.broken(_keyword(statement), _names(statement), cause.line)

    def broken(self, keyword: str, names: Iterable[str], line: int) -> None:
        if keyword in _VARIABLES:
            raise HopelessError
        if keyword in _STRUCTURE:
            self.lose_structure(Cause(f"the `{keyword}` statement", line))
        if keyword == "causal" or keyword in ("assume", "define", "model", "quantum"):
            for name in set(names) - self.variables():
                self.names.setdefault(name, Cause(f"`{name}`", line))

    def lose_structure(self, cause: Cause) -> None:
        """Leave out the structure and whatever may rest on it."""
        if self.structure is not None:
            return
        self.structure = cause
        for k, statement in enumerate(self.tree.statements):
            if _is_structure(statement) or _rests_on_structure(statement):
                self.drop(k, cause)

    # What is left.

    def variables(self) -> set[str]:
        """The names of variables, latents of a graph left out."""
        found: set[str] = set()
        for statement in self.tree.statements:
            match statement:
                case s.Variables(lines):
                    found.update(name.text for line in lines for name in line.names)
                case s.Split(whole, parts) | s.Part(parts, whole):
                    found.update(name.text for name in (whole, *parts))
        return found

    def spread(self) -> None:
        """Leave out what speaks of a broken name, and what speaks of that."""
        said = {
            k: frozenset(_mentioned(x))
            for k, x in enumerate(self.tree.statements)
            if isinstance(x, _FORMULAS | _ITEMS)
        }
        waiting = list(self.names)
        speaks: dict[str, list[int]] = {}
        for k, names in said.items():
            for name in names:
                speaks.setdefault(name, []).append(k)
        while waiting:
            name = waiting.pop()
            known = set(self.names)
            for k in speaks.get(name, ()):
                self.drop(k, self.names[name])
            waiting += [n for n in self.names if n not in known]

    def kept(self) -> s.File:
        """The tree of what is left."""
        good = [x for k, x in enumerate(self.tree.statements) if k not in self.out]
        if self.structure is not None:
            good = [_without_places(x) if isinstance(x, s.Variables) else x for x in good]
        return replace(self.tree, statements=tuple(good))

    def unchecked(self) -> Iterator[Diagnostic]:
        """What is not checked although nothing is wrong with it itself."""
        for k, cause in sorted(self.out.items()):
            statement = self.tree.statements[k]
            if isinstance(statement, _ITEMS) and k not in self.mistaken:
                yield not_checked(_called(statement), cause.text, cause.line, _head(statement))


_FORMULAS = s.Assume | s.Define | s.DefineQuantity | s.Model | s.Quantum
_ITEMS = s.Derive | s.RewriteStatement | s.ClaimThat


def not_checked(what: str, on: str, line: int, span: Span) -> Diagnostic:
    """The message for an item that rests on a mistake elsewhere."""
    message = f"{what} is not checked: it depends on {on} (line {line})"
    return Diagnostic(Severity.WARNING, "W408", message, span)


def _where(blamed: tuple[str, Span]) -> tuple[int, int, str]:
    code, span = blamed
    return span.line, span.column, code


def _keyword(statement: s.Statement) -> str:
    match statement:
        case s.Define() | s.DefineQuantity():
            return "define"
        case s.CompleteOn():
            return "complete"
        case s.RewriteStatement():
            return "rewrite"
        case s.ClaimThat():
            return "claim"
    return type(statement).__name__.lower()


def _names(statement: s.Statement) -> tuple[str, ...]:
    """The names that a statement gives, and all that stand in a graph."""
    match statement:
        case s.Assume(name) | s.Define(name) | s.DefineQuantity(name):
            return (name.text,)
        case s.Model(name) | s.Quantum(name):
            return (name.text,)
        case s.Causal():
            return tuple(_mentioned(statement))
    return ()


def _mentioned(node: s.Node) -> Iterator[str]:
    """Every name that stands anywhere in a statement, whatever it stands for."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, s.Name):
            yield here.text
        waiting += s.children(here)


def _is_structure(statement: s.Statement) -> bool:
    return isinstance(statement, s.Spacetime | s.Causal | s.CompleteOn)


def _rests_on_structure(statement: s.Statement) -> bool:
    """Whether what is said of a statement may rest on the structure."""
    match statement:
        case s.Derive() | s.RewriteStatement():
            return True
        case s.ClaimThat(body=body):
            return isinstance(body, s.Entailment | s.ModelIsLocal)
        case s.Assume(formula=formula):
            return isinstance(formula, s.SaysLocalCausality | s.SaysCommonCauses)
    return False


def _in_place(statement: s.Variables, span: Span) -> bool:
    places = (line.region.span for line in statement.lines if line.region is not None)
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    return any(
        (p.line, p.column) <= start and end <= (p.end_line, p.end_column) for p in places
    )


def _without_places(statement: s.Variables) -> s.Variables:
    return replace(statement, lines=tuple(replace(x, region=None) for x in statement.lines))


def _called(statement: s.Statement) -> str:
    match statement:
        case s.Derive(name):
            return f"derivation {name}"
        case s.RewriteStatement(name):
            return f"rewrite {name}"
        case s.ClaimThat(label=label) if label is not None:
            return f'claim "{label.text}"'
    return "claim"


def _head(statement: s.Statement) -> Span:
    span = statement.span
    return Span(span.line, span.column, span.line, span.column + 1)
