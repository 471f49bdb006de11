"""A diagnostic as people read it: the message, its place, the source line, carets, a hint."""

from __future__ import annotations

import unicodedata

from lpc.logic import Diagnostic
from lpc.logic.visible import visible, visible_letters

TAB = 4
MAX_WIDTH = 110
_ASCII_MARKS = {"…": "...", "“": '"', "”": '"', "–": "-", "—": "-"}


def render_diagnostic(
    diagnostic: Diagnostic,
    path: str,
    source: str,
    *,
    ascii: bool = False,  # noqa: A002
) -> str:
    """The diagnostic with its source line, ready to print; no colour, no final line end.

    >>> from lpc.logic import Severity, Span
    >>> wrong = Diagnostic(Severity.ERROR, "E201", "there is no variable `q`", Span(1, 3, 1, 4),
    ...                    "unknown name", "did you mean `Q`?")
    >>> print(render_diagnostic(wrong, "a.lpc", "P(q)"))
    error[E201]: there is no variable `q`
      --> a.lpc:1:3
       |
     1 | P(q)
       |   ^ unknown name
       = help: did you mean `Q`?
    """
    span = diagnostic.span
    number = str(span.line)
    margin = " " * (max(2, len(number)) + 1)
    lines = [f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"]
    lines.append(f"{margin[:-1]}--> {visible(path)}:{span.line}:{span.column}")
    text = source.split("\n")
    if source and span.line <= len(text):
        shown, carets = _excerpt(text[span.line - 1], diagnostic)
        label = f" {diagnostic.label}" if diagnostic.label else ""
        lines += [f"{margin}|", f"{number.rjust(len(margin) - 1)} | {shown}".rstrip()]
        lines.append(f"{margin}| {carets}{label}")
    elif diagnostic.label:
        lines.append(f"{margin}= {diagnostic.label}")
    if diagnostic.hint:
        lines.append(f"{margin}= help: {diagnostic.hint}")
    result = "\n".join(lines)
    return to_ascii(result) if ascii else result


def to_ascii(text: str) -> str:
    r"""The text with every character outside ASCII written as an escape.

    >>> to_ascii("λ …")
    '\\u03bb ...'
    """
    for mark, plain in _ASCII_MARKS.items():
        text = text.replace(mark, plain)
    return text.encode("ascii", "backslashreplace").decode("ascii")


def _excerpt(line: str, diagnostic: Diagnostic) -> tuple[str, str]:
    """The source line, cut around the place if long, and the carets below it."""
    span = diagnostic.span
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    end = max(start + 1, min(end, len(line)))
    left, right, cut = 0, len(line), "…"
    if len(line) > MAX_WIDTH:
        left = max(0, start - MAX_WIDTH // 3)
        right = min(len(line), left + MAX_WIDTH)
    letters = [" " * TAB if c == r"\t" else c for c in visible_letters(line[left:right])]
    indent = (cut if left else "") + "".join(letters[: start - left])
    middle = "".join(letters[start - left : end - left])
    after = "".join(letters[end - left :]) + (cut if right < len(line) else "")
    return indent + middle + after, " " * _width(indent) + "^" * max(1, _width(middle))


def _width(text: str) -> int:
    """Columns of a terminal that the text takes: wide characters two, combining ones none."""
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) == "Me"
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )
