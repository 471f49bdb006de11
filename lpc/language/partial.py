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

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lpc.language import syntax as s
from lpc.language.document import Document
from lpc.language.elaborate import elaborate
from lpc.language.findings import NOT_CHECKED, Findings
from lpc.language.reader import Lost, Reading
from lpc.logic import Diagnostic, Severity, Span

MAX_PASSES = 4
"""A file in which so many passes still find mistakes is not checked at all."""

_VARIABLES = ("variables", "split", "part")
_STRUCTURE = ("spacetime", "causal", "complete")
_OF_NO_ACCOUNT = ("title", "source")
_OF_PLACES = ("E207",)
"""Errors at the declaration of a variable that are about its place alone."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The mistake that a statement depends on, in words, its line, and what is in between."""

    text: str
    line: int
    through: str = ""

    def __str__(self) -> str:
        between = f"{self.through}, and so on " if self.through not in ("", self.text) else ""
        return f"{between}{self.text} (line {self.line})"


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
        rest.lose(reading.lost)
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
    """Those among them that have a mistake themselves; `blamed`, those found in this pass."""
    blamed: set[int] = field(default_factory=set)
    structure: Cause | None = None
    waiting: list[str] = field(default_factory=list)
    """Broken names; what speaks of them is not left out yet."""
    starts: list[tuple[int, int]] = field(init=False)
    variables: frozenset[str] = field(init=False)
    speaks: dict[str, list[int]] = field(default_factory=dict)
    """The statements in which a name stands, whatever it stands for."""

    def __post_init__(self) -> None:
        statements = self.tree.statements
        self.starts = [(x.span.line, x.span.column) for x in statements]
        self.variables = frozenset(n for x in statements for n in _declared(x))
        for k, statement in enumerate(statements):
            if isinstance(statement, _FORMULAS | _ITEMS):
                for name in dict.fromkeys(_mentioned(statement)):
                    self.speaks.setdefault(name, []).append(k)

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
            self.mistaken |= self.blamed
        return None

    # Mistakes.

    def lose(self, lost: Iterable[Lost]) -> None:
        """Take note of the statements that could not be read, in order of place."""
        open_ended = False
        for one in lost:
            if not one.keyword:
                raise HopelessError
            if one.open_ended and not open_ended:
                open_ended = True
                cause = Cause("where the statement before it ends", one.line)
                for k in range(bisect_left(self.starts, (one.line, 0)), len(self.starts)):
                    self.drop(k, cause)
            self.broken(one.keyword, one.names, Cause("", one.line))

    def blame(self, code: str, span: Span) -> None:
        """Take note of an error in a statement that could be read."""
        number = bisect_right(self.starts, (span.line, span.column)) - 1
        if number < 0 or number in self.mistaken:
            raise HopelessError
        statement = self.tree.statements[number]
        if isinstance(statement, s.Variables) and (
            code in _OF_PLACES or _in_place(statement, span)
        ):
            self.lose_structure(Cause("the place of a variable", span.line))
            return
        self.blamed.add(number)
        self.drop(number, Cause("", span.line))

    def drop(self, number: int, cause: Cause) -> None:
        """Leave out a statement, and all that it names."""
        if number not in self.out:
            self.out[number] = cause
            statement = self.tree.statements[number]
            self.broken(_keyword(statement), _names(statement), cause)

    def broken(self, keyword: str, names: Iterable[str], cause: Cause) -> None:
        """Take note of the names of a statement that is left out."""
        if keyword in _VARIABLES:
            raise HopelessError
        if keyword in _STRUCTURE:
            self.lose_structure(Cause(f"the `{keyword}` statement", cause.line))
        if keyword == "causal" or keyword in ("assume", "define", "model", "quantum"):
            for name in sorted(set(names) - self.variables):
                if name not in self.names:
                    said = cause.text or f"`{name}`"
                    self.names[name] = Cause(said, cause.line, f"`{name}`")
                    self.waiting.append(name)

    def lose_structure(self, cause: Cause) -> None:
        """Leave out the structure and whatever may rest on it."""
        if self.structure is not None:
            return
        self.structure = cause
        for k, statement in enumerate(self.tree.statements):
            if _is_structure(statement) or _rests_on_structure(statement):
                self.drop(k, cause)

    # What is left.

    def spread(self) -> None:
        """Leave out what speaks of a broken name, and what speaks of that."""
        while self.waiting:
            name = self.waiting.pop()
            for k in self.speaks.get(name, ()):
                self.drop(k, self.names[name])

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
                message = f"{_called(statement)} is not checked: it depends on {cause}"
                yield Diagnostic(Severity.WARNING, NOT_CHECKED, message, _head(statement))


_FORMULAS = s.Assume | s.Define | s.DefineQuantity | s.Model | s.Quantum
_ITEMS = s.Derive | s.RewriteStatement | s.ClaimThat


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


def _declared(statement: s.Statement) -> Iterator[str]:
    """The variables that a statement declares, latents of a graph left out."""
    match statement:
        case s.Variables(lines):
            yield from (name.text for line in lines for name in line.names)
        case s.Split(whole, parts) | s.Part(parts, whole):
            yield from (name.text for name in (whole, *parts))


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
    return any((p.line, p.column) <= start and end <= (p.end_line, p.end_column) for p in places)


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
