"""The list of diagnostics that the passes of elaboration fill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lpc.language.suggest import nearest
from lpc.language.syntax import Node
from lpc.logic import Diagnostic, Severity, Span


@dataclass(slots=True)
class Findings:
    """What is wrong so far; at one place only the first thing said is kept."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    _places: set[Span] = field(default_factory=set)

    def error(self, code: str, message: str, at: Node, label: str = "", hint: str = "") -> None:
        """Record an error at a node, unless the node has one already."""
        if at.span not in self._places:
            self._places.add(at.span)
            error = Diagnostic(Severity.ERROR, code, message, at.span, label, hint)
            self.diagnostics.append(error)

    def unsupported(self, what: str, at: Node) -> None:
        """Record a construct whose meaning this version does not check."""
        self.error("E290", f"not supported yet: {what}", at, "this version only reads it")

    def unknown(self, code: str, what: str, name: str, at: Node, known: Iterable[str]) -> None:
        """Record a name that stands for nothing, with the nearest one that does."""
        meant = nearest(name, known)
        hint = f"did you mean `{meant}`?" if meant else ""
        self.error(code, f"there is no {what} `{name}`", at, "unknown name", hint)
