"""The list of diagnostics that the passes of elaboration fill."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from lpc.language.suggest import nearest
from lpc.language.syntax import Node
from lpc.logic import Diagnostic, Severity, Span

NOT_CHECKED = "W408"
"""The code of what depends on a mistake elsewhere."""

MAX_ERRORS = 50


@dataclass(slots=True)
class Findings:
    """What is wrong so far; at one place only the first thing said is kept.

    `blamed` are the codes and places of all errors, those included that are only counted.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    count: int = 0
    blamed: set[tuple[str, Span]] = field(default_factory=set)
    _places: set[Span] = field(default_factory=set)
    _unsupported_said: bool = False

    def next_statement(self) -> None:
        """From here on the diagnostics are about another statement."""
        self._unsupported_said = False

    def error(self, code: str, message: str, at: Node, label: str = "", hint: str = "") -> None:
        """Record an error at a node, unless the node has one already."""
        if at.span not in self._places:
            self._places.add(at.span)
            self.add(Diagnostic(Severity.ERROR, code, message, at.span, label, hint))

    def add(self, diagnostic: Diagnostic) -> None:
        """Record a diagnostic; beyond a limit it is only counted."""
        if not self.full:
            self.diagnostics.append(diagnostic)
        self.count += 1
        self.blamed.add((diagnostic.code, diagnostic.span))

    def unsupported(self, what: str, at: Node, hint: str = "") -> None:
        """Record a construct whose meaning this version does not check, once in a statement."""
        if not self._unsupported_said:
            self._unsupported_said = True
            label = "this version only reads it"
            self.error("E290", f"not supported yet: {what}", at, label, hint)

    def unknown(
        self, code: str, what: str, name: str, at: Node, known: Iterable[str], advice: str = ""
    ) -> None:
        """Record a name that stands for nothing, with the nearest one that does, or advice."""
        meant = None if self.full else nearest(name, known)
        hint = f"did you mean `{meant}`?" if meant else advice
        label = "unknown name" + _strange_letter(name)
        self.error(code, f"there is no {what} `{name}`", at, label, hint)

    @property
    def full(self) -> bool:
        """True when no more diagnostics are kept, only counted."""
        return self.count >= MAX_ERRORS

    def sorted(self) -> tuple[Diagnostic, ...]:
        """What was found, in order of place, and how much more there is."""
        ordered = sorted(self.diagnostics, key=lambda d: (d.span.line, d.span.column))
        more = self.count - len(ordered)
        if more > 0:
            message = f"… and {more} more error{'s' if more > 1 else ''}"
            last = Diagnostic(Severity.ERROR, "E119", message, ordered[-1].span)
            ordered.append(last)
        return tuple(ordered)


def _strange_letter(name: str) -> str:
    """Names a letter that may only look like the one that was meant."""
    for letter in name:
        if letter.isalpha() and not letter.isascii() and not "\u0370" <= letter <= "\u03ff":
            return f"; `{letter}` is {unicodedata.name(letter, 'an unnamed letter').lower()}"
    return ""
