"""Places in a file and what is said about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lpc.logic.visible import visible


class LpcError(Exception):
    """Root of every exception that lpc raises on purpose.

    Numbers beyond exact arithmetic raise `lpc.exact.NumberError`, an `ArithmeticError`.
    """


class Severity(StrEnum):
    """How much a diagnostic weighs: an error stops the check, a warning never does."""

    ERROR = "error"
    FINDING = "finding"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of source text; lines and columns count characters from 1.

    `end_line` and `end_column` point just past the last character.

    >>> Span(3, 5, 3, 9)
    Span(line=3, column=5, end_line=3, end_column=9)
    """

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message to the author of a file: what is wrong, where, and one thing to try.

    `label` is the few words printed under the source line, beside the carets. What the words quote
    from a file is made visible here.
    """

    severity: Severity
    code: str
    message: str
    span: Span
    label: str = ""
    hint: str = ""

    def __post_init__(self) -> None:
        for name in ("message", "label", "hint"):
            object.__setattr__(self, name, visible(getattr(self, name)))
