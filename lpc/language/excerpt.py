"""A diagnostic as people read it: the message, its place, the source line, carets, a hint."""

from __future__ import annotations

import unicodedata

from lpc.logic import Diagnostic

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
    lines.append(f"{margin[:-1]}--> {path}:{span.line}:{span.column}")
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
    before = (cut if left else "") + line[left:start]
    marked = line[start : min(end, right)]
    after = line[min(end, right) : right] + (cut if right < len(line) else "")
    indent = _shown(before)
    middle = _shown(marked)
    shown = indent + middle + _shown(after)
    return shown, " " * _width(indent) + "^" * max(1, _width(middle))


def _shown(text: str) -> str:
    """The text with tabs as spaces and control characters made visible."""
    out: list[str] = []
    for character in text:
        if character == "\t":
            out.append(" " * TAB)
        elif unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            out.append("\N{REPLACEMENT CHARACTER}")
        else:
            out.append(character)
    return "".join(out)


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
